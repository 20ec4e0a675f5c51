"""Gone is not hidden: what a service no longer has is still the seller's to answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.values import FlagChange, Place, Role
from inbox.store import derive, messages
from inbox.store.database import Store
from tests.store.making import (
    ACCOUNT,
    BOOK,
    HOUR,
    NOON,
    assert_whole,
    inbox_place,
    listed,
    question,
    take,
)

LATER = NOON + HOUR


def leave(store: Store, *places: Place) -> None:
    """Say that places are empty."""
    with store.write() as tx:
        touched = messages.ingest_gone(tx, ACCOUNT, places, LATER)
        derive.derive(tx, touched, BOOK)


def test_a_deleted_question_is_shown_and_owed(store: Store) -> None:
    """A slip of the finger on a phone must not let a buyer wait for ever."""
    (taken,) = take(store, [question(1)])

    leave(store, inbox_place(1))

    (found,) = listed(store, "is:owed is:gone")
    assert found.uid == taken.conversation
    with store.read() as tx:
        stored = messages.get(tx, taken.uid)
        assert messages.present(tx, ACCOUNT) == 0
    assert stored.gone_at == LATER
    assert stored.message.places == (inbox_place(1),)
    assert_whole(store)


def test_a_moved_message_is_not_gone(store: Store) -> None:
    """Archived on a phone: one place empties, another fills, in either order."""
    (taken,) = take(store, [question(1)])
    archive = inbox_place(4, Role.ARCHIVE)

    leave(store, inbox_place(1))
    take(store, [question(1, places=(archive,))])

    with store.read() as tx:
        stored = messages.get(tx, taken.uid)
    assert stored.gone_at is None
    assert stored.message.places == (archive,)

    take(store, [question(1, places=(inbox_place(7),))])
    leave(store, archive)
    with store.read() as tx:
        stored = messages.get(tx, taken.uid)
    assert stored.gone_at is None
    assert stored.message.places == (inbox_place(7),)
    assert_whole(store)


def test_thrown_into_junk_stays_thrown_when_the_junk_is_emptied(store: Store) -> None:
    """That was the seller's word; a service that cleans up must not take it back."""
    junk = inbox_place(3, Role.JUNK)
    take(store, [question(1)])
    take(store, [question(1, places=(junk,))])
    leave(store, inbox_place(1))
    assert listed(store, "is:owed") == []

    leave(store, junk)

    assert listed(store, "is:owed") == []
    assert_whole(store)


def test_a_new_epoch_voids_every_place_of_the_old(store: Store) -> None:
    """A server rebuilt its folder: the numbers mean other messages now."""
    take(store, [question(1), question(2)])
    fresh = Place("INBOX", "2", "1", Role.INBOX)
    take(store, [question(1, places=(fresh,))])

    with store.write() as tx:
        touched = messages.ingest_lapsed(tx, ACCOUNT, [("INBOX", "1")], LATER)
        derive.derive(tx, touched, BOOK)

    assert len(touched) == 2
    assert [found.subject for found in listed(store, "is:gone")] == ["About lamp 2"]
    with store.read() as tx:
        assert messages.present(tx, ACCOUNT) == 1
    assert_whole(store)


def test_marks_made_on_a_phone_appear(store: Store) -> None:
    """Read there is read here."""
    (taken,) = take(store, [question(1)])

    def change(*, seen: bool, answered: bool) -> int:
        with store.write() as tx:
            told = [
                FlagChange(inbox_place(1), seen=seen, answered=answered),
                FlagChange(inbox_place(99), seen=True, answered=True),
            ]
            touched = messages.ingest_changes(tx, ACCOUNT, told, NOON)
            derive.derive(tx, touched, BOOK)
        return len(touched)

    assert change(seen=True, answered=True) == 1
    assert change(seen=True, answered=True) == 0
    (found,) = listed(store)
    assert not found.unread
    with store.read() as tx:
        assert messages.get(tx, taken.uid).message.answered

    assert change(seen=False, answered=True) == 1
    assert listed(store, "is:unread") != []
    assert_whole(store)


def test_marking_here_names_the_places_to_tell(store: Store) -> None:
    """The service should learn it, where it still has the message."""
    (taken,) = take(store, [question(1)])
    with store.write() as tx:
        assert messages.mark_seen(tx, taken.conversation, seen=True) == [inbox_place(1)]
        assert messages.mark_seen(tx, taken.conversation, seen=True) == []
    leave(store, inbox_place(1))
    with store.write() as tx:
        assert messages.mark_seen(tx, taken.conversation, seen=False) == []


@pytest.mark.slow
def test_a_long_list_of_empty_places_is_taken_at_once(store: Store) -> None:
    """A folder of thousands may be cleaned out in one go."""
    take(store, [question(number) for number in range(1200)])

    leave(store, *(inbox_place(number) for number in range(600, 1200)))

    with store.read() as tx:
        assert messages.present(tx, ACCOUNT) == 600
    assert len(listed(store, "is:gone", NOON + timedelta(days=2))) == 600
    assert_whole(store)
