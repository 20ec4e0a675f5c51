"""A time is typed as a phrase, and what it means is shown while it is typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from inbox.core.countdown import countdown
from inbox.core.snooze import SnoozeError
from inbox.screens.desk import Desk
from inbox.screens.key_screen import KeyScreen
from inbox.widgets.field import Field
from inbox.widgets.text_page import PageLine, TextPage
from inbox.widgets.words import long_when


class PhraseScreen(KeyScreen):
    """One field, and below it what it means. Escape changes nothing."""

    EXAMPLES: tuple[str, ...]
    EMPTY_MEANS = False
    """Whether nothing typed means something too; else it shows the examples."""

    def __init__(self, desk: Desk, asked: str, phrase: str = "") -> None:
        super().__init__(desk)
        self._asked = asked
        self._begun = phrase
        self.warned_of = ""
        """The phrase whose bad consequence was said once already."""

    def subject_lines(self) -> Sequence[PageLine]:
        """Return what the time is for."""
        raise NotImplementedError

    def meaning(self) -> Sequence[PageLine]:
        """Return what is typed as a time; raises SnoozeError."""
        raise NotImplementedError

    def accept(self) -> None:
        """Take what is typed."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Return the field and what it means."""
        with Vertical(id="snoozing"):
            yield Field(self._begun, placeholder=self._asked, id="phrase")
            yield TextPage(id="meaning")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Begin to type, in place of what is there: nearly always another time is meant."""
        self.query_one("#meaning", TextPage).can_focus = False
        self.set_focus(self.field)
        self.field.select_all()
        self.show()

    def tick(self) -> None:
        """Count on: `2h` means another time each second."""
        super().tick()
        self.show()

    @on(Input.Changed, "#phrase")
    def typed(self) -> None:
        """Show what it means so far."""
        self.show()

    @on(Input.Submitted, "#phrase")
    def entered(self) -> None:
        """Take it."""
        self.accept()

    @property
    def field(self) -> Input:
        """Where it is typed."""
        return self.query_one("#phrase", Input)

    def show(self) -> None:
        """Show what the time is for and what is typed, or examples."""
        if not (self.EMPTY_MEANS or self.field.value.strip()):
            said: Sequence[PageLine] = [PageLine(" · ".join(self.EXAMPLES), "quiet", lead="  ")]
        else:
            try:
                said = self.meaning()
            except SnoozeError as refused:
                said = [PageLine(refused.said, "soon", lead="  ")]
        lines = [PageLine(""), *self.subject_lines(), PageLine(""), *said]
        self.query_one("#meaning", TextPage).show(lines)

    def due_line(self, due_at: datetime, said: str) -> PageLine:
        """Return when the answer is due, with {at} and {left} filled in."""
        left = countdown(due_at, self.desk.clock())
        return PageLine(said.format(at=self.when(due_at), left=left), "quiet", lead="  ")

    def warn(self, said: str) -> bool:
        """Say what will happen; return whether it was said of the same words before."""
        if self.warned_of == self.field.value:
            return True
        self.warned_of = self.field.value
        self.show()
        self.say(said, "soon")
        return False

    def when(self, at: datetime) -> str:
        """Return an instant as a person reads it."""
        return long_when(at, self.desk.clock(), self.desk.zone)
