"""Bring a backup back: verified first, the present store set aside, nothing sent again by it.

What waited in the outbox when the backup was made may have gone out since, so
after a restore it waits for the seller's word. What was forgotten stays
forgotten.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from inbox.core.model import Delivery
from inbox.i18n import gettext as _
from inbox.locations import Locations, make_private
from inbox.store import conversations, faults, messages, outbox
from inbox.store.connections import connect
from inbox.store.database import Store
from inbox.store.faults import StoreDamaged
from inbox.store.keeping import bundle, tombstones
from inbox.store.keeping.backup import is_newer
from inbox.store.keeping.bundle import Manifest
from inbox.store.keeping.compact import rewrite
from inbox.store.keeping.forgotten import erase_forgotten
from inbox.store.keeping.refusals import BackupDamaged, BackupTooNew, StoreInUse
from inbox.store.keeping.snapshot import is_sound, make_single
from inbox.store.keeping.workplace import need_room, sync_folder, workplace
from inbox.store.stowed import bringing, filing, finding, settling

IN_DOUBT = (Delivery.QUEUED, Delivery.SENDING, Delivery.UNSURE)
"""A reply in one of these may be out, or may go out, from where the copy was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did."""

    manifest: Manifest
    aside: tuple[Path, ...]
    """Where what was there before lies now."""
    held: int
    """Replies that wait for the seller's word: they may have gone out since the backup."""


def restore(where: Locations, path: Path, now: datetime) -> Restored:
    """Put a backup in place of the store and all that goes with it; return what was done.

    Only for the holder of the engine's lock. Raises BackupDamaged, BackupTooNew,
    StoreInUse, KeepingBusy, NoRoom, StoreError, OSError: then nothing was changed.
    """
    with workplace(where.data) as folder:
        manifest = bundle.read_manifest(path)
        if is_newer(manifest):
            raise BackupTooNew(path, manifest.program)
        need_room(folder, 2 * sum(part.size for part in manifest.files))
        manifest = bundle.unpack(path, folder)
        fresh = folder / bundle.STORE
        held = _made_ready(path, fresh, manifest, _forgotten(where, path))
        _close_present(where.store_file)
        stamp = f"before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        _bring_stowed(folder / bundle.STOWED, where.data / bundle.STOWED, stamp)
        aside = [
            *replace_store(fresh, where.store_file, stamp),
            *_replace_file(folder / bundle.CONFIG, where.config_file, stamp),
            *_replace_folder(folder / bundle.CANNED, where.canned, stamp),
            *_set_strangers_aside(where, stamp),
        ]
    return Restored(manifest=manifest, aside=tuple(aside), held=held)


def _forgotten(where: Locations, path: Path) -> set[str]:
    """Return the hashes of all that was forgotten, wherever that is noted."""
    noted = tombstones.read_lists((where.data, path.absolute().parent))
    # Not by Store.open, which would bring an older store up to date before it is set aside.
    with suppress(sqlite3.Error), closing(connect(where.store_file, "ro")) as sql:
        noted.update(hashed for (hashed,) in sql.execute("SELECT hash FROM forgotten"))
    return noted


def _made_ready(path: Path, fresh: Path, manifest: Manifest, forgotten: set[str]) -> int:
    """Bring the unpacked store up to date, hold its outbox, forget what was forgotten.

    Returns how many replies wait.
    """
    if not fresh.exists() or (said := is_sound(fresh)):
        raise BackupDamaged(path, said if fresh.exists() else bundle.STORE)
    store = Store.open(fresh)
    try:
        erased = _forget_again(store, forgotten, manifest.instant)
        held = hold_outbox(store, manifest.instant)
    finally:
        store.close()
    if erased:
        rewrite(fresh, fresh.parent)
    with faults.named(fresh), closing(connect(fresh, "rw")) as sql:
        make_single(sql)
    return held


def _forget_again(store: Store, forgotten: set[str], now: datetime) -> bool:
    """Take out what was forgotten since the backup was made; return whether there was any."""
    if not forgotten:
        return False
    stowed = finding.with_hashes(store, forgotten)
    with store.write(durable=True) as tx:
        bringing.bring_back(tx, stowed)
        touched = erase_forgotten(tx, forgotten)
        tombstones.add(tx, forgotten)
        conversations.outdate(tx, touched or ())
    if stowed:
        settling.settle(store, now)
    return touched is not None


def hold_outbox(store: Store, made_at: datetime) -> int:
    """Let every reply that was not accepted yet wait for the seller; return how many those are.

    Unsure and without a plan: the engine neither sends nor looks by itself,
    because a Sent folder without it proves nothing about a store that is no
    more. Its copy coming in from the service still settles it.
    """
    said = _(
        "It was waiting when the backup of {date} was made, and may have gone out since."
        " Look in your Sent folder before you send it again."
    ).format(date=f"{made_at:%Y-%m-%d %H:%M} UTC")
    held = 0
    with store.write(durable=True) as tx:
        for item in outbox.unsettled(tx):
            if item.state not in IN_DOUBT:
                continue
            held += 1
            outbox.put(
                tx,
                replace(item, state=Delivery.UNSURE, left=True, next_attempt_at=None, error=said),
            )
            messages.set_delivery(tx, item.message, Delivery.UNSURE)
            conversations.outdate(tx, [item.conversation])
    return held


def _close_present(store: Path) -> None:
    """Fold the present store's log into it; raises StoreInUse while anyone has it open.

    A damaged one cannot be folded: it is set aside with its log.
    """
    if not store.exists() or not store.stat().st_size:
        return
    try:
        with faults.named(store), closing(connect(store, "rw")) as sql:
            sql.execute("PRAGMA busy_timeout = 500")
            make_single(sql)
    except faults.StoreBusy as busy:
        raise StoreInUse from busy
    except StoreDamaged:
        return


def replace_store(fresh: Path, store: Path, stamp: str) -> list[Path]:
    """Put the store in place, the present one beside it; return where that is.

    There is a whole store under its name at every moment: a link is made, then
    the name is moved.
    """
    aside: list[Path] = []
    for ending in ("-wal", "-shm"):
        log = store.with_name(store.name + ending)
        if log.exists():
            kept = _free(store, stamp + ending)
            log.rename(kept)
            aside.append(kept)
    return [*_replace_file(fresh, store, stamp), *aside]


def _replace_file(fresh: Path, target: Path, stamp: str) -> list[Path]:
    """Put a file in place of another, which stays beside it; return where that is."""
    if not fresh.exists():
        return []
    target = Path(os.path.realpath(target))
    make_private(target.parent)
    aside: list[Path] = []
    if target.exists():
        kept = _free(target, stamp)
        _doubled(target, kept)
        aside.append(kept)
    near = target.with_name(f".{target.name}.{stamp}")
    shutil.move(fresh, near)
    near.chmod(0o600)
    near.replace(target)
    sync_folder(target.parent)
    return aside


def _free(path: Path, stamp: str) -> Path:
    """Return a name beside a file that nothing has: what was set aside is never written over."""
    endings = chain(("",), (f"-{number}" for number in count(2)))
    names = (path.with_name(f"{path.name}.{stamp}{ending}") for ending in endings)
    return next(name for name in names if not name.exists())


def _doubled(there: Path, kept: Path) -> None:
    """Give the file a second name, or a copy where the disk knows no links."""
    try:
        os.link(there, kept)
    except FileExistsError:
        raise
    except OSError:
        shutil.copy2(there, kept)


def _bring_stowed(fresh: Path, target: Path, stamp: str) -> None:
    """Put the backup's files of stowed conversations beside those that are there.

    One of the same name is the same file: what a name stands for never
    changes. So whichever store is in place, its files are there.
    """
    for path in sorted(fresh.iterdir()) if fresh.is_dir() else ():
        make_private(target)
        there = target / path.name
        if there.exists() and filing.checksum(there) != filing.checksum(path):
            there.rename(_free(there, stamp))
        shutil.move(path, there)
        there.chmod(0o600)
    if target.is_dir():
        sync_folder(target)


def _set_strangers_aside(where: Locations, stamp: str) -> list[Path]:
    """Set those files aside that only the store before knew; return where they are."""
    folder = where.data / bundle.STOWED
    with closing(Store.open(where.store_file)) as store:
        names = settling.strangers(store, folder)
    if not names:
        return []
    kept = _free(folder, stamp)
    make_private(kept)
    for name in names:
        (folder / name).rename(kept / name)
    return [kept]


def _replace_folder(fresh: Path, target: Path, stamp: str) -> list[Path]:
    """Put a folder in place of another, which stays beside it; return where that is."""
    if not fresh.exists():
        return []
    make_private(target.parent)
    aside: list[Path] = []
    if target.exists():
        kept = _free(target, stamp)
        target.rename(kept)
        aside.append(kept)
    shutil.move(fresh, target)
    target.chmod(0o700)
    return aside
