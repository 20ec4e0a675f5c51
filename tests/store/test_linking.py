"""Conversations: the same ones in whatever order their messages come in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.values import Direction, Message, Party
from inbox.core.model import ConversationUid, Verb
from inbox.store import conversations, derive, drafts, journal, messages, outbox, uids
from inbox.store.database import Store
from inbox.store.drafts import Draft
from inbox.store.uids import AmbiguousId, UnknownId
from tests.store.making import (
    ANNA,
    BOOK,
    ME,
    NOON,
    assert_whole,
    listed,
    partition,
    question,
    queue,
    reply_to,
    take,
)

BERT = Party("Bert", "bert@buyers.example")

ids = st.integers(0, 5)


@st.composite
def mails(draw: st.DrawFn) -> list[Message]:
    """Draw a few mails that quote each other, from two buyers and us."""
    made = []
    for number in range(draw(st.integers(2, 6))):
        buyer = draw(st.sampled_from([ANNA, BERT]))
        ours = draw(st.booleans())
        quoted = tuple(f"q{each}@buyers.example" for each in draw(st.lists(ids, max_size=2)))
        made.append(
            question(
                number,
                direction=Direction.OUT if ours else Direction.IN,
                sender=ME if ours else buyer,
                recipients=(buyer if ours else ME,),
                subject=draw(st.sampled_from(["Lamp", "Re: lamp", "Chair", ""])),
                order_ref=draw(st.sampled_from([None, None, "1001", "1002"])),
                in_reply_to=quoted[-1:],
                references=quoted,
            )
        )
    return made


def stored_in_order(arrived: Sequence[Sequence[Message]]) -> set[frozenset[str]]:
    """Return the conversations that come of these batches."""
    with TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "inbox.db")
        for batch in arrived:
            take(store, batch)
        found = partition(store)
        assert_whole(store)
        store.close()
    return found


@pytest.mark.slow
@settings(max_examples=12, deadline=None)  # each example makes two stores on disk
@given(mails(), st.data())
def test_the_order_of_arrival_changes_nothing(arrived: list[Message], data: st.DataObject) -> None:
    """A first sync brings the newest first, a mailbox in use the oldest first."""
    shuffled = data.draw(st.permutations(arrived))
    cut = data.draw(st.integers(0, len(arrived)))

    assert stored_in_order([arrived]) == stored_in_order([shuffled[:cut], shuffled[cut:]])


def three_that_belong_together() -> tuple[Message, Message, Message]:
    """Return two mails that know nothing of each other, and one that quotes both."""
    first, second = question(1), question(2)
    both = question(3, references=(first.message_id, second.message_id))
    return first, second, both


def test_a_merged_conversation_keeps_everything_and_its_oldest_name(store: Store) -> None:
    """Facts, replies and drafts were about the same buyer all along."""
    first, second, both = three_that_belong_together()
    (one,) = take(store, [first])
    (two,) = take(store, [second])
    with store.write() as tx:
        journal.add(tx, at=NOON, verb=Verb.STAR, conversation=two.conversation)
        queue(tx, two.conversation, reply_to(second))
        drafts.put(tx, Draft(one.conversation, "first words", "", NOON))
        drafts.put(tx, Draft(two.conversation, "second words", "subject", NOON))

    (three,) = take(store, [both])

    assert three.conversation == one.conversation
    (found,) = listed(store)
    assert found.uid == one.conversation
    assert found.starred
    assert found.message_count == 4
    with store.read() as tx:
        assert conversations.get(tx, two.conversation) == found
        assert conversations.page(tx, [two.conversation]) == [found]
        assert {each.conversation for each in outbox.every(tx)} == {one.conversation}
        draft = drafts.get(tx, two.conversation)
        assert len(messages.heads(tx, two.conversation)) == 4
    assert draft == Draft(one.conversation, "first words\n\nsecond words", "subject", NOON)
    assert_whole(store)


def test_a_name_that_was_merged_twice_still_leads_home(store: Store) -> None:
    """It may stand in a note, a script or a bookmark."""
    first, second, both = three_that_belong_together()
    fourth = question(4)
    all_of_them = question(5, references=(both.message_id, fourth.message_id))
    (zero,) = take(store, [fourth])
    (one,) = take(store, [first])
    (two,) = take(store, [second])
    take(store, [both])
    take(store, [all_of_them])

    with store.read() as tx:
        for uid in (zero.conversation, one.conversation, two.conversation):
            assert uids.resolve(tx, uid) == zero.conversation
    with store.write() as tx:
        derive.derive(tx, [two.conversation], BOOK)
        fact = journal.add(tx, at=NOON, verb=Verb.DONE, conversation=two.conversation)
        derive.derive(tx, [zero.conversation], BOOK)
    assert fact.conversation == zero.conversation
    assert_whole(store)


def many_names(store: Store) -> list[ConversationUid]:
    """Make more conversations than there are letters to begin with."""
    senders = (replace(ANNA, address=f"b{number}@x.example") for number in range(40))
    arrived = [question(number, sender=sender) for number, sender in enumerate(senders)]
    return [taken.conversation for taken in take(store, arrived)]


def test_the_beginning_of_a_name_is_enough(store: Store) -> None:
    """Twelve characters are too many to type."""
    names = many_names(store)
    ((letter, count),) = Counter(name[0] for name in names).most_common(1)
    with store.read() as tx:
        assert uids.resolve(tx, names[0][:10].upper()) == names[0]
        assert uids.resolve(tx, f" {names[0]} ") == names[0]
        with pytest.raises(AmbiguousId) as caught:
            uids.resolve(tx, letter)
    assert caught.value.count == count


@pytest.mark.parametrize("given", ["", "%", "u", "zzzzzzzzzzzz", "no such thing"])
def test_what_begins_no_name_is_unknown(store: Store, given: str) -> None:
    """A mistyped id must never act on some other conversation."""
    many_names(store)
    with store.read() as tx, pytest.raises(UnknownId):
        uids.resolve(tx, given)


def test_letters_that_look_alike_are_read_as_one(store: Store) -> None:
    """Read aloud or copied by hand, o is 0 and l is 1."""
    names = many_names(store)
    with store.read() as tx:
        for name in names:
            assert uids.resolve(tx, name.replace("0", "o").replace("1", "L")) == name
