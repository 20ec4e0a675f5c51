"""What comes in is stored clean, once, with its checkpoint, and nothing is hidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors import steps
from connectors.values import (
    Attachment,
    Direction,
    FlagChange,
    Message,
    Party,
    Place,
    Quarantined,
    RemoteId,
    ReplyKey,
    Role,
)
from inbox.core.query import Query, Term
from inbox.store import accounts, conversations, held_back, messages
from inbox.sync.cleaning import cleaned, cleaned_reason
from inbox.sync.ingest import OURS
from tests.sync.desk import SHOP, Desk, PowerCut
from tests.sync.far_side import NOON

EVIL = "\x1b]52;c;ZXZpbA==\x07\x9b31m\u202egpj.exe\x00"


def test_a_batch_is_stored_with_its_checkpoint(desk: Desk) -> None:
    """Never the one without the other: that is how nothing is lost and nothing comes twice."""
    counts = desk.ingest(desk.far.write("One"), desk.far.write("Two"), mark="here")

    assert (counts.new, counts.quarantined, counts.vanished) == (2, 0, 0)
    assert desk.checkpoint() == "here"
    assert len(desk.conversations()) == 2
    assert all(desk.owed(uid) for uid in desk.conversations())


def test_the_same_batch_again_changes_nothing_new(desk: Desk) -> None:
    """A kill before the service heard of our checkpoint brings everything again."""
    message = desk.far.write("One")
    desk.ingest(message)

    assert desk.ingest(message).new == 0
    assert len(desk.conversations()) == 1


@pytest.mark.parametrize("step", ["ingest.begun", "ingest.before_commit"])
def test_a_power_cut_in_the_middle_leaves_all_as_it_was(desk: Desk, step: str) -> None:
    """Half a batch with a whole checkpoint would lose the other half for ever."""

    def cut(name: str) -> None:
        if name == step:
            raise PowerCut

    message = desk.far.write("One")
    steps.hook = cut
    with pytest.raises(PowerCut):
        desk.ingest(message)
    desk.power_back()

    assert desk.checkpoint() is None
    assert desk.conversations() == []
    assert desk.ingest(message).new == 1


def hostile() -> Message:
    """Return a message with a hostile string in every field that has one."""
    party = Party(f"name{EVIL}", f"a{EVIL}@b.example")
    return Message(
        remote_id=RemoteId("r"),
        direction=Direction.IN,
        accepted_at=NOON,
        sender=party,
        recipients=(party,),
        reply_to=(party,),
        subject=f"subject\n{EVIL}",
        text=f"text\n{EVIL}",
        html=f"<p>{EVIL}</p>",
        attachments=(Attachment("2", f"file{EVIL}", f"text/{EVIL}", 3),),
        message_id=f"id{EVIL}",
        in_reply_to=(f"id{EVIL}",),
        references=(f"id{EVIL}",),
        key=ReplyKey(f"key{EVIL}"),
        service=f"service{EVIL}",
        conversation_ref=f"ref{EVIL}",
        buyer_ref=f"ref{EVIL}",
        order_ref=f"ref{EVIL}",
        source=EVIL.encode(),
    )


def test_every_string_of_a_stranger_is_cleaned() -> None:
    """One forgotten field is enough to take over the seller's terminal."""
    shown = repr(replace(cleaned(hostile()), source=None))

    for character in ("\\x1b", "\\x9b", "\\u202e", "\\x00", "\\x07"):
        assert character not in shown
    assert "\n" not in cleaned(hostile()).subject
    assert "\n" in cleaned(hostile()).text


def test_the_source_stays_as_it_came() -> None:
    """It is evidence, and nothing that is shown."""
    assert cleaned(hostile()).source == EVIL.encode()


def test_a_reason_is_cleaned_too(desk: Desk) -> None:
    """It quotes what could not be read."""
    place = Place("INBOX", "1", "9", Role.INBOX)

    assert "\x1b" not in cleaned_reason(Quarantined(place, EVIL, b"raw")).reason
    assert desk.ingest(quarantined=(Quarantined(place, EVIL, b"raw"),)).quarantined == 1
    assert desk.ingest(quarantined=(Quarantined(place, EVIL, b"raw"),)).quarantined == 0


def test_a_poisoned_message_is_put_aside_and_those_behind_it_come_in(desk: Desk) -> None:
    """One broken mail must not stop the whole inbox."""
    first, last = desk.far.write("First"), desk.far.write("Last")
    # No instant of SQLite's, whatever a connector says.
    poisoned = desk.far.write("Poison", accepted_at="yesterday")

    counts = desk.ingest(first, poisoned, last, mark="after")

    assert (counts.new, counts.quarantined) == (2, 1)
    assert len(desk.conversations()) == 2
    assert desk.checkpoint() == "after"
    with desk.store.read() as tx:
        (aside,) = held_back.every(tx, SHOP)
        assert held_back.source(tx, aside.uid) == poisoned.source


def test_a_fault_of_ours_does_not_put_a_whole_mailbox_aside(desk: Desk) -> None:
    """If nothing at all can be stored it is the store, not the mail: say so and try again later."""
    all_broken = [desk.far.write(f"Mail {n}", accepted_at="yesterday") for n in range(OURS)]

    with pytest.raises(TypeError):
        desk.ingest(*all_broken, mark="after")

    assert desk.checkpoint() is None
    with desk.store.read() as tx:
        assert held_back.every(tx, SHOP) == []


def test_marks_and_gone_messages_are_noted(desk: Desk) -> None:
    """Read on the phone is read; deleted on the phone is still owed."""
    message = desk.far.write("One")
    desk.ingest(message)
    (uid,) = desk.conversations()
    desk.ingest(changes=(FlagChange(message.places[0], seen=True, answered=False),))
    with desk.store.read() as tx:
        assert not conversations.get(tx, uid).unread

    desk.ingest(gone=message.places)

    with desk.store.read() as tx:
        assert messages.heads(tx, uid)[0].gone_at == desk.watch()
    assert desk.owed(uid)


def test_a_new_message_behind_a_long_pull_shows_how_much_remains(desk: Desk) -> None:
    """A first sync of a big mailbox shows that it moves."""
    desk.ingest(desk.far.write("One"), remaining=4000)

    with desk.store.read() as tx:
        state = accounts.state(tx, SHOP)
    assert state is not None
    assert (state.state, state.remaining) == ("syncing", 4000)


class TestEverythingGone:
    """A service that says that everything is gone is asked about, not believed."""

    @staticmethod
    def filled(desk: Desk, count: int) -> list[Message]:
        """Return so many messages, stored."""
        written = [desk.far.write(f"Question {number}") for number in range(count)]
        desk.ingest(*written, mark="full")
        return written

    @staticmethod
    def gone(desk: Desk) -> int:
        """Return how many messages are noted as gone."""
        with desk.store.read() as tx:
            heads = [head for uid in desk.conversations() for head in messages.heads(tx, uid)]
        return sum(head.gone_at is not None for head in heads)

    def test_it_is_not_believed(self, desk: Desk) -> None:
        """A server restored from nothing must not turn the inbox into history."""
        written = self.filled(desk, 20)
        places = tuple(place for message in written for place in message.places)

        counts = desk.ingest(gone=places, mark="empty")

        assert counts.vanished == 20
        assert self.gone(desk) == 0
        assert desk.checkpoint() == "full"

    def test_another_epoch_alone_is_not_believed(self, desk: Desk) -> None:
        """Every place void and nothing instead is the same as everything gone."""
        self.filled(desk, 20)

        assert desk.ingest(lapsed=(("INBOX", "1"),), mark="empty").vanished == 20
        assert self.gone(desk) == 0

    def test_what_came_in_with_it_is_still_shown(self, desk: Desk) -> None:
        """While the seller is asked, a new question must not lie unseen."""
        written = self.filled(desk, 20)
        places = tuple(place for message in written for place in message.places)

        counts = desk.ingest(desk.far.write("New"), gone=places, mark="empty")

        assert (counts.new, counts.vanished) == (1, 20)
        assert self.gone(desk) == 0
        assert desk.checkpoint() == "full"

    def test_a_mail_that_came_just_before_does_not_vouch_for_the_rest(self, desk: Desk) -> None:
        """The first mail into an emptied mailbox must not make its emptying look harmless."""
        written = self.filled(desk, 20)
        places = tuple(place for message in written for place in message.places)
        desk.ingest(desk.far.write("New"), mark="first batch")

        assert desk.ingest(gone=places, mark="second batch", newly=1).vanished == 20
        assert self.gone(desk) == 0

    def test_the_rest_of_that_pull_is_held(self, desk: Desk) -> None:
        """A later batch's checkpoint would make the question forgotten."""
        self.filled(desk, 20)

        counts = desk.ingest(desk.far.write("New"), mark="later", hold=True)

        assert counts.new == 1
        assert desk.checkpoint() == "full"

    def test_the_seller_may_say_that_it_is_right(self, desk: Desk) -> None:
        """They emptied the mailbox themselves: nothing is hidden, but nothing nags."""
        written = self.filled(desk, 20)
        places = tuple(place for message in written for place in message.places)

        assert desk.ingest(gone=places, mark="empty", accept_gone=True).vanished == 0
        assert self.gone(desk) == 20
        assert len(desk.conversations()) == 20
        assert desk.checkpoint() == "empty"

    def test_a_few_may_go_all_at_once(self, desk: Desk) -> None:
        """A seller with three mails deletes three mails."""
        written = self.filled(desk, 19)
        places = tuple(place for message in written for place in message.places)

        assert desk.ingest(gone=places, mark="empty").vanished == 0
        assert self.gone(desk) == 19

    def test_all_but_one_may_go(self, desk: Desk) -> None:
        """Tidying up is no catastrophe."""
        written = self.filled(desk, 25)
        places = tuple(place for message in written[1:] for place in message.places)

        assert desk.ingest(gone=places, mark="tidy").vanished == 0
        assert self.gone(desk) == 24

    def test_a_renumbered_folder_is_no_catastrophe(self, desk: Desk) -> None:
        """After UIDVALIDITY changed, everything lies at new places: nothing is gone."""
        written = self.filled(desk, 20)
        moved = [
            replace(message, places=(replace(message.places[0], epoch="2"),)) for message in written
        ]
        desk.ingest(*moved, mark="moved")

        counts = desk.ingest(lapsed=(("INBOX", "1"),), mark="renumbered")

        assert (counts.new, counts.vanished) == (0, 0)
        assert self.gone(desk) == 0
        assert desk.checkpoint() == "renumbered"


def test_what_comes_in_is_found_by_its_words(desk: Desk) -> None:
    """Search knows a mail as soon as the list does."""
    desk.ingest(desk.far.write("Order", text="The blue teapot arrived broken."))

    with desk.store.read() as tx:
        found = conversations.ids(
            tx, Query((Term(field="", value="teapot"),)), desk.watch() + timedelta(hours=1)
        )
    assert len(found) == 1
