"""What the first page shows before the whole list is read, and after."""

from __future__ import annotations

from pathlib import Path

from inbox.app import InboxApp
from inbox.screens.conversations import FIRST, ConversationsScreen, first_rows
from tests.screens.driving import hands_on
from tests.screens.shop import hours, open_shop, wrote


async def test_a_long_list_is_whole_a_moment_after_its_top(tmp_path: Path) -> None:
    """`G` typed at once means the last of all, not the last of what was read first."""
    count = FIRST + 30
    mails = [
        wrote("Kate", "Where?", ago=hours(count - each), subject=f"Lamp {each}", number=f"{each}")
        for each in range(count)
    ]
    with open_shop(tmp_path, mails) as shop:
        first = first_rows(shop.desk.reader)
        async with hands_on(InboxApp(shop.desk, first=first)) as hands:
            page = hands.app.screen
            hands.burst("G")
            await hands.see(f"All {count}", f"Lamp {count - 1}")

            assert len(first) == FIRST
            assert isinstance(page, ConversationsScreen)
            await hands.until(lambda: page.listing.cursor == count - 1)


async def test_a_short_list_is_whole_at_once(tmp_path: Path) -> None:
    """Its size stands in the strip from the first paint on."""
    with open_shop(tmp_path, [wrote("Kate", "Where?", ago=hours(1), subject="Lamp")]) as shop:
        async with hands_on(InboxApp(shop.desk, first=first_rows(shop.desk.reader))) as hands:
            await hands.see("All 1", "Lamp")
