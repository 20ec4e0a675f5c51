"""All that the screen asks of the store, each answer a value read in one snapshot.

What the first page does not need is imported when it is asked for: the list
must be there at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

from inbox.clock import Clock
from inbox.core.model import ConversationUid, MessageUid
from inbox.core.obligations import Book
from inbox.store.database import Store
from inbox.view.asking import query_of
from inbox.view.rows import Row, Rows, rows, rows_of, typed_rows
from inbox.view.strip import Standing, standing

if TYPE_CHECKING:
    from connectors.values import Party
    from inbox.core.calendar import Calendar, Day
    from inbox.core.model import AccountUid
    from inbox.view.attachments import FileRow
    from inbox.view.budget import Score
    from inbox.view.explain import Explanation
    from inbox.view.filling import Filling
    from inbox.view.forecast import DeskHours, Outlook
    from inbox.view.happening import Startable
    from inbox.view.hits import Finder
    from inbox.view.journal import JournalRow
    from inbox.view.outbox import OutboxRow
    from inbox.view.panel import Panel
    from inbox.view.reading import Reading
    from inbox.view.scheduling import Answering
    from inbox.view.unreadable import Unreadable


class Reader:
    """Reads one store for a screen. Every method may be called from any thread."""

    def __init__(
        self,
        store: Store,
        book: Book,
        clock: Clock,
        *,
        seller: str = "",
        zone: tzinfo | None = None,
        hours: Callable[[], DeskHours] | None = None,
    ) -> None:
        self._store = store
        self.book = book
        self._clock = clock
        self._seller = seller
        self._zone = zone
        self._hours = hours

    def revision(self) -> int:
        """Return a number that grows with every change of the store; cheap."""
        return self._store.revision()

    def rows(self, text: str, limit: int | None = None) -> Rows:
        """Return the conversations a query's text finds, the first `limit`; raises QueryError."""
        query = query_of(text, self.book, self._zone)
        return rows(self._store, self.book, query, self._clock(), limit)

    def typed(self, text: str) -> Rows:
        """Return what a query finds while it is typed, the newest first; raises QueryError.

        Its last word is only begun. At most `TYPED` rows where it asks for words.
        """
        query = query_of(text, self.book, self._zone, typing=True)
        return typed_rows(self._store, self.book, query, self._clock())

    def searched(self, text: str) -> Rows:
        """Return all that a typed query finds, the newest first; raises QueryError."""
        query = query_of(text, self.book, self._zone, typing=True)
        return typed_rows(self._store, self.book, query, self._clock(), limit=None)

    def has_stowed(self) -> bool:
        """Return whether anything is stowed away; cheap."""
        from inbox.view import stowed

        return stowed.anything(self._store)

    def stowed(self, text: str, tell: Callable[[float], object]) -> Iterator[Row]:
        """Yield what a typed query finds among the stowed; raises as `view.stowed` and QueryError.

        `tell` is called with how much is looked into, 0 to 1; what it raises ends it.
        """
        from inbox.view import stowed

        query = query_of(text, self.book, self._zone, typing=True)
        return stowed.stowed(self._store, self.book, query, self._clock(), tell)

    def finder(self, search: str) -> Finder | None:
        """Return what finds the words of a search in a text, None where it seeks none."""
        from inbox.view.hits import finder

        return finder(search)

    def drafted(self) -> Rows:
        """Return the conversations that hold an answer begun and not sent, newest first."""
        from inbox.store import drafts

        with self._store.read() as tx:
            uids = drafts.begun(tx)
        return rows_of(self._store, self.book, uids)

    def reading(self, uid: ConversationUid) -> Reading:
        """Return a conversation as it is read; raises UnknownId."""
        from inbox.view.reading import reading

        with self._store.read() as tx:
            return reading(tx, uid, self.book)

    def explanation(self, uid: ConversationUid) -> Explanation:
        """Return what a conversation's deadline rests on; raises UnknownId."""
        from inbox.view.explain import explain

        with self._store.read() as tx:
            return explain(tx, uid, self.book)

    def panel(self, uid: ConversationUid) -> Panel:
        """Return a conversation's order and what else the buyer wrote; raises UnknownId."""
        from inbox.view.panel import panel

        with self._store.read() as tx:
            return panel(tx, uid, self.book, self._clock())

    def outlook(self) -> Outlook:
        """Return what becomes late before the seller is back; raises NoCalendar."""
        from inbox.view.forecast import DeskHours, outlook

        hours = self._hours() if self._hours is not None else DeskHours(zone=self._zone)
        with self._store.read() as tx:
            return outlook(tx, self.book, hours, self._clock())

    def calendars(self) -> tuple[tuple[Calendar, tuple[Day, ...]], ...]:
        """Return the seller's calendars, each with its coming 30 days."""
        from inbox.view.ruling import coming

        now = self._clock()
        return tuple((each, coming(each, now, 30)) for each in self.book.calendars.values())

    def scores(self) -> tuple[Score, ...]:
        """Return how the accounts stand by their platforms' own measures."""
        from inbox.view.budget import scores

        with self._store.read() as tx:
            return scores(tx, self.book, self._clock())

    def budgets(self) -> Mapping[AccountUid, str]:
        """Return the same in few cells, the tightest rule of each account."""
        from inbox.view.budget import shortest

        return shortest(self.scores())

    def standing(self) -> Standing:
        """Return how the accounts are, and how many conversations are owed and late."""
        with self._store.read() as tx:
            return standing(tx, self.book, self._clock())

    def unsent(self) -> tuple[OutboxRow, ...]:
        """Return the replies that are not out yet, oldest first."""
        from inbox.view.outbox import unsent

        with self._store.read() as tx:
            return unsent(tx, self.book)

    def outbox(self) -> tuple[OutboxRow, ...]:
        """Return the replies that are not out yet, then those sent, newest first."""
        from inbox.view.outbox import recent

        with self._store.read() as tx:
            return recent(tx, self.book)

    def answering(self, uid: ConversationUid) -> Answering:
        """Return what a time for an answer to that conversation depends on; raises UnknownId."""
        from inbox.view.scheduling import answering

        with self._store.read() as tx:
            return answering(tx, uid, self.book)

    def journal(self) -> tuple[JournalRow, ...]:
        """Return what was done, the newest first."""
        from inbox.view.journal import rows as journal_rows

        with self._store.read() as tx:
            return journal_rows(tx)

    def unreadable(self) -> tuple[Unreadable, ...]:
        """Return the messages that could not be read, the newest first."""
        from inbox.view.unreadable import unreadable

        with self._store.read() as tx:
            return unreadable(tx, self.book)

    def unreadable_source(self, uid: str) -> bytes:
        """Return the source of a message that could not be read; raises UnknownId."""
        from inbox.store import held_back

        with self._store.read() as tx:
            return held_back.source(tx, uid)

    def startable(self, uids: Sequence[ConversationUid]) -> tuple[Startable, ...]:
        """Return what can happen in all of these that starts a clock; raises UnknownId."""
        from inbox.view.happening import startable

        with self._store.read() as tx:
            return startable(tx, uids, self.book)

    def tags(self) -> tuple[str, ...]:
        """Return every tag there is, the most used first."""
        from inbox.store import tags

        with self._store.read() as tx:
            return tags.known(tx)

    def correspondents(self) -> tuple[Party, ...]:
        """Return with whom there are conversations that mail can go to, the newest first."""
        from inbox.store import correspondents

        own = frozenset(
            address for terms in self.book.accounts.values() for address in terms.addresses
        )
        with self._store.read() as tx:
            return correspondents.newest(tx, own)

    def attachments(self, uid: ConversationUid) -> tuple[FileRow, ...]:
        """Return the files of a conversation, oldest message first; raises UnknownId."""
        from inbox.view.attachments import files_of

        with self._store.read() as tx:
            return files_of(tx, uid)

    def file(self, message: MessageUid, ref: str) -> bytes:
        """Return a file's bytes; raises LookupError while they are not here."""
        from inbox.view.attachments import content_of

        with self._store.read() as tx:
            found = content_of(tx, message, ref)
        if found is None:
            raise LookupError(ref)
        return found

    def source(self, uid: ConversationUid, message: MessageUid | None = None) -> bytes | None:
        """Return a message's source as far as it is kept; by default of the last that came in."""
        from connectors.values import Direction
        from inbox.store import messages

        with self._store.read() as tx:
            if message is None:
                newest = messages.newest_in(tx, uid)
                received = newest is not None and newest.message.direction is Direction.IN
                message = newest.uid if newest is not None and received else None
            return messages.source(tx, message) if message is not None else None

    def filling(self, uid: ConversationUid) -> Filling:
        """Return what fills a canned response in this conversation; raises UnknownId."""
        from inbox.view.filling import filling

        with self._store.read() as tx:
            return filling(tx, uid, self.book, self._clock(), seller=self._seller, zone=self._zone)

    def note_use(self, name: str) -> None:
        """Count that a canned response was used, so that it comes first next time."""
        from inbox.store import canned_use

        with self._store.write() as tx:
            canned_use.used(tx, name, self._clock())
