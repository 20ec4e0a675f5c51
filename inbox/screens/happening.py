"""What no message tells but starts a clock: chosen, with its time, and seen before it is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from inbox.commands import Context
from inbox.core.model import Conversation, ConversationUid
from inbox.core.past import happened_at
from inbox.core.snooze import SnoozeError
from inbox.i18n import gettext as _
from inbox.screens.acting import ActingScreen
from inbox.screens.deed_words import about_what, what
from inbox.screens.desk import Desk
from inbox.screens.phrase import PhraseScreen
from inbox.view.duties import duty
from inbox.view.happening import Startable, due_of, topic_words
from inbox.widgets.text_page import PageLine
from inbox.widgets.words import outside

Happened = Callable[[str, datetime], None]
"""Takes what happened, and when."""


class HappenedScreen(PhraseScreen):
    """What happened is chosen with the arrows, when is typed; nothing typed is now."""

    CONTEXT: ClassVar[Context] = Context.HAPPENED
    EXAMPLES = ("2h ago", "14:30", "yesterday 9", "mon", "2026-11-20 14:30")
    EMPTY_MEANS = True

    def __init__(
        self,
        desk: Desk,
        found: Sequence[Conversation],
        known: Sequence[Startable],
        then: Happened,
    ) -> None:
        super().__init__(desk, _("When did it happen? Enter: now; yesterday 9, 2026-11-20"))
        self._found = tuple(found)
        self._known = tuple(known)
        self._then = then
        self._at = 0

    def accept(self) -> None:
        """Say it."""
        self.action_say_so()

    def action_say_so(self, _count: int | None = None) -> None:
        """Say that what is chosen happened when it is typed."""
        try:
            at = self._instant()
        except SnoozeError as refused:
            self.say(refused.said, "soon")
            return
        self.leave()
        self._then(self._known[self._at].topic, at)

    def action_next_topic(self, _count: int | None = None) -> None:
        """Choose the next thing that can have happened."""
        self._choose(self._at + 1)

    def action_previous_topic(self, _count: int | None = None) -> None:
        """Choose the one before."""
        self._choose(self._at - 1)

    def subject_lines(self) -> Sequence[PageLine]:
        """Return what it is said of, and what can have happened there."""
        return [
            PageLine(f"  {about_what(self._found)}", "title"),
            PageLine(""),
            *[self._line(number) for number in range(len(self._known))],
        ]

    def meaning(self) -> Sequence[PageLine]:
        """Return what would be due until when; raises SnoozeError."""
        at = self._instant()
        lines = [PageLine(_("It happened {when}.").format(when=self.when(at)), lead="  ")]
        for kind, rule, due_at in due_of(self._known[self._at], at):
            until = _("no time") if due_at is None else self.when(due_at)
            said = _("Then due: {duty}, {until} ({rule}).")
            words = said.format(duty=duty(kind), until=until, rule=outside(rule))
            late = due_at is not None and due_at < self.desk.clock()
            lines.append(PageLine(words, "late" if late else "plain", lead="! " if late else "  "))
        if not self.field.value.strip():
            lines.append(PageLine(" · ".join(self.EXAMPLES), "quiet", lead="  "))
        return lines

    def _line(self, number: int) -> PageLine:
        """Return one thing that can have happened; the chosen one is marked."""
        chosen = number == self._at
        topic = outside(topic_words(self._known[number].topic))
        return PageLine(topic, "cursor" if chosen else "plain", lead="> " if chosen else "  ")

    def _choose(self, number: int) -> None:
        self._at = max(min(number, len(self._known) - 1), 0)
        self.show()

    def _instant(self) -> datetime:
        return happened_at(self.field.value, self.desk.clock(), self.desk.zone)


def ask_what_happened(screen: ActingScreen) -> None:
    """Open the page on which it is said; where nothing that happens starts a clock, say that."""
    found = screen.targets()
    uids: tuple[ConversationUid, ...] = tuple(each.uid for each in found)

    def said(topic: str, at: datetime) -> None:
        words = _("Happened: {what} ({topic}).") + _(" z: undo")
        shown = words.format(what=what(found), topic=topic_words(topic))
        screen.carry_out(lambda: screen.desk.triage.happened(uids, topic, at=at), done(shown))

    def done(shown: str) -> Callable[[str], None]:
        def tell(_group: str) -> None:
            screen.say(shown)
            screen.acted(uids)

        return tell

    def known(startable: Sequence[Startable]) -> None:
        if startable:
            screen.app.push_screen(HappenedScreen(screen.desk, found, startable, said))
        else:
            screen.say(_("Nothing that happens starts a clock here; D says what does."))

    if found:
        screen.ask(lambda: screen.desk.reader.startable(uids), known, group="page", hold=True)
