"""Files of stowed conversations made to hold what the store does not have, and nothing else.

After a kill, after something came back, after a buyer was forgotten: a file is
written anew without what is in the store again, or goes when nothing of it is
left. A conversation that neither store nor list of forgotten ones knows (the
store was damaged, or is an older one) is taken up again: the only copy of
anything is never removed. Done under the lock of `keeping.workplace`; nobody
else changes a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from connectors.steps import reached
from inbox.core.model import ConversationUid
from inbox.i18n import gettext as _
from inbox.store import conversations, faults
from inbox.store.database import Store
from inbox.store.instants import micros
from inbox.store.keeping import tombstones
from inbox.store.keeping.workplace import need_room, sync_folder
from inbox.store.rows import decoded, portions
from inbox.store.stowed import catalogue, filing
from inbox.store.stowed.catalogue import Spot, StowFile
from inbox.store.stowed.lines import KEY


def settle(store: Store, now: datetime) -> tuple[Path, ...]:
    """Take out of the files what the store has itself; return those that cannot be read.

    Such a file stays as it is. Raises NoRoom, StoreError.
    """
    with store.read() as tx:
        folder = catalogue.folder_of(tx)
        known = {file.name: file for file in catalogue.files(tx)}
        held = {name: catalogue.count(tx, name)[0] for name in known}
    unread: list[Path] = []
    for partial in folder.glob(f"stowed-{store.uid}-*.part"):
        partial.unlink(missing_ok=True)
    for name in dict.fromkeys((*known, *filing.names_in(folder, store.uid))):
        if name in known and held[name] == known[name].conversations:
            continue
        try:
            _settle_one(store, folder, name, now)
        except filing.StowDamaged as damaged:
            if name in known and not held[name] and not (folder / name).exists():
                _drop(store, folder, name)  # killed before it was taken off the list
            else:
                unread.append(damaged.path)
    return tuple(unread)


def is_needed(store: Store) -> bool:
    """Return whether a file holds anything that the store has itself, or erased."""
    with store.read() as tx:
        return any(
            catalogue.count(tx, each.name)[0] < each.conversations for each in catalogue.files(tx)
        )


def strangers(store: Store, folder: Path) -> list[str]:
    """Return the files in this store's name that it does not know."""
    with store.read() as tx:
        known = {file.name for file in catalogue.files(tx)}
    return [name for name in filing.names_in(folder, store.uid) if name not in known]


def _settle_one(store: Store, folder: Path, name: str, now: datetime) -> None:
    """Write one file anew with what must stay in it, or remove it if that is nothing."""
    staying, lost = _needed(store, folder / name)
    if staying:
        _write_anew(store, folder, name, staying, lost, now)
    _drop(store, folder, name)


def _needed(store: Store, path: Path) -> tuple[set[ConversationUid], set[ConversationUid]]:
    """Return which conversations of a file are nowhere else, and which the store has lost."""
    with store.read() as tx:
        store_uid, forgotten = tombstones.uid_of(tx), tombstones.every(tx)
        staying = {spot.conversation for spot in catalogue.spots_in(tx, path.name)}
    lost: set[ConversationUid] = set()
    for uid, lines in filing.whole(path):
        if uid in staying or uid in lost:
            continue
        with store.read() as tx:
            there = conversations.page(tx, [uid]) or catalogue.spots(tx, [uid])
        if not there and not _is_forgotten(store_uid, lines, forgotten):
            lost.add(uid)
    return staying | lost, lost


def _is_forgotten(store_uid: str, lines: Sequence[bytes], forgotten: set[str]) -> bool:
    """Return whether any message of a conversation was forgotten."""
    heads = [line["head"] for line in map(decoded, lines) if "head" in line]
    return any(tombstones.hashes_of(store_uid, head) & forgotten for head in heads)


def _write_anew(  # noqa: PLR0917 - one file's values, handed on once
    store: Store,
    folder: Path,
    name: str,
    staying: set[ConversationUid],
    lost: set[ConversationUid],
    now: datetime,
) -> None:
    """Write what stays into a new file; the store knows it there before the old one goes."""
    old = folder / name
    need_room(folder, old.stat().st_size)
    path = folder / filing.name_in(folder, store.uid, now)
    partial = path.with_name(f"{path.name}.part")
    fresh: dict[ConversationUid, Spot] = {}
    with faults.named_by_the_system(path):
        with filing.being_written(partial, filing.accounts_in(old), now) as writer:
            for uid, lines in filing.whole(old):
                if uid in staying and uid not in fresh:
                    fresh[uid] = writer.add(uid, lines)
            if fresh.keys() != staying:
                raise filing.StowDamaged(old, _("conversations are missing in it"))
        filing.check(folder, [spot._replace(file=partial.name) for spot in fresh.values()])
        size, checksum = filing.checksum(partial)
        partial.replace(path)
        sync_folder(folder)
    reached("stow.rewritten")
    with store.write(durable=True) as tx:
        there = [spot.conversation for spot in catalogue.spots_in(tx, name)]
        catalogue.put(tx, [fresh[uid] for uid in there])
        catalogue.put_file(tx, StowFile(path.name, micros(now), size, checksum, len(fresh)))
    _take_up(store, folder, [fresh[uid] for uid in sorted(lost)])
    reached("stow.moved")


def _take_up(store: Store, folder: Path, lost: Sequence[Spot]) -> None:
    """Let the store know conversations again that it has lost."""
    for some in portions(lost):
        with store.write(durable=True) as tx:
            for spot in some:
                lines = [decoded(line) for line in filing.read(folder, spot)]
                keys = [(each[KEY]["account"], each[KEY]["key"]) for each in lines if KEY in each]
                catalogue.put(tx, [spot])
                catalogue.remember(
                    tx,
                    [line["head"] for line in lines if "head" in line],
                    [(account, key, spot.conversation) for account, key in keys],
                )


def _drop(store: Store, folder: Path, name: str) -> None:
    """Remove a file of which nothing is left; the store forgets it last."""
    (folder / name).unlink(missing_ok=True)
    if folder.is_dir():
        sync_folder(folder)
    reached("stow.unlinked")
    with store.write(durable=True) as tx:
        catalogue.drop_file(tx, name)
