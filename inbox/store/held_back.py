"""Quarantine: mail that could not be read or stored, kept whole and in nobody's way."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from tinydb import where

from connectors.values import Place, Quarantined, Role
from inbox.core.model import AccountUid
from inbox.store import uids
from inbox.store.database import Transaction
from inbox.store.instants import maybe_instant, maybe_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """One message in quarantine, without its source."""

    uid: str
    account: AccountUid
    place: Place
    reason: str
    accepted_at: datetime | None
    size: int
    """Bytes of its source."""
    seen: bool = False
    """Whether the seller has looked at it and wants to hear no more of it."""


def put(tx: Transaction, account: AccountUid, item: Quarantined) -> bool:
    """Keep a message aside; return whether it was not there yet."""
    table = tx.table("quarantine")
    condition = _at(account, item.place)
    known = table.get(condition)
    document = {
        "account": account,
        "place": _named(item.place),
        "role": item.place.role.value,
        "reason": item.reason,
        "accepted_at": maybe_micros(item.accepted_at),
        "size": len(item.source),
    }
    if known is None:
        (doc_id,) = table.insert_multiple([{"uid": uids.new_uid(), **document}])
    else:
        (doc_id,) = table.update(document, condition)
    tx.sql.execute(
        "INSERT OR REPLACE INTO quarantine_sources (item, source) VALUES (?, ?)",
        (doc_id, zlib.compress(item.source)),
    )
    return known is None


def every(tx: Transaction, account: AccountUid | None = None) -> list[HeldBack]:
    """Return what is in quarantine (of one account, or of all), oldest first."""
    table = tx.table("quarantine")
    found = table.all() if account is None else table.search(where("account") == account)
    return [held_back_of(document) for document in found]


def source(tx: Transaction, uid: str) -> bytes:
    """Return the source of a message in quarantine; raises UnknownId."""
    found = tx.table("quarantine").get(where("uid") == uid)
    if found is None:
        raise uids.UnknownId(uid)
    row = tx.sql.execute(
        "SELECT source FROM quarantine_sources WHERE item = ?", (found.doc_id,)
    ).fetchone()
    return zlib.decompress(row[0])


def unseen(tx: Transaction) -> int:
    """Return how many in quarantine the seller has not put away."""
    asked = "SELECT count(*) FROM doc_quarantine WHERE coalesce(json_extract(doc, '$.seen'), 0) = 0"
    return int(tx.sql.execute(asked).fetchone()[0])


def set_seen(tx: Transaction, wanted: Collection[str], *, seen: bool) -> None:
    """Note that the seller has looked at these, or has not."""
    tx.table("quarantine").update({"seen": seen}, where("uid").one_of(list(wanted)))


def release(tx: Transaction, account: AccountUid, places: Iterable[Place]) -> None:
    """Forget what was held back at these places: it came in as a message after all."""
    for place in places:
        for doc_id in tx.table("quarantine").remove(_at(account, place)):
            tx.sql.execute("DELETE FROM quarantine_sources WHERE item = ?", (doc_id,))


def any_of(tx: Transaction, account: AccountUid) -> bool:
    """Return whether anything of the account is held back."""
    return tx.table("quarantine").get(where("account") == account) is not None


def _at(account: AccountUid, place: Place) -> Any:
    return (where("account") == account) & (where("place") == _named(place))


def _named(place: Place) -> str:
    return msgspec.json.encode([place.folder, place.epoch, place.id]).decode()


def held_back_of(document: Mapping[str, Any]) -> HeldBack:
    """Return what a document of the quarantine stands for."""
    folder, epoch, number = msgspec.json.decode(document["place"])
    return HeldBack(
        uid=document["uid"],
        account=document["account"],
        place=Place(folder, epoch, number, Role(document["role"])),
        reason=document["reason"],
        accepted_at=maybe_instant(document["accepted_at"]),
        size=document["size"],
        seen=document.get("seen", False),
    )
