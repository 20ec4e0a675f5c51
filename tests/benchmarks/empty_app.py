"""The least a Textual app can be: what every other figure is compared with."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.widgets import Static


class EmptyApp(App[None]):
    """A text, and a key that changes it."""

    BINDINGS: ClassVar[list[BindingType]] = [("j", "turn", "turn")]
    turns = 0

    def compose(self) -> ComposeResult:
        """Return the one text."""
        yield Static("READY-0")

    def action_turn(self) -> None:
        """Repaint the text with another number."""
        self.turns += 1
        self.query_one(Static).update(f"READY-{self.turns}")


if __name__ == "__main__":
    EmptyApp().run()
