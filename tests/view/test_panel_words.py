"""What the panel says of an order: as a seller reads it, whatever way its service counts."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from connectors.orders import Money, Order, OrderItem, Shipment
from inbox.view.panel import _known_words

SENT = datetime(2026, 11, 19, 10, tzinfo=UTC)
UNTIL = datetime(2026, 11, 20, 22, tzinfo=UTC)
PIECE = OrderItem(
    title="Hat", variant="grey", price=Money(Decimal("24.90"), "EUR"), sku="HAT", item_ref="1"
)


def words(order: Order) -> list[str]:
    """Return the panel's lines of an order."""
    return list(_known_words(order, lambda at: at.strftime("%d %b")))


def test_pieces_of_one_kind_stand_in_one_line() -> None:
    """Kaufland counts each piece by itself; a seller packs two hats."""
    other = OrderItem(title="Hat", variant="blue", price=PIECE.price, sku="HAT-B")
    again = OrderItem(
        title="Hat", variant="grey", price=PIECE.price, sku="HAT", item_ref="2", quantity=2
    )

    assert words(Order(ref="7", items=(PIECE, other, again))) == [
        "Order 7",
        "  3 \N{MULTIPLICATION SIGN} Hat · grey · €24.90",
        "  1 \N{MULTIPLICATION SIGN} Hat · blue · €24.90",
    ]


def test_what_is_only_meant_to_go_is_no_parcel() -> None:
    """Told "it is on its way" by mistake, a buyer waits for what still lies here."""
    meant = Shipment(carrier="DHL", service="Paket")

    assert words(Order(ref="7", ship_by=UNTIL, shipments=(meant,))) == [
        "Order 7",
        "  To be sent by 20 Nov",
        "  To go by: DHL · Paket",
    ]


def test_what_has_left_need_not_be_sent_any_more() -> None:
    """The day until which it had to leave only frightens then."""
    gone = Shipment(carrier="DHL", tracking_number="00340", shipped_at=SENT)

    assert words(Order(ref="7", ship_by=UNTIL, shipments=(gone,))) == [
        "Order 7",
        "  Parcel: DHL · 00340",
        "    sent 19 Nov",
    ]
