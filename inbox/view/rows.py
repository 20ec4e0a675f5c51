"""The conversation list as values: an order of ids, and pages of rows loaded when asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from connectors.frozen import frozen
from inbox.core.model import Conversation, ConversationUid, DueState, State
from inbox.core.obligations import Book, due_state
from inbox.core.query import Query
from inbox.core.turn import state_of
from inbox.store import conversations, listing
from inbox.store.database import Store, Transaction

PAGE = 100
"""Rows loaded together: more than a screen shows, and about a millisecond of reading."""

TYPED = 50
"""Rows of a search that is still typed: the newest; Enter finds all."""

_FEW = 4
"""Positions that are looked for one by one before all are noted: a list is mostly asked for two."""

Load = Callable[[Sequence[ConversationUid]], Sequence[Conversation]]


@frozen
class Row:
    """One line of the list. What depends on the time is asked for with the time."""

    conversation: Conversation
    account_name: str

    def state(self, now: datetime) -> State:
        """Return whose turn it is at that instant."""
        return state_of(self.conversation, now)

    def due_state(self, now: datetime) -> DueState:
        """Return how near the due instant is at that instant."""
        return due_state_of(self.conversation, now)


class Rows:
    """An order of conversations; a page is loaded the first time one of its rows is asked for."""

    def __init__(
        self,
        ids: Sequence[ConversationUid],
        load: Load,
        names: Callable[[Conversation], str],
        *,
        cut: bool = False,
    ) -> None:
        self._ids = tuple(ids)
        self.cut = cut
        """Whether there may be more of what was asked for."""
        self._load = load
        self._names = names
        self._pages: dict[int, dict[ConversationUid, Row]] = {}
        self._positions: dict[ConversationUid, int] | None = None
        self._sought = 0

    def __len__(self) -> int:
        """Return how many conversations the list has."""
        return len(self._ids)

    @property
    def ids(self) -> tuple[ConversationUid, ...]:
        """The order, whole."""
        return self._ids

    def uid(self, index: int) -> ConversationUid:
        """Return the id in that position (0 is the top)."""
        return self._ids[index]

    def position(self, uid: ConversationUid) -> int | None:
        """Return where a conversation stands, None if it is not in this list."""
        if self._positions is None and self._sought < _FEW:
            self._sought += 1
            try:
                return self._ids.index(uid)
            except ValueError:
                return None
        if self._positions is None:
            self._positions = {each: index for index, each in enumerate(self._ids)}
        return self._positions.get(uid)

    def prepare(self, uid: ConversationUid | None) -> None:
        """Load now what painting will ask for first: the top, and the page around `uid`.

        Called in the thread that read the order, so that painting reads nothing.
        """
        wanted = self.position(uid) if uid is not None else None
        for index in {0, max((wanted or 0) - PAGE // 2, 0), (wanted or 0) + PAGE // 2}:
            if index < len(self._ids):
                self.row(index)

    def row(self, index: int) -> Row | None:
        """Return the row in that position; None if the conversation has just been merged away."""
        number = index // PAGE
        page = self._pages.get(number)
        if page is None:
            wanted = self._ids[number * PAGE : (number + 1) * PAGE]
            found = self._load(wanted)
            page = {each.uid: Row(each, self._names(each)) for each in found}
            self._pages[number] = page
        return page.get(self._ids[index])


def rows(store: Store, book: Book, query: Query, now: datetime, limit: int | None = None) -> Rows:
    """Return the conversations a query finds, in the order of the list, bodies never touched."""
    with store.read() as tx:
        ids = conversations.ids(tx, query, now, limit)
    return rows_of(store, book, ids)


def typed_rows(
    store: Store, book: Book, query: Query, now: datetime, limit: int | None = TYPED
) -> Rows:
    """Return the newest of what a query finds; without a wanted word, all in the list's order."""
    with store.read() as tx:
        found = listing.newest_ids(tx, query, now, -1 if limit is None else limit)
        ids = conversations.ids(tx, query, now) if found is None else found
    return rows_of(store, book, ids, cut=found is not None and len(found) == limit)


def rows_of(store: Store, book: Book, ids: Sequence[ConversationUid], *, cut: bool = False) -> Rows:
    """Return rows over an order of conversations; nothing is read before a row is asked for."""

    def load(uids: Sequence[ConversationUid]) -> Sequence[Conversation]:
        with store.read() as tx:
            return conversations.page(tx, uids)

    return Rows(ids, load, lambda conversation: account_name(book, conversation), cut=cut)


def account_name(book: Book, conversation: Conversation) -> str:
    """Return the label of a conversation's account; its uid if the account was removed."""
    terms = book.accounts.get(conversation.account)
    return terms.name if terms else str(conversation.account)


def due_state_of(conversation: Conversation, now: datetime) -> DueState:
    """Return how near the due instant of a conversation is."""
    return due_state(conversation.due_at, conversation.target, now, conversation.unreachable)


def as_json(conversation: Conversation, book: Book, now: datetime) -> dict[str, object]:
    """Return a row of `inbox list --json`; instants are aware datetimes, absent values None."""
    return {
        "id": conversation.uid,
        "account": account_name(book, conversation),
        "service": conversation.service,
        "party": {"name": conversation.party.name, "address": conversation.party.address},
        "subject": conversation.subject,
        "order_ref": conversation.order_ref,
        "state": state_of(conversation, now).value,
        "snoozed_until": conversation.snoozed_until,
        "owed": conversation.owed,
        "due_at": conversation.due_at,
        "due_state": due_state_of(conversation, now).value,
        "rule": conversation.rule,
        "leaves_at": conversation.leaves_at,
        "held": conversation.held.value if conversation.held else None,
        "unread": conversation.unread,
        "has_attachment": conversation.attached,
        "language": conversation.language or None,
        "tags": list(conversation.tags),
        "last_at": conversation.last_at,
        "snippet": conversation.snippet,
    }


def listed(
    tx: Transaction, book: Book, query: Query, now: datetime, limit: int | None = None
) -> list[dict[str, object]]:
    """Return what `inbox list --json` prints for a query."""
    ids = conversations.ids(tx, query, now, limit)
    return [
        as_json(each, book, now)
        for start in range(0, len(ids), PAGE)
        for each in conversations.page(tx, ids[start : start + PAGE])
    ]
