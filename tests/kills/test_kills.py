"""kill -9 at every named step, of the process and of its group, against real mail servers.

What is asserted is read from the far side: the server's files and the
envelopes that reached the buyer's side.
"""

from __future__ import annotations

import json
import signal
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from connectors.steps import STEPS
from tests.fakes.ports import wait_until
from tests.kills.seller import ACCEPTED_AT, Seller

QUICK = (("send.accepted_by_service", "group"),)
"""What the default suite tries; the slow one tries all."""

DOUBTFUL = {"send.leaving", "send.accepted_by_service", "send.before_accepted_commit"}
"""Steps after which nobody can tell: plain mail has no way to ask what became of it."""


def live_a_day(seller: Seller, step: str, whom: str) -> None:
    """Sync, answer and send, killed once at the step."""
    if step.startswith("ingest"):
        seller.killed("sync", "--json", at=step, whom=whom)
        return
    assert seller.sync()["state"] == "ok"
    if step.startswith("reply"):
        seller.answer(kill_at=step, whom=whom)
        return
    seller.answer()
    seller.killed("sync", "--json", at=step, whom=whom)


def go_on(seller: Seller) -> None:
    """Start again, finish what was begun, and once more for good measure."""
    assert seller.sync()["state"] == "ok"
    if seller.delivery() is None:
        seller.answer()
    assert seller.sync()["state"] == "ok"
    last = seller.sync()
    assert (last["state"], last["new"], last["sent"]) == ("ok", 0, 0)


def assert_all_is_well(seller: Seller, step: str) -> None:
    """Look at the far side: everything once, or left to the seller; and the store is whole."""
    about_the_store = [
        (finding["severity"], finding["said"])
        for finding in seller.json("doctor")["findings"]
        if finding["about"] == "store"
    ]
    assert about_the_store == [("ok", "The store is whole.")]
    question = seller.question()
    due_at = datetime.fromisoformat(question["due_at"]) if question["due_at"] else None
    if seller.delivery() == "unsure":
        assert step in DOUBTFUL
        assert seller.unsure()
        assert len(seller.arrived()) <= 1
        assert question["owed"]
        assert due_at == ACCEPTED_AT + timedelta(hours=24)
        return
    (envelope,) = seller.arrived()
    (copy,) = seller.sent_copies()
    assert seller.delivery() == "accepted"
    assert not question["owed"]
    assert envelope.rcpt_tos == ("anna@buyers.example",)
    assert copy["Message-ID"].encode() in envelope.content
    assert copy["In-Reply-To"] == f"<question.{seller.user}@buyers.example>"
    assert "R" in seller.dovecot.files(seller.user)[0].name.rpartition(",")[2]


def assert_due_as_in_new_york(seller: Seller) -> None:
    """The question is there once, due by the server's clock, told in the machine's zone."""
    done = seller.run("list", "--json")
    (question,) = json.loads(done.stdout)
    due_at = datetime.fromisoformat(question["due_at"])
    expected = ACCEPTED_AT + timedelta(hours=24)
    assert due_at == expected
    assert due_at.utcoffset() == expected.astimezone(ZoneInfo("America/New_York")).utcoffset()


def test_the_list_tells_when_an_answer_is_due_in_the_machines_zone(seller: Seller) -> None:
    """A seller in New York reads New York's time; the buyer's clock counts for nothing."""
    assert seller.sync()["new"] == 1

    assert_due_as_in_new_york(seller)


@pytest.mark.slow
def test_every_step_is_really_passed_by_the_real_commands(seller: Seller) -> None:
    """A kill at a step that no command reaches would prove nothing."""
    go_on(seller)

    assert set(seller.log.read_text("ascii").split()) == set(STEPS)
    assert_all_is_well(seller, "")


@pytest.mark.parametrize(("step", "whom"), QUICK)
def test_a_kill_loses_nothing_and_sends_nothing_twice(seller: Seller, step: str, whom: str) -> None:
    """The power fails in the worst moment; the next start puts everything right."""
    live_a_day(seller, step, whom)
    go_on(seller)

    assert_all_is_well(seller, step)


@pytest.mark.slow
@pytest.mark.parametrize("whom", ["self", "group"])
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_loses_nothing_and_sends_nothing_twice(
    seller: Seller, step: str, whom: str
) -> None:
    """Every step, the process alone and with all its children."""
    live_a_day(seller, step, whom)
    go_on(seller)

    assert_all_is_well(seller, step)


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_the_same_while_the_servers_are_away(seller: Seller, step: str) -> None:
    """The network fails together with the power: offline is told, then all ends well."""
    live_a_day(seller, step, "group")
    seller.dovecot.stop()
    seller.smtp.stop()
    try:
        away = seller.sync()
        assert (away["state"], away["sent"]) == ("offline", 0)
        assert away["error"]
    finally:
        seller.smtp.start()
        seller.dovecot.start_again()
    go_on(seller)

    assert_all_is_well(seller, step)


@pytest.mark.slow
def test_offline_keeps_the_reply_and_sends_it_when_the_line_is_back(seller: Seller) -> None:
    """An answer written on the train goes out at home, once."""
    seller.sync()
    seller.dovecot.stop()
    seller.smtp.stop()
    try:
        seller.answer()
        assert seller.sync()["state"] == "offline"
        assert seller.delivery() == "queued"
        assert seller.question()["owed"]
    finally:
        seller.smtp.start()
        seller.dovecot.start_again()
    go_on(seller)

    assert_all_is_well(seller, "")


@pytest.mark.slow
def test_an_engine_killed_while_sending_is_followed_by_one_that_looks_first(
    seller: Seller,
) -> None:
    """The same for the engine behind a screen: nudged, killed, started again."""
    seller.sync()
    engine = seller.start("sync", "--watch", kill_at="send.before_leaving")
    wait_until((seller.home / "run" / "link").exists, "the engine", 20)
    seller.answer()
    assert engine.wait(20) == -signal.SIGKILL
    assert not seller.arrived()

    second = seller.start("sync", "--watch")
    wait_until(lambda: len(seller.arrived()) == 1, "the reply", 20)
    wait_until(lambda: len(seller.sent_copies()) == 1, "its copy in Sent", 20)
    second.send_signal(signal.SIGTERM)
    assert second.wait(10) == 0
    go_on(seller)
    assert_all_is_well(seller, "")
