"""Make a backup: store, stowed files, configuration and canned responses, as they are now."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from inbox import config
from inbox.config import ConfigError
from inbox.locations import Locations
from inbox.store import migrations
from inbox.store.connections import connect, refuse_what_is_not_ours
from inbox.store.faults import StoreDamaged, named, named_by_the_system
from inbox.store.keeping import bundle
from inbox.store.keeping.bundle import Manifest, Source
from inbox.store.keeping.refusals import BackupThere
from inbox.store.keeping.snapshot import is_sound, size_of, snapshot
from inbox.store.keeping.workplace import need_room, workplace
from inbox.store.stowed.filing import checksum


def _always() -> bool:
    """Return that nobody asked us to stop."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that was made."""

    path: Path
    size: int
    """Bytes of the file."""
    manifest: Manifest
    left_out: str = ""
    """Why the configuration is not in it; empty where it is, or where there is none."""
    lacking: tuple[Path, ...] = ()
    """Files of stowed conversations that are gone, or not what was written: older backups have
    them, and they are needed."""


def make_backup(
    where: Locations,
    target: Path,
    now: datetime,
    *,
    force: bool = False,
    go_on: Callable[[], bool] = _always,
    pause: float = 0.0,
) -> Made:
    """Write a backup of everything but secrets and return what it holds.

    Safe while everything runs. The copy is looked at before it is kept: a
    damaged store is never a backup. Raises KeepingRefused, StoreError, OSError.
    """
    if not force and target.exists():
        raise BackupThere(target)
    store = where.store_file
    with named(store), named_by_the_system(store):
        refuse_what_is_not_ours(store)
    with workplace(where.data) as folder:
        need_room(folder, size_of(store))
        copy = folder / bundle.STORE
        snapshot(store, copy, go_on=go_on, pause=pause)
        if said := is_sound(copy, go_on):
            raise StoreDamaged(store, said)
        left_out = _unfit(where.config_file)
        sources = [Source(bundle.STORE, copy)]
        if not left_out and where.config_file.exists():
            sources.append(Source(bundle.CONFIG, where.config_file))
        sources += _canned(where.canned)
        stowed, lacking = _stowed(copy, where.data / bundle.STOWED)
        sources += stowed
        manifest = _manifest_of(copy, sources, now)
        need_room(target.absolute().parent, _room(copy, stowed))
        bundle.write(target, manifest, sources, force=force, go_on=go_on)
    return Made(
        path=target,
        size=target.stat().st_size,
        manifest=manifest,
        left_out=left_out,
        lacking=lacking,
    )


def _unfit(path: Path) -> str:
    """Return why a configuration may not go into a backup: one we cannot read may hold a secret."""
    try:
        config.check(config.load(path))
    except ConfigError as wrong:
        return str(wrong)
    return ""


def _canned(folder: Path) -> list[Source]:
    """Return the seller's own canned responses; links are followed by nobody."""
    if not folder.is_dir():
        return []
    files = sorted(each for each in folder.rglob("*") if each.is_file() and not each.is_symlink())
    return [
        Source(f"{bundle.CANNED}/{each.relative_to(folder).as_posix()}", each) for each in files
    ]


def _stowed(copy: Path, folder: Path) -> tuple[list[Source], tuple[Path, ...]]:
    """Return the files of stowed conversations that the store in the backup knows.

    And of them those that are gone, or not what was written.
    """
    with named(copy), closing(connect(copy, "ro")) as sql:
        there = sql.execute("SELECT 1 FROM sqlite_master WHERE name = 'stowed_files'").fetchone()
        asked = "SELECT name, size, hash FROM stowed_files ORDER BY name"
        known = sql.execute(asked).fetchall() if there else []
    files = [(folder / name, (size, digest)) for name, size, digest in known]
    sources = [Source(f"{bundle.STOWED}/{path.name}", path) for path, _ in files if path.is_file()]
    lacking = [path for path, told in files if not path.is_file() or checksum(path) != told]
    return sources, tuple(lacking)


def _room(copy: Path, stowed: list[Source]) -> int:
    """Return how many bytes a backup may take."""
    return size_of(copy) // 2 + sum(source.path.stat().st_size for source in stowed)


def _manifest_of(copy: Path, sources: list[Source], now: datetime) -> Manifest:
    """Return what the backup says of itself."""
    with named(copy), closing(connect(copy, "ro")) as sql:
        (uid,) = sql.execute("SELECT value FROM meta WHERE name = 'uid'").fetchone()
        (schema,) = sql.execute("PRAGMA user_version").fetchone()
        counts = {
            name: sql.execute(f"SELECT count(*) FROM doc_{name}").fetchone()[0]  # noqa: S608 - names of ours
            for name in ("conversations", "messages", "outbox", "drafts")
        }
    return Manifest(
        format=bundle.FORMAT,
        program=version("seller-inbox"),
        schema=schema,
        made_at=now.astimezone(UTC).replace(microsecond=0).isoformat(),
        store=uid,
        counts=counts,
        files=bundle.parts_of(sources),
    )


def is_newer(manifest: Manifest) -> bool:
    """Return whether the store inside was written by a newer version than this one."""
    return manifest.schema > migrations.VERSION
