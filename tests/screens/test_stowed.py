"""What was stowed away is a key away from the search that did not find it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from inbox.core.model import ConversationUid
from inbox.locations import Locations
from inbox.screens.reading import ReadingScreen
from inbox.screens.stowed import StowedScreen
from inbox.store.stowed import catalogue, taking
from tests.screens.driving import hands_on
from tests.screens.shop import MAIL, NOON, Shop, open_shop, wrote

pytestmark = pytest.mark.slow

YEARS = timedelta(days=4 * 365)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Yield a shop with two conversations of years ago in a file, and one of today."""
    old = [
        wrote("Zoe Old", "Is the vase blue?", ago=YEARS, subject="Vase", seen=True),
        wrote("Ben Old", "Is the bowl red?", ago=2 * YEARS, subject="Bowl", seen=True),
    ]
    with open_shop(tmp_path, [*old, wrote("Kim", "Where is it?", ago=timedelta(hours=1))]) as found:
        found.hands.now = NOON - YEARS + timedelta(days=1)
        found.triage.no_reply_needed([found.uid("Vase"), found.uid("Bowl")])
        found.hands.now = NOON
        with found.store.write() as tx:
            tx.sql.execute("DELETE FROM untold")  # its service was told long ago
        yield found


def stow(shop: Shop, tmp_path: Path) -> None:
    """Stow what was silent for a year."""
    where = replace(Locations.under(tmp_path), data=shop.store.path.parent)
    before = NOON - timedelta(days=365)
    done = taking.stow(where, shop.store, {MAIL: "mail"}, before, NOON, rest=lambda: None)
    assert done.conversations == 2, done.stays


def lies_there(shop: Shop) -> set[ConversationUid]:
    """Return what is stowed."""
    with shop.store.read() as tx:
        return {uid for (uid,) in tx.sql.execute("SELECT conversation FROM stowed")}


async def test_a_search_in_vain_leads_to_the_stowed_and_enter_brings_back(
    shop: Shop, tmp_path: Path
) -> None:
    """A buyer of years ago asks on the phone: their old words are found without a manual."""
    stow(shop, tmp_path)
    async with hands_on(shop.app()) as hands:
        await hands.press("/")
        await hands.write("vase")
        await hands.see("Nothing found. Esc: back; Enter, g k: look among the stowed")
        await hands.press("enter", "g", "k")
        await hands.on(StowedScreen)
        await hands.see("Stowed away: “vase” 1", ">2022-11 Zoe Old", "Vase  Is the vase blue?")
        await hands.press("enter")
        await hands.on(ReadingScreen)

        await hands.see("Is the vase blue?")
    assert len(lies_there(shop)) == 1
    with shop.store.read() as tx:
        assert catalogue.anything(tx)


async def test_all_of_it_is_listed_and_what_is_not_there_is_said(
    shop: Shop, tmp_path: Path
) -> None:
    """Before and after anything was stowed."""
    async with hands_on(shop.app()) as hands:
        await hands.press("/")
        await hands.write("nosuchword")
        await hands.until(lambda: "Nothing found. Esc: back" in hands.seen())
        assert "stowed" not in hands.seen()
        await hands.press("escape", "g", "k")
        await hands.on(StowedScreen)
        await hands.see("Nothing that was stowed away answers this.")
        await hands.press("enter", "q")
        stow(shop, tmp_path)
        await hands.press("g", "k")
        await hands.on(StowedScreen)
        await hands.see("Stowed away 2", ">2022-11 Zoe Old", " 2018-11 Ben Old")
        await hands.press("j")

        await hands.see(">2018-11 Ben Old")
