"""One account, whatever its service does: what it says, how long it rests, how it goes on."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from connectors.contract import CheckpointLost, Connector, LoginRefused, Temporary
from connectors.values import Place, Quarantined, Receipt, Reply, Role
from inbox.core.model import Delivery
from inbox.link.protocol import AccountResult
from inbox.store import accounts
from inbox.sync.pacing import ASKS_EVERY, NOT_SOONER
from inbox.sync.runner import Request, Runner
from tests.fakes.ports import wait_until
from tests.sync.desk import SHOP, Desk
from tests.sync.far_side import FarConnector, Fate


def test_a_round_brings_in_what_is_new_and_says_so(desk: Desk) -> None:
    """`inbox sync --json` tells exactly this."""
    for number in range(7):
        desk.far.write(f"Question {number}")
    place = Place("INBOX", "1", "99", Role.INBOX)
    desk.far.quarantined.append(Quarantined(place, "no mail", b"raw"))
    runner = desk.runner()

    assert runner.round() == AccountResult("shop", "ok", new=7, sent=0, quarantined=1)
    assert runner.round() == AccountResult("shop", "ok")
    assert len(desk.conversations()) == 7
    runner.close()


def test_an_account_that_is_not_read_whole_is_not_well(desk: Desk) -> None:
    """A folder that was renamed would hide its buyers behind a green dot."""
    desk.far.lacks = "There is no folder named Returns."
    runner = desk.runner()
    partial = runner.round()
    desk.far.lacks = ""

    assert partial == AccountResult("shop", "partial", error="There is no folder named Returns.")
    assert partial.reached
    assert runner.round() == AccountResult("shop", "ok")
    runner.close()


def test_a_first_pull_says_that_it_is_at_work(desk: Desk) -> None:
    """The strip must not say "new" for the minutes of a first sync."""
    for number in range(7):
        desk.far.write(f"Question {number}")
    runner = desk.runner()
    runner.round()

    said = [(state.state, state.remaining) for state in desk.heard.states]
    assert said == [("syncing", 0), ("syncing", 4), ("syncing", 1), ("ok", 0)]
    runner.close()


def test_a_round_without_news_writes_nothing(desk: Desk) -> None:
    """A screen must not be repainted each minute for nothing."""
    runner = desk.runner()
    runner.round()
    before = desk.store.revision()

    runner.round()

    assert desk.store.revision() == before
    runner.close()


def test_a_reply_goes_out_while_a_first_pull_goes_on(desk: Desk) -> None:
    """Ten thousand old mails must not hold up today's answer."""
    for number in range(9):
        desk.far.write(f"Question {number}")
    arrived_at: list[int] = []
    uid = desk.asked("Urgent")
    answered: list[bool] = []

    def answer_once() -> None:
        arrived_at.append(sum(desk.far.arrived.values()))
        if not answered:
            answered.append(True)
            desk.reply(uid)

    desk.far.between_batches = answer_once
    runner = desk.runner()
    result = runner.round()

    assert result.sent == 1
    assert arrived_at[:2] == [0, 1]
    assert desk.item().settled
    runner.close()


def test_a_dead_line_is_told_and_everything_else_goes_on(desk: Desk) -> None:
    """No network: what is queued is tried, what is stored stays, the state says offline."""
    uid = desk.asked()
    desk.reply(uid)
    desk.far.pull_fates.append(Temporary("The server cannot be reached."))
    runner = desk.runner()

    result = runner.round()

    assert (result.state, result.error) == ("offline", "The server cannot be reached.")
    assert result.sent == 1
    runner.close()


def test_when_the_line_is_back_what_waited_goes_out_at_once(desk: Desk) -> None:
    """A reply whose next attempt is a quarter of an hour away must not wait for it."""
    desk.reply(desk.asked())
    desk.far.pull_fates.append(Temporary("no line"))
    desk.far.fates.append(Fate.BUSY_BEFORE)
    runner = desk.runner()
    assert runner.round().sent == 0

    result = runner.round(nudged=False)

    assert (result.state, result.sent) == ("ok", 1)
    runner.close()


def test_a_refused_login_is_told_and_tried_with_a_new_connector(desk: Desk) -> None:
    """The seller mends the password; the new one must be asked for."""
    desk.far.pull_fates.append(LoginRefused("Wrong password."))
    runner = desk.runner()
    opened = desk.far.opened

    assert runner.round() == AccountResult("shop", "login", error="Wrong password.")
    assert runner.round().state == "ok"
    assert desk.far.opened == opened + 2
    runner.close()


def test_mail_comes_in_although_sending_is_refused(desk: Desk) -> None:
    """A wrong SMTP password must not hide the buyers' words."""
    desk.reply(desk.asked())
    desk.far.write("Another question")
    desk.far.fates.extend([Fate.LOGIN] * 10)
    runner = desk.runner()

    result = runner.round()
    assert (result.state, result.sent) == ("login", 0)
    assert result.new == 1
    assert len(desk.far.fates) == 9


def test_a_refused_password_is_not_hammered(desk: Desk) -> None:
    """A provider locks the seller out after a few wrong logins."""
    desk.reply(desk.asked())
    desk.far.fates.extend([Fate.LOGIN] * 10)
    runner = desk.runner()
    runner.round(nudged=False)
    for _ in range(4):
        desk.watch.forward(60)
        assert runner.round(nudged=False).state == "login"
    assert len(desk.far.fates) == 9

    desk.watch.forward(ASKS_EVERY)
    runner.round(nudged=False)
    assert len(desk.far.fates) == 8

    runner.round(nudged=True)
    assert len(desk.far.fates) == 7
    runner.close()


def test_a_lost_checkpoint_begins_anew_without_doubles(desk: Desk) -> None:
    """A service that forgot where we were costs time, never mail."""
    for number in range(4):
        desk.far.write(f"Question {number}")
    runner = desk.runner()
    runner.round()
    desk.far.pull_fates.append(CheckpointLost("start over"))

    result = runner.round()

    assert (result.state, result.new) == ("ok", 0)
    assert desk.far.pulls[-1] is None
    assert len(desk.conversations()) == 4
    runner.close()


def test_a_bug_breaks_one_account_and_is_logged(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """A stranger's plugin may raise anything; the traceback is for whoever mends it."""
    desk.far.pull_fates.append(ZeroDivisionError("oops"))
    runner = desk.runner()

    result = runner.round()

    assert result.state == "broken"
    assert result.error
    assert "ZeroDivisionError" in caplog.text
    assert runner.round().state == "ok"
    runner.close()


def test_a_connector_that_cannot_be_made_is_broken(desk: Desk) -> None:
    """An uninstalled plugin shows as such; the thread lives on."""

    def no_connector() -> Connector:
        raise LookupError("no such kind")

    runner = desk.runner(no_connector)

    assert runner.round().state == "broken"
    with desk.store.read() as tx:
        state = accounts.state(tx, SHOP)
    assert state is not None
    assert state.state == "broken"


def test_everything_gone_asks_until_the_seller_says(desk: Desk) -> None:
    """The question stays until it is answered, and the answer is one command."""
    written = [desk.far.write(f"Question {number}") for number in range(25)]
    runner = desk.runner()
    runner.round()
    desk.far.gone.extend(place for message in written for place in message.places)
    desk.far.write("New question")

    first = runner.round()
    second = runner.round()
    accepted = runner.round(accept_gone=True)

    assert (first.state, first.new) == ("asking", 1)
    assert first.error is not None
    assert "25" in first.error
    assert (second.state, second.new) == ("asking", 0)
    assert (accepted.state, accepted.error) == ("ok", None)
    assert runner.round().state == "ok"
    runner.close()


def test_a_full_disk_is_told_as_such(desk: Desk) -> None:
    """Not the service's fault, and not a reason to stop for good."""
    runner = desk.runner()
    runner.round()
    desk.far.write("Question", text="long " * 100_000)
    with desk.store.read() as tx:
        pages = tx.sql.execute("PRAGMA page_count").fetchone()[0]
    with desk.store.write() as tx:
        tx.sql.execute(f"PRAGMA max_page_count = {pages}")

    result = runner.round()

    assert result.state == "broken"
    assert "room" in (result.error or "")
    with desk.store.write() as tx:
        tx.sql.execute("PRAGMA max_page_count = 1073741823")
    assert runner.round().new == 1
    runner.close()


@contextmanager
def running(runner: Runner) -> Iterator[threading.Thread]:
    """Let the runner run in a thread of its own, and stop it."""
    thread = threading.Thread(target=runner.run, daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        runner.stop()
        thread.join(5)
        assert not thread.is_alive()


def test_a_nudge_delivers_at_once(desk: Desk) -> None:
    """The reply is gone when the undo window is over, not when a minute is."""
    uid = desk.asked()
    runner = desk.runner()
    with running(runner):
        wait_until(lambda: len(desk.far.pulls) == 1, "the first round")
        desk.reply(uid)
        runner.nudge()

        wait_until(lambda: sum(desk.far.arrived.values()) == 1, "the reply", 3)


def test_a_request_is_answered_with_what_its_round_did(desk: Desk) -> None:
    """`inbox sync` beside a running screen tells what came in."""
    answers: queue.Queue[AccountResult] = queue.Queue()
    runner = desk.runner()
    with running(runner):
        wait_until(lambda: len(desk.far.pulls) == 1, "the first round")
        desk.far.write("Question")
        runner.request(Request(accept_gone=False, done=answers.put))

        assert answers.get(timeout=5) == AccountResult("shop", "ok", new=1)


def test_whoever_waits_when_the_engine_ends_is_answered(desk: Desk) -> None:
    """A command must never hang on an engine that leaves."""
    answers: queue.Queue[AccountResult] = queue.Queue()
    runner = desk.runner()
    runner.stop()
    runner.request(Request(accept_gone=False, done=answers.put))

    runner.run()

    assert answers.get_nowait().state == "offline"


def test_stopping_waits_for_nothing(desk: Desk) -> None:
    """Quitting the screen takes no second, although the account rests for a minute."""
    runner = desk.runner()
    with running(runner) as thread:
        wait_until(lambda: len(desk.far.pulls) == 1, "the first round")
        runner.stop()
        thread.join(2)

        assert not thread.is_alive()
    assert desk.connector.closed.is_set()


def test_a_reply_on_the_wire_is_not_cut_by_stopping(desk: Desk) -> None:
    """Closing the screen in the very moment of sending must not leave a reply unsure."""
    desk.reply(desk.asked())
    on_the_wire, go_on = threading.Event(), threading.Event()

    class Slow(FarConnector):
        """Takes its time with a reply."""

        def send(self, reply: Reply, leaving: Callable[[], None] = lambda: None) -> Receipt:
            """Take the reply when the test says so."""
            on_the_wire.set()
            assert go_on.wait(10)
            assert not self.closed.is_set()
            return super().send(reply, leaving)

    runner = desk.runner(lambda: Slow(desk.connector.account, desk.far))
    with running(runner):
        assert on_the_wire.wait(5)
        runner.stop()
        go_on.set()
    assert desk.item().state is Delivery.ACCEPTED


@pytest.mark.parametrize(("due_in", "expected"), [(4.0, 4.0), (-5.0, NOT_SOONER), (64.0, 60.0)])
def test_an_account_rests_until_the_next_reply_is_due(
    desk: Desk, due_in: float, expected: float
) -> None:
    """The end of an undo window ends the rest; one that cannot be acted on makes no hot loop."""
    uid = desk.asked()
    runner = desk.runner()
    runner.round()
    desk.reply(uid, delay=True)
    desk.watch.forward(10 - due_in)

    assert runner._seconds_to("ok") == expected
    runner.close()
