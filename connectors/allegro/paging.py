"""Lists that are asked by offset and count nothing: no end is taken on trust. Pure.

Such a list shifts while it is read. Each page therefore begins where the one
before ended: what should be there twice shows that nothing is missing between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from connectors.contract import Temporary
from connectors.walking import Listed, Page

_Value = TypeVar("_Value")
_TRIES = 3


def page_at(cursor: str, size: int, ask: Callable[[int], Sequence[Listed[_Value]]]) -> Page[_Value]:
    """Return the page at a cursor, of a list sorted by its instants, newest first.

    `ask` returns up to `size` items from an offset. A cursor is an offset and
    the lowest instant above it: where the page begins below that, items went
    away above, and we go back until the two meet.
    """
    place, _blank, lowest = cursor.partition(" ")
    start = int(place or 0)
    while True:
        items = ask(start)
        instants = [item.changed_at.timestamp() for item in items]
        if start == 0 or (instants and max(instants) >= float(lowest)):
            break
        start = max(start - size + 1, 0)
    more = len(items) >= size
    after = f"{start + size - 1} {min(instants)!r}" if more else None
    return Page(tuple(items), after)


def whole(
    size: int, most: int, ask: Callable[[int], Sequence[msgspec.Raw]]
) -> tuple[list[bytes], bool]:
    """Return all rows of a list, each once, and whether it goes on after an offset of `most`.

    Raises Temporary where the pages never fit together.
    """
    for _ in range(_TRIES):
        rows = _fitting(size, most, ask)
        if rows is not None:
            return rows
    raise Temporary("The service changes a list while it is read.")


def _fitting(
    size: int, most: int, ask: Callable[[int], Sequence[msgspec.Raw]]
) -> tuple[list[bytes], bool] | None:
    """Return the rows, None where a page does not begin with one of the page before."""
    rows: dict[bytes, None] = {}
    for offset in range(0, most + 1, size - 1):
        page = [bytes(raw) for raw in ask(offset)]
        known = [raw for raw in page if raw in rows]
        if offset and (not known or len(known) == len(page) >= size):
            return None
        rows.update(dict.fromkeys(page))
        if len(page) < size:
            return list(rows), False
    return list(rows), True
