"""Which automatic backups there are, which stay, and by when none of today's is left."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from inbox.config import Settings
from inbox.locations import Locations

DAYS: Final = 7
WEEKS: Final = 4
EVERY: Final = timedelta(hours=20)
"""A little less than a day: a shop opened each morning a bit earlier gets one each day."""
OLD: Final = timedelta(days=3)
"""From then on the doctor asks what is wrong."""

_NAME = re.compile(r"inbox-(\w{12})-(\d{8}T\d{6}Z)\.backup\.tar\.gz")
_STAMP = "%Y%m%dT%H%M%SZ"


def folder_of(settings: Settings, where: Locations) -> Path:
    """Return where the automatic backups lie."""
    chosen = settings.backup_folder
    return Path(chosen).expanduser() if chosen else where.data / "backups"


def name_of(store_uid: str, at: datetime) -> str:
    """Return the file name of a backup of that store made at that instant."""
    return f"inbox-{store_uid}-{at.astimezone(UTC):{_STAMP}}.backup.tar.gz"


def made_at(name: str, store_uid: str) -> datetime | None:
    """Return when that store's automatic backup of that name was made, None for any other file."""
    match = _NAME.fullmatch(name)
    if match is None or match[1] != store_uid:
        return None
    try:
        return datetime.strptime(match[2], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def found(folder: Path, store_uid: str) -> dict[datetime, Path]:
    """Return the store's automatic backups in the folder, oldest first; nobody else's files."""
    if not folder.is_dir():
        return {}
    dated = ((made_at(path.name, store_uid), path) for path in folder.iterdir())
    return dict(sorted((at, path) for at, path in dated if at is not None))


def of_others(folder: Path, store_uid: str) -> list[Path]:
    """Return the automatic backups of other stores in the folder, the oldest first."""
    if not folder.is_dir():
        return []
    there = [(match[2], path) for path in folder.iterdir() if (match := _NAME.fullmatch(path.name))]
    return [path for _at, path in sorted(there) if made_at(path.name, store_uid) is None]


def rotate(folder: Path, store_uid: str, now: datetime) -> list[Path]:
    """Remove the automatic backups that need not stay and return them; may raise OSError.

    Those that a kill left half go as well: one older than a whole one, since
    one at a time is written. Those from the future stay and count for nothing:
    a clock that was wrong for a while pushes out none.
    """
    there = {at: path for at, path in found(folder, store_uid).items() if at <= now}
    staying = kept(there)
    gone = [path for at, path in there.items() if at not in staying]
    for path in folder.glob(".inbox-*.part"):
        begun = made_at(path.name[1:].removesuffix(".part"), store_uid)
        if begun is not None and begun < max(there, default=begun):
            gone.append(path)
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def kept(instants: Iterable[datetime]) -> set[datetime]:
    """Return which backups stay: the newest of each of the last 7 days and 4 weeks that have one.

    Counted in days and weeks with a backup, not by today: a shop that was shut
    for months keeps what it has.
    """
    newest_first = sorted(instants, reverse=True)
    days: dict[object, datetime] = {}
    weeks: dict[object, datetime] = {}
    for at in newest_first:
        days.setdefault(at.date(), at)
        weeks.setdefault(at.isocalendar()[:2], at)
    return {*list(days.values())[:DAYS], *list(weeks.values())[:WEEKS]}


def is_due(instants: Iterable[datetime], now: datetime) -> bool:
    """Return whether it is time for the next one; one from the future counts for nothing."""
    return all(not now - EVERY < at <= now for at in instants)


def gone_by(instants: Iterable[datetime], now: datetime) -> date | None:
    """Return the day on which the last of these is rotated out, if one is made each day from now.

    None where there is none.
    """
    left = set(instants)
    every, at = set(left), max([now, *left])
    while left:
        at += timedelta(days=1)
        every = kept(every | {at})
        left &= every
    return at.date() if every else None
