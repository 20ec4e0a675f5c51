"""The coming days of the seller's calendars, as the clocks understand them."""

from __future__ import annotations

from collections.abc import Sequence

from inbox.core.calendar import Calendar, Day
from inbox.i18n import gettext as _
from inbox.screens.desk import Desk
from inbox.screens.pages import PageScreen, sentence
from inbox.view.ruling import day_words
from inbox.widgets.text_page import PageLine, Wrap
from inbox.widgets.words import outside


class CalendarScreen(PageScreen):
    """Lines to read: each calendar with a line for each day."""

    def __init__(self, desk: Desk, found: Sequence[tuple[Calendar, Sequence[Day]]]) -> None:
        super().__init__(desk)
        self._found = found

    def lines(self) -> list[PageLine]:
        """Return the days, or how to write a calendar where there is none."""
        said = [PageLine(_("When you are at your desk"), "title")]
        for calendar, days in self._found:
            name = _("{name} ({zone})").format(name=calendar.name, zone=calendar.zone_name)
            said += [PageLine(""), PageLine(outside(name), "title")]
            said += [
                PageLine(
                    f"  {day.date:%a %Y-%m-%d}  {outside(day_words(calendar, day))}", wrap=Wrap.CUT
                )
                for day in days
            ]
        if not self._found:
            told = _("There is no calendar: write one as [calendars.desk] into the configuration.")
            said += [PageLine(""), sentence(told)]
        return said
