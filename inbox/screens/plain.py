"""Pages for when there is nothing to work with: no account yet, or too little room."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Static

from inbox.commands import Context
from inbox.i18n import gettext as _
from inbox.screens.base import KeyScreen
from inbox.widgets.text_page import PageLine, TextPage

LEAST_WIDTH, LEAST_HEIGHT = 60, 15
"""Cells below which the pages cannot be read."""


def too_small(size: Size) -> bool:
    """Return whether the pages cannot be read in a terminal of that size."""
    return size.width < LEAST_WIDTH or size.height < LEAST_HEIGHT


class WelcomeScreen(KeyScreen):
    """Tells the first command to type."""

    CONTEXT: ClassVar[Context] = Context.WELCOME

    def compose(self) -> ComposeResult:
        """Return the page."""
        yield TextPage(
            [
                PageLine(""),
                PageLine(_("  There is no account yet."), "title"),
                PageLine(""),
                PageLine(_("  Leave with q and add your mailbox; this asks for what it needs:")),
                PageLine(""),
                PageLine("      inbox accounts add email shop", "key"),
                PageLine(""),
                PageLine(_("  Or look around first, with invented buyers:")),
                PageLine(""),
                PageLine("      inbox demo", "key"),
            ],
            id="page",
        )
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Take the keys."""
        self.query_one("#page", TextPage).focus()


class TooSmallScreen(Screen[None]):
    """Covers everything until there is room."""

    def compose(self) -> ComposeResult:
        """Return the sentence."""
        said = _("The terminal is too small: {width}x{height} at least. Make it larger.")
        yield Static(said.format(width=LEAST_WIDTH, height=LEAST_HEIGHT), markup=False)
