"""A shop with old conversations, for the tests of stowing."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from connectors.orders import Order, OrderItem
from connectors.values import Attachment, Batch, Checkpoint, Direction, Message, Party
from inbox.core.model import ConversationUid, Delivery, Verb
from inbox.store import journal, linking, messages, orders, outbox
from inbox.store.database import Store
from inbox.store.derive import derive
from inbox.store.stowed import catalogue, filing, taking
from inbox.sync.ingest import Counts, ingest
from tests.store.keeping.home import Home
from tests.store.making import (
    ACCOUNT,
    BOOK,
    HOUR,
    NOON,
    answer,
    inbox_place,
    question,
    queue,
    reply_to,
    take,
)

NAMES = {str(ACCOUNT): "shop"}
YEAR = timedelta(days=365)
BEFORE = NOON - YEAR
LONG_AGO = NOON - 4 * YEAR
TABLES_OF_FILES = ("stowed", "stowed_files", "stowed_keys", "stowed_names", "meta")


def asked_long_ago(number: int, **changes: Any) -> Message:
    """Return a question that was read and is years old; its number makes it its own."""
    made = question(number, accepted_at=LONG_AGO + number * HOUR, seen=True)
    buyer = Party(f"Buyer {number}", f"buyer{number}@buyers.example")
    return replace(made, **{"sender": buyer, **changes})


def fill(store: Store) -> list[ConversationUid]:
    """Put three old conversations with a little of everything, and a young one, into a store."""
    asked = [asked_long_ago(number) for number in range(3)]
    asked[0] = replace(
        asked[0], order_ref="PL-4711", attachments=(Attachment("1", "lamp.jpg", "image/jpeg", 9),)
    )
    taken = take(store, [*asked, answer(0, asked[0]), question(900)])
    one, two, three = [each.conversation for each in taken[:3]]
    at = LONG_AGO + 10 * HOUR
    with store.write(durable=True) as tx:
        tx.sql.execute(
            "INSERT INTO files (message, ref, account, state, asked, content)"
            " SELECT doc_id, '1', account, 'kept', 0, ? FROM doc_messages WHERE uid = ?",
            (b"\x00bytes of the lamp", taken[0].uid),
        )
        orders.put(tx, ACCOUNT, Order(ref="PL-4711", items=(OrderItem(title="Lamp"),)), at)
        item = queue(tx, two, reply_to(asked[1], "k1@lamps.example"), Delivery.ACCEPTED)
        outbox.put(tx, replace(item, state=Delivery.ACCEPTED, settled=True, accepted_at=at))
        for verb, name in ((Verb.TAG, "b2b"), (Verb.DONE, "")):
            arguments = {"name": name} if name else {}
            journal.add(tx, at=at, verb=verb, conversation=one, arguments=arguments, group="g")
        tx.sql.execute("DELETE FROM untold")  # its service was told long ago
        (more,) = messages.ingest_messages(tx, ACCOUNT, [asked_long_ago(7)], BOOK)
        linking.merge(tx, more.conversation, three)
        derive(tx, [one, two, three], BOOK)
    return [one, two, three]


def stow(home: Home, store: Store) -> taking.Stowed:
    """Stow what was silent for a year."""
    return taking.stow(home.where, store, NAMES, BEFORE, NOON, rest=lambda: None)


def arrive(store: Store, *arrived: Message) -> Counts:
    """Let a round bring messages, as a service delivers them."""
    batch = Batch(checkpoint=Checkpoint("1"), messages=arrived)
    return ingest(store, ACCOUNT, batch, BOOK, lambda: NOON)


def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table but those about files; row numbers by what they stand for."""
    with store.read() as tx:
        moved = dict(tx.sql.execute("SELECT uid, target FROM redirects"))
        uids = dict(tx.sql.execute("SELECT doc_id, uid FROM doc_messages"))
        tables = tx.sql.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'words%'"
            " AND name NOT LIKE 'sqlite_%'"
        )
        found: dict[str, list[tuple[Any, ...]]] = {}
        for (name,) in tables.fetchall():
            if name in TABLES_OF_FILES or name == "stretches":
                continue
            columns = [row[1] for row in tx.sql.execute(f'PRAGMA table_info("{name}")')]
            every = tx.sql.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - names of the schema
            rows = [dict(zip(columns, row, strict=True)) for row in every]
            rows = [row for row in rows if row.get("verb") != "stow"]
            for row in rows:
                row.pop("doc_id", None)
                row.pop("id", None) if name in ("said", "orders") else None
                if name == "thread_keys":  # one that led to a merged conversation leads on
                    row["conversation"] = moved.get(row["conversation"], row["conversation"])
                if "message" in row and not name.startswith("doc_"):
                    row["message"] = uids[row["message"]]
            found[name] = sorted((tuple(row.values()) for row in rows), key=repr)
    return found


def stowed_uids(store: Store) -> set[str]:
    """Return which conversations the store knows to lie in a file."""
    with store.read() as tx:
        return {uid for (uid,) in tx.sql.execute("SELECT conversation FROM stowed")}


def files_of(store: Store) -> list[Path]:
    """Return every file in the folder, known or not."""
    with store.read() as tx:
        folder = catalogue.folder_of(tx)
    return sorted(folder.iterdir()) if folder.is_dir() else []


def held_by(path: Path) -> list[ConversationUid]:
    """Return the conversations that a file holds."""
    return [uid for uid, _lines in filing.whole(path)]


def words_of(store: Store, uid: ConversationUid) -> list[tuple[Direction, str]]:
    """Return what is said in a conversation, oldest first."""
    with store.read() as tx:
        said = messages.of_conversation(tx, uid)
    return [(each.message.direction, each.message.text) for each in said]


def opened(home: Home) -> closing[Store]:
    """Return the opened store, to be used in a `with`."""
    return closing(home.store())


__all__ = [
    "BEFORE",
    "LONG_AGO",
    "NAMES",
    "arrive",
    "asked_long_ago",
    "contents",
    "files_of",
    "fill",
    "held_by",
    "inbox_place",
    "opened",
    "stow",
    "stowed_uids",
    "words_of",
]
