"""Walk a service's list of conversations, newest first, so that a stop at any batch loses nothing.

Most services show conversations sorted by their last change, in pages, and
the messages of one conversation at a time. What is remembered is small: up to
which instant all was delivered, what changed in the minutes before it, and
the walks that were not finished (the first one goes through years).

A conversation that changes moves to the top of the list. The walk from the
top therefore sees it, and delivers all of it unless it is certain that its
older messages were delivered before: rather twice (the store takes a message
once) than never. Because two changes may bear one stamp, a conversation is
taken again in the next walks until its stamp has settled (`connectors.settling`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

import msgspec

from connectors.contract import CheckpointLost, Temporary
from connectors.settling import Settling
from connectors.values import Batch, Checkpoint, Message

OVERLAP = timedelta(minutes=10)
"""How late a service may show something that it says happened before."""
_VERSION = 1
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Listed(Generic[_Value]):
    """A conversation as the list shows it."""

    id: str
    changed_at: datetime
    """When the service changed it last (aware, UTC): the list is sorted by this."""
    value: _Value
    state: str = ""
    """Differs where something differs beside the instant (a flag, an id of the last message)."""


@dataclass(frozen=True, slots=True)
class Page(Generic[_Value]):
    """A part of the list, the newest first."""

    items: tuple[Listed[_Value], ...]
    after: str | None
    """The cursor of the next page; None: this was the last."""
    total: int | None = None
    """How many conversations the whole list holds, where the service says so."""


class _Unfinished(msgspec.Struct, forbid_unknown_fields=True):
    """A walk that was interrupted: where it goes on, and what was delivered above that."""

    cursor: str
    below: float
    """Every conversation changed after this instant (seconds since 1970) was delivered."""
    edge: list[str]
    """Conversations changed at that very instant that were delivered."""
    until: float | None
    """Where it ends; None: at the end of the list."""
    done: int = 0
    """How many conversations of the list it has passed."""


class _Place(msgspec.Struct, forbid_unknown_fields=True):
    """Our place in the stream."""

    v: int
    newest: float | None = None
    """Whatever changed up to this instant was delivered, but for the unfinished walks."""
    recent: dict[str, tuple[float, str]] = {}
    """Conversations changed in the overlap before `newest`: when, and their state then."""
    fresh: dict[str, float] = {}
    """Messages of that time that were delivered, and when they were accepted."""
    unsettled: dict[str, float] = {}
    """Those of `recent` to be taken again: since when, by our clock, we know them as they are."""
    walks: list[_Unfinished] = []


@dataclass(slots=True)
class Walker(Generic[_Value]):
    """Goes through one list. `page` returns the page at a cursor ("" is the top).

    `take` returns what a few conversations hold, as a batch without a
    checkpoint. With an instant it may leave out messages accepted before it;
    with None it must bring all of them.
    """

    page: Callable[[str], Page[_Value]]
    take: Callable[[Sequence[_Value], datetime | None], Batch]
    overlap: timedelta = OVERLAP
    steady: bool = False
    """Whether a cursor names a place that never shifts; then pages need no order among them."""
    settling: Settling | None = field(default_factory=Settling)
    """Tells how long an instant may hide a second message; None: `Listed.state` counts them."""
    _place: _Place = field(init=False, repr=False, default_factory=lambda: _Place(_VERSION))

    @property
    def newest(self) -> datetime | None:
        """Return up to which instant all was delivered before this walk; for `page` to ask."""
        return None if self._place.newest is None else _instant(self._place.newest)

    def delivered(self, remote_id: str) -> bool:
        """Return whether a message of the overlap before `newest` was delivered."""
        return remote_id in self._place.fresh

    def walk(self, since: Checkpoint | None) -> Iterator[Batch]:
        """Yield what is new since the checkpoint; raises CheckpointLost and what asking raises."""
        self._place = _read(since)
        yield from self._from_top()
        while self._place.walks:
            yield from self._on_with(self._place.walks[0])

    def _from_top(self) -> Iterator[Batch]:
        """Walk from the top down to what was delivered."""
        place = self._place
        until = place.newest
        asked_at = self._now()
        page = self.page("")
        if not page.items and page.after is None:
            return
        top = max((item.changed_at.timestamp() for item in page.items), default=until or 0.0)
        walk = _Unfinished(cursor="", below=float("inf"), edge=[], until=until)
        place.walks.insert(0, walk)
        place.newest = max(top, until or top)
        unsettled = place.unsettled
        known = {key: state for key, state in place.recent.items() if key not in unsettled}
        yield from self._pages(walk, page, known, asked_at)

    def _on_with(self, walk: _Unfinished) -> Iterator[Batch]:
        """Go on with a walk that was interrupted."""
        asked_at = self._now()
        yield from self._pages(walk, self.page(walk.cursor), {}, asked_at)

    def _pages(
        self,
        walk: _Unfinished,
        page: Page[_Value],
        known: Mapping[str, tuple[float, str]],
        asked_at: float,
    ) -> Iterator[Batch]:
        """Yield a batch for each page of a walk, until its end; the first is there already."""
        visited = {walk.cursor}
        before: list[str] = []
        kept = walk.cursor != ""  # whether a checkpoint names this walk, which must be taken back
        while True:
            new = [item for item in page.items if self._is_new(item, walk, known)]
            walk.done += len(page.items)
            ended = page.after is None or _reached(page, walk, self.overlap)
            names = [item.id for item in page.items]
            again = bool(names) and names == before
            if again or (not ended and (not names or page.after in visited)):
                raise Temporary("The service lists the same page again and again.")
            before = names
            self._settle(walk, page, ended=ended)
            if new or (ended and kept):
                kept = True
                left = 0 if ended or page.total is None else max(page.total - walk.done, 0)
                yield self._batch(new, walk, left, asked_at)
            if ended or page.after is None:
                return
            visited.add(page.after)
            asked_at = self._now()
            page = self.page(page.after)

    def _is_new(
        self,
        item: Listed[_Value],
        walk: _Unfinished,
        known: Mapping[str, tuple[float, str]],
    ) -> bool:
        """Return whether a conversation of a page was not delivered as it is now."""
        at = item.changed_at.timestamp()
        passed = at > walk.below or (at == walk.below and item.id in walk.edge)
        if passed and not self.steady:
            return False
        if walk.until is not None and at < walk.until - self.overlap.total_seconds():
            return False
        return known.get(item.id) != _state(item)

    def _settle(self, walk: _Unfinished, page: Page[_Value], *, ended: bool) -> None:
        """Write down that a page was delivered."""
        place = self._place
        if ended:
            place.walks = [other for other in place.walks if other is not walk]
            return
        lowest = min(item.changed_at.timestamp() for item in page.items)
        edge = [item.id for item in page.items if item.changed_at.timestamp() == lowest]
        walk.edge = [*walk.edge, *edge] if lowest == walk.below else edge
        walk.below, walk.cursor = lowest, page.after or ""

    def _batch(
        self, new: Sequence[Listed[_Value]], walk: _Unfinished, left: int, asked_at: float
    ) -> Batch:
        """Return what these conversations hold, with the place it leads to."""
        place = self._place
        whole = walk.until is None or any(other is not walk for other in place.walks)
        since = None if whole or walk.until is None else _instant(walk.until) - self.overlap
        taken = self.take([item.value for item in new], since) if new else _EMPTY
        messages = tuple(m for m in taken.messages if m.remote_id not in place.fresh)
        if since is not None:
            messages = tuple(message for message in messages if message.accepted_at > since)
        self._remember(new, messages, asked_at)
        return replace(taken, messages=messages, checkpoint=_written(place), remaining=left)

    def _remember(
        self, new: Sequence[Listed[_Value]], messages: Sequence[Message], asked_at: float
    ) -> None:
        """Note what was delivered of the minutes before `newest`, and forget what is older."""
        place = self._place
        start = (place.newest or 0.0) - self.overlap.total_seconds()
        waits = place.unsettled | {item.id: self._unsettled(item, asked_at) for item in new}
        place.recent.update({item.id: _state(item) for item in new})
        place.recent = {key: state for key, state in place.recent.items() if state[0] >= start}
        place.unsettled = {
            key: since for key, since in waits.items() if since is not None and key in place.recent
        }
        place.fresh.update({str(m.remote_id): m.accepted_at.timestamp() for m in messages})
        place.fresh = {key: at for key, at in place.fresh.items() if at >= start}

    def _now(self) -> float:
        """Return our own clock, in seconds since 1970."""
        return 0.0 if self.settling is None else self.settling.clock()

    def _unsettled(self, item: Listed[_Value], asked_at: float) -> float | None:
        """Return since when a conversation is known as it is, None if nothing can hide in it."""
        if self.settling is None:
            return None
        at, since = item.changed_at.timestamp(), asked_at
        if self._place.recent.get(item.id, (None, ""))[0] == at:
            since = self._place.unsettled.get(item.id, asked_at)
        return None if self.settling.settled(at, since, asked_at) else since


_EMPTY = Batch(checkpoint=Checkpoint(""))


def _state(item: Listed[_Value]) -> tuple[float, str]:
    """Return what tells whether a conversation changed."""
    return item.changed_at.timestamp(), item.state


def _reached(page: Page[_Value], walk: _Unfinished, overlap: timedelta) -> bool:
    """Return whether a page leads into what was delivered before the walk."""
    if walk.until is None:
        return False
    start = walk.until - overlap.total_seconds()
    return any(item.changed_at.timestamp() < start for item in page.items)


def _instant(seconds: float) -> datetime:
    """Return the instant of seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def _read(checkpoint: Checkpoint | None) -> _Place:
    """Return the place a checkpoint names; raise CheckpointLost."""
    if checkpoint is None:
        return _Place(_VERSION)
    try:
        place = msgspec.json.decode(checkpoint, type=_Place)
    except msgspec.DecodeError as broken:
        raise CheckpointLost("The place in the stream cannot be read.") from broken
    if place.v != _VERSION:
        raise CheckpointLost("The place in the stream is of another version.")
    return place


def _written(place: _Place) -> Checkpoint:
    """Return the checkpoint that says this."""
    return Checkpoint(msgspec.json.encode(place).decode())
