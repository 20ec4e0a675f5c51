"""A round through a mailbox: what is new, changed and gone since a checkpoint, newest first.

Every batch stands alone: a kill after any of them, or between any two, loses
nothing and repeats nothing. Never asks for what is "unseen": a mail read on a
phone first must come in as well.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, repeat

from connectors.email.checkpoint import GIVE_UP, Folders, FolderState, write
from connectors.email.comparing import Folder, Looker
from connectors.email.folders import Watched
from connectors.email.imap import Mailbox
from connectors.email.reach import NEW
from connectors.email.reading import WHOLE_LIMIT, Head, Reader, Readings, heads
from connectors.email.standing import Status
from connectors.email.uidset import UidSet
from connectors.values import Batch, Message, Quarantined, Role

FIRST_BATCH = 50
"""Mails in the first batch: what is newest is on the screen at once."""
BATCH_MAILS = 1000
_LAST_BATCHES = 200
"""Mails in the last batches: who stores them while others are fetched has little left to do."""
BATCH_BYTES = 4 * 1024 * 1024
_HEADS_AT_ONCE = (100, 1000)


class Round:
    """One pull. `mailbox` may be used for other things between two batches."""

    def __init__(
        self,
        mailbox: Mailbox,
        watched: Sequence[Watched],
        since: Mapping[str, FolderState],
        own: frozenset[str],
        looker: Looker,
        *,
        authserv_id: str = "",
    ) -> None:
        self._mailbox = mailbox
        self._watched = watched
        self._since = dict(since)
        self._states = dict(since)
        self._own = own
        self._authserv_id = authserv_id
        self._looker = looker
        self.inbox: Status | None = None
        """How INBOX stood when this round looked."""
        self.shut: list[str] = []
        """The folders of the settings that could not be opened, and Sent."""

    @property
    def states(self) -> Folders:
        """Return what the last batch's checkpoint says."""
        return dict(self._states)

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

    def _settle(self, folders: Iterable[Folder]) -> tuple[tuple[str, str], ...]:
        """Take the folders' states; return what is void because its folder is whole now."""
        void: list[tuple[str, str]] = []
        for folder in folders:
            if not folder.todo and not folder.finished:
                void += folder.finish()
            self._states[folder.watched.name] = folder.state
        return tuple(void)

    def _look(self, watched: Watched) -> Folder | None:
        """Return how a folder stands against what we know; None if it cannot be opened."""
        folder = self._looker.look(watched, self._since.get(watched.name))
        if folder is not None and watched.role is Role.INBOX:
            self.inbox = folder.status
        if folder is None and watched.reach != NEW:
            self.shut.append(watched.name)
        return folder

    def _portions(self, folders: Iterable[Folder]) -> Iterator[list[tuple[Folder, list[Head]]]]:
        """Yield what to fetch for one batch after another, the newest of all folders first.

        Folders are mixed by time: a question that was answered must not stand
        there as owed until Sent has its turn.
        """
        folders = list(folders)
        streams = [self._heads(folder) for folder in folders if folder.todo]
        portion: dict[int, tuple[Folder, list[Head]]] = {}
        count, size, limit = 0, 0, FIRST_BATCH
        for folder, head in heapq.merge(*streams, key=_newest_first):
            portion.setdefault(id(folder), (folder, []))[1].append(head)
            count += 1
            size += min(head.size, WHOLE_LIMIT)
            if count >= limit or size >= BATCH_BYTES:
                yield list(portion.values())
                left = sum(len(each.todo) for each in folders)
                portion, count, size, limit = {}, 0, 0, _batch_of(left)
        if portion:
            yield list(portion.values())

    def _heads(self, folder: Folder) -> Iterator[tuple[Folder, Head]]:
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
        self, portion: Iterable[tuple[Folder, list[Head]]]
    ) -> tuple[tuple[Message, ...], tuple[Quarantined, ...]]:
        """Fetch and read a batch; return its messages, the newest first, and what is no message."""
        messages: list[Message] = []
        quarantined: list[Quarantined] = []
        for folder, asked in portion:
            self._mailbox.open(folder.watched.name, folder.state.epoch)
            reader = Reader(
                self._mailbox,
                folder.watched,
                folder.state.epoch,
                self._own,
                self._authserv_id,
            )
            readings = reader.read(asked)
            self._ask_again(folder, reader, asked, readings)
            folder.take(asked, readings)
            messages += readings.messages.values()
            quarantined += readings.quarantined.values()
        messages.sort(key=lambda message: message.accepted_at, reverse=True)
        return tuple(messages), tuple(quarantined)

    def _ask_again(
        self, folder: Folder, reader: Reader, asked: Sequence[Head], readings: Readings
    ) -> None:
        """Ask by itself for each mail that was not handed out; after three rounds say so."""
        missing = [head for head in asked if head.uid not in readings]
        if not missing:
            return
        for head in heads(self._mailbox, (head.uid for head in missing)):
            readings.add(reader.read([head]))
            if head.uid in readings:
                continue
            heads(self._mailbox, [head.uid])  # raises where nothing is given out: not its fault
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


def _batch_of(left: int) -> int:
    """Return how many mails the next batch has, of so many that are left."""
    return max(_LAST_BATCHES, min(BATCH_MAILS, left // 2))


def _newest_first(pair: tuple[Folder, Head]) -> float:
    """Return what sorts heads by time, the newest first."""
    accepted_at = pair[1].accepted_at
    return -accepted_at.timestamp() if accepted_at else 0.0
