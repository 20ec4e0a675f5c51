"""The first page of a seller who has no account yet."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult

from inbox.commands import Context
from inbox.i18n import gettext as _
from inbox.screens.key_screen import KeyScreen
from inbox.widgets.text_page import PageLine, TextPage


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
