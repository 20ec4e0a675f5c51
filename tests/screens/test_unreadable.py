"""What could not be read is told on the strip, and one key away."""

from __future__ import annotations

import pytest

from connectors.values import Place, Quarantined, Role
from inbox.screens.pages import SourceScreen
from inbox.screens.unreadable import UnreadableScreen
from inbox.store import messages
from tests.screens.driving import hands_on
from tests.screens.shop import MAIL, Shop


def put_aside(shop: Shop, *subjects: str) -> None:
    """Keep messages aside, the last one the newest."""
    with shop.store.write() as tx:
        for number, subject in enumerate(subjects):
            source = f"From: Kate <kate@example.org>\nSubject: {subject}\n\nPlease help.".encode()
            place = Place("INBOX", "1", f"x{number}", Role.INBOX)
            messages.quarantine(tx, MAIL, Quarantined(place, "It broke.", source))


@pytest.mark.slow
async def test_the_strip_names_what_could_not_be_read_until_it_was_looked_at(shop: Shop) -> None:
    """A buyer's words that no list shows must not be forgotten."""
    put_aside(shop, "Lost lamp", "Lost shade")
    async with hands_on(shop.app()) as hands:
        await hands.see("! 2 unreadable: g u")
        await hands.press("g", "u")
        await hands.on(UnreadableScreen)
        await hands.see("Kate <kate@example.org>", ">!", "Lost shade", "Lost lamp", "It broke.")
        await hands.press("e")
        await hands.see(">seen")
        await hands.press("j", "e")
        await hands.until(lambda: hands.seen().count("seen") == 2)
        await hands.press("e")
        await hands.until(lambda: hands.seen().count("seen") == 1)
        await hands.press("q")

        await hands.see("! 1 unreadable: g u")


async def test_enter_shows_it_as_it_came(shop: Shop) -> None:
    """The words are in it somewhere."""
    put_aside(shop, "Lost lamp")
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "u")
        await hands.on(UnreadableScreen)
        await hands.press("enter")
        await hands.on(SourceScreen)

        await hands.see("Subject: Lost lamp", "Please help.")


async def test_where_all_could_be_read_the_page_says_so(shop: Shop) -> None:
    """Enter and e have nothing to be about there."""
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "u")
        await hands.on(UnreadableScreen)
        await hands.see("Everything that came in could be read.")
        await hands.press("enter", "e")

        await hands.on(UnreadableScreen)
