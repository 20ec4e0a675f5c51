"""How the pages look, as text: a change of layout is seen in the diff, and meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from connectors.values import Kind
from inbox.core.model import AccountState
from inbox.screens.composer import ComposerScreen
from inbox.screens.pages import HelpScreen
from inbox.screens.picker import PickerScreen
from inbox.screens.reading import ReadingScreen
from inbox.screens.review import ReviewScreen
from inbox.store import accounts
from tests.screens.driving import Hands, hands_on
from tests.screens.shop import MAIL, NOON, Shop, hours, open_shop, usual, wrote

SIZES = pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=["80x24", "140x40"])


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    relayed = replace(
        wrote("Ivy Moss", "Is it washable?", ago=hours(4), subject="Product inquiry", seen=True),
        service="amazon",
        kind=Kind.MESSAGE,
        order_ref="111-1234567-1234567",
    )
    with open_shop(tmp_path, [*usual(), relayed]) as found:
        with found.store.write() as tx:
            accounts.set_state(tx, AccountState(account=MAIL, state="ok", checked_at=NOON))
        found.triage.star([found.uid("灯的尺寸")])
        found.triage.tag([found.uid("Shade")], "vip")
        yield found


async def look(hands: Hands, *keys: str) -> str:
    """Press keys and return what is seen once the page rests."""
    await hands.press(*keys)
    await hands.pilot.pause(0.1)
    return "\n" + hands.seen() + "\n"


@SIZES
async def test_the_list(shop: Shop, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    """The first thing seen, and the most looked at."""
    async with hands_on(shop.app(), size) as hands:
        assert await look(hands, "j") == snapshot


@SIZES
async def test_reading(shop: Shop, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    """Whom it is from, what is owed, what they say."""
    async with hands_on(shop.app(), size) as hands:
        await hands.press("G", "enter")
        await hands.on(ReadingScreen)

        assert await look(hands) == snapshot


@SIZES
async def test_writing(shop: Shop, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    """The question stays in sight while it is answered."""
    async with hands_on(shop.app(), size) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.write("It ships today.")

        assert await look(hands) == snapshot


async def test_review(shop: Shop, snapshot: SnapshotAssertion) -> None:
    """The last look before it goes out."""
    async with hands_on(shop.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.write("It ships today.")
        await hands.press("ctrl+s")
        await hands.on(ReviewScreen)

        assert await look(hands) == snapshot


async def test_canned_responses(shop: Shop, snapshot: SnapshotAssertion) -> None:
    """The texts at hand, filled in before they are chosen."""
    async with hands_on(shop.app()) as hands:
        await hands.press(";")
        await hands.on(PickerScreen)
        await hands.write("refund")
        await hands.see("> refund")

        assert await look(hands) == snapshot


async def test_help(shop: Shop, snapshot: SnapshotAssertion) -> None:
    """What the keys are, in the table's words."""
    async with hands_on(shop.app()) as hands:
        await hands.press("?")
        await hands.on(HelpScreen)

        assert await look(hands) == snapshot
