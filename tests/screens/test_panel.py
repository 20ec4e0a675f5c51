"""`i` shows the order and the buyer; `O` opens the service's page, its address shown first."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from connectors.orders import Money, Order, OrderItem
from inbox.app import InboxApp
from inbox.screens.panel import PanelScreen
from inbox.screens.reading import ReadingScreen
from inbox.store import orders
from tests.screens.driving import hands_on
from tests.screens.shop import MAIL, Shop, hours, wrote

PAGE = "https://shop.example/orders/77"
ORDER = Order(
    ref="77",
    status="[bold]paid",
    items=(OrderItem(title="Green lamp", quantity=2, price=Money(Decimal("39.90"), "EUR")),),
    page=PAGE,
)


def asks(shop: Shop) -> None:
    """Let Eve ask about an order that was fetched, the most urgent of all."""
    shop.take(wrote("Eve Long", "Where is it?", ago=hours(30), subject="Seventy", order_ref="77"))
    shop.take(wrote("Eve Long", "And the other?", ago=hours(20), subject="Other one"))
    with shop.store.write() as tx:
        orders.put(tx, MAIL, ORDER, shop.hands())


async def test_i_shows_the_order_on_a_page_where_there_is_little_room(shop: Shop) -> None:
    """At 80 columns the conversation needs them all."""
    asks(shop)
    async with hands_on(shop.app()) as hands:
        await hands.see("Eve Long")
        await hands.press("g", "g", "i")
        await hands.on(PanelScreen)

        await hands.see("2 × Green lamp · €39.90", "Status: [bold]paid", "Other one", PAGE)  # noqa: RUF001 - the sign that is shown


async def test_i_shows_it_beside_the_conversation_where_there_is_room(shop: Shop) -> None:
    """Words and order are read together; `i` again takes it away."""
    asks(shop)
    async with hands_on(shop.app(), size=(120, 30)) as hands:
        await hands.see("Eve Long")
        await hands.press("g", "g", "enter")
        await hands.on(ReadingScreen)
        await hands.press("i")

        await hands.see("Where is it?", "Order 77", "Green lamp")
        await hands.press("i")
        await hands.until(lambda: "Green lamp" not in hands.seen())


async def test_the_page_is_opened_once_its_address_was_seen(shop: Shop) -> None:
    """A link from a stranger is looked at before it is followed."""
    asks(shop)
    opened: list[str] = []

    def browse(address: str) -> bool:
        opened.append(address)
        return True

    async with hands_on(InboxApp(replace(shop.desk, browse=browse))) as hands:
        await hands.see("Eve Long")
        await hands.press("g", "g", "O")
        await hands.see(f"O again opens {PAGE}")
        assert opened == []
        await hands.press("O")

        await hands.until(lambda: opened == [PAGE])


async def test_without_a_page_nothing_is_opened(shop: Shop) -> None:
    """Mail has no page: the key says so instead of doing nothing."""
    async with hands_on(shop.app()) as hands:
        await hands.see("Kate")
        await hands.press("O")

        await hands.see("The service gives no page")
