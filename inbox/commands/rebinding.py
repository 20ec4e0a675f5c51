"""The seller's own keys over the table's, clashes refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from connectors.frozen import frozen
from inbox.commands.values import MOVING, PALETTE, QUIT_ALWAYS, Command, sequences, shown
from inbox.i18n import gettext as _


@frozen
class Trouble:
    """Why a line of `[keys]` was not followed; the default keys of that command stay."""

    id: str
    sentence: str

    def __str__(self) -> str:
        """Return it as the seller is told."""
        return _("The key for {id} was not changed: {why}.").format(id=self.id, why=self.sentence)


def rebound(
    commands: Sequence[Command], keys: Mapping[str, str]
) -> tuple[tuple[Command, ...], tuple[Trouble, ...]]:
    """Return the table under the seller's `[keys]`, and what of them could not be followed.

    A line is "j, down": alternatives behind commas, strokes of a sequence
    behind spaces; an empty one takes a command's keys away. A key that would
    mean two things in one place is refused, so every command stays reachable.
    """
    found = {command.id: command for command in commands}
    troubles = []
    for name, line in keys.items():
        if name not in found:
            troubles.append(Trouble(name, _("there is no command of that name")))
            continue
        wished = replace(found[name], keys=sequences(line))
        clash = _clash(wished, found.values())
        if clash:
            troubles.append(Trouble(name, clash))
        else:
            found[name] = wished
    return tuple(found.values()), tuple(troubles)


def _clash(wished: Command, others: Iterable[Command]) -> str:
    """Return why these keys cannot be had, empty if they can."""
    for sequence in wished.keys:
        first = sequence.split(" ")[0]
        if first in {QUIT_ALWAYS, PALETTE} and wished.id not in {"quit-anywhere", "palette"}:
            return _("{key} always keeps its meaning").format(key=shown(first))
        if first.isdigit() and wished.contexts & MOVING:
            return _("{key} begins a count").format(key=first)
        for other in others:
            if other.id == wished.id or not other.contexts & wished.contexts:
                continue
            if any(_hides(sequence, taken) for taken in other.keys):
                return _("{key} already means “{title}”").format(
                    key=shown(sequence), title=other.title
                )
    return ""


def _hides(one: str, other: str) -> bool:
    """Return whether one sequence can never be typed because of the other."""
    return one == other or one.startswith(f"{other} ") or other.startswith(f"{one} ")
