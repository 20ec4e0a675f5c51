"""Each reply once: what becomes of an item for everything a service may do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.contract import LoginRefused, Rejected, Temporary, Unsure
from inbox.core.model import ConversationUid, Delivery, Verb
from inbox.store import conversations, journal, messages
from inbox.sync.settling import PATIENCE, PATIENCE_WITH_FAULTS
from inbox.triage import Triage
from tests.store.making import stored_counts
from tests.sync.desk import SHOP, Desk
from tests.sync.far_side import Fate


@pytest.fixture
def question(desk: Desk) -> ConversationUid:
    """Return a conversation in which an answer is owed."""
    return desk.asked()


def test_a_reply_reaches_the_buyer_once_and_stops_the_clock(
    desk: Desk, question: ConversationUid
) -> None:
    """The main job: answered is answered."""
    item = desk.reply(question)
    assert desk.owed(question)

    assert desk.deliverer().deliver() == 1

    assert desk.far.arrived == {item.key: 1}
    assert desk.far.sent_folder == {item.key: 1}
    assert (desk.item().state, desk.item().settled) == (Delivery.ACCEPTED, True)
    assert desk.delivery() is Delivery.ACCEPTED
    assert not desk.owed(question)


def test_a_second_run_changes_nothing(desk: Desk, question: ConversationUid) -> None:
    """Whoever runs `inbox sync` twice must not write to the buyer twice."""
    desk.reply(question)
    desk.deliverer().deliver()
    before = desk.store.revision()

    assert desk.deliverer().deliver() == 0
    assert desk.store.revision() == before


def test_nothing_leaves_within_the_undo_window(desk: Desk, question: ConversationUid) -> None:
    """The seller has ten seconds to take it back."""
    desk.reply(question, delay=True)
    assert desk.deliverer().deliver() == 0

    desk.watch.forward(10)

    assert desk.deliverer().deliver() == 1


def test_a_reply_withdrawn_at_the_last_moment_does_not_leave(
    desk: Desk, question: ConversationUid
) -> None:
    """Undo may be pressed between the look at the outbox and the sending."""
    item = desk.reply(question)
    deliverer = desk.deliverer()
    triage = Triage(desk.store, desk.book, desk.watch)

    def withdraw() -> bool:
        triage.cancel(item.key)
        deliverer.stopped = lambda: False
        return False

    found = deliverer._next(set(), only_send=False)
    assert found is not None
    withdraw()
    deliverer._act(found, only_send=False)

    assert not desk.far.arrived


def test_a_busy_service_is_asked_again_later_and_later(
    desk: Desk, question: ConversationUid
) -> None:
    """Not answered at all is as bad as twice: it goes on trying, without hammering."""
    desk.reply(question)
    desk.far.fates.extend([Fate.BUSY_BEFORE, Fate.BUSY_AFTER, Fate.TAKEN])
    deliverer = desk.deliverer()

    assert deliverer.deliver() == 0
    first = desk.item()
    assert (first.state, first.attempts, first.error) == (Delivery.QUEUED, 1, "try later")
    assert first.next_attempt_at == desk.watch() + timedelta(seconds=10)
    assert deliverer.deliver() == 0
    desk.watch.forward(10)
    assert deliverer.deliver() == 0
    assert desk.item().next_attempt_at == desk.watch() + timedelta(seconds=20)
    desk.watch.forward(20)

    assert deliverer.deliver() == 1
    assert desk.item().error == ""
    assert sum(desk.far.arrived.values()) == 1


def test_what_a_service_asks_to_wait_is_waited(desk: Desk, question: ConversationUid) -> None:
    """Retry-After is obeyed, also when the seller is in a hurry: else we are locked out."""
    desk.reply(question)
    desk.far.fates.append(Fate.BUSY_BEFORE)
    desk.far.busy_for = 300.0
    deliverer = desk.deliverer()
    deliverer.deliver()

    deliverer.hurry()
    desk.watch.forward(299)

    assert deliverer.deliver() == 0
    desk.watch.forward(3)
    assert deliverer.deliver() == 1


def test_a_hurry_ends_our_own_waiting(desk: Desk, question: ConversationUid) -> None:
    """Also once the wait that a service asked for is over: nobody waits a quarter of an hour."""
    desk.reply(question)
    desk.far.fates.extend([Fate.BUSY_BEFORE, Fate.BUSY_BEFORE])
    desk.far.busy_for = 10.0
    deliverer = desk.deliverer()
    deliverer.deliver()
    desk.watch.forward(20)
    desk.far.busy_for = None
    assert deliverer.deliver() == 0

    deliverer.hurry()

    assert deliverer.deliver() == 1


def test_a_refused_reply_is_told_and_never_tried_again(
    desk: Desk, question: ConversationUid
) -> None:
    """The buyer's address does not exist: the seller must know, the clock runs on."""
    desk.reply(question)
    desk.far.fates.append(Fate.REFUSED)
    deliverer = desk.deliverer()

    assert deliverer.deliver() == 0
    desk.watch.forward(10_000)
    assert deliverer.deliver() == 0

    item = desk.item()
    assert (item.state, item.error, item.left) == (Delivery.REFUSED, "no such buyer", False)
    assert desk.delivery() is Delivery.REFUSED
    assert desk.owed(question)
    with desk.store.read() as tx:
        assert conversations.get(tx, question).unsent is Delivery.REFUSED


def test_a_refused_login_leaves_the_reply_queued(desk: Desk, question: ConversationUid) -> None:
    """A changed password must cost no reply."""
    desk.reply(question)
    desk.far.fates.append(Fate.LOGIN)

    with pytest.raises(LoginRefused):
        desk.deliverer().deliver()

    assert (desk.item().state, desk.item().left) == (Delivery.QUEUED, False)
    assert desk.deliverer().deliver() == 1


@pytest.mark.parametrize("fate", [Fate.CUT_TAKEN, Fate.CUT_LOST])
def test_after_a_cut_the_service_is_asked_what_became_of_it(
    desk: Desk, question: ConversationUid, fate: Fate
) -> None:
    """Where the service can tell, the seller need not be asked, and nothing goes twice."""
    desk.reply(question)
    desk.far.fates.append(fate)
    deliverer = desk.deliverer()
    deliverer.deliver()
    desk.watch.forward(10)
    deliverer.deliver()

    assert desk.item().state is Delivery.ACCEPTED
    assert sum(desk.far.arrived.values()) == 1


@pytest.mark.parametrize("fate", [Fate.CUT_TAKEN, Fate.CUT_LOST, Fate.CUT_UNTOLD])
def test_what_nobody_can_tell_is_left_to_the_seller(
    desk: Desk, question: ConversationUid, fate: Fate
) -> None:
    """A second copy can never be taken back: the seller decides."""
    item = desk.reply(question)
    desk.far.fates.append(fate)
    desk.far.can_tell = False
    deliverer = desk.deliverer()
    for _ in range(5):
        deliverer.deliver()
        desk.watch.forward(1000)

    assert desk.item().state is Delivery.UNSURE
    assert desk.item().error == "the service cannot tell"
    assert sum(desk.far.arrived.values()) <= 1
    assert desk.owed(question)

    Triage(desk.store, desk.book, desk.watch).retry(item.key)
    assert deliverer.deliver() == 1


@pytest.mark.parametrize(
    ("fate", "asked_for", "wait"), [(Fate.CUT_TAKEN, None, 10), (Fate.CUT_UNTOLD, 300.0, 301)]
)
def test_a_look_over_a_dead_line_is_repeated(
    desk: Desk, question: ConversationUid, fate: Fate, asked_for: float | None, wait: int
) -> None:
    """Not being able to ask is no answer: the reply stays as it is until somebody can tell."""
    desk.reply(question)
    desk.far.fates.append(fate)
    desk.far.look_fates.append(Temporary("no line", asked_for))
    deliverer = desk.deliverer()
    deliverer.deliver()
    desk.watch.forward(wait - 5)
    deliverer.deliver()
    assert (desk.item().state, desk.item().left) == (Delivery.SENDING, True)

    desk.watch.forward(5)
    deliverer.deliver()

    assert desk.item().state is Delivery.ACCEPTED
    assert sum(desk.far.arrived.values()) == 1


def test_between_batches_nothing_is_looked_for_or_settled(
    desk: Desk, question: ConversationUid
) -> None:
    """Looking would select another folder under a running pull."""
    desk.reply(question)
    desk.far.fates.append(Fate.CUT_TAKEN)
    deliverer = desk.deliverer()

    deliverer.deliver(only_send=True)
    assert (desk.item().state, desk.item().left) == (Delivery.SENDING, True)
    deliverer.deliver(only_send=True)
    assert desk.item().state is Delivery.SENDING
    deliverer.deliver()

    assert (desk.item().state, desk.item().settled) == (Delivery.ACCEPTED, True)
    assert sum(desk.far.arrived.values()) == 1


@pytest.mark.parametrize("fate", [Fate.BUG_BEFORE, Fate.BUG_AFTER])
def test_a_bug_in_a_connector_sends_nothing_twice(
    desk: Desk, question: ConversationUid, fate: Fate
) -> None:
    """A stranger's plugin may raise anything at any moment."""
    desk.reply(question)
    desk.far.fates.append(fate)
    deliverer = desk.deliverer()

    with pytest.raises(KeyError):
        deliverer.deliver()
    desk.watch.forward(10)
    deliverer.deliver()
    desk.watch.forward(10)
    deliverer.deliver()

    assert desk.item().state is Delivery.ACCEPTED
    assert sum(desk.far.arrived.values()) == 1


def test_an_engine_that_ends_begins_nothing_new(desk: Desk, question: ConversationUid) -> None:
    """Quitting is quick; what waits goes out next time."""
    desk.reply(question)
    deliverer = desk.deliverer()
    deliverer.stopped = lambda: True

    assert deliverer.deliver() == 0
    assert desk.item().state is Delivery.QUEUED


def test_what_a_canned_response_asked_for_happens_after_acceptance(
    desk: Desk, question: ConversationUid
) -> None:
    """Done is done only once the buyer has the answer, also where the service's clock is ahead."""
    desk.far.now = desk.watch() + timedelta(minutes=5)
    desk.reply(question, after={"done": "true", "tag": "parcel, late"})
    desk.far.fates.append(Fate.BUSY_BEFORE)
    deliverer = desk.deliverer()
    deliverer.deliver()
    with desk.store.read() as tx:
        assert conversations.get(tx, question).done_at is None

    deliverer.hurry()
    deliverer.deliver()

    with desk.store.read() as tx:
        conversation = conversations.get(tx, question)
        facts = journal.of_conversation(tx, question)
    assert conversation.done_at == desk.far.now
    assert set(conversation.tags) == {"late", "parcel"}
    after = [fact for fact in facts if fact.verb is not Verb.REPLY]
    assert len({fact.group for fact in after}) == 1


@pytest.mark.parametrize("again", [False, True])
def test_a_canned_response_puts_off_until_they_write(
    desk: Desk, question: ConversationUid, *, again: bool
) -> None:
    """What they wrote while the answer waited was not seen: it is not put off with it."""
    desk.reply(question, after={"snooze": "3d"})
    desk.watch.forward(60)
    if again:
        more = desk.far.write(
            "Re: more", accepted_at=desk.watch(), in_reply_to=("m0@buyers.example",)
        )
        desk.ingest(more)
        desk.watch.forward(60)

    desk.deliverer().deliver()

    with desk.store.read() as tx:
        until = conversations.get(tx, question).snoozed_until
    assert until == (None if again else desk.watch() + timedelta(days=3))


def test_settling_never_sends(desk: Desk, question: ConversationUid) -> None:
    """A full Sent folder is no reason for a second copy at the buyer."""
    desk.reply(question)
    desk.far.settle_fates.extend([Temporary("no line"), Temporary("no line")])
    deliverer = desk.deliverer()
    sent = deliverer.deliver()
    assert (desk.item().state, desk.item().settled) == (Delivery.ACCEPTED, False)
    for _ in range(3):
        desk.watch.forward(1000)
        sent += deliverer.deliver()

    assert (sent, desk.item().settled) == (1, True)
    assert sum(desk.far.arrived.values()) == 1
    assert sum(desk.far.sent_folder.values()) == 1


@pytest.mark.parametrize(
    ("failure", "times"),
    [
        (Temporary("no line"), PATIENCE),
        (Unsure("who knows"), PATIENCE_WITH_FAULTS),
        (KeyError("what a buyer wrote"), PATIENCE_WITH_FAULTS),
        (Rejected("Sent is full"), 1),
    ],
)
def test_settling_ends_and_says_so_once(
    desk: Desk, question: ConversationUid, failure: Exception, times: int
) -> None:
    """An attempt that can never work must not be made for ever."""
    desk.reply(question)
    desk.far.settle_fates.extend([failure] * 100)
    deliverer = desk.deliverer()
    for _ in range(60):
        deliverer.deliver()
        desk.watch.forward(1000)

    assert 100 - len(desk.far.settle_fates) == times
    item = desk.item()
    assert (item.state, item.settled) == (Delivery.ACCEPTED, True)
    assert item.error == ("KeyError" if isinstance(failure, KeyError) else str(failure))


def test_replies_go_out_in_the_order_they_were_written(
    desk: Desk, question: ConversationUid
) -> None:
    """A buyer who gets two mails reads them in the order the seller wrote them."""
    first = desk.reply(question, "One.")
    desk.watch.forward(1)
    second = desk.reply(question, "Two.")

    assert desk.deliverer().deliver() == 2
    assert list(desk.far.arrived) == [first.key, second.key]


def test_one_refused_reply_holds_up_no_other(desk: Desk, question: ConversationUid) -> None:
    """One buyer's full mailbox must not cost another buyer the answer."""
    desk.reply(question, "One.")
    desk.watch.forward(1)
    second = desk.reply(question, "Two.")
    desk.far.fates.append(Fate.REFUSED)

    assert desk.deliverer().deliver() == 1
    assert desk.far.arrived == {second.key: 1}


def test_the_sent_copy_that_comes_back_is_the_same_message(
    desk: Desk, question: ConversationUid
) -> None:
    """The conversation shows one answer, not the seller's and the service's."""
    desk.reply(question)
    desk.deliverer().deliver()

    counts = desk.ingest(desk.far.mails[-1], mark="2")

    assert counts.new == 0
    with desk.store.read() as tx:
        assert len(messages.heads(tx, question)) == 2
        assert stored_counts(tx, SHOP)[1] == 1


def test_a_copy_in_sent_settles_what_was_unsure(desk: Desk, question: ConversationUid) -> None:
    """A provider that saves by itself answers the question that the cut line left open."""
    item = desk.reply(question)
    desk.far.fates.append(Fate.CUT_TAKEN)
    desk.far.can_tell = False
    desk.deliverer().deliver()
    assert desk.item().state is Delivery.UNSURE

    desk.far.keep_in_sent(item.reply)
    desk.ingest(desk.far.mails[-1], mark="2")

    assert desk.item().state is Delivery.ACCEPTED
    assert desk.delivery() is Delivery.ACCEPTED
    assert not desk.owed(question)
