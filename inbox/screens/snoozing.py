"""Putting off: a time is typed, what it means is shown while it is typed, Enter does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from inbox.commands import Context
from inbox.core.model import Conversation, ConversationUid
from inbox.core.snooze import SnoozeError
from inbox.i18n import gettext as _
from inbox.screens.deed_words import about_what
from inbox.screens.desk import Desk
from inbox.screens.phrase import PhraseScreen
from inbox.view.snoozing import SnoozePlan, plan, warning
from inbox.widgets.text_page import PageLine

PutOff = Callable[[Mapping[ConversationUid, datetime], str, str], None]
"""Takes when each comes back (none: now), those times in words, and the phrase they came of."""


class SnoozeScreen(PhraseScreen):
    """What would come back late has to be said twice."""

    CONTEXT: ClassVar[Context] = Context.SNOOZE
    EXAMPLES = (
        *("2h", "tonight", "tomorrow", "tomorrow 14:30", "mon", "next week", "24 dec"),
        *("before due", "30m before due"),
    )

    def __init__(
        self, desk: Desk, found: Sequence[Conversation], put_off: PutOff, phrase: str = ""
    ) -> None:
        super().__init__(desk, _("Until when? 2h, tomorrow 9, mon, before due"), phrase)
        self._found = tuple(found)
        self._put_off = put_off

    def accept(self) -> None:
        """Put off."""
        self.action_put_off()

    def action_put_off(self, _count: int | None = None) -> None:
        """Put off until what is typed; asks once more where an answer will be late by then."""
        try:
            meant = self._meant()
        except SnoozeError as refused:
            self.say(refused.said, "soon")
            return
        if meant.late and not self.warn(_("Enter once more puts it off all the same.")):
            return
        self._do(meant.wakes, self.field.value)

    def action_hour_before(self, _count: int | None = None) -> None:
        """Put off, but back an hour before the answer is due."""
        try:
            sooner = self._meant().sooner if self.field.value.strip() else None
            self._do(sooner or self._plan("before due").wakes, "before due")
        except SnoozeError as refused:
            self.say(refused.said, "soon")

    def subject_lines(self) -> Sequence[PageLine]:
        """Return what is put off, and when it is due."""
        lines = [PageLine(f"  {about_what(self._found)}", "title")]
        due = [each.due_at for each in self._found if each.owed and each.due_at is not None]
        if due:
            said = _("The answer is due {at} ({left}); putting it off stops no clock.")
            lines.append(self.due_line(min(due), said))
        return lines

    def meaning(self) -> Sequence[PageLine]:
        """Return when it would come back; raises SnoozeError."""
        meant = self._meant()
        lines = [PageLine("  " + _("Comes back: {when}").format(when=self._times(meant.wakes)))]
        if meant.late:
            said = warning(meant.late, self.when, self.desk.clock())
            lines.append(PageLine(said, "late", lead="! "))
        if meant.sooner is not None:
            lines.append(PageLine("  " + _("F2: back 1 h before it is due instead."), "soon"))
        return lines

    def _meant(self) -> SnoozePlan:
        return self._plan(self.field.value)

    def _plan(self, phrase: str) -> SnoozePlan:
        return plan(phrase, self._found, self.desk.clock(), self.desk.zone)

    def _do(self, wakes: Mapping[ConversationUid, datetime], phrase: str) -> None:
        self.leave()
        self._put_off(wakes, self._times(wakes), phrase)

    def _times(self, wakes: Mapping[ConversationUid, datetime]) -> str:
        """Return when they come back: one time, or the first and the last."""
        if not wakes:
            return _("now")
        first, last = self.when(min(wakes.values())), self.when(max(wakes.values()))
        return first if first == last else _("{first} to {last}").format(first=first, last=last)
