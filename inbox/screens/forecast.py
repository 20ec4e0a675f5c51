"""What is ahead: what to do before leaving and tonight, and how many misses are left."""

from __future__ import annotations

from collections.abc import Sequence

from inbox.i18n import gettext as _
from inbox.screens.desk import Desk
from inbox.screens.pages import PageScreen, sentence
from inbox.view import budget
from inbox.view.budget import Score
from inbox.view.forecast import Outlook, words
from inbox.widgets.text_page import PageLine, Wrap
from inbox.widgets.words import long_when, outside


class ForecastScreen(PageScreen):
    """Lines to read; made anew when the store changes."""

    def __init__(self, desk: Desk, seen: Outlook) -> None:
        super().__init__(desk)
        self._seen = seen

    def lines(self) -> list[PageLine]:
        """Return the forecast."""
        now, zone = self._seen.now, self.desk.zone
        said = words(self._seen, lambda at: long_when(at, now, zone))
        return [
            PageLine(_("What becomes late before you are back"), "title"),
            PageLine(""),
            *(self._line(line) for line in said),
        ]

    def store_changed(self) -> None:
        """Reckon again: something was answered or came in."""
        self.ask(self.desk.reader.outlook, self._again, group="forecast")

    def _again(self, seen: Outlook) -> None:
        top = self.spot()
        self._seen = seen
        self.page.show(self.lines())
        self.go_spot(top)

    @staticmethod
    def _line(line: str) -> PageLine:
        if line.startswith("  "):
            return PageLine(f"  {outside(line.strip())}", wrap=Wrap.CUT)
        return PageLine(outside(line), "title" if line.endswith(")") else "plain")


class BudgetScreen(PageScreen):
    """How the accounts stand by their platforms' own measures."""

    def __init__(self, desk: Desk, found: Sequence[Score]) -> None:
        super().__init__(desk)
        self._found = found

    def lines(self) -> list[PageLine]:
        """Return each score and its windows."""
        now, zone = self.desk.clock(), self.desk.zone
        said = budget.words(self._found, lambda at: long_when(at, now, zone))
        return [
            PageLine(_("The platforms' own measures"), "title"),
            PageLine(""),
            *map(sentence, said),
        ]
