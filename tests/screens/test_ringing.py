"""An open screen rings for what becomes due, once."""

from __future__ import annotations

import pytest

from inbox.app import InboxApp
from inbox.notices.watch import SCREEN, NoticeSettings, Watch
from inbox.store import told
from tests.screens.driving import hands_on
from tests.screens.shop import Shop


def ringing(shop: Shop) -> InboxApp:
    settings = NoticeSettings(terminal="osc9")
    return InboxApp(
        shop.desk, watch=lambda: Watch(shop.store, SCREEN, shop.hands, lambda: settings)
    )


@pytest.mark.slow
async def test_a_screen_rings_when_an_answer_becomes_late(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anna's question falls due half an hour after noon."""
    written: list[str] = []
    async with hands_on(ringing(shop)) as hands:
        driver = hands.app._driver
        assert driver is not None
        monkeypatch.setattr(driver, "write", written.append)
        await hands.tick()
        await hands.until(lambda: any("]9;" in each for each in written))
        assert any("Not told until now: 1 answer is late" in each for each in written)
        written.clear()
        shop.hands.on(minutes=30, seconds=1)
        await hands.until(lambda: hands.app._watch is not None)
        await hands.tick()

        await hands.until(lambda: any("Late by 1s: Anna Müller" in each for each in written))
        assert sum("\a" in each for each in written) == 1
        await hands.see("Late by 1s: Anna Müller · Paket 1001")


@pytest.mark.slow
async def test_what_was_stowed_by_itself_is_told_once(shop: Shop) -> None:
    """Who looks for an old sale must know why the list does not have it."""
    with shop.store.write() as tx:
        told.note_stowed(tx, 1)
        told.note_stowed(tx, 2)
    async with hands_on(ringing(shop)) as hands:
        await hands.tick()

        await hands.see("3 old conversations were stowed away")
    with shop.store.read() as tx:
        assert told.stowed(tx) == 0


@pytest.mark.slow
async def test_a_command_that_fails_is_told_on_the_screen(shop: Shop) -> None:
    """A silent failure is an alarm that never rings."""
    with shop.store.write() as tx:
        told.note_failure(tx, "notify_command ended with 3.")
    async with hands_on(ringing(shop)) as hands:
        await hands.tick()

        await hands.see("notify_command ended with 3.")
