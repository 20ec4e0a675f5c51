"""The pages of rows say what they list, and the mouse works on them as on the first list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inbox.core.model import Delivery
from inbox.screens.composer import ComposerScreen
from inbox.screens.conversations import ConversationsScreen
from inbox.screens.forecast import ForecastScreen
from inbox.screens.journal import JournalScreen
from inbox.screens.key_screen import KeyScreen
from inbox.screens.outbox import OutboxScreen
from inbox.screens.pages import HelpScreen
from inbox.screens.reading import ReadingScreen
from inbox.screens.unreadable import UnreadableScreen
from inbox.store import outbox
from tests.screens.driving import hands_on
from tests.screens.shop import Shop
from tests.screens.test_unreadable import put_aside

PAGES: tuple[tuple[str, type[KeyScreen], str], ...] = (
    ("z", JournalScreen, "Journal: what you did 1"),
    ("u", UnreadableScreen, "Kept aside: it came in and could not be read 1"),
    ("t", OutboxScreen, "Outbox: not out yet, then sent"),
)


@pytest.mark.slow
async def test_every_page_of_rows_says_what_it_lists(shop: Shop) -> None:
    """Whoever comes back from the door must see which list this is, and how long."""
    shop.triage.star([shop.uid("Lamp"), shop.uid("Shade")])
    put_aside(shop, "Lost lamp")
    found = []
    async with hands_on(shop.app()) as hands:
        for key, page, _heading in PAGES:
            await hands.press("g")
            await hands.see("t outbox", "z journal")
            await hands.press(key)
            await hands.on(page)
            found.append(hands.seen().splitlines()[0].strip())
            await hands.press("q")

    assert found == [heading for _key, _page, heading in PAGES]


@pytest.mark.slow
async def test_a_click_moves_the_cursor_and_a_second_one_opens(shop: Shop) -> None:
    """A hand on the mouse does not have to go to the keyboard for one page in ten."""
    shop.triage.star([shop.uid("Lamp")])
    shop.triage.star([shop.uid("Shade")])
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "z")
        await hands.on(JournalScreen)
        await hands.until(lambda: "Bo Bach" in hands.seen().splitlines()[1])
        await hands.pilot.click("#page", offset=(5, 1))
        await hands.until(lambda: hands.seen().splitlines()[2].startswith(">"))
        await hands.pilot.click("#page", offset=(5, 1), times=2)
        await hands.on(ReadingScreen)
        await hands.see("Kate O'Neil")
        await hands.press("g", "f")
        await hands.on(ForecastScreen)
        rows = hands.seen().splitlines()
        anna = next(at for at, line in enumerate(rows) if "Anna" in line)
        await hands.pilot.click("#page", offset=(5, anna), times=2)
        await hands.on(ReadingScreen)

        await hands.see("Wann kommt mein Paket?")


async def test_a_long_reason_is_read_to_its_end(shop: Shop) -> None:
    """Why an answer did not leave is no place for saving lines."""
    words = "The far side says no, " * 12 + "and that is all."
    shop.triage.reply(shop.uid("Lamp"), "It ships today.\n")
    with shop.store.write() as tx:
        (item,) = outbox.every(tx)
        outbox.put(tx, replace(item, state=Delivery.REFUSED, error=words))
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "t")
        await hands.on(OutboxScreen)

        await hands.see("The far side says no", "and that is all.")


@pytest.mark.slow
async def test_g_leads_on_from_every_page(shop: Shop) -> None:
    """Who looks at the outbox and wants the drafts would press a dead key, and learn nothing."""
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "t")
        await hands.on(OutboxScreen)
        await hands.press("g", "d")
        await hands.on(ConversationsScreen)
        await hands.see("No answer is begun.")
        await hands.press("g", "f")
        await hands.on(ForecastScreen)
        await hands.press("?")
        await hands.on(HelpScreen)
        await hands.press("g", "z")
        await hands.on(JournalScreen)
        stack = [type(page) for page in hands.app.screen_stack]

    assert stack == [ConversationsScreen, JournalScreen]


@pytest.mark.slow
async def test_g_leaves_no_answer_that_is_being_written(shop: Shop) -> None:
    """A look at the keys must not cost the page that is being written on."""
    async with hands_on(shop.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.press("f1")
        await hands.on(HelpScreen)
        await hands.press("g", "i")
        await hands.see("Not from here: go back first.")
        await hands.press("q")
        await hands.on(ComposerScreen)
