"""Find the line of a configuration on which something stands."""

from __future__ import annotations

import re
from pathlib import Path

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]\n]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([\w.\"'-]+)\s*=")
_PLACE = re.compile(r"(\w+)\[(\d+)\](?:\.(.+))?$")


def line_in(file: Path, key: str) -> int | None:
    """Return the line of a dotted key in a file, None where it cannot be read or shows none."""
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    return line_of(text, key)


def line_of(text: str, key: str) -> int | None:
    """Return the line of a dotted key in TOML text, that of its table where the key is missing.

    Only tables with headers of their own are looked through, which is how
    people write them.
    """
    table, nth, name = _asked(key)
    found = _found(text, table, nth, name)
    if found is None and nth == 1:
        outer, _dot, inner = table.rpartition(".")
        found = _found(text, outer, 1, inner) if outer else _above_all(text, table)
    return found


def _found(text: str, table: str, nth: int, name: str) -> int | None:
    """Return the line of a name in the nth table so called, that of its header without one."""
    begun: int | None = None
    count = 0
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            named = header[2].replace('"', "").replace("'", "")
            if begun is not None and not named.startswith(f"{table}."):
                return begun
            count += named == table
            if named == table and count == nth:
                begun = number
            elif begun is not None and name.split(".", maxsplit=1)[0] == named.rsplit(".", 1)[-1]:
                begun, name = number, name.partition(".")[2]
        elif begun is not None and name and _key_of(line) == name:
            return number
    return begun


def _above_all(text: str, name: str) -> int | None:
    """Return the line of a name above every table."""
    for number, line in enumerate(text.splitlines(), 1):
        if _HEADER.match(line):
            return None
        if _key_of(line) == name:
            return number
    return None


def _key_of(line: str) -> str:
    """Return the key that a line gives a value, "" if it gives none."""
    found = _KEY.match(line)
    return found[1].strip("\"'") if found else ""


def _asked(key: str) -> tuple[str, int, str]:
    """Return a dotted key as its table, which of the tables of that name, and the name in it."""
    if place := _PLACE.match(key):
        return place[1], int(place[2]), place[3] or ""
    parts = key.split(".")
    if parts[0] in ("calendars", "accounts"):
        return ".".join(parts[:2]), 1, ".".join(parts[2:])
    return parts[0], 1, ".".join(parts[1:])
