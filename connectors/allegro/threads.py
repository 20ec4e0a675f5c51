"""The message centre: the list of threads walked, each thread read as far as it is new.

Allegro checks messages before it lets them through. One that is held up may
come to light with the time at which it was written: two hours late it is
still found by its time, and later as long as its thread stands on the first
page, by what differs there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import msgspec

from connectors.allegro import answers, wire
from connectors.allegro.answers import Said, Thread
from connectors.allegro.api import Api, Odd
from connectors.allegro.paging import page_at, whole
from connectors.allegro.progress import Progress, Standing
from connectors.contract import Rejected
from connectors.doubt import SETTLED_AFTER
from connectors.http import Missing
from connectors.listing import listed, set_aside
from connectors.settling import Settling
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
OVERLAP = timedelta(hours=2)
_PER_PAGE = 20
_REMEMBERED = 2 * _PER_PAGE
_FURTHEST = 15_000
_CHECKED_WITHIN = timedelta(days=3)
_STUCK = "Allegro has been checking this message for three days; the buyer does not have it."
_TOO_MANY = f"Allegro does not show more than {_FURTHEST} messages of a thread."


class Threads:
    """The list of threads. One thread of ours asks."""

    def __init__(
        self,
        api: Api,
        clock: Callable[[], datetime],
        settled_after: float = SETTLED_AFTER,
    ) -> None:
        self._api = api
        self._clock = clock
        settling = Settling(api.ahead, settled_after)
        self._walker = Walker(self._page, self._take, overlap=OVERLAP, settling=settling)
        self._progress = Progress(Progress.VERSION)
        self._top: dict[str, Thread] = {}

    def news(self, progress: Progress) -> Iterator[Batch]:
        """Yield what is new, as batches whose place is noted in `progress`."""
        self._progress = progress
        self._top = {}
        for batch in self._walker.walk(progress.place_in(NAME)):
            progress.lists[NAME] = str(batch.checkpoint)
            yield batch
        for other in (self._differing(progress), self._checked(progress)):
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
        known = self._progress.threads
        self._progress.threads = {name: known[name] for name in self._top if name in known}
        for row, each in zip(rows, read, strict=True):
            if isinstance(row, Thread):
                self._note(row, each)
        return Batch(
            checkpoint=Checkpoint(""),
            messages=tuple(message for each in read for message in each.messages),
            quarantined=tuple(item for each in read for item in each.quarantined),
            conversations=tuple(
                ConversationChange(row.id, seen=row.read) for row in rows if isinstance(row, Thread)
            ),
        )

    def _note(self, row: Thread, read: wire.Read) -> None:
        """Remember how a thread stands, and what of it is delivered now."""
        progress = self._progress
        progress.wait_for(read.pending)
        if row.id not in self._top:
            return
        known = progress.threads.get(row.id) or Standing(row.read, 0.0)
        came = next((str(one.remote_id) for one in read.messages if _came(one)), known.came)
        had = [*map(_short, wire.names_of(read)), *known.had][:_REMEMBERED]
        progress.threads[row.id] = Standing(row.read, wire.last_of(row), came, had)

    def _read(
        self, row: wire.Row, since: datetime | None = None, *, newest: bool = False
    ) -> wire.Read:
        """Return what a thread holds; what cannot be read of it is put aside, not waited for."""
        if isinstance(row, Quarantined):
            return wire.Read(quarantined=(row,))
        try:
            return self._held(row, since, newest=newest)
        except Missing:
            return wire.Read()
        except (Rejected, Odd) as broken:
            body = broken.body if isinstance(broken, Odd) else b""
            return wire.Read(quarantined=(set_aside(row.id, str(broken), body),))

    def _held(
        self, thread: Thread, since: datetime | None = None, *, newest: bool = False
    ) -> wire.Read:
        """Return a thread's messages, or its `newest`; raise Odd, Missing, Rejected, Temporary."""
        path = f"{PATH}/{quote(thread.id, safe='')}/messages"
        after = [] if since is None else [("after", _iso(since))]

        def ask(offset: int) -> Sequence[msgspec.Raw]:
            query = [("limit", str(_PER_PAGE)), ("offset", str(offset)), *after]
            return self._api.about_one(path, answers.Messages, query).messages

        if newest:
            return wire.read(thread, map(bytes, ask(0)))
        rows, more = whole(_PER_PAGE, _FURTHEST, ask)
        read = wire.read(thread, rows)
        if not more:
            return read
        aside = (*read.quarantined, set_aside(thread.id, _TOO_MANY, b""))
        return wire.Read(read.messages, aside, read.pending)

    def _differing(self, progress: Progress) -> Batch | None:
        """Return what differs on the first page: read elsewhere, marked as unread, come to light.

        A thread that is unread again may hold a message that Allegro held up.
        """
        known = dict(progress.threads)
        messages: list[Message] = []
        aside: list[Quarantined] = []
        flags: list[FlagChange] = []
        changed: list[ConversationChange] = []
        for row in self._top.values():
            before = known.get(row.id)
            if before and (before.read, before.last) == (row.read, wire.last_of(row)):
                continue
            read = self._unseen(row, before)
            had = set(before.had) if before else set()
            messages += [one for one in read.messages if _short(str(one.remote_id)) not in had]
            aside += [one for one in read.quarantined if _short(one.place.id) not in had]
            self._note(row, read)
            came = progress.threads[row.id].came
            if before and before.read is not row.read and came:
                place = Place(row.id, "", came, Role.INBOX)
                flags.append(FlagChange(place, row.read, answered=False))
            changed.append(ConversationChange(row.id, seen=row.read))
        if not changed:
            return None
        return Batch(
            checkpoint=Checkpoint(""),
            messages=tuple(messages),
            quarantined=tuple(aside),
            changes=tuple(flags),
            conversations=tuple(changed),
        )

    def _unseen(self, row: Thread, before: Standing | None) -> wire.Read:
        """Return what of a thread that differs may not have been delivered."""
        if before is None:
            return self._read(row)
        only_read = row.read and before.last == wire.last_of(row)
        return wire.Read() if only_read else self._read(row, newest=True)

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


def _short(name: str) -> str:
    """Return what a delivered message is remembered by."""
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def _iso(when: datetime) -> str:
    """Return an instant as Allegro writes it."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03}Z"
