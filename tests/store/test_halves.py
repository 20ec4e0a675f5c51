"""A question by mail and by API is read, archived and thrown away by both, from wherever it was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.values import ConversationChange, FlagChange, Mark, Message, Place
from inbox.core.model import AccountUid, ConversationUid
from inbox.store import derive, messages, stated, untold
from inbox.store.database import Store
from inbox.triage import Triage
from tests.store.making import ACCOUNT, BOOK, HOUR, NOON, OTHER, inbox_place, listed, question, take
from tests.store.test_pairing import case, notice
from tests.store.test_twins import mailed, told

THERE = Place("c1", "", "api-1", inbox_place(1).role)
HERE = inbox_place(1)


def api_told(kind: str, *, seen: bool = False) -> Message:
    """Return a question, or a case, as the API tells it."""
    made = told if kind == "words" else case
    return made(1, places=(THERE,), conversation_ref="c1", seen=seen)


def mail_of(kind: str, *, seen: bool = False) -> Message:
    """Return the mail of it: the same words, or a notice in others."""
    made = mailed if kind == "words" else notice
    return made(1, places=(HERE,), seen=seen)


@pytest.fixture(params=["words", "notice"])
def kind(request: pytest.FixtureRequest) -> str:
    """Return by what both are known to be one."""
    found: str = request.param
    return found


@pytest.fixture
def paired(store: Store, kind: str) -> ConversationUid:
    """Return the conversation of a question that came by both ways."""
    take(store, [api_told(kind)], account=OTHER)
    take(store, [mail_of(kind)])
    (row,) = listed(store)
    return row.uid


def waiting(store: Store, account: AccountUid) -> list[tuple[Mark, tuple[Place, ...]]]:
    """Return what an account's service is to be told, and of which messages."""
    with store.read() as tx:
        return [
            (
                each.mark,
                each.places or untold.lying(tx, each.conversation, account, each.mark).fit,
            )
            for each in untold.due(tx, account, NOON + 2 * HOUR, 100)
        ]


def triage_of(store: Store) -> Triage:
    """Return the seller's verbs."""
    return Triage(store, BOOK, lambda: NOON + HOUR)


@pytest.mark.parametrize(
    ("verb", "mark"), [("read", Mark.SEEN), ("done", Mark.ARCHIVED), ("trash", Mark.TRASHED)]
)
def test_what_the_seller_does_is_told_at_both(
    store: Store, paired: ConversationUid, verb: str, mark: Mark
) -> None:
    """A mailbox full of unread notices of what was answered long ago is read again for nothing."""
    getattr(triage_of(store), verb)([paired])

    assert waiting(store, OTHER) == [(mark, (THERE,))]
    assert waiting(store, ACCOUNT) == [(mark, (HERE,))]


@pytest.mark.parametrize("verb", ["spam", "no_reply_needed"])
def test_some_words_are_for_the_marketplace_alone(
    store: Store, paired: ConversationUid, verb: str
) -> None:
    """A mailbox that learns that eBay's mail is junk hides the next buyer's question."""
    getattr(triage_of(store), verb)([paired])

    assert len(waiting(store, OTHER)) == 1
    assert waiting(store, ACCOUNT) == []


def test_what_was_told_at_one_still_waits_at_the_other(
    store: Store, paired: ConversationUid
) -> None:
    """The mail server is down for an hour; the marketplace is not."""
    triage_of(store).read([paired])
    with store.write() as tx:
        (there,) = untold.due(tx, OTHER, NOON + 2 * HOUR, 100)
        untold.is_over(tx, there)

    assert waiting(store, OTHER) == []
    assert waiting(store, ACCOUNT) == [(Mark.SEEN, (HERE,))]


def test_undo_takes_back_both(store: Store, paired: ConversationUid) -> None:
    """A slip of the finger must leave no trace in the mailbox."""
    triage = triage_of(store)
    triage.done([paired])
    triage.undo()

    assert waiting(store, OTHER) == [(Mark.UNARCHIVED, ())]
    assert waiting(store, ACCOUNT) == [(Mark.UNARCHIVED, ())]


@pytest.mark.parametrize("seen", [True, False])
def test_what_is_read_on_a_phone_is_read_at_the_marketplace(
    store: Store, paired: ConversationUid, *, seen: bool
) -> None:
    """The seller reads mail on the train, and finds nothing bold at the desk."""
    if not seen:
        triage_of(store).read([paired])
        _all_told(store)
    _flags(store, ACCOUNT, HERE, seen=seen)

    (row,) = listed(store)
    assert row.unread is not seen
    assert waiting(store, OTHER) == [(Mark.SEEN if seen else Mark.UNSEEN, (THERE,))]
    assert waiting(store, ACCOUNT) == []


def test_what_is_read_at_the_marketplace_is_read_in_the_mailbox(
    store: Store, paired: ConversationUid
) -> None:
    """Whoever works in the portal does not read all of it again as mail."""
    with store.write() as tx:
        stated.note_refs(tx, OTHER, [(api_told("words"), paired)])
        change = ConversationChange("c1", seen=True)
        derive.derive(tx, stated.take(tx, OTHER, [change], [], NOON + HOUR), BOOK)

    (row,) = listed(store)
    assert (row.uid, row.unread) == (paired, False)
    assert waiting(store, ACCOUNT) == [(Mark.SEEN, (HERE,))]
    assert waiting(store, OTHER) == []


@pytest.mark.usefixtures("paired")
def test_an_echo_goes_in_no_circles(store: Store) -> None:
    """Two services that tell each other for ever end in a locked account."""
    _flags(store, ACCOUNT, HERE, seen=True)
    _all_told(store)
    _flags(store, OTHER, THERE, seen=True)
    _flags(store, ACCOUNT, HERE, seen=True)

    assert (waiting(store, ACCOUNT), waiting(store, OTHER)) == ([], [])


@pytest.mark.parametrize("where", ["mail", "API"])
def test_what_was_read_before_its_other_half_came_in_is_read(
    store: Store, kind: str, where: str
) -> None:
    """A mail that comes ten minutes late does not make the answered question bold again."""
    take(store, [api_told(kind, seen=where == "API")], account=OTHER)
    take(store, [mail_of(kind, seen=where == "mail")])

    (row,) = listed(store)
    assert not row.unread
    told_next = {"mail": OTHER, "API": ACCOUNT}[where]
    assert [mark for mark, _places in waiting(store, told_next)] == [Mark.SEEN]


def test_ordinary_mail_costs_no_look_for_another_half(store: Store) -> None:
    """A hundred thousand flags change at once when a folder is marked read."""
    take(store, [question(1)])
    _flags(store, ACCOUNT, inbox_place(1), seen=True)

    assert waiting(store, ACCOUNT) == []


def _flags(store: Store, account: AccountUid, place: Place, *, seen: bool) -> None:
    """Let an account's service say that a message is read, or is not."""
    with store.write() as tx:
        change = FlagChange(place, seen=seen, answered=False)
        at = NOON + HOUR + timedelta(minutes=1)
        derive.derive(tx, messages.ingest_changes(tx, account, [change], at), BOOK)


def _all_told(store: Store) -> None:
    """Let both services be told what waits."""
    with store.write() as tx:
        for account in (ACCOUNT, OTHER):
            for each in untold.due(tx, account, NOON + 2 * HOUR, 100):
                untold.is_over(tx, each)
