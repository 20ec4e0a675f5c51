"""Finds what became due soon or late and was not told yet, and claims it before it is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import TypeVar

from connectors.frozen import frozen
from inbox.clock import Clock
from inbox.config.values import Settings, zone_of
from inbox.core.alerts import HELD, LATE, SOON, Alert, Change, Quiet, alerts, intervals_of
from inbox.i18n import ngettext
from inbox.store import told
from inbox.store.database import Store, Transaction

T = TypeVar("T")

SCREEN, COMMAND = "screen", "command"
"""The ways of telling; each tells each change once."""

_AGAIN = timedelta(minutes=1)
"""How soon is looked again while quiet hours hold something back."""


@frozen(kw_only=True)
class NoticeSettings:
    """What of the seller's settings is about being told."""

    terminal: str = "auto"
    command: str = ""
    soon: bool = True
    """Whether is told what is due soon, not only what is late."""
    quiet: Quiet = Quiet()
    zone: tzinfo | None = None


def notice_settings(settings: Settings) -> NoticeSettings:
    """Return what of the settings is about being told; they were checked when they were read."""
    told_anyway = {"none": (), "late": (LATE,), "all": (LATE, SOON, HELD)}[settings.quiet_except]
    return NoticeSettings(
        terminal=settings.notify,
        command=settings.notify_command,
        soon=settings.notify_soon,
        quiet=Quiet(intervals_of(settings.quiet_hours), frozenset(told_anyway)),
        zone=zone_of(settings.timezone),
    )


def stowed_words(count: int) -> str:
    """Return that so many conversations were stowed by themselves."""
    said = ngettext(
        "{n} old conversation was stowed away; inbox unstow brings it back.",
        "{n} old conversations were stowed away; inbox unstow brings them back.",
        count,
    )
    return said.format(n=count)


class Watch:
    """One way of telling, over one store. Used by one thread at a time."""

    def __init__(
        self, store: Store, way: str, clock: Clock, settings: Callable[[], NoticeSettings]
    ) -> None:
        self._store = store
        self._way = way
        self._clock = clock
        self._settings = settings
        self._revision = -1
        self._next: datetime | None = None

    @property
    def terminal(self) -> str:
        """How the terminal is to tell: the setting `notify`."""
        return self._settings().terminal

    def wants(self, revision: int) -> bool:
        """Return whether there may be something to tell; reads nothing."""
        return revision != self._revision or (
            self._next is not None and self._clock() >= self._next
        )

    def look(self) -> tuple[Alert, ...]:
        """Return what is to be told now; nobody else will tell it this way. Raises StoreError."""
        now, settings = self._clock(), self._settings()
        self._revision = self._store.revision()
        with self._store.read() as tx:
            found = told.pending(tx, self._way, now)
            following = told.next_change(tx, now)
        wanted = [each for each in found if settings.soon or each.state != SOON]
        allowed = [each for each in wanted if _allowed(each, settings, now)]
        held_back = now + _AGAIN if len(allowed) < len(wanted) else None
        self._next = min((at for at in (following, held_back) if at is not None), default=None)
        return alerts(self._claimed(allowed, now), now) if allowed else ()

    def word(self) -> tuple[str, str]:
        """Return what else the seller is to be told, and its tone; each once, else ""."""
        if said := self.failure():
            return said, "trouble"
        count = self._once(told.stowed, told.stowed_told)
        return (stowed_words(count) if count else ""), "plain"

    def failure(self) -> str:
        """Return why the seller's command failed, once; else ""."""
        return self._once(told.failure, told.failure_told)

    def _once(
        self, waiting: Callable[[Transaction], T], is_told: Callable[[Transaction], object]
    ) -> T:
        """Return what waits to be told, the first time; nothing is locked only to look."""
        with self._store.read() as tx:
            found = waiting(tx)
        if found:
            with self._store.write() as tx:
                found = waiting(tx)
                is_told(tx)
        return found

    def _claimed(self, wanted: list[Change], now: datetime) -> list[Change]:
        """Return those of the changes that nobody else has claimed meanwhile."""
        keys = {(each.conversation, each.due_at, each.state) for each in wanted}
        with self._store.write() as tx:
            mine = [
                each
                for each in told.pending(tx, self._way, now)
                if (each.conversation, each.due_at, each.state) in keys
            ]
            told.claim(tx, self._way, mine, now)
        self._revision = self._store.revision()
        return mine


def _allowed(change: Change, settings: NoticeSettings, now: datetime) -> bool:
    """Return whether the hour lets it be told."""
    return change.state in settings.quiet.told or not settings.quiet.now(now, settings.zone)
