"""How the seller stands by the platforms' own measures, and how many misses are left."""

from __future__ import annotations

from collections.abc import Sequence

from inbox.i18n import gettext as _
from inbox.screens.desk import Desk
from inbox.screens.pages import PageScreen, sentence
from inbox.view import budget
from inbox.view.budget import Score
from inbox.widgets.text_page import PageLine
from inbox.widgets.words import long_when


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
