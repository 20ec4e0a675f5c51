"""What is shown where there is too little room for a page."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Static

from inbox.commands.values import QUIT_ALWAYS, shown
from inbox.i18n import gettext as _

LEAST_WIDTH, LEAST_HEIGHT = 60, 15
"""Cells below which the pages cannot be read."""


def too_small(size: Size) -> bool:
    """Return whether the pages cannot be read in a terminal of that size."""
    return size.width < LEAST_WIDTH or size.height < LEAST_HEIGHT


class TooSmallScreen(Screen[None]):
    """Covers everything until there is room."""

    def compose(self) -> ComposeResult:
        """Return the sentence."""
        said = _(
            "The terminal is too small: {width}x{height} at least. Make it larger; {key} leaves."
        )
        words = said.format(width=LEAST_WIDTH, height=LEAST_HEIGHT, key=shown(QUIT_ALWAYS))
        yield Static(words, markup=False)
