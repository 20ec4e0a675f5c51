"""`g f` shows what becomes late before the seller is back."""

from __future__ import annotations

import pytest

from inbox.screens.budget import BudgetScreen
from inbox.screens.conversations import ConversationsScreen
from inbox.screens.forecast import ForecastScreen
from inbox.screens.reading import ReadingScreen
from tests.screens.driving import hands_on
from tests.screens.shop import Shop


async def test_two_keys_on_a_friday_show_what_the_weekend_makes_late(shop: Shop) -> None:
    """Noon; the office closes at 17:00; Liu's question falls due on Saturday at 10."""
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "f")
        await hands.on(ForecastScreen)

        await hands.see(
            "You are here until 17:00, then back Mon 23 Nov 09:00.",
            "Late now: answer these first (1)",
            "was due 10:00 Kate O'Neil · Lamp",
            "Before you leave (2)",
            "begin by 12:25, due 12:30 Anna Müller",
            "begin by 16:55, due Sat 21 Nov 10:00 刘伟",
        )
        shop.triage.done([shop.uid("Lamp")])
        await hands.tick()
        await hands.until(lambda: "Late now" not in hands.seen())


@pytest.mark.slow
async def test_enter_reads_what_the_forecast_is_about(shop: Shop) -> None:
    """What is to be done tonight is done from there, not looked for in the list; also when it was
    opened while reading, and going back leads to the list.
    """
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "f")
        await hands.on(ForecastScreen)
        await hands.see("> was due 10:00 Kate O'Neil")

        await hands.press("j")
        await hands.see("> begin by 12:25, due 12:30 Anna Müller")
        await hands.press("enter")
        await hands.on(ReadingScreen)

        await hands.see("Anna Müller")
        await hands.press("g", "f")
        await hands.on(ForecastScreen)
        await hands.press("G")
        await hands.see("> begin by 16:55")
        await hands.press("enter")
        await hands.on(ReadingScreen)
        await hands.see("刘伟")
        await hands.press("u")
        await hands.on(ConversationsScreen)


async def test_the_cursor_stays_on_its_row_when_something_is_answered(shop: Shop) -> None:
    """Enter must never open another buyer's conversation than the one it stood on."""
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "f")
        await hands.on(ForecastScreen)
        await hands.press("G")
        await hands.see("> begin by 16:55")

        shop.triage.done([shop.uid("Lamp")])
        await hands.tick()

        await hands.until(lambda: "Late now" not in hands.seen())
        await hands.see("> begin by 16:55")


@pytest.mark.slow
async def test_g_m_shows_the_platforms_measures(shop: Shop) -> None:
    """An own shop sells nowhere that keeps a score."""
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "m")
        await hands.on(BudgetScreen)

        await hands.see("The platforms' own measures", "Nothing is counted yet")
