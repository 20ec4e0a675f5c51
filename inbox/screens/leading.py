"""Pages of several fields: Enter leads on, and what is typed behind it goes where it leads."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.widgets import Input

from inbox.screens.key_screen import KeyScreen
from inbox.widgets.field import Field


class LeadingScreen(KeyScreen):
    """A page that moves the cursor when a field is submitted."""

    def lead_on(self, fields: Iterable[Field]) -> None:
        """Hold what is typed behind Enter in these fields until the cursor was moved."""
        for field in fields:
            field.ahead = self.desk.typing

    @on(Input.Submitted)
    def led_on(self, event: Input.Submitted) -> None:
        """Let the held keys go; a page's own handler has moved the cursor before this one."""
        if isinstance(event.input, Field) and event.input.ahead is not None:
            shown = self.app.screen
            page = shown if isinstance(shown, KeyScreen) else self
            page.when_ready(page.free_keys)
