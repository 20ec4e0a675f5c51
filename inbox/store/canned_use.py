"""How often each canned response was used, so that the picker can put the usual ones first."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime
from typing import Any

from tinydb import where

from inbox.store.database import Transaction
from inbox.store.instants import micros


def used(tx: Transaction, name: str, at: datetime) -> None:
    """Count one use of the canned response of that name."""

    def count(document: MutableMapping[str, Any]) -> None:
        document["count"] += 1
        document["last_at"] = micros(at)

    table = tx.table("canned_uses")
    if not table.update(count, where("name") == name):
        table.insert({"name": name, "count": 1, "last_at": micros(at)})


def uses(tx: Transaction) -> dict[str, int]:
    """Return the number of uses by name."""
    return {document["name"]: document["count"] for document in tx.table("canned_uses")}
