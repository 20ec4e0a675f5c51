"""Which orders an answer may speak of: never another one's parcel told to a buyer."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from connectors.orders import Address, Money, Order, OrderItem
from connectors.values import Party
from inbox.core.model import AccountUid
from inbox.store.orders import KeptOrder
from inbox.view.meant import MeantOrder, likely_orders, order_words
from inbox.view.ordered import buyer_of_order, values_of_order

SHOP, OTHER = AccountUid("shop"), AccountUid("other")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def kept(ref: str, *items: str, account: AccountUid = SHOP) -> KeptOrder:
    """Return an order of these items."""
    order = Order(ref=ref, items=tuple(OrderItem(title=item, item_ref=item) for item in items))
    return KeptOrder(account=account, ref=ref, asked_at=NOON, order=order)


THEIRS = (kept("B-200", "lamp"), kept("A-100", "lamp", "shade"), kept("9", "bulb"))


@pytest.mark.parametrize(
    ("named", "asked", "words", "found"),
    [
        ([], "", "Where is my parcel?", ["B-200", "A-100", "9"]),
        (["A-100"], "", "Where is my parcel?", ["A-100"]),
        (["C-300"], "", "Where is it?", ["C-300"]),
        (["A-100"], "", "A-100 came, B-200 did not.", ["A-100", "B-200"]),
        (["A-100"], "", "AB-200 and B-2001 are others' numbers.", ["A-100"]),
        (["A-100"], "", "It takes 9 days?", ["A-100"]),
        (["A-100", "C-300"], "", "", ["A-100", "C-300"]),
        (["A-100"], "lamp", "Is it dimmable?", ["A-100", "B-200"]),
        ([], "shade", "Is it washable?", ["A-100"]),
        ([], "vase", "Is it washable?", ["B-200", "A-100", "9"]),
    ],
    ids=["unnamed", "named", "unknown", "in words", "part of a word", "short number", "two named",
         "same item", "item only", "no such item"],
)  # fmt: skip
def test_the_orders_a_conversation_may_be_about(
    named: list[str], asked: str, words: str, found: list[str]
) -> None:
    """One is certain and asked of nobody; several are the seller's to tell apart."""
    likely = likely_orders([(SHOP, ref) for ref in named], {asked} - {""}, words, THEIRS)

    assert [ref for _account, ref in likely] == found


def test_the_same_number_at_another_account_is_another_order() -> None:
    """Two shops count from 1 each."""
    likely = likely_orders([(SHOP, "A-100")], (), "A-100?", [kept("A-100", account=OTHER)])

    assert likely == ((SHOP, "A-100"), (OTHER, "A-100"))


def test_of_several_items_the_one_asked_about_is_named() -> None:
    """A buyer of five things asks about one of them."""
    order = THEIRS[1].order
    assert order is not None

    assert "item.title" not in values_of_order(order)
    assert values_of_order(order, {"shade"})["item.title"] == "shade"


@pytest.mark.parametrize(
    ("buyer", "ship_to", "found"),
    [
        (Party("Ann van der Berg", "ann_87"), "Bo Lund", ("Ann", "van der Berg")),
        (Party("kate_1987", "kate_1987"), "Kate O'Neil", ("Kate", "O'Neil")),
        (None, "Kate O'Neil", ("Kate", "O'Neil")),
        (Party("kate_1987", "kate_1987"), "", (None, None)),
        (None, "LAMPS GMBH", (None, None)),
    ],
)
def test_an_order_tells_the_name_a_marketplace_hides(
    buyer: Party | None, ship_to: str, found: tuple[str | None, str | None]
) -> None:
    """The profile's name before the parcel's, which may be a gift; a user name is none."""
    order = Order(ref="1", buyer=buyer, ship_to=Address(name=ship_to))

    told = buyer_of_order(order, "")

    assert (told.get("customer.first_name"), told.get("customer.last_name")) == found


def test_an_order_is_one_line() -> None:
    """Number, day, goods and price: by one of them the seller knows it again."""
    order = Order(
        ref="B-200",
        placed_at=NOON,
        status="paid",
        items=(OrderItem(title="Lamp"), OrderItem(title="Shade")),
        total=Money(Decimal("12.50"), "EUR"),
    )

    shown = [
        order_words(MeantOrder(ref=each.ref, order=known, values={}))
        for each, known in ((order, order), (order, None))
    ]

    assert shown == ["B-200 · 2026-11-20 · Lamp +1 · €12.50 · paid", "B-200"]
