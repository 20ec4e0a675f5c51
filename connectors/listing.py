"""Rows of a service's list, read one by one: a bad row is told, and keeps no other back. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from connectors.contract import Temporary
from connectors.values import Place, Quarantined, Role
from connectors.walking import Listed

_Value = TypeVar("_Value")


def listed(
    rows: Sequence[msgspec.Raw],
    read: Callable[[bytes], Listed[_Value]],
    service: str,
    usual: datetime | None = None,
) -> tuple[Listed[_Value | Quarantined], ...]:
    """Return a page's rows as a walk knows them; one that cannot be read is an item too.

    `read` raises ValueError for such a row. Raises Temporary where no row of
    the page can be read: that is no list. With `usual` it is one, and such
    rows count as changed then: where a page holds only what is new, one bad
    row is a whole page.
    """
    tried = [_tried(bytes(raw), read) for raw in rows]
    instants = [each.changed_at for each in tried if isinstance(each, Listed)]
    lowest = min(instants, default=usual)
    if lowest is None:
        if rows:
            raise Temporary(f"{service} lists things in a way that it does not document.")
        return ()
    found: list[Listed[_Value | Quarantined]] = []
    for raw, each in zip(rows, tried, strict=True):
        if isinstance(each, Listed):
            found.append(Listed(each.id, each.changed_at, each.value, each.state))
        else:
            said = f"{service} lists something that is not as it documents: {each}."
            aside = set_aside("the list", said, bytes(raw))
            # At an instant that keeps the walk in its order.
            found.append(Listed(f"unread {aside.place.id}", lowest, aside))
    return tuple(found)


def is_json(body: bytes) -> bool:
    """Return whether a body is JSON at all: then it came whole, whatever it says."""
    try:
        msgspec.json.decode(body)
    except (ValueError, RecursionError):
        return False
    return True


def set_aside(
    conversation: str, reason: str, source: bytes, at: datetime | None = None
) -> Quarantined:
    """Return what is put aside of a conversation, to be shown to the seller."""
    name = hashlib.sha256(source).hexdigest()[:16]
    return Quarantined(Place(conversation, "", name, Role.INBOX), reason, source, at)


def _tried(raw: bytes, read: Callable[[bytes], Listed[_Value]]) -> Listed[_Value] | str:
    """Return a row as an item, or why it is none."""
    try:
        return read(raw)
    except (ValueError, RecursionError) as broken:
        return str(broken)
