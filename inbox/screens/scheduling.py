"""A time for an answer: it is typed, what it means is shown while it is typed, Enter sets it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from inbox.commands import Context
from inbox.core.countdown import countdown
from inbox.core.scheduling import Wish
from inbox.core.snooze import SnoozeError
from inbox.i18n import gettext as _
from inbox.screens.base import KeyScreen
from inbox.screens.desk import Desk
from inbox.view.scheduling import Answering, Plan, plan, sentences
from inbox.widgets.editor import Field
from inbox.widgets.text_page import PageLine, TextPage
from inbox.widgets.words import long_when, outside

_EXAMPLES = (
    *("2h", "tomorrow 9:00", "mon 14:30", "9:00 their time", "before due"),
    "9:00 their time, but at latest 30 min before due",
)
_AT_LATEST = ", but at latest 30 min before due"


class ScheduleScreen(KeyScreen):
    """Escape changes nothing. What would be late has to be said twice."""

    CONTEXT: ClassVar[Context] = Context.SCHEDULE

    def __init__(
        self, desk: Desk, about: Answering, then: Callable[[Wish], None], phrase: str = ""
    ) -> None:
        super().__init__(desk)
        self._about = about
        self._then = then
        self._phrase = phrase
        self._warned_of = ""

    def compose(self) -> ComposeResult:
        """Return the field and what it means."""
        with Vertical(id="snoozing"):
            asked = _("When is it to leave? 2h, tomorrow 9:00, 9:00 their time")
            yield Field(self._phrase, placeholder=asked, id="when")
            yield TextPage(id="meaning")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Begin to type."""
        self.query_one("#meaning", TextPage).can_focus = False
        self.set_focus(self._field)
        self._field.cursor_position = len(self._phrase)
        self._show()

    def tick(self) -> None:
        """Count on: `2h` means another time each second."""
        super().tick()
        self._show()

    @on(Input.Changed, "#when")
    def typed(self) -> None:
        """Show what it means so far."""
        self._show()

    @on(Input.Submitted, "#when")
    def entered(self) -> None:
        """Set it."""
        self.action_set_time()

    def action_set_time(self, _count: int | None = None) -> None:
        """Let it leave then; asks once more where it would be late."""
        try:
            meant = self._meant()
        except SnoozeError as refused:
            self.say(refused.said, "soon")
            return
        if meant.late and not meant.at_once and self._warned_of != self._field.value:
            self._warned_of = self._field.value
            self.say(_("Enter once more lets it leave late; F2: in time."), "soon")
            return
        self.leave()
        self._then(meant.wish)

    def action_at_latest(self, _count: int | None = None) -> None:
        """Let it leave in time, whatever else is typed."""
        if "before due" not in self._field.value:
            self._field.value = self._field.value.rstrip().rstrip(",") + _AT_LATEST
            self._field.cursor_position = len(self._field.value)

    @property
    def _field(self) -> Input:
        return self.query_one("#when", Input)

    def _meant(self) -> Plan:
        return plan(self._field.value, self._about, self.desk.clock(), self.desk.zone)

    def _show(self) -> None:
        lines = [*self._title(), PageLine(""), *self._meaning()]
        self.query_one("#meaning", TextPage).show(lines)

    def _title(self) -> list[PageLine]:
        """Return what is answered, and when that is due."""
        subject = outside(self._about.conversation.subject)
        lines = [PageLine(""), PageLine(f"  {subject}", "title")]
        due_at = self._about.due_at
        if due_at is not None:
            left = countdown(due_at, self.desk.clock())
            said = _("The answer is due {at} ({left}); only once it has left it counts.")
            said = said.format(at=self._when(due_at), left=left)
            lines.append(PageLine(said, "quiet", lead="  "))
        return lines

    def _meaning(self) -> list[PageLine]:
        """Return what is typed as a time, or examples."""
        if not self._field.value.strip():
            return [PageLine(" · ".join(_EXAMPLES), "quiet", lead="  ")]
        try:
            meant = self._meant()
        except SnoozeError as refused:
            return [PageLine(refused.said, "soon", lead="  ")]
        return [
            PageLine(said, "late" if warns else "plain", lead="! " if warns else "  ")
            for said, warns in sentences(meant, self._when)
        ]

    def _when(self, at: datetime) -> str:
        return long_when(at, self.desk.clock(), self.desk.zone)
