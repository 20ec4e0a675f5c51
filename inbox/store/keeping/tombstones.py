"""What was forgotten, as hashes: enough to know it when it comes again, useless to anyone else.

A hash is made with the store's uid. The list stands in the store, and once more
as a file beside it and beside the automatic backups, because a backup that is
restored is older than the list.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from connectors.values import Direction, Message, Quarantined
from inbox.core.model import AccountUid
from inbox.store.database import Transaction
from inbox.store.keeping.workplace import sync_folder
from inbox.store.rows import portions

_HASH = re.compile(r"[0-9a-f]{32}")


def hash_of(store_uid: str, account: str, name: str) -> str:
    """Return what is kept of a name that was forgotten, 32 hex digits."""
    return sha256(f"{store_uid}\n{account}\n{name}".encode()).hexdigest()[:32]


def hashes_of(store_uid: str, head: Mapping[str, Any]) -> set[str]:
    """Return the hashes under which a stored message is forgotten."""
    names = [head["remote_id"]]
    names += [key_name(head[key]) for key in ("outgoing", "key") if key in head]
    return {hash_of(store_uid, head["account"], name) for name in names}


def uid_of(tx: Transaction) -> str:
    """Return the store's uid."""
    uid: str = tx.sql.execute("SELECT value FROM meta WHERE name = 'uid'").fetchone()[0]
    return uid


def add(tx: Transaction, hashes: Iterable[str]) -> None:
    """Note what was forgotten."""
    tx.sql.executemany(
        "INSERT OR IGNORE INTO forgotten (hash) VALUES (?)", [(each,) for each in hashes]
    )


def every(tx: Transaction) -> set[str]:
    """Return all hashes."""
    return {each for (each,) in tx.sql.execute("SELECT hash FROM forgotten")}


def passing(tx: Transaction, account: AccountUid, arrived: Sequence[Message]) -> list[Message]:
    """Return the messages that were not forgotten; a new one of a forgotten buyer is new."""
    if not _any(tx):
        return list(arrived)
    store_uid = uid_of(tx)
    named = {
        message.remote_id: {hash_of(store_uid, account, name) for name in _names(message)}
        for message in arrived
    }
    gone = _among(tx, {each for hashes in named.values() for each in hashes})
    return [message for message in arrived if named[message.remote_id].isdisjoint(gone)]


def passing_aside(
    tx: Transaction, account: AccountUid, found: Sequence[Quarantined]
) -> list[Quarantined]:
    """Return what may be kept aside of what cannot be read: nothing that was forgotten."""
    if not _any(tx):
        return list(found)
    store_uid = uid_of(tx)
    named = [(hash_of(store_uid, account, source_name(each.source)), each) for each in found]
    gone = _among(tx, {hashed for hashed, _ in named})
    return [each for hashed, each in named if hashed not in gone]


def source_name(source: bytes) -> str:
    """Return the name under which a mail that could not be read is forgotten."""
    return f"source:{sha256(source).hexdigest()}"


def key_name(key: str) -> str:
    """Return the name under which a reply of ours is forgotten."""
    return f"key:{key}"


def write_list(folder: Path, store_uid: str, hashes: Collection[str]) -> None:
    """Write the list beside copies of the store (0600), where a restore will find it."""
    path = folder / f"forgotten-{store_uid}.txt"
    partial = path.with_name(f".{path.name}.part")
    number = os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    with os.fdopen(number, "w") as file:
        file.write("".join(f"{each}\n" for each in sorted(hashes)))
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync_folder(folder)


def read_lists(folders: Iterable[Path]) -> set[str]:
    """Return what the lists in these folders say; those of other stores match nothing here."""
    found: set[str] = set()
    for folder in folders:
        for path in folder.glob("forgotten-*.txt") if folder.is_dir() else ():
            lines = path.read_text("utf-8", "replace").split()
            found.update(line for line in lines if _HASH.fullmatch(line))
    return found


def _names(message: Message) -> list[str]:
    keys = (message.key, message.message_id) if message.direction is Direction.OUT else ()
    return [message.remote_id, *(key_name(key) for key in keys if key)]


def _any(tx: Transaction) -> bool:
    return tx.sql.execute("SELECT 1 FROM forgotten LIMIT 1").fetchone() is not None


def _among(tx: Transaction, hashes: Collection[str]) -> set[str]:
    """Return those of the hashes that were noted."""
    names = sorted(hashes)
    found: set[str] = set()
    for some in portions(names):
        marks = ",".join("?" * len(some))
        rows = tx.sql.execute(f"SELECT hash FROM forgotten WHERE hash IN ({marks})", some)  # noqa: S608 - marks only
        found.update(each for (each,) in rows)
    return found
