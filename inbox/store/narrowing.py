"""From a TinyDB query to the SQL that finds its candidates by indexed columns.

Reads `QueryInstance._hash`, the tuple by which TinyDB itself tells queries
apart. What comes out only narrows: every candidate is still put to TinyDB's own
condition, so a query that is not understood costs time and never an answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from connectors.frozen import frozen
from inbox.store.schema import Scalar

_COMPARED = {"==": "=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
LARGEST = 2**63 - 1
"""The largest integer of SQLite."""
_MANY = 10_000
"""More values than this in one_of are left to TinyDB."""


@frozen
class Narrowed:
    """A condition in SQL, and its values in order."""

    sql: str
    values: tuple[Scalar, ...]


def narrowed(query_hash: object, hot: frozenset[str]) -> Narrowed | None:
    """Return a condition that every match of the query fulfils, None if there is none to be had.

    `hot` are the names of the columns that hold a field of the same name.
    """
    match query_hash:
        case ("and" | "or" as word, frozenset() as parts):
            return _joined(word, [narrowed(part, hot) for part in parts])
        case ("one_of", (str() as name,), tuple() as values) if name in hot:
            return _one_of(name, values)
        case (str() as sign, (str() as name,), value) if sign in _COMPARED and name in hot:
            return _compared(name, sign, value)
    return None


def column_value(value: Any) -> Scalar:
    """Return a field's value as its column holds it (None: it is nothing that can be compared).

    An integer too large for SQLite becomes the nearest float, which lies on
    the same side of everything that is narrowed by.
    """
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return cast("Scalar", value)
    if isinstance(value, int) and not -LARGEST <= value <= LARGEST:
        try:
            return float(value)
        except OverflowError:
            return float("inf") if value > 0 else float("-inf")
    return value if isinstance(value, str | int | float) else None


def _compared(name: str, sign: str, value: object) -> Narrowed | None:
    if value is None and sign == "==":
        return Narrowed(f'"{name}" IS NULL', ())
    if not isinstance(value, str | int | float) or not _comparable(value):
        return None
    return Narrowed(f'"{name}" {_COMPARED[sign]} ?', (value,))


def _comparable(value: str | float) -> bool:
    """Return whether SQLite compares this value with a column as Python does."""
    if isinstance(value, str):
        return _is_unicode(value)
    if isinstance(value, int):
        return -LARGEST <= value <= LARGEST
    return value == value  # noqa: PLR0124 - NaN is like nothing, itself included


def _is_unicode(text: str) -> bool:
    """Return whether the text can be given to SQLite; half of a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _one_of(name: str, values: Iterable[object]) -> Narrowed | None:
    wanted = list(values)
    present = [value for value in wanted if isinstance(value, str | int | float)]
    nothing = any(value is None for value in wanted)
    if len(wanted) > _MANY or len(present) + wanted.count(None) < len(wanted):
        return None
    if not all(_comparable(value) for value in present):
        return None
    sql = f'"{name}" IN ({",".join("?" * len(present))})'
    return Narrowed(f'({sql} OR "{name}" IS NULL)' if nothing else sql, tuple(present))


def _joined(word: str, parts: Iterable[Narrowed | None]) -> Narrowed | None:
    """Return the parts as one; of "or" every part must be known, of "and" any will do."""
    every = list(parts)
    known = [part for part in every if part is not None]
    if not known or (word == "or" and len(known) < len(every)):
        return None
    values = tuple(value for part in known for value in part.values)
    return Narrowed("(" + f" {word.upper()} ".join(part.sql for part in known) + ")", values)
