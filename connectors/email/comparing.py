"""How a folder stands against what we know of it: what is new, gone and marked otherwise.

Where the server counts changes (QRESYNC, CONDSTORE) it is asked for these
alone, and believed only if the numbers of mails agree; else it lists.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice

from connectors.contract import Temporary
from connectors.email.checkpoint import FolderState
from connectors.email.folders import Watched
from connectors.email.imap import Mailbox
from connectors.email.reach import ALL, NEW, criteria
from connectors.email.reading import Head, Readings
from connectors.email.standing import Delta, Status
from connectors.email.trouble import SaidNo
from connectors.email.uidset import EMPTY, UidSet
from connectors.values import FlagChange, Place, Role

_STUMBLES = 2
"""Times in a row that a line may break over QRESYNC before we do without it."""

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Folder:
    """What a round knows of one folder."""

    watched: Watched
    status: Status
    state: FolderState
    delta: Delta | None = None
    """What the server told of changes since `state`; None: nothing, or it is not believed."""
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
        self._stumbled: dict[str, int] = {}

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

    def trusts(self) -> bool:
        """Return whether to ask for changes by QRESYNC."""
        return all(times < _STUMBLES for times in self._stumbled.values())

    def stumbled(self, folder: str, *, over: bool) -> None:
        """Note whether the line broke when we asked so."""
        self._stumbled[folder] = self._stumbled.get(folder, 0) + 1 if over else 0


class Looker:
    """Looks at one folder after another, by as short a question as can be trusted."""

    def __init__(
        self,
        mailbox: Mailbox,
        marks: Marks,
        landed: Callable[[str, str], UidSet],
    ) -> None:
        self._mailbox = mailbox
        self._marks = marks
        self._landed = landed
        """What we moved into a folder ourselves: it is pulled even where nothing else is."""

    def look(self, watched: Watched, known: FolderState | None) -> Folder | None:
        """Return how a folder stands against what we know; None if it cannot be opened."""
        try:
            status, delta = self._open(watched.name, known)
        except SaidNo as no:
            if watched.role is Role.INBOX or no.busy:
                raise
            log.info("The folder %s cannot be opened: %s", watched.name, no.words)
            return None
        state = known
        if state is None:
            state = FolderState(epoch=status.epoch, reach=watched.reach)
        elif state.epoch != status.epoch:
            # All is pulled anew, however old: what is not found again would be taken for gone.
            lapsed = (*state.lapsed, state.epoch) if state.known or state.lapsed else ()
            reach = ALL if lapsed else watched.reach
            state = FolderState(epoch=status.epoch, lapsed=lapsed, reach=reach)
        folder = Folder(watched, status, state, delta)
        self._compare(folder)
        self._reach(folder, first=known is None or state.epoch != known.epoch)
        return folder

    def _open(self, name: str, state: FolderState | None) -> tuple[Status, Delta | None]:
        """Open the folder read-only, telling the server what we know if it can use that."""
        mailbox = self._mailbox
        if state is None or state.messages is None or state.modseq is None:
            return mailbox.examine(name), None
        if "QRESYNC" not in mailbox.enabled or not self._marks.trusts():
            return mailbox.examine(name), None
        try:
            status, delta = mailbox.resync(name, state.epoch, state.modseq)
        except SaidNo:
            return mailbox.examine(name), None
        except Temporary:
            self._marks.stumbled(name, over=True)
            raise
        self._marks.stumbled(name, over=False)
        return status, delta if status.epoch == state.epoch else None

    def _compare(self, folder: Folder) -> None:
        """Find what is new, gone and marked otherwise in the open folder."""
        state, status = folder.state, folder.status
        counted = status.modseq is not None
        if counted and _as_left(state, status) and state.modseq == status.modseq:
            return
        if self._told(folder):
            return
        there = self._there(folder)
        folder.gone = state.known - there
        folder.todo = there - state.there
        folder.state = state = replace(
            state,
            known=state.known & there,
            passed=state.passed & there,
            seen=state.seen & there,
            answered=state.answered & there,
        )
        if state.known and not (counted and state.modseq == status.modseq):
            self._compare_marks(folder, counted=counted)

    def _told(self, folder: Folder) -> bool:
        """Take what the server tells of changes; return False if that is not all, or not so."""
        state, status = folder.state, folder.status
        if state.messages is None or state.modseq is None:
            return False
        if status.modseq is None or status.modseq < state.modseq:
            return False  # it counts no more, or was set back
        delta = folder.delta
        if delta is None:
            try:
                delta = self._mailbox.changed_since(state.modseq)
            except SaidNo:
                return False
        vanished = delta.vanished or EMPTY
        there = state.there
        new = UidSet.of(uid for uid in delta.changed if uid not in there)
        if len(there) - len(there & vanished) + len(new) != status.messages:
            return False
        folder.gone = state.known & vanished
        folder.todo = new
        folder.state = replace(state, known=state.known - vanished, passed=state.passed - vanished)
        self._take_marks(folder, delta, vanished)
        return True

    def _take_marks(self, folder: Folder, delta: Delta, vanished: UidSet) -> None:
        """Take the marks of known mails out of what the server told."""
        state = folder.state
        told = {
            uid: mail.flags
            for uid, mail in delta.changed.items()
            if mail.flags is not None and uid in state.known
        }
        mails = UidSet.of(told)
        seen = UidSet.of(uid for uid, flags in told.items() if b"\\seen" in flags)
        answered = UidSet.of(uid for uid, flags in told.items() if b"\\answered" in flags)
        flipped = (seen ^ (state.seen & mails)) | (answered ^ (state.answered & mails))
        folder.changes = _changes(folder, flipped, seen, answered)
        folder.state = replace(
            state,
            seen=(state.seen - vanished - mails) | seen,
            answered=(state.answered - vanished - mails) | answered,
        )

    def _there(self, folder: Folder) -> UidSet:
        """Return the UIDs in the open folder, by as short a listing as can be trusted."""
        state, status = folder.state, folder.status
        if status.messages == 0:
            return EMPTY
        if _as_left(state, status):
            return state.there
        if state.messages is not None and state.uidnext is not None:
            new = self._mailbox.search("UID", f"{state.uidnext}:*") - state.there
            # "n:*" names the newest mail even where it is older than n.
            if status.messages == len(state.there) + len(new):
                return state.there | new
        found = self._mailbox.search("ALL", messages=status.messages)
        if len(found) >= status.messages:
            return found
        # Something went just now, or the listing has holes: look again before believing it.
        folder.status = status = self._mailbox.examine(folder.watched.name)
        found = self._mailbox.search("ALL", messages=status.messages)
        if len(found) >= status.messages:
            return found
        log.warning("%s lists fewer mails than it says it has", folder.watched.name)
        return found | state.there

    def _compare_marks(self, folder: Folder, *, counted: bool) -> None:
        """Find the known mails of the open folder that are marked otherwise now."""
        state = folder.state
        known = state.known
        scope = known if counted else self._marks.scope(folder.watched.name, known)
        where = ("UID", f"{scope.lowest}:*") if scope is not state.known else ()
        count = folder.status.messages
        seen = self._mailbox.search("SEEN", *where, messages=count) & scope
        answered = self._mailbox.search("ANSWERED", *where, messages=count) & scope
        flipped = (seen ^ (state.seen & scope)) | (answered ^ (state.answered & scope))
        folder.changes = _changes(folder, flipped, seen, answered)
        folder.state = replace(
            state,
            seen=(state.seen - scope) | seen,
            answered=(state.answered - scope) | answered,
        )

    def _reach(self, folder: Folder, *, first: bool) -> None:
        """Leave what is older than we are to reach, and take up what we are to reach now."""
        state, wanted = folder.state, folder.watched.reach
        if first and not state.lapsed:
            # Into a folder that was made for it we may have moved a mail before we looked.
            moved = self._landed(folder.watched.name, state.epoch)
            within = self._within(folder.todo, wanted) | (folder.todo & moved)
            state = replace(state, passed=folder.todo - within, reach=wanted)
            folder.todo = within
        elif state.reach != wanted:
            within = self._within(state.passed, wanted)
            folder.todo |= within
            state = replace(state, passed=state.passed - within, reach=wanted)
        if folder.watched.ours_only:
            landed = self._landed(folder.watched.name, state.epoch)
            there = state.passed | folder.todo
            state = replace(state, passed=there - landed)
            folder.todo = there & landed
        folder.state = state

    def _within(self, uids: UidSet, reach: str) -> UidSet:
        """Return those of the open folder's mails that are young enough."""
        if not uids or reach == ALL:
            return uids
        if reach == NEW:
            return EMPTY
        return self._mailbox.search(*criteria(reach, datetime.now(UTC))) & uids


def _changes(
    folder: Folder, uids: Iterable[int], seen: UidSet, answered: UidSet
) -> tuple[FlagChange, ...]:
    """Return the marks of these mails as changes."""
    return tuple(
        FlagChange(folder.place(uid), seen=uid in seen, answered=uid in answered) for uid in uids
    )


def _as_left(state: FolderState, status: Status) -> bool:
    """Return whether a folder that was whole holds the same mails as then."""
    return (
        state.messages is not None
        and state.messages == status.messages == len(state.there)
        and state.uidnext is not None
        and state.uidnext == status.uidnext
    )
