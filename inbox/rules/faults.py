"""What is wrong with a rule or a calendar, and where it stands."""

from __future__ import annotations

import re
from pathlib import Path

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]\n]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([\w.\"'-]+)\s*=")
_PLACE = re.compile(r"(\w+)\[(\d+)\](?:\.(.+))?$")


class RuleFault(Exception):
    """A rule or calendar cannot be used as it is written: mend `key` in `file`."""

    def __init__(self, file: Path, key: str, said: str, *, line: int | None = None) -> None:
        super().__init__(f"{file}: {key}: {said}")
        self.file = file
        self.key = key
        """Dotted, as in `deadline[2].hours` or `calendars.desk.mon`."""
        self.said = said
        self.line = line
        """Counted from 1; None where the file does not show it plainly."""


def placed(fault: RuleFault) -> RuleFault:
    """Return the fault with its line, where its file can be read and shows it."""
    try:
        text = fault.file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return fault
    line = line_of(text, fault.key)
    return RuleFault(fault.file, fault.key, fault.said, line=line)


def line_of(text: str, key: str) -> int | None:
    """Return the line of a dotted key in TOML text, that of its table where the key is missing.

    Only tables with headers of their own are looked through, which is how
    people write them.
    """
    table, nth, name = _asked(key)
    begun: int | None = None
    count = 0
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            if begun is not None and not header[2].startswith(f"{table}."):
                return begun
            count += header[2] == table
            if header[2] == table and count == nth:
                begun = number
            elif begun is not None and name.split(".")[0] == header[2].rsplit(".", 1)[-1]:
                begun, name = number, name.partition(".")[2]
        elif begun is not None and name and _key_of(line) == name:
            return number
    return begun


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
