"""A round through a mailbox: what is new, changed and gone since a checkpoint, newest first.

Every batch stands alone: a kill after any of them, or between any two, loses
nothing and repeats nothing. Never asks for what is "unseen": a mail read on a
phone first must come in as well.
"""

from __future__ import annotations

import heapq
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice, repeat

from connectors.email.checkpoint import GIVE_UP, FolderState, write
from connectors.email.folders import Watched
from connectors.email.imap import Mailbox, SaidNo, Status
from connectors.email.reading import WHOLE_LIMIT, Head, Reader, Readings, heads
from connectors.email.uidset import EMPTY, UidSet
from connectors.values import Batch, FlagChange, Message, Place, Quarantined, Role

FIRST_BATCH = 50
"""Mails in the first batch: what is newest is on the screen at once."""
BATCH_MAILS = 1000
BATCH_BYTES = 4 * 1024 * 1024
_HEADS_AT_ONCE = (100, 1000)

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Folder:
    """What a round knows of one folder."""

    watched: Watched
    status: Status
    state: FolderState
    todo: UidSet = EMPTY
    changes: tuple[FlagChange, ...] = ()
    gone: UidSet = EMPTY
    missed: dict[int, int] = field(default_factory=dict)
    finished: bool = False

    def place(self, uid: int) -> Place:
        """Return where that mail lies."""
        return Place(self.watched.name, self.state.epoch, str(uid), self.watched.role)

    def take(self, asked: Sequence[Head], readings: Readings) -> None:
        """Note what became of the mails of a batch."""
        self.todo -= UidSet.of(head.uid for head in asked)
        done = [head for head in asked if head.uid in readings]
        self.state = replace(
            self.state,
            known=self.state.known | UidSet.of(head.uid for head in done),
            seen=self.state.seen | UidSet.of(head.uid for head in done if head.seen),
            answered=self.state.answered | UidSet.of(head.uid for head in done if head.answered),
        )

    def finish(self) -> list[tuple[str, str]]:
        """Note that nothing is left to pull; return the (folder, epoch) pairs that are void now."""
        self.finished = True
        void = [(self.watched.name, epoch) for epoch in self.state.lapsed]
        self.state = replace(
            self.state,
            lapsed=(),
            missed=self.missed,
            uidnext=None if self.missed else self.status.uidnext,
            messages=None if self.missed else self.status.messages,
            modseq=None if self.missed else self.status.modseq,
        )
        return void


class Marks:
    """Which marks to compare where the server does not count changes; lives as a connector does.

    All of them once in a while, else those of the newest mails: a listing of
    100,000 each minute would be all that the line carries.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, recent: int = 5000, every: float = 3600.0
    ) -> None:
        self._clock = clock
        self._recent = recent
        self._every = every
        self._compared: dict[str, float] = {}

    def scope(self, folder: str, known: UidSet) -> UidSet:
        """Return the mails of the folder whose marks are to be compared now."""
        now = self._clock()
        last = self._compared.get(folder)
        if len(known) <= self._recent:
            return known
        if last is None or now - last >= self._every:
            self._compared[folder] = now
            return known
        return UidSet.of(islice(known.newest(), self._recent))


class Round:
    """One pull. `mailbox` may be used for other things between two batches."""

    def __init__(
        self,
        mailbox: Mailbox,
        watched: Sequence[Watched],
        since: Mapping[str, FolderState],
        own: frozenset[str],
        marks: Marks,
    ) -> None:
        self._mailbox = mailbox
        self._watched = watched
        self._since = dict(since)
        self._states = dict(since)
        self._own = own
        self._marks = marks
        self.inbox: Status | None = None
        """How INBOX stood when this round looked."""

    def batches(self) -> Iterator[Batch]:
        """Yield what there is to say, the newest mails first; nothing if nothing changed."""
        folders = [folder for watched in self._watched if (folder := self._look(watched))]
        changes = tuple(change for folder in folders for change in folder.changes)
        gone = tuple(folder.place(uid) for folder in folders for uid in folder.gone)
        for portion in self._portions(folders):
            messages, quarantined = self._read(portion)
            yield Batch(
                lapsed=self._settle(folders),
                checkpoint=write(self._states),
                messages=messages,
                quarantined=quarantined,
                changes=changes,
                gone=gone,
                remaining=sum(len(folder.todo) for folder in folders),
            )
            changes, gone = (), ()
            self._since = dict(self._states)
        lapsed = self._settle(folders)
        if self._states != self._since:
            yield Batch(checkpoint=write(self._states), changes=changes, gone=gone, lapsed=lapsed)

    def _settle(self, folders: Iterable[_Folder]) -> tuple[tuple[str, str], ...]:
        """Take the folders' states; return what is void because its folder is whole now."""
        void: list[tuple[str, str]] = []
        for folder in folders:
            if not folder.todo and not folder.finished:
                void += folder.finish()
            self._states[folder.watched.name] = folder.state
        return tuple(void)

    def _look(self, watched: Watched) -> _Folder | None:
        """Return how a folder stands against what we know; None if it cannot be opened."""
        try:
            status = self._mailbox.examine(watched.name)
        except SaidNo as no:
            if watched.role is Role.INBOX:
                raise
            log.info("The folder %s cannot be opened: %s", watched.name, no.words)
            return None
        if watched.role is Role.INBOX:
            self.inbox = status
        state = self._since.get(watched.name)
        if state is None:
            state = FolderState(epoch=status.epoch)
        elif state.epoch != status.epoch:
            state = FolderState(epoch=status.epoch, lapsed=(*state.lapsed, state.epoch))
        folder = _Folder(watched, status, state)
        self._compare(folder)
        return folder

    def _compare(self, folder: _Folder) -> None:
        """Find what is new, gone and marked otherwise in the open folder."""
        state, status = folder.state, folder.status
        counted = status.modseq is not None
        if counted and _as_left(state, status) and state.modseq == status.modseq:
            return
        there = self._there(folder)
        folder.gone = state.known - there
        folder.todo = there - state.known
        folder.state = state = replace(
            state,
            known=state.known & there,
            seen=state.seen & there,
            answered=state.answered & there,
        )
        if state.known and not (counted and state.modseq == status.modseq):
            self._compare_marks(folder, counted=counted)

    def _there(self, folder: _Folder) -> UidSet:
        """Return the UIDs in the open folder, by as short a listing as can be trusted."""
        state, status = folder.state, folder.status
        if status.messages == 0:
            return EMPTY
        if _as_left(state, status):
            return state.known
        if state.messages is not None and state.uidnext is not None:
            new = self._mailbox.search("UID", f"{state.uidnext}:*") - state.known
            # "n:*" names the newest mail even where it is older than n.
            if status.messages == len(state.known) + len(new):
                return state.known | new
        found = self._mailbox.search("ALL", messages=status.messages)
        if len(found) >= status.messages:
            return found
        # Something went just now, or the listing has holes: look again before believing it.
        folder.status = status = self._mailbox.examine(folder.watched.name)
        found = self._mailbox.search("ALL", messages=status.messages)
        if len(found) >= status.messages:
            return found
        log.warning("%s lists fewer mails than it says it has", folder.watched.name)
        return found | state.known

    def _compare_marks(self, folder: _Folder, *, counted: bool) -> None:
        """Find the known mails of the open folder that are marked otherwise now."""
        state = folder.state
        known = state.known
        scope = known if counted else self._marks.scope(folder.watched.name, known)
        where = ("UID", f"{scope.lowest}:*") if scope is not state.known else ()
        count = folder.status.messages
        seen = self._mailbox.search("SEEN", *where, messages=count) & scope
        answered = self._mailbox.search("ANSWERED", *where, messages=count) & scope
        flipped = (seen ^ (state.seen & scope)) | (answered ^ (state.answered & scope))
        folder.changes = tuple(
            FlagChange(folder.place(uid), seen=uid in seen, answered=uid in answered)
            for uid in flipped
        )
        folder.state = replace(
            state,
            seen=(state.seen - scope) | seen,
            answered=(state.answered - scope) | answered,
        )

    def _portions(self, folders: Iterable[_Folder]) -> Iterator[list[tuple[_Folder, list[Head]]]]:
        """Yield what to fetch for one batch after another, the newest of all folders first.

        Folders are mixed by time: a question that was answered must not stand
        there as owed until Sent has its turn.
        """
        streams = [self._heads(folder) for folder in folders if folder.todo]
        portion: dict[int, tuple[_Folder, list[Head]]] = {}
        count, size, limit = 0, 0, FIRST_BATCH
        for folder, head in heapq.merge(*streams, key=_newest_first):
            portion.setdefault(id(folder), (folder, []))[1].append(head)
            count += 1
            size += min(head.size, WHOLE_LIMIT)
            if count >= limit or size >= BATCH_BYTES:
                yield list(portion.values())
                portion, count, size, limit = {}, 0, 0, BATCH_MAILS
        if portion:
            yield list(portion.values())

    def _heads(self, folder: _Folder) -> Iterator[tuple[_Folder, Head]]:
        """Yield the heads of what is to be pulled of a folder, the newest first."""
        uids = folder.todo.newest()
        for amount in chain(_HEADS_AT_ONCE[:1], repeat(_HEADS_AT_ONCE[1])):
            chunk = list(islice(uids, amount))
            if not chunk:
                return
            self._mailbox.open(folder.watched.name, folder.state.epoch)
            found = heads(self._mailbox, chunk)
            # What went since we looked is not waited for.
            folder.todo -= UidSet.of(chunk) - UidSet.of(head.uid for head in found)
            for head in found:
                yield folder, head

    def _read(
        self, portion: Iterable[tuple[_Folder, list[Head]]]
    ) -> tuple[tuple[Message, ...], tuple[Quarantined, ...]]:
        """Fetch and read a batch; return its messages, the newest first, and what is no message."""
        messages: list[Message] = []
        quarantined: list[Quarantined] = []
        for folder, asked in portion:
            self._mailbox.open(folder.watched.name, folder.state.epoch)
            reader = Reader(self._mailbox, folder.watched, folder.state.epoch, self._own)
            readings = reader.read(asked)
            self._ask_again(folder, reader, asked, readings)
            folder.take(asked, readings)
            messages += readings.messages.values()
            quarantined += readings.quarantined.values()
        messages.sort(key=lambda message: message.accepted_at, reverse=True)
        return tuple(messages), tuple(quarantined)

    def _ask_again(
        self, folder: _Folder, reader: Reader, asked: Sequence[Head], readings: Readings
    ) -> None:
        """Ask by itself for each mail that was not handed out; after three rounds say so."""
        missing = [head for head in asked if head.uid not in readings]
        if not missing:
            return
        for head in heads(self._mailbox, (head.uid for head in missing)):
            readings.add(reader.read([head]))
            if head.uid in readings:
                continue
            rounds = folder.state.missed.get(head.uid, 0) + 1
            if rounds >= GIVE_UP:
                readings.quarantined[head.uid] = Quarantined(
                    folder.place(head.uid),
                    "The server lists this mail and does not hand it out.",
                    b"",
                    head.accepted_at,
                )
            else:
                folder.missed[head.uid] = rounds


def _as_left(state: FolderState, status: Status) -> bool:
    """Return whether a folder that was whole holds the same mails as then."""
    return (
        state.messages is not None
        and state.messages == status.messages == len(state.known)
        and state.uidnext is not None
        and state.uidnext == status.uidnext
    )


def _newest_first(pair: tuple[_Folder, Head]) -> float:
    """Return what sorts heads by time, the newest first."""
    accepted_at = pair[1].accepted_at
    return -accepted_at.timestamp() if accepted_at else 0.0
