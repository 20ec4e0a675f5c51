"""Which order an answer speaks of: asked by the keys, where the buyer has several."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.orders import Order, OrderItem, Shipment
from inbox.screens.composer import ComposerScreen
from inbox.screens.picker import PickerScreen
from inbox.screens.which_order import WhichOrderScreen
from inbox.store import orders
from tests.screens.driving import hands_on
from tests.screens.shop import MAIL, NOON, Shop, hours, open_shop, wrote


def buy(shop: Shop, ref: str, item: str) -> None:
    """Let Kate have bought that."""
    parcel = Shipment(carrier="DHL", shipped_at=NOON, tracking_number=f"track-{ref}")
    order = Order(
        ref=ref, buyer_ref="kate@example.org", items=(OrderItem(title=item),), shipments=(parcel,)
    )
    with shop.store.write() as tx:
        orders.put(tx, MAIL, order, NOON)


@pytest.mark.slow
async def test_of_several_orders_the_seller_says_which(tmp_path: Path) -> None:
    """Enter, the order, Enter: and the parcel's number is the right one's."""
    asked = wrote("Kate O'Neil", "Where is it?", ago=hours(2), subject="Lamp")
    with open_shop(tmp_path, [asked]) as shop:
        buy(shop, "A-100", "Lamp")
        buy(shop, "B-200", "Shade")
        async with hands_on(shop.app()) as hands:
            await hands.press(";")
            await hands.on(PickerScreen)
            await hands.write("wismo")
            await hands.see("> wismo", "you are asked")
            await hands.press("enter")
            await hands.on(WhichOrderScreen)
            await hands.see("> A-100 · Lamp", "  B-200 · Shade", "  None of these")
            await hands.press("down", "enter")
            await hands.on(ComposerScreen)
            page = hands.app.screen
            assert isinstance(page, ComposerScreen)
            text = page.editor.text

    assert "B-200" in text
    assert "track-B-200" in text
    assert "A-100" not in text
