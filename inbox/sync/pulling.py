"""Take what a connector has that is new, batch by batch, until it has no more."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from connectors.contract import CheckpointLost, Connector
from connectors.values import Batch
from inbox.clock import Clock
from inbox.core.model import AccountUid
from inbox.core.obligations import Book
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.store import accounts
from inbox.store.database import Store
from inbox.sync.beside import Beside, Parcel, wrapped
from inbox.sync.ingest import Counts, Trust, ingest

AHEAD: Final = 2
"""Batches the second process has at most: one it stores, and the next, so that it never waits."""
BACKLOG: Final = 1000
"""Messages still to come for which a second process is worth its start."""


@dataclass(slots=True)
class Pulled:
    """What came in so far; filled while pulling: an error does not hide what came before."""

    new: int = 0
    quarantined: int = 0
    question: str = ""
    """A sentence, when the seller has to say that everything is really gone."""
    lacks: str = ""
    """A sentence, when the connector could not read all that it should."""

    @property
    def verdict(self) -> tuple[str, str]:
        """Return the account's state after a pull that went well, and the sentence for it."""
        if self.question:
            return "asking", self.question
        return ("partial", self.lacks) if self.lacks else ("ok", "")


def pull(
    store: Store,
    connector: Connector,
    account: AccountUid,
    pulled: Pulled,
    *,
    book: Book,
    clock: Clock,
    accept_gone: bool,
    between: Callable[[], bool],
    beginning: Callable[[], None],
    backlog: int = BACKLOG,
) -> None:
    """Store every batch, from the checkpoint or, if that is lost, from the start.

    `between` is called after each batch and says whether to go on;
    `beginning` before a first pull, which takes long. While `backlog` messages
    are still to come, a second process stores what this one fetches.
    """
    with store.read() as tx:
        since = accounts.checkpoint(tx, account)
    taking = _Taking(
        *(store, account, pulled),
        book=book,
        clock=clock,
        accept_gone=accept_gone,
        between=between,
        backlog=backlog,
    )
    if since is None:
        beginning()
    try:
        taking.take(connector.pull(since))
    except CheckpointLost:
        with store.write() as tx:
            accounts.clear_checkpoint(tx, account)
        taking.take(connector.pull(None))
    pulled.lacks = connector.lacks


class _Taking:
    """The way of one pull's batches into the store, each committed before the next is begun.

    While many messages are still to come, a process beside this one stores a
    batch while the connector makes the next.
    """

    def __init__(
        self,
        store: Store,
        account: AccountUid,
        pulled: Pulled,
        *,
        book: Book,
        clock: Clock,
        accept_gone: bool,
        between: Callable[[], bool],
        backlog: int,
    ) -> None:
        self._store = store
        self._account = account
        self._pulled = pulled
        self._book = book
        self._own = book.addresses_at(account)
        self._clock = clock
        self._accept_gone = accept_gone
        self._between = between
        self._backlog = backlog
        self._beside: Beside | None = None
        self._alone = not _has_room()
        """Whether no process beside is of use, or the one there was is gone."""
        self._handed: deque[Batch] = deque()
        """What the process beside stores, in this order, and has not answered for yet."""

    def take(self, batches: Iterator[Batch]) -> None:
        """Store every batch, until there are no more or `between` says so."""
        try:
            for batch in batches:
                parcel = self._wrapped(batch)
                alone = parcel is None or any(map(_may_be_doubted, (batch, *self._handed)))
                if not self._landed(0 if alone else AHEAD - 1) or not self._taken(batch, parcel):
                    return
            self._landed()
        finally:
            try:
                self._landed()
            finally:
                self._end(batches)

    def _wrapped(self, batch: Batch) -> Parcel | None:
        """Return a batch fit for the process beside, begun if it is worth it; None: do it here.

        Made while that one is still at work on the batches before.
        """
        if batch.remaining >= self._backlog and self._beside is None and not self._alone:
            self._beside = Beside(self._store.path, self._account, self._book)
        return None if self._beside is None else wrapped(batch, self._own)

    def _taken(self, batch: Batch, parcel: Parcel | None) -> bool:
        """Store a batch, or hand it over; return whether to go on."""
        if self._beside is None or parcel is None:
            return self._stored(batch)
        self._beside.store(parcel, self._trust(), self._clock())
        self._handed.append(batch)
        return True

    def _landed(self, leave: int = 0) -> bool:
        """Wait until all that was handed over but `leave` is stored; return whether to go on."""
        going = True
        while len(self._handed) > leave and self._beside is not None:
            counts = self._beside.counts()
            going = (self._left_here() if counts is None else self._answered(counts)) and going
        return going

    def _answered(self, counts: Counts) -> bool:
        """Note that the first batch of those handed over is stored; return whether to go on."""
        self._handed.popleft()
        return self._noted(counts)

    def _left_here(self) -> bool:
        """Store what the process beside did not, and will not; return whether to go on."""
        beside, self._beside, self._alone = self._beside, None, True
        if beside is not None:
            beside.end()
        # In their order, and none behind one that fails: a checkpoint speaks for all before it.
        left, self._handed = self._handed, deque()
        return all(self._stored(batch) for batch in left)

    def _stored(self, batch: Batch) -> bool:
        """Store a batch here; return whether to go on."""
        trust = self._trust()
        counts = ingest(self._store, self._account, batch, self._book, self._clock, trust=trust)
        return self._noted(counts)

    def _trust(self) -> Trust:
        """Return how far the service is believed, after the batches before."""
        pulled = self._pulled
        return Trust(accept_gone=self._accept_gone, hold=bool(pulled.question), newly=pulled.new)

    def _noted(self, counts: Counts) -> bool:
        """Count what a batch brought; return whether to go on."""
        self._pulled.new += counts.new
        self._pulled.quarantined += counts.quarantined
        if counts.vanished:
            self._pulled.question = _question(counts.vanished)
        return self._between()

    def _end(self, batches: Iterator[Batch]) -> None:
        """Let go of the service's stream and of the process beside."""
        beside, self._beside = self._beside, None
        try:
            close = getattr(batches, "close", None)
            if close is not None:
                close()
        finally:
            if beside is not None:
                beside.end()


def _may_be_doubted(batch: Batch) -> bool:
    """Return whether a batch says that messages are gone: those behind it wait for the answer."""
    return bool(batch.gone or batch.lapsed)


def _has_room() -> bool:
    """Return whether a second process could work at the same time."""
    return (os.cpu_count() or 1) > 1


def _question(vanished: int) -> str:
    """Return what the seller is asked."""
    said = ngettext(
        "The service says that the {count} message it had is gone. Nothing was changed here.",
        "The service says that all {count} messages are gone. Nothing was changed here.",
        vanished,
    )
    hint = _('If that is right, run "inbox sync --accept-gone" with the account\'s name.')
    return f"{said.format(count=vanished)} {hint}"
