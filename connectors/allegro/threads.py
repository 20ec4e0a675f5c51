"""The message centre: the list of threads walked, each thread read as far as it is new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import msgspec

from connectors.allegro import answers, wire
from connectors.allegro.answers import Said, Thread
from connectors.allegro.api import Api, Odd
from connectors.allegro.paging import page_at, whole
from connectors.allegro.progress import Progress
from connectors.contract import Rejected
from connectors.http import Missing
from connectors.listing import listed, set_aside
from connectors.values import (
    Batch,
    Checkpoint,
    ConversationChange,
    Direction,
    FlagChange,
    Message,
    Place,
    Quarantined,
    Role,
)
from connectors.walking import Listed, Page, Walker

NAME = "threads"
PATH = "/messaging/threads"
ONE_MESSAGE = "/messaging/messages"
_PER_PAGE = 20
_FURTHEST = 15_000
_CHECKED_WITHIN = timedelta(days=3)
_STUCK = "Allegro has been checking this message for three days; the buyer does not have it."
_TOO_MANY = f"Allegro does not show more than {_FURTHEST} messages of a thread."


class Threads:
    """The list of threads. One thread of ours asks."""

    def __init__(self, api: Api, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._clock = clock
        self._walker = Walker(self._page, self._take)
        self._progress = Progress(Progress.VERSION)
        self._top: dict[str, Thread] = {}

    def news(self, progress: Progress) -> Iterator[Batch]:
        """Yield what is new, as batches whose place is noted in `progress`."""
        self._progress = progress
        self._top = {}
        for batch in self._walker.walk(progress.place_in(NAME)):
            progress.lists[NAME] = str(batch.checkpoint)
            yield batch
        for other in (self._read_elsewhere(progress), self._checked(progress)):
            if other is not None:
                yield other

    def messages(self, name: str, since: datetime) -> wire.Read:
        """Return what was said in a thread since an instant, nothing if it is gone."""
        try:
            return self._held(Thread(name, read=True), since)
        except Missing:
            return wire.Read()

    def any(self) -> bool:
        """Return whether there is a thread at all."""
        return bool(self._listed(0))

    def one(self, message: str) -> Said:
        """Return one message; raises Odd, Missing, Rejected, Temporary."""
        return self._api.about_one(f"{ONE_MESSAGE}/{quote(message, safe='')}", Said)

    def _page(self, cursor: str) -> Page[wire.Row]:
        """Return a page of the list for the walk."""
        page = page_at(cursor, _PER_PAGE, self._listed)
        if not cursor:
            rows = (item.value for item in page.items)
            self._top = {row.id: row for row in rows if isinstance(row, Thread)}
        return page

    def _listed(self, offset: int) -> Sequence[Listed[wire.Row]]:
        """Return the threads from an offset."""
        query = (("limit", str(_PER_PAGE)), ("offset", str(offset)))
        answer = self._api.get(PATH, query=query)
        rows = self._api.decode(answer.body, answers.Threads).threads
        return wire.in_order(listed(rows, wire.thread_of, "Allegro"))

    def _take(self, rows: Sequence[wire.Row], since: datetime | None) -> Batch:
        """Return what these threads hold, or their messages since an instant at least."""
        read = [self._read(row, since) for row in rows]
        progress, before = self._progress, self._progress.states
        progress.states = {name: before[name] for name in self._top if name in before}
        for row, each in zip(rows, read, strict=True):
            progress.wait_for(each.pending)
            if isinstance(row, Thread) and row.id in self._top:
                came = [str(one.remote_id) for one in each.messages if _came(one)]
                known = before.get(row.id, (True, ""))[1]
                progress.states[row.id] = (row.read, (came or [known])[0])
        return Batch(
            checkpoint=Checkpoint(""),
            messages=tuple(message for each in read for message in each.messages),
            quarantined=tuple(item for each in read for item in each.quarantined),
            conversations=tuple(
                ConversationChange(row.id, seen=row.read) for row in rows if isinstance(row, Thread)
            ),
        )

    def _read(self, row: wire.Row, since: datetime | None) -> wire.Read:
        """Return what a thread holds; what cannot be read of it is put aside, not waited for."""
        if isinstance(row, Quarantined):
            return wire.Read(quarantined=(row,))
        try:
            return self._held(row, since)
        except Missing:
            return wire.Read()
        except (Rejected, Odd) as broken:
            body = broken.body if isinstance(broken, Odd) else b""
            return wire.Read(quarantined=(set_aside(row.id, str(broken), body),))

    def _held(self, thread: Thread, since: datetime | None) -> wire.Read:
        """Return a thread's messages; raises Odd, Missing, Rejected, Temporary."""
        path = f"{PATH}/{quote(thread.id, safe='')}/messages"
        after = [] if since is None else [("after", _iso(since))]

        def ask(offset: int) -> Sequence[msgspec.Raw]:
            query = [("limit", str(_PER_PAGE)), ("offset", str(offset)), *after]
            return self._api.about_one(path, answers.Messages, query).messages

        rows, more = whole(_PER_PAGE, _FURTHEST, ask)
        read = wire.read(thread, rows)
        if not more:
            return read
        aside = (*read.quarantined, set_aside(thread.id, _TOO_MANY, b""))
        return wire.Read(read.messages, aside, read.pending)

    def _read_elsewhere(self, progress: Progress) -> Batch | None:
        """Return what was read, or marked as unread, on another device."""
        before = progress.states
        changed = [
            row for row in self._top.values() if before.get(row.id, (None, ""))[0] != row.read
        ]
        if not changed:
            return None
        newest = [(row, before.get(row.id, (True, ""))[1]) for row in changed]
        progress.states = {
            **{name: before[name] for name in self._top if name in before},
            **{row.id: (row.read, message) for row, message in newest},
        }
        return Batch(
            checkpoint=Checkpoint(""),
            changes=tuple(
                FlagChange(Place(row.id, "", message, Role.INBOX), row.read, answered=False)
                for row, message in newest
                if message
            ),
            conversations=tuple(ConversationChange(row.id, seen=row.read) for row in changed),
        )

    def _checked(self, progress: Progress) -> Batch | None:
        """Return what became of our messages that Allegro checks; None if nothing changed."""
        left: dict[str, str] = {}
        notices: list[Message] = []
        for name, thread in progress.pending.items():
            try:
                said = self.one(name)
            except (Rejected, Odd):
                continue
            raw, row = msgspec.json.encode(said), Thread(thread, read=True)
            message = wire.message_of(row, said, raw, seen=True)
            stopped = wire.stopped_of(message, said.status)
            if said.status in wire.PENDING:
                if self._clock() - message.accepted_at < _CHECKED_WITHIN:
                    left[name] = thread
                    continue
                stopped = wire.notice(message, _STUCK)
            notices += [stopped] if stopped else []
        if left == progress.pending:
            return None
        progress.pending = left
        return Batch(checkpoint=Checkpoint(""), messages=tuple(notices))


def _came(message: Message) -> bool:
    """Return whether somebody else wrote a message, a person and not a notice of ours."""
    return message.direction is Direction.IN and message.bounce is None


def _iso(when: datetime) -> str:
    """Return an instant as Allegro writes it."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03}Z"
