"""A time for an answer: it is typed, what it means is shown while it is typed, Enter sets it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from inbox.commands import Context
from inbox.core.scheduling import Wish
from inbox.core.snooze import SnoozeError
from inbox.i18n import gettext as _
from inbox.screens.desk import Desk
from inbox.screens.phrase import PhraseScreen
from inbox.view.scheduling import Answering, Plan, plan, sentences
from inbox.widgets.text_page import PageLine
from inbox.widgets.words import outside

_AT_LATEST = ", but at latest 30 min before due"


class ScheduleScreen(PhraseScreen):
    """What would be late has to be said twice."""

    CONTEXT: ClassVar[Context] = Context.SCHEDULE
    EXAMPLES = (
        *("2h", "tomorrow 9:00", "mon 14:30", "9:00 their time", "before due"),
        f"9:00 their time{_AT_LATEST}",
    )

    def __init__(
        self, desk: Desk, about: Answering, then: Callable[[Wish], None], phrase: str = ""
    ) -> None:
        asked = _("When is it to leave? 2h, tomorrow 9:00, 9:00 their time")
        super().__init__(desk, asked, phrase)
        self._about = about
        self._then = then

    def accept(self) -> None:
        """Set the time."""
        self.action_set_time()

    def action_set_time(self, _count: int | None = None) -> None:
        """Let it leave then; asks once more where it would be late."""
        try:
            meant = self._meant()
        except SnoozeError as refused:
            self.say(refused.said, "soon")
            return
        late = meant.late and not meant.at_once
        if late and not self.warn(_("Enter once more lets it leave late; F2: in time.")):
            return
        self.leave()
        self._then(meant.wish)

    def action_at_latest(self, _count: int | None = None) -> None:
        """Let it leave in time, whatever else is typed."""
        if "before due" not in self.field.value:
            self.field.value = self.field.value.rstrip().rstrip(",") + _AT_LATEST
            self.field.cursor_position = len(self.field.value)

    def subject_lines(self) -> Sequence[PageLine]:
        """Return what is answered, and when that is due."""
        lines = [PageLine(f"  {outside(self._about.conversation.subject)}", "title")]
        due_at = self._about.due_at
        if due_at is not None:
            said = _("The answer is due {at} ({left}); only once it has left it counts.")
            lines.append(self.due_line(due_at, said))
        return lines

    def meaning(self) -> Sequence[PageLine]:
        """Return when it would leave; raises SnoozeError."""
        return [
            PageLine(said, "late" if warns else "plain", lead="! " if warns else "  ")
            for said, warns in sentences(self._meant(), self.when)
        ]

    def _meant(self) -> Plan:
        return plan(self.field.value, self._about, self.desk.clock(), self.desk.zone)
