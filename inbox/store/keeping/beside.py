"""What an export has beside messages and the seller's facts, as rows: out of a store and into one.

By which names a service knows a conversation, what it said of it, what became of each
deadline and under which version of its rule, and the orders.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from inbox.core.model import ConversationUid
from inbox.store.database import Transaction

Row = dict[str, Any]
TABLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "ref": ("conversation_refs", ("account", "ref", "conversation")),
    "said": (
        "said",
        (
            *("account", "ref", "conversation", "subject", "value", "at", "stands_at"),
            *("seen_until", "ours"),
        ),
    ),
    "rule_version": ("rule_versions", ("hash", "rule", "doc")),
    "verdict": (
        "verdicts",
        (
            *("account", "anchor", "rule", "conversation", "service", "kind", "rule_hash"),
            *("opened_at", "due_at", "met_at", "missed"),
        ),
    ),
    "order": ("orders", ("account", "ref", "buyer", "asked_at", "doc")),
}
"""The kinds of lines in the order of the file, each with its table and columns."""


def rows(
    tx: Transaction,
    chosen: Collection[ConversationUid] | None,
    orders: Collection[tuple[str, str]],
) -> Iterator[tuple[str, Row]]:
    """Yield (kind, row) of what belongs to the conversations chosen (None: everything).

    `orders`: account and number of every order that their messages name.
    """
    versions: set[str] = set()
    if chosen is not None:
        found = tx.sql.execute("SELECT conversation, rule_hash FROM verdicts")
        versions = {rule_hash for uid, rule_hash in found if uid in chosen}
    for kind, (table, columns) in TABLES.items():
        names = ", ".join(f'"{column}"' for column in columns)
        for values in tx.sql.execute(f"SELECT {names} FROM {table}"):  # noqa: S608 - names of ours
            row = dict(zip(columns, values, strict=True))
            if chosen is None or _belongs(row, chosen, versions, orders):
                yield kind, row


def of_conversation(
    tx: Transaction, uid: ConversationUid, orders: Collection[tuple[str, str]]
) -> Iterator[tuple[str, Row]]:
    """Yield the same of one conversation, without a walk through everything."""
    for kind, (table, columns) in TABLES.items():
        names = ", ".join(f'"{column}"' for column in columns)
        asked: list[tuple[str, tuple[str, ...]]]
        if "conversation" in columns:
            asked = [("conversation = ?", (uid,))]
        elif "hash" in columns:
            asked = [
                ("hash IN (SELECT rule_hash FROM verdicts WHERE conversation = ?)", (uid,)),
            ]
        else:
            asked = [("account = ? AND ref = ?", each) for each in sorted(orders)]
        for condition, values in asked:
            found = tx.sql.execute(f"SELECT {names} FROM {table} WHERE {condition}", values)  # noqa: S608 - names of ours
            for row in found.fetchall():
                yield kind, dict(zip(columns, row, strict=True))


def _belongs(
    row: Row,
    chosen: Collection[ConversationUid],
    versions: Collection[str],
    orders: Collection[tuple[str, str]],
) -> bool:
    """Return whether a row is one of a conversation chosen, of its verdicts or its orders."""
    if "conversation" in row:
        return row["conversation"] in chosen
    if "hash" in row:
        return row["hash"] in versions
    return (row["account"], row["ref"]) in orders


@dataclass(frozen=True, slots=True)
class Here:
    """What the names of a file are in this store."""

    accounts: Mapping[str, str]
    messages: Mapping[str, str]
    fresh: Collection[str]
    """Messages of this store that the import brought."""
    conversation: Callable[[str], ConversationUid | None]


def put(tx: Transaction, kind: str, row: Row, here: Here) -> None:
    """Keep a row where there is none; a verdict on a message that the import brought is the file's.

    One of a conversation that is not here, or of an account that is not, is left out.
    """
    placed = _placed(row, here)
    if placed is None or (kind == "said" and _is_known(tx, placed)):
        return
    table, columns = TABLES[kind]
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    verb = "REPLACE" if placed.get("anchor") in here.fresh else "INSERT OR IGNORE"
    tx.sql.execute(
        f"{verb} INTO {table} ({names}) VALUES ({marks})",
        [placed[column] for column in columns],
    )


def _placed(row: Row, here: Here) -> Row | None:
    """Return a row with the names of this store; None where it belongs nowhere here."""
    placed = dict(row)
    if "account" in row:
        placed["account"] = here.accounts.get(row["account"])
    if row.get("conversation"):
        placed["conversation"] = here.conversation(row["conversation"])
    if "anchor" in row:
        placed["anchor"] = here.messages.get(row["anchor"], row["anchor"])
    missing = any(placed.get(name, "") is None for name in ("account", "conversation"))
    return None if missing else placed


def _is_known(tx: Transaction, row: Row) -> bool:
    """Return whether a service's word is kept already."""
    found = tx.sql.execute(
        "SELECT 1 FROM said WHERE account = :account AND ref = :ref AND subject = :subject"
        " AND value = :value AND at = :at AND ours = :ours",
        row,
    )
    return found.fetchone() is not None
