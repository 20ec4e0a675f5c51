"""Print: data on stdout, talk on stderr, and never a byte that a terminal takes for a command."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import Any

import click

_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What could move a cursor, start an escape sequence or turn text around; not tab and newline."""

_GAP = "  "


class Failed(click.ClickException):
    """A failure told to a person: exit status 1."""

    def show(self, file: Any = None) -> None:
        """Print the sentence on stderr."""
        tell(f"inbox: {self.message}")


def plain(text: str) -> str:
    """Return the text with every character that could command a terminal replaced."""
    return _CONTROLS.sub("\ufffd", text)


def one_line(text: str) -> str:
    """Return the text on one line, safe to print."""
    return plain(" ".join(text.split()))


def say(text: str = "") -> None:
    """Print data."""
    click.echo(plain(text))


def tell(text: str) -> None:
    """Print talk, beside the data."""
    click.echo(plain(text), err=True)


def print_json(value: object, zone: tzinfo | None) -> None:
    """Print a value as JSON; instants as ISO 8601 with the offset of that zone (None: ours)."""
    import json

    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    text = json.dumps(_jsonable(value, zone), ensure_ascii=not unicode, indent=2)
    click.echo(_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def print_table(rows: Sequence[Sequence[str]], *, width: int | None = None) -> None:
    """Print rows in columns, widths measured in cells; the last column is cut at `width`."""
    from rich.cells import cell_len, set_cell_size

    cleaned = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*cleaned, strict=True)]
    for row in cleaned:
        cells = [set_cell_size(cell, size) for cell, size in zip(row, widths, strict=True)]
        text = _GAP.join(cells).rstrip()
        if width is not None and cell_len(text) > width:
            text = set_cell_size(text, max(width - 1, 1)) + "\u2026"
        click.echo(text)


@contextmanager
def passing_line() -> Iterator[Callable[[str], None]]:
    """Give what shows on a terminal how far something is, on a line of stderr that goes away."""
    shown = sys.stderr.isatty()

    def show(text: str) -> None:
        if shown:
            click.echo(f"\r\x1b[K{text}", nl=False, err=True)

    try:
        yield show
    finally:
        show("")


def terminal_width() -> int | None:
    """Return how many cells a line of stdout has, None where it is no terminal."""
    if not sys.stdout.isatty():
        return None
    return shutil.get_terminal_size().columns


def local(instant: datetime, zone: tzinfo | None) -> datetime:
    """Return the instant in that zone (None: the machine's own), with its offset."""
    return instant.astimezone(zone)


def moment(instant: datetime | None, zone: tzinfo | None) -> str:
    """Return an instant for a person, to the minute; "" for None."""
    return "" if instant is None else f"{local(instant, zone):%Y-%m-%d %H:%M}"


def _jsonable(value: Any, zone: tzinfo | None) -> Any:
    """Return the value in what JSON knows: instants as text, tuples and sets as lists."""
    if isinstance(value, datetime):
        return local(value, zone).isoformat()
    if isinstance(value, Mapping):
        return {str(key): _jsonable(each, zone) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(each, zone) for each in value]
    return value


def print_source(source: bytes) -> None:
    """Print the bytes as they are, but on a terminal nothing that could command it."""
    if sys.stdout.isatty():
        say(source.decode("utf-8", "replace").replace("\r\n", "\n"))
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(source)
        sys.stdout.buffer.flush()
