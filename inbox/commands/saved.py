"""The commands that the seller's own views make: `g 1` to `g 9`, all of them in the palette."""

from __future__ import annotations

from collections.abc import Mapping

from inbox.commands.values import MOVING, Command, sequences
from inbox.i18n import gettext as _

LAST_KEY = 9
"""So many views have a key."""


def saved(views: Mapping[str, str]) -> tuple[Command, ...]:
    """Return a command for each view, given as its title and the query behind it."""
    return tuple(
        Command(
            id=f"go-view-{number}",
            keys=sequences(f"g {number}" if number <= LAST_KEY else ""),
            title=_("Go to {view}").format(view=title),
            help=query,
            contexts=MOVING,
            action=f"go:saved:{title}",
            place=True,
        )
        for number, (title, query) in enumerate(views.items(), start=1)
    )
