"""From strokes to commands: counts, sequences, and what may follow a begun one. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.frozen import frozen
from inbox.commands.values import MOVING, Command, Context, of_context

_DIGITS = 6
"""More digits than rows a list may have."""


@frozen
class Pressed:
    """A whole sequence was typed."""

    command: Command
    count: int | None
    """The number typed before it; None if there was none."""


@frozen
class Begun:
    """Part of a sequence was typed, or a count."""

    typed: str
    follow: tuple[tuple[str, Command], ...]
    """The strokes that may come next, with what each would do."""


class KeyReader:
    """Reads the strokes of one screen. A stroke is a character, or a key's name (`ctrl+d`)."""

    def __init__(self, commands: Iterable[Command], context: Context) -> None:
        mine = of_context(commands, context)
        self._counts = context in MOVING
        self._whole = {
            tuple(sequence.split(" ")): command for command in mine for sequence in command.keys
        }
        self._typed: tuple[str, ...] = ()
        self._count = ""

    @property
    def begun(self) -> bool:
        """Whether something was typed that waits for more."""
        return bool(self._typed or self._count)

    def forget(self) -> None:
        """Drop what was typed so far."""
        self._typed, self._count = (), ""

    def feed(self, stroke: str) -> Pressed | Begun | None:
        """Return what the stroke completes or continues; None if it means nothing here.

        Escape drops what was begun, and so does a stroke that does not
        continue it: the rest of a mistyped sequence must not become an action.
        """
        if self.begun and stroke == "escape":
            self.forget()
            return Begun("", ())
        if self._counts and not self._typed and self._is_count(stroke):
            self._count += stroke
            return Begun(self._count, ())
        typed = (*self._typed, stroke)
        command = self._whole.get(typed)
        if command is not None:
            count = int(self._count) if self._count else None
            self.forget()
            return Pressed(command, count)
        follow = tuple(
            (sequence[len(typed)], each)
            for sequence, each in self._whole.items()
            if len(sequence) > len(typed) and sequence[: len(typed)] == typed
        )
        if follow:
            self._typed = typed
            return Begun(" ".join((self._count, *typed)).strip(), follow)
        begun = self.begun
        self.forget()
        return Begun("", ()) if begun else None

    def _is_count(self, stroke: str) -> bool:
        """Return whether a stroke goes on (or begins) a count; a 0 begins none."""
        digit = len(stroke) == 1 and stroke in "0123456789"
        return digit and (stroke != "0" or bool(self._count)) and len(self._count) < _DIGITS
