"""What a command is, and how its keys are written."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from connectors.frozen import frozen

QUIT_ALWAYS = "ctrl+q"
"""Leaves from anywhere; it cannot be given to another command."""

PALETTE = "ctrl+p"
"""Opens the palette, in text fields too."""


class Context(StrEnum):
    """Where a command works: one for each screen that has keys of its own."""

    LIST = "list"
    READING = "reading"
    OUTBOX = "outbox"
    COMPOSER = "composer"
    REVIEW = "review"
    PICKER = "picker"
    FORM = "form"
    ORDERS = "orders"
    SNOOZE = "snooze"
    SCHEDULE = "schedule"
    HAPPENED = "happened"
    TAGS = "tags"
    JOURNAL = "journal"
    UNREADABLE = "unreadable"
    STOWED = "stowed"
    FORECAST = "forecast"
    LEAVING = "leaving"
    WELCOME = "welcome"
    FILES = "files"
    ATTACH = "attach"
    PAGE = "page"
    """A page of text: help, source, explanation."""


MOVING = frozenset(
    {
        Context.LIST,
        Context.READING,
        Context.OUTBOX,
        Context.JOURNAL,
        Context.UNREADABLE,
        Context.STOWED,
        Context.FORECAST,
        Context.FILES,
        Context.PAGE,
    }
)
"""Where rows or lines are moved over, and digits begin a count."""


@frozen(kw_only=True)
class Command:
    """One row of the table."""

    id: str
    """What `[keys]` calls it."""
    keys: tuple[str, ...]
    """Each a sequence of strokes with a space between: "j", "g i", "ctrl+s"."""
    title: str
    help: str
    contexts: frozenset[Context]
    action: str
    """The screen's method `action_<this>(count)`; `go:<view>` for the views."""
    hint: bool = False
    """Whether the hint line of its screens names it."""
    place: bool = False
    """Whether it leads to another page; one that does not know the way leaves to one that does."""


def row(
    name: str,
    keys: str,
    title: str,
    text: str,
    where: Context | frozenset[Context],
    *,
    action: str = "",
    hint: bool = False,
    place: bool = False,
) -> Command:
    """Return a row of the table; its action is the name with underscores unless said otherwise."""
    return Command(
        id=name,
        keys=sequences(keys),
        title=title,
        help=text,
        contexts=where if isinstance(where, frozenset) else frozenset({where}),
        action=action or name.replace("-", "_"),
        hint=hint,
        place=place,
    )


def of_context(commands: Iterable[Command], context: Context) -> tuple[Command, ...]:
    """Return the commands that work in a context, in their order."""
    return tuple(command for command in commands if context in command.contexts)


def sequences(line: str) -> tuple[str, ...]:
    """Return the sequences of a line such as "j, down" or "g i"."""
    return tuple(" ".join(part.split()) for part in line.split(",") if part.strip())


def shown(sequence: str) -> str:
    """Return a sequence as a person reads it: "g i", "Enter", "Ctrl+S"."""
    return " ".join(_NAMES.get(stroke, _capital(stroke)) for stroke in sequence.split(" "))


def keys_shown(command: Command) -> str:
    """Return all keys of a command as a person reads them."""
    return "  ".join(shown(sequence) for sequence in command.keys)


_NAMES = {
    "up": "↑",
    "down": "↓",
    "enter": "Enter",
    "escape": "Esc",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "space": "Space",
    "f1": "F1",
    "f2": "F2",
    "f3": "F3",
    "f4": "F4",
    "f5": "F5",
    "f6": "F6",
    "tab": "Tab",
}


def _capital(stroke: str) -> str:
    """Return "Ctrl+S" for "ctrl+s"; a single letter means itself and stays."""
    return stroke.title() if "+" in stroke and len(stroke) > 1 else stroke
