"""A scheduled answer leaves at its time, in time, and never past what the buyer wrote meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.contract import Temporary
from connectors.values import Direction, Place, RemoteId, Role
from inbox.core.model import Conversation, ConversationUid, Delivery, Held, OutboxItem, Schedule
from inbox.core.obligations import make_book
from inbox.core.scheduling import wish_of
from inbox.store import conversations, derive, drafts, outbox
from inbox.sync.engine import _moving
from inbox.triage import AlreadyLeft, MayHaveLeft, Triage
from inbox.view.outbox import left_since
from inbox.view.scheduling import delay_of
from inbox.view.strip import standing
from tests.sync.desk import DAY, Desk
from tests.sync.far_side import BUYER, US, Fate

HOUR = timedelta(hours=1)


@pytest.fixture
def question(desk: Desk) -> ConversationUid:
    """Return a conversation in which an answer is owed until 24 h from now."""
    desk.ingest(desk.far.write("Where is it?", accepted_at=desk.watch.now), mark='{"mails": [0]}')
    return desk.conversations()[-1]


def triage_of(desk: Desk) -> Triage:
    """Return the seller's verbs."""
    return Triage(desk.store, desk.book, desk.watch)


def schedule(desk: Desk, uid: ConversationUid, phrase: str) -> OutboxItem:
    """Schedule an answer."""
    now = conversation(desk, uid)
    return desk.reply(uid, when=wish_of(phrase, desk.watch(), None, None, now.due_at))


def conversation(desk: Desk, uid: ConversationUid) -> Conversation:
    """Return the conversation as it is."""
    with desk.store.read() as tx:
        return conversations.get(tx, uid)


def its_schedule(desk: Desk) -> Schedule:
    """Return the schedule of the only reply."""
    found = desk.item().schedule
    assert found is not None
    return found


def write_again(desk: Desk, text: str = "And one more thing") -> None:
    """Let the buyer write in the same conversation, a minute from now."""
    desk.watch.forward(60)
    asked = desk.far.mails[0].message_id
    desk.far.write("Re: Where is it?", text=text, accepted_at=desk.watch.now, in_reply_to=(asked,))


def round_of(desk: Desk) -> int:
    """Run one round as the engine does; return how many replies went out."""
    runner = desk.runner()
    result = runner.round()
    runner.close()
    return result.sent


def test_it_leaves_at_its_time_and_counts_only_then(desk: Desk, question: ConversationUid) -> None:
    """Until it left it stops no clock, however surely it is planned."""
    item = schedule(desk, question, "3h")
    planned = conversation(desk, question)

    before = round_of(desk)
    owed_before = desk.owed(question)
    desk.watch.forward(3 * 3600)
    after = round_of(desk)

    assert (planned.unsent, planned.leaves_at) == (Delivery.QUEUED, item.send_after)
    assert (before, owed_before) == (0, True)
    assert (after, desk.owed(question)) == (1, False)
    assert conversation(desk, question).leaves_at is None


def test_the_latest_instant_follows_the_due_instant(desk: Desk, question: ConversationUid) -> None:
    """The seller's promise was shortened meanwhile: the answer leaves in time for the new one."""
    due_at = conversation(desk, question).due_at
    assert due_at is not None
    first = schedule(desk, question, "23h 50m but at latest 30 min before due")

    shorter = replace(DAY, target=timedelta(hours=2))
    desk.book = make_book([shorter], desk.book.accounts.values())
    derive.refresh(desk.store, desk.book)
    soon = desk.item().send_after

    assert first.send_after == due_at - HOUR / 2
    assert soon == due_at - timedelta(hours=22, minutes=30)


def test_with_less_than_half_an_hour_left_it_goes_at_once(
    desk: Desk, question: ConversationUid
) -> None:
    """Waiting for the buyer's morning would make it late."""
    desk.watch.forward(23.75 * 3600)
    schedule(desk, question, "2h but at latest 30 min before due")

    assert round_of(desk) == 1


def test_what_goes_at_once_can_be_taken_back_like_any_other(
    desk: Desk, question: ConversationUid
) -> None:
    """The instant that it may not miss has passed; the seller's ten seconds have not."""
    desk.watch.forward(23.75 * 3600)
    due_at = conversation(desk, question).due_at
    wish = wish_of("2h but at latest 30 min before due", desk.watch(), None, None, due_at)

    item = desk.reply(question, when=wish, delay=True)

    assert item.send_after == desk.watch() + timedelta(seconds=10)


def test_their_new_words_hold_it_back_and_the_seller_lets_it_go(
    desk: Desk, question: ConversationUid
) -> None:
    """They may have cancelled: an answer written before that must not leave unread."""
    item = schedule(desk, question, "3h")
    desk.watch.forward(2 * 3600)
    write_again(desk)
    wrote_at = desk.watch.now
    desk.watch.forward(1.5 * 3600)

    held = round_of(desk)
    shown = conversation(desk, question)
    told = its_schedule(desk)
    with desk.store.read() as tx:
        (strip,) = standing(tx, desk.book, desk.watch()).accounts
    triage_of(desk).send_now(item.key)
    let_go = round_of(desk)

    assert held == 0
    assert (strip.stuck, strip.on_their_way) == (1, 0)
    assert (shown.held, told.held_at) == (Held.THEY_WROTE, wrote_at)
    assert (let_go, conversation(desk, question).held) == (1, None)


def test_held_back_it_leaves_half_an_hour_before_it_is_late(
    desk: Desk, question: ConversationUid
) -> None:
    """Nobody decided in time: an answer a little beside the point is better than a late one."""
    schedule(desk, question, "3h")
    write_again(desk)
    desk.watch.forward(23.4 * 3600)
    early = round_of(desk)
    desk.watch.forward(0.1 * 3600)

    assert (early, round_of(desk)) == (0, 1)


def test_an_answer_from_the_phone_holds_it_for_good(desk: Desk, question: ConversationUid) -> None:
    """Else the buyer gets two answers."""
    schedule(desk, question, "3h")
    desk.far.write(
        "Re: Where is it?",
        direction=Direction.OUT,
        sender=US,
        recipients=(BUYER,),
        accepted_at=desk.watch.now + HOUR,
        in_reply_to=(desk.far.mails[0].message_id,),
        remote_id=RemoteId("phone"),
        places=(Place("Sent", "1", "1", Role.SENT),),
    )
    desk.watch.forward(30 * 3600)

    assert round_of(desk) == 0
    assert (its_schedule(desk).held, its_schedule(desk).waits) == (Held.ANSWERED, True)
    assert conversation(desk, question).leaves_at is None


def test_another_time_is_the_sellers_word_on_what_held_it(
    desk: Desk, question: ConversationUid
) -> None:
    """Who chooses a new time has read what came."""
    item = schedule(desk, question, "3h")
    write_again(desk)
    desk.watch.forward(2 * 3600)
    round_of(desk)
    held = its_schedule(desk).held

    triage_of(desk).schedule(item.key, wish_of("2h", desk.watch(), None, None, None))
    early = round_of(desk)
    desk.watch.forward(2 * 3600)

    assert (held, its_schedule(desk).held) == (Held.THEY_WROTE, None)
    assert (early, round_of(desk)) == (0, 1)


def test_what_came_while_nobody_ran_is_read_before_it_leaves(
    desk: Desk, question: ConversationUid
) -> None:
    """The engine was off over night: the buyer's word of midnight holds the answer of six."""
    schedule(desk, question, "6h")
    desk.watch.forward(3600)
    write_again(desk, "Please cancel")
    desk.watch.forward(7 * 3600)

    assert round_of(desk) == 0
    assert its_schedule(desk).held is Held.THEY_WROTE


def test_where_the_mail_cannot_be_read_it_leaves_all_the_same(
    desk: Desk, question: ConversationUid
) -> None:
    """A broken IMAP server must not make an answer late that SMTP would have taken."""
    schedule(desk, question, "3h")
    desk.watch.forward(4 * 3600)
    desk.far.pull_fates.append(Temporary("the line is dead"))

    assert round_of(desk) == 1


def test_a_failed_attempt_keeps_its_schedule(desk: Desk, question: ConversationUid) -> None:
    """And what they write before the next attempt holds it."""
    schedule(desk, question, "3h")
    desk.watch.forward(3 * 3600)
    desk.far.fates.append(Fate.BUSY_BEFORE)
    round_of(desk)
    failed = desk.item()
    write_again(desk)
    desk.watch.forward(3600)
    round_of(desk)

    assert (failed.state, failed.attempts) == (Delivery.QUEUED, 1)
    assert its_schedule(desk).held is Held.THEY_WROTE
    assert not desk.far.arrived


def test_edited_it_is_out_of_the_outbox_and_its_words_are_the_draft(
    desk: Desk, question: ConversationUid
) -> None:
    """Between the engine's look and its sending: then too it is edited, or sent, never both."""
    item = schedule(desk, question, "3h")
    desk.watch.forward(3 * 3600)
    deliverer = desk.deliverer()
    found = deliverer._next(set(), only_send=False)
    assert found is not None

    edited = triage_of(desk).edit(item.key)
    deliverer._act(found, only_send=False)

    assert edited == question
    assert not desk.far.arrived
    with desk.store.read() as tx:
        assert outbox.every(tx) == []
        draft = drafts.get(tx, question)
    assert draft is not None
    assert draft.text == "On its way."


def test_the_words_of_another_draft_stay_beside_those_taken_back(
    desk: Desk, question: ConversationUid
) -> None:
    """The seller began a second answer: taking the first back must lose neither."""
    item = desk.reply(question, when=wish_of("3h", desk.watch()), after={"tag": "sent"})
    triage = triage_of(desk)
    triage.save_draft(question, "Or rather: tomorrow.", after={"done": "true"})

    triage.edit(item.key)

    draft = triage.draft(question)
    assert draft is not None
    assert draft.text == "Or rather: tomorrow.\n\nOn its way."
    assert draft.after == {"done": "true", "tag": "sent"}


@pytest.mark.parametrize("verb", ["edit", "send_now"])
def test_what_may_be_out_is_not_written_anew(
    desk: Desk, question: ConversationUid, verb: str
) -> None:
    """The buyer would read it twice; first the seller says what became of it."""
    desk.far.fates.append(Fate.CUT_TAKEN)
    desk.far.can_tell = False
    item = desk.reply(question)
    desk.deliverer().deliver()
    unsure = desk.item().state

    with pytest.raises(MayHaveLeft):
        getattr(triage_of(desk), verb)(item.key)
    assert unsure is Delivery.UNSURE


def test_what_has_left_is_not_scheduled(desk: Desk, question: ConversationUid) -> None:
    """A time for it would be a lie."""
    item = desk.reply(question)
    desk.deliverer().deliver()

    with pytest.raises(AlreadyLeft):
        triage_of(desk).schedule(item.key, wish_of("2h", desk.watch()))


def test_a_refused_one_is_written_anew(desk: Desk, question: ConversationUid) -> None:
    """What the service would not take is mended, not typed again."""
    desk.far.fates.append(Fate.REFUSED)
    item = desk.reply(question)
    desk.deliverer().deliver()
    refused = desk.item().state

    triage_of(desk).edit(item.key)

    assert refused is Delivery.REFUSED
    assert conversation(desk, question).unsent is None


def test_a_refused_one_that_is_sent_again_waits_for_nothing(
    desk: Desk, question: ConversationUid
) -> None:
    """Whoever says "send it again" has seen what came in: its old time holds it no more."""
    desk.far.fates.append(Fate.REFUSED)
    item = schedule(desk, question, "1h")
    desk.watch.forward(3600)
    round_of(desk)
    refused = desk.item().state
    write_again(desk)
    round_of(desk)

    triage_of(desk).retry(item.key)

    assert refused is Delivery.REFUSED
    assert round_of(desk) == 1


def test_undo_takes_a_scheduled_one_back(desk: Desk, question: ConversationUid) -> None:
    """However far away its time is."""
    schedule(desk, question, "3h")
    desk.watch.forward(3600)

    undone = triage_of(desk).undo()

    assert undone is not None
    assert undone.withdrawn is not None
    assert conversation(desk, question).leaves_at is None


def test_an_engine_that_nobody_needs_does_not_stay_for_tomorrow(
    desk: Desk, question: ConversationUid
) -> None:
    """A closed screen's engine ends though an answer waits for its time; it waits for undo only."""
    schedule(desk, question, "3h")
    planned = desk.item()
    at_its_time = _moving(planned, planned.send_after)

    assert (_moving(planned, desk.watch()), at_its_time) == (False, True)


def test_what_left_long_after_its_time_says_so(desk: Desk, question: ConversationUid) -> None:
    """Nothing ran over night: the seller learns that the answer went out later than planned."""
    schedule(desk, question, "3h")
    desk.watch.forward(5 * 3600)
    began = desk.far.now = desk.watch.now
    round_of(desk)

    with desk.store.read() as tx:
        (row,) = left_since(tx, desk.book, began)
        later = left_since(tx, desk.book, began + HOUR)
    said = delay_of(row.schedule, row.send_after, row.accepted_at, lambda at: f"{at:%H:%M}")
    assert said == "It was to leave 15:00 and left 17:00: no inbox ran, or no line."
    assert later == ()
