"""Files of stowed conversations made to hold what the store says they hold, and nothing else.

After a kill, after something came back, after a buyer was forgotten: a file is
written anew without what is in the store again, or goes when nothing of it is
left. Done under the lock of `keeping.workplace`; nobody else changes a file.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from connectors.steps import reached
from inbox.locations import make_private
from inbox.store import conversations, faults
from inbox.store.database import Store
from inbox.store.instants import micros
from inbox.store.keeping.workplace import need_room, sync_folder
from inbox.store.rows import portions
from inbox.store.stowed import catalogue, filing
from inbox.store.stowed.catalogue import Spot, StowFile


def settle(store: Store, now: datetime) -> tuple[Path, ...]:
    """Take out of the files what the store has itself; return those that cannot be read.

    Such a file stays as it is. Raises NoRoom, StoreError.
    """
    with store.read() as tx:
        folder = catalogue.folder_of(tx)
        known = catalogue.files(tx)
        held = {file.name: catalogue.count(tx, file.name)[0] for file in known}
    if not folder.is_dir():
        return ()
    unread: list[Path] = []
    for partial in folder.glob(f"stowed-{store.uid}-*.part"):
        partial.unlink(missing_ok=True)
    for file in known:
        try:
            if 0 < held[file.name] < file.conversations:
                _write_anew(store, folder, file, now)
                held[file.name] = 0
            if not held[file.name]:
                _drop(store, folder, file)
        except filing.StowDamaged as damaged:
            unread.append(damaged.path)
    for name in left_over(store, folder):
        # A kill before the first was taken out of the store: all of it is there.
        (folder / name).unlink(missing_ok=True)
    return tuple(unread)


def left_over(store: Store, folder: Path) -> list[str]:
    """Return the files that the store knows nothing of and whose conversations it all has."""
    return [name for name in strangers(store, folder) if _has_all(store, folder / name)]


def strangers(store: Store, folder: Path) -> list[str]:
    """Return the files in this store's name that it does not know."""
    with store.read() as tx:
        known = {file.name for file in catalogue.files(tx)}
    return [name for name in filing.names_in(folder, store.uid) if name not in known]


def _has_all(store: Store, path: Path) -> bool:
    """Return whether the store has every conversation of a file; False if it cannot be read."""
    try:
        for some in portions(list(filing.conversations_in(path))):
            with store.read() as tx:
                here = len(conversations.page(tx, some)) + len(catalogue.spots(tx, some))
            if here < len(some):
                return False
    except filing.StowDamaged:
        return False
    return True


def _write_anew(store: Store, folder: Path, file: StowFile, now: datetime) -> None:
    """Write a file without what came back; the store knows the new one before the old goes."""
    make_private(folder)
    need_room(folder, file.size)
    path = folder / filing.name_in(folder, store.uid, now)
    partial = path.with_name(f"{path.name}.part")
    with store.read() as tx:
        staying = list(catalogue.spots_in(tx, file.name))
    fresh: list[Spot] = []
    with faults.named_by_the_system(path):
        names = filing.accounts_in(folder / file.name)
        with filing.being_written(partial, names, now) as writer:
            for spot, lines in filing.read_all(folder, staying):
                fresh.append(writer.add(spot.conversation, lines))
        filing.check(folder, [spot._replace(file=partial.name) for spot in fresh])
        size, checksum = filing.checksum(partial)
        partial.replace(path)
        sync_folder(folder)
    reached("stow.rewritten")
    with store.write(durable=True) as tx:
        there = {spot.conversation for spot in catalogue.spots_in(tx, file.name)}
        catalogue.put(tx, [spot for spot in fresh if spot.conversation in there])
        catalogue.put_file(tx, StowFile(path.name, micros(file.made), size, checksum, len(fresh)))
    reached("stow.moved")


def _drop(store: Store, folder: Path, file: StowFile) -> None:
    """Remove a file of which nothing is left; the store forgets it last."""
    (folder / file.name).unlink(missing_ok=True)
    sync_folder(folder)
    reached("stow.unlinked")
    with store.write(durable=True) as tx:
        catalogue.drop_file(tx, file.name)
