"""What the store knows of what was stowed: which conversations, where, and their mail as hashes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from connectors.values import Direction, Message
from inbox.core.model import AccountUid, ConversationUid
from inbox.store.database import Transaction
from inbox.store.instants import instant, micros
from inbox.store.keeping import tombstones
from inbox.store.rows import portions

FOLDER = "stowed"


class Spot(NamedTuple):
    """One stowed conversation; the columns of its row."""

    conversation: ConversationUid
    account: AccountUid
    file: str
    start: int
    """Where the compressed lot begins that it is in, in bytes of the file."""
    skip: int
    """Bytes before it in that lot."""
    size: int
    """Bytes of its lines."""
    hash: str
    """SHA-256 of its lines."""
    messages: int
    last_at: int
    """When its newest message was accepted, in microseconds."""


class StowFile(NamedTuple):
    """A file that the store knows; the columns of its row."""

    name: str
    made_at: int
    size: int
    hash: str
    """SHA-256 of the whole file."""
    conversations: int
    """How many it holds, those included that came back since."""

    @property
    def made(self) -> datetime:
        """When it was written (aware, UTC)."""
        return instant(self.made_at)


def folder_of(tx: Transaction) -> Path:
    """Return where this store's files lie: beside it."""
    (path,) = tx.sql.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()
    return Path(path).parent / FOLDER


def anything(tx: Transaction) -> bool:
    """Return whether anything is stowed."""
    return tx.sql.execute("SELECT 1 FROM stowed LIMIT 1").fetchone() is not None


def files(tx: Transaction) -> list[StowFile]:
    """Return every file known, the oldest first."""
    rows = tx.sql.execute(f"SELECT {', '.join(StowFile._fields)} FROM stowed_files")  # noqa: S608 - names of ours
    return sorted((StowFile(*row) for row in rows), key=lambda file: (file.made_at, file.name))


def put_file(tx: Transaction, file: StowFile) -> None:
    """Know a file."""
    marks = ", ".join("?" * len(file))
    tx.sql.execute(f"REPLACE INTO stowed_files VALUES ({marks})", file)  # noqa: S608 - marks only


def drop_file(tx: Transaction, name: str) -> None:
    """Know a file no more."""
    tx.sql.execute("DELETE FROM stowed_files WHERE name = ?", (name,))


def put(tx: Transaction, spots: Iterable[Spot]) -> None:
    """Note where conversations lie, over where they lay before."""
    marks = ", ".join("?" * len(Spot._fields))
    tx.sql.executemany(f"REPLACE INTO stowed VALUES ({marks})", list(spots))  # noqa: S608 - marks only


def spots(tx: Transaction, wanted: Sequence[ConversationUid]) -> list[Spot]:
    """Return where those of these conversations lie that are stowed."""
    found: list[Spot] = []
    for some in portions(wanted):
        rows = tx.sql.execute(
            f"SELECT {', '.join(Spot._fields)} FROM stowed"  # noqa: S608 - names of ours and marks
            f" WHERE conversation IN ({','.join('?' * len(some))})",
            some,
        )
        found += map(Spot._make, rows)
    return found


def every(tx: Transaction) -> list[ConversationUid]:
    """Return all that are stowed away, in no order."""
    return [uid for (uid,) in tx.sql.execute("SELECT conversation FROM stowed")]


def spots_in(tx: Transaction, file: str) -> Iterator[Spot]:
    """Yield the conversations that lie in a file, in its order."""
    rows = tx.sql.execute(
        f"SELECT {', '.join(Spot._fields)} FROM stowed WHERE file = ? ORDER BY start, skip",  # noqa: S608 - names of ours
        (file,),
    )
    return map(Spot._make, rows)


def count(tx: Transaction, file: str | None = None) -> tuple[int, int]:
    """Return how many conversations and messages are stowed, in one file or in all."""
    row = tx.sql.execute(
        "SELECT count(*), coalesce(sum(messages), 0) FROM stowed WHERE ?1 IS NULL OR file = ?1",
        (file,),
    ).fetchone()
    return row[0], row[1]


def span(tx: Transaction, file: str) -> tuple[datetime, datetime] | None:
    """Return when the oldest and the newest conversation of a file ended; None: it has none."""
    row = tx.sql.execute(
        "SELECT min(last_at), max(last_at) FROM stowed WHERE file = ?", (file,)
    ).fetchone()
    return None if row[0] is None else (instant(row[0]), instant(row[1]))


def beginning(tx: Transaction, start: str) -> list[ConversationUid]:
    """Return the stowed conversations whose uid begins so, merges followed."""
    rows = tx.sql.execute(
        "SELECT conversation FROM stowed WHERE conversation >= :start"
        " AND conversation < :start || '~' UNION SELECT target FROM redirects AS r"
        " JOIN stowed AS s ON s.conversation = target"
        " WHERE r.uid >= :start AND r.uid < :start || '~'",
        {"start": start},
    )
    return [uid for (uid,) in rows]


def remember(
    tx: Transaction, heads: Iterable[Mapping[str, Any]], keys: Iterable[tuple[str, str, str]]
) -> None:
    """Note hashes of messages, and of threading keys given as (account, key, conversation)."""
    store_uid = tombstones.uid_of(tx)
    named = {name for head in heads for name in _names_of(store_uid, head)}
    tx.sql.executemany(
        "INSERT OR IGNORE INTO stowed_names (hash) VALUES (?)", [(each,) for each in sorted(named)]
    )
    tx.sql.executemany(
        "REPLACE INTO stowed_keys (hash, conversation) VALUES (?, ?)",
        [(_hashed(store_uid, account, key), uid) for account, key, uid in keys],
    )


def forget(tx: Transaction, uid: ConversationUid, heads: Iterable[Mapping[str, Any]]) -> None:
    """Know a conversation no more: it is back."""
    store_uid = tombstones.uid_of(tx)
    named = {name for head in heads for name in _names_of(store_uid, head)}
    tx.sql.executemany(
        "DELETE FROM stowed_names WHERE hash = ?", [(each,) for each in sorted(named)]
    )
    tx.sql.execute("DELETE FROM stowed_keys WHERE conversation = ?", (uid,))
    tx.sql.execute("DELETE FROM stowed WHERE conversation = ?", (uid,))


def known(tx: Transaction, account: AccountUid, arrived: Sequence[Message]) -> set[tuple[str, str]]:
    """Return remote id and digest of those messages that lie in a stowed conversation."""
    if tx.sql.execute("SELECT 1 FROM stowed_names LIMIT 1").fetchone() is None:
        return set()
    store_uid = tombstones.uid_of(tx)
    owners: dict[bytes, tuple[str, str]] = {}
    for message in arrived:
        for name in _names(message):
            owners[_hashed(store_uid, account, name)] = (message.remote_id, message.body_digest)
    found: set[tuple[str, str]] = set()
    for some in portions(list(owners)):
        marks = ",".join("?" * len(some))
        rows = tx.sql.execute(f"SELECT hash FROM stowed_names WHERE hash IN ({marks})", some)  # noqa: S608 - marks only
        found |= {owners[each] for (each,) in rows}
    return found


def keyed(tx: Transaction, account: AccountUid, keys: Iterable[str]) -> dict[str, ConversationUid]:
    """Return the stowed conversations in which any of these threading keys stands, by key."""
    if tx.sql.execute("SELECT 1 FROM stowed_keys LIMIT 1").fetchone() is None:
        return {}
    store_uid = tombstones.uid_of(tx)
    hashed = {_hashed(store_uid, account, key): key for key in keys}
    found: dict[str, ConversationUid] = {}
    for some in portions(list(hashed)):
        rows = tx.sql.execute(
            "SELECT hash, conversation FROM stowed_keys"  # noqa: S608 - marks only
            f" WHERE hash IN ({','.join('?' * len(some))})",
            some,
        )
        found.update((hashed[each], uid) for each, uid in rows)
    return found


def last_run(tx: Transaction) -> datetime | None:
    """Return when the engine last looked for old conversations, None if it never did."""
    row = tx.sql.execute("SELECT value FROM meta WHERE name = 'stowed_at'").fetchone()
    return None if row is None else instant(row[0])


def ran(tx: Transaction, at: datetime) -> None:
    """Note when the engine looked for old conversations."""
    tx.sql.execute("REPLACE INTO meta (name, value) VALUES ('stowed_at', ?)", (micros(at),))


def _names(message: Message) -> list[str]:
    """Return the names under which a message that comes in is known again."""
    names = [_name(message.remote_id, message.body_digest)]
    if message.direction is Direction.OUT:
        names += [tombstones.key_name(each) for each in (message.key, message.message_id) if each]
    return names


def _names_of(store_uid: str, head: Mapping[str, Any]) -> list[bytes]:
    """Return the hashes of a stored message, each made under its own account."""
    names = [_name(head["remote_id"], head["digest"])]
    if "outgoing" in head:
        names.append(tombstones.key_name(head["outgoing"]))
    return [_hashed(store_uid, head["account"], each) for each in names]


def _name(remote_id: str, digest: str) -> str:
    return f"{remote_id}\n{digest}"


def _hashed(store_uid: str, account: str, name: str) -> bytes:
    return bytes.fromhex(tombstones.hash_of(store_uid, account, name))
