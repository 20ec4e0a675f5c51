"""Putting off: a time is typed, what it means is shown while it is typed, Enter does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from inbox.commands import Context
from inbox.core.countdown import countdown
from inbox.core.model import Conversation, ConversationUid
from inbox.core.snooze import SnoozeError
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.screens.base import KeyScreen
from inbox.screens.desk import Desk
from inbox.view.snoozing import SnoozePlan, plan, warning
from inbox.widgets.editor import Field
from inbox.widgets.text_page import PageLine, TextPage
from inbox.widgets.words import long_when, outside

PutOff = Callable[[Mapping[ConversationUid, datetime], str, str], None]
"""Takes when each comes back (none: now), those times in words, and the phrase they came of."""

_EXAMPLES = (
    *("2h", "tonight", "tomorrow", "tomorrow 14:30", "mon", "next week", "24 dec"),
    *("before due", "30m before due"),
)


class SnoozeScreen(KeyScreen):
    """Escape changes nothing. What would come back late has to be said twice."""

    CONTEXT: ClassVar[Context] = Context.SNOOZE

    def __init__(
        self, desk: Desk, found: Sequence[Conversation], put_off: PutOff, phrase: str = ""
    ) -> None:
        super().__init__(desk)
        self._phrase = phrase
        self._found = tuple(found)
        self._put_off = put_off
        self._warned_of = ""

    def compose(self) -> ComposeResult:
        """Return the field and what it means."""
        with Vertical(id="snoozing"):
            asked = _("Until when? 2h, tomorrow 9, mon, before due")
            yield Field(self._phrase, placeholder=asked, id="until")
            yield TextPage(id="meaning")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Begin to type."""
        self.query_one("#meaning", TextPage).can_focus = False
        self.set_focus(self._field)
        self._show()

    def tick(self) -> None:
        """Count on: `2h` means another time each second."""
        super().tick()
        self._show()

    @on(Input.Changed, "#until")
    def typed(self) -> None:
        """Show what it means so far."""
        self._show()

    @on(Input.Submitted, "#until")
    def entered(self) -> None:
        """Put off."""
        self.action_put_off()

    def action_put_off(self, _count: int | None = None) -> None:
        """Put off until what is typed; asks once more where an answer will be late by then."""
        try:
            meant = self._meant()
        except SnoozeError as refused:
            self.say(refused.said, "soon")
            return
        if meant.late and self._warned_of != self._field.value:
            self._warned_of = self._field.value
            self._show()
            self.say(_("Enter once more puts it off all the same."), "soon")
            return
        self._do(meant.wakes, self._field.value)

    def action_hour_before(self, _count: int | None = None) -> None:
        """Put off, but back an hour before the answer is due."""
        try:
            sooner = self._meant().sooner if self._field.value.strip() else None
            self._do(sooner or self._plan("before due").wakes, "before due")
        except SnoozeError as refused:
            self.say(refused.said, "soon")

    @property
    def _field(self) -> Input:
        return self.query_one("#until", Input)

    def _meant(self) -> SnoozePlan:
        return self._plan(self._field.value)

    def _plan(self, phrase: str) -> SnoozePlan:
        return plan(phrase, self._found, self.desk.clock(), self.desk.zone)

    def _do(self, wakes: Mapping[ConversationUid, datetime], phrase: str) -> None:
        self.leave()
        self._put_off(wakes, self._times(wakes), phrase)

    def _show(self) -> None:
        self.query_one("#meaning", TextPage).show([*self._about(), PageLine(""), *self._meaning()])

    def _about(self) -> list[PageLine]:
        """Return what is put off, and when it is due."""
        subject = outside(self._found[0].subject) or outside(self._found[0].snippet)
        many = ngettext("{n} conversation", "{n} conversations", len(self._found))
        title = subject if len(self._found) == 1 else many.format(n=len(self._found))
        lines = [PageLine(""), PageLine(f"  {title}", "title")]
        due = [each.due_at for each in self._found if each.owed and each.due_at is not None]
        if due:
            now = self.desk.clock()
            said = _("The answer is due {at} ({left}); putting it off stops no clock.")
            said = said.format(at=self._when(min(due)), left=countdown(min(due), now))
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
        lines = [PageLine("  " + _("Comes back: {when}").format(when=self._times(meant.wakes)))]
        if meant.late:
            lines.append(PageLine(warning(meant.late, self._when), "late", lead="! "))
        if meant.sooner is not None:
            lines.append(PageLine("  " + _("F2: back 1 h before it is due instead."), "soon"))
        return lines

    def _times(self, wakes: Mapping[ConversationUid, datetime]) -> str:
        """Return when they come back: one time, or the first and the last."""
        if not wakes:
            return _("now")
        first, last = self._when(min(wakes.values())), self._when(max(wakes.values()))
        return first if first == last else _("{first} to {last}").format(first=first, last=last)

    def _when(self, at: datetime) -> str:
        return long_when(at, self.desk.clock(), self.desk.zone)
