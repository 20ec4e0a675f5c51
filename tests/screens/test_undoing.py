"""Whatever a key did to a conversation, `z` takes it back whole, and `Z` does it again."""

from __future__ import annotations

import pytest

from inbox.core.model import Conversation
from tests.screens.driving import hands_on
from tests.screens.shop import Shop

DEEDS = (
    ("e",), ("y",), ("N",), ("!",), ("#",), ("s",), ("I",), ("U",),
    ("b", *"2h", "enter", "enter"), ("l", *"vip", "enter"), ("x", "j", "x", "s"),
)  # fmt: skip
"""Each a verb with all of its keys; the last about two conversations at once."""


def stored(shop: Shop) -> list[Conversation]:
    rows = shop.desk.reader.rows("")
    hidden = shop.desk.reader.rows("is:spam")
    found = [each.row(index) for each in (rows, hidden) for index in range(len(each))]
    known = [row.conversation for row in found if row is not None]
    return sorted(known, key=lambda each: each.uid)


@pytest.mark.slow
@pytest.mark.parametrize("keys", DEEDS, ids="".join)
async def test_every_verb_can_be_taken_back(shop: Shop, keys: tuple[str, ...]) -> None:
    """A slip of the finger on the wrong row must cost one key."""
    async with hands_on(shop.app()) as hands:
        if keys == ("U",):  # all are unread until one was opened
            await hands.press("I")
            await hands.see("Read: Kate")
        before = stored(shop)
        await hands.press(*keys)
        await hands.until(lambda: stored(shop) != before)
        after = stored(shop)
        await hands.press("z")
        await hands.until(lambda: stored(shop) == before)
        await hands.press("Z")
        await hands.until(lambda: stored(shop) == after)
