"""`g c` shows when we think the seller is at the desk."""

from __future__ import annotations

from inbox.screens.calendar import CalendarScreen
from tests.core.open_hours import BERLIN, calendar, workdays
from tests.screens.driving import hands_on
from tests.screens.shop import Shop


async def test_the_coming_days_of_the_desk_are_on_the_screen(shop: Shop) -> None:
    """A calendar written wrongly is seen before it makes an answer late."""
    desk = calendar(workdays("09:00-12:00", "13:00-17:00"), BERLIN)
    written = shop.book.calendars
    assert isinstance(written, dict)
    written["desk"] = desk
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "c")
        await hands.on(CalendarScreen)

        await hands.see(
            "When you are at your desk",
            "desk (Europe/Berlin)",
            "Fri 2026-11-20  09:00-12:00, 13:00-17:00",
            "Sat 2026-11-21  closed",
        )


async def test_without_a_calendar_it_says_how_to_write_one(shop: Shop) -> None:
    """An empty page would look like a desk that is never open."""
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "c")
        await hands.on(CalendarScreen)

        await hands.see("There is no calendar: write one as [calendars.desk]")
