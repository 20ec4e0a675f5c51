"""A response that speaks of an order: which one is asked where the buyer has several."""

from __future__ import annotations

import json

import pytest

from connectors.orders import Address, Order, OrderItem, Shipment
from connectors.values import Party
from inbox.store import orders
from inbox.store.database import Store
from tests.cli.shop import ACCOUNT, NOW, Shop, wrote
from tests.cli.terminal import Terminal

TEXT = (
    "+++\nshortcode = 'where'\nlanguage = 'en'\n+++\n"
    "Hello {{ customer.first_name | default: 'there' }}, {{ order.number }}"
    " went by {{ shipping.carrier | default: 'post' }}."
)


def bought(shop: Shop, **carriers: str) -> None:
    """Let Kate have bought orders A-1, A-2, ... that went by these carriers."""
    store = Store.open(shop.locations.store_file)
    try:
        with store.write() as tx:
            for name, carrier in carriers.items():
                order = Order(
                    ref=name.replace("_", "-"),
                    buyer=Party("kate_1987", "kate@buyers.example"),
                    buyer_ref="kate@buyers.example",
                    items=(OrderItem(title="Lamp"),),
                    ship_to=Address(name="Kate O'Neil"),
                    shipments=(Shipment(carrier=carrier, shipped_at=NOW),),
                )
                orders.put(tx, ACCOUNT, order, NOW)
    finally:
        store.close()


@pytest.fixture
def own(shop: Shop) -> Shop:
    """A shop with a response that speaks of an order, and one that does not."""
    folder = shop.locations.canned
    folder.mkdir()
    (folder / "where.md").write_text(TEXT)
    (folder / "hi.md").write_text("+++\nlanguage = 'en'\n+++\nHello")
    return shop


@pytest.mark.slow
def test_one_order_is_asked_of_nobody(own: Shop) -> None:
    """Whose conversation names no order, but who has one, means that one."""
    bought(own, A_1="DHL")
    (uid,) = own.deliver(wrote("kate", "Where is it?"))

    filled = own.json("canned", "render", "where", uid)

    assert (filled["text"], filled["order"]) == ("Hello Kate, A-1 went by DHL.", "A-1")


def test_of_several_orders_one_must_be_named(own: Shop) -> None:
    """The number of another parcel sends a buyer to the wrong door."""
    bought(own, A_1="DHL", A_2="UPS")
    (uid,) = own.deliver(wrote("kate", "Where is it?"))
    answer = ("reply", uid, "--canned", "where", "--yes")

    refused = own.run(*answer)
    wrong = own.run(*answer, "--order", "A-3")
    named = own.run(*answer, "--order", "a-2")
    none = own.json("canned", "render", "where", uid, "--order", "none")
    free = own.json("canned", "render", "hi", uid)
    given = own.json(
        "canned", "render", "where", uid, "--var", "order.number=7", "--var", "shipping.carrier=GLS"
    )

    assert (refused.exit_code, wrong.exit_code, named.exit_code) == (2, 2, 0)
    assert "--order REF (A-1, A-2)" in refused.stderr
    assert "Known are: A-1, A-2." in wrong.stderr
    assert own.json("show", uid)["messages"][-1]["text"] == "Hello Kate, A-2 went by UPS."
    assert (none["missing"], none["order"]) == (["order.number"], None)
    assert (free["text"], given["text"]) == ("Hello", "Hello Kate, 7 went by GLS.")
    assert len(json.loads(own.run("outbox", "--json").stdout)) == 1


@pytest.mark.slow
def test_an_order_that_is_named_is_meant_whatever_else_they_bought(own: Shop) -> None:
    """A regular customer's scripts go on working."""
    bought(own, A_1="DHL", A_2="UPS")
    (uid,) = own.deliver(wrote("kate", "Where is it?", order_ref="A-1"))

    meant = own.json("canned", "render", "where", uid)
    other = own.json("canned", "render", "where", uid, "--order", "A-2")

    assert [meant["order"], other["order"]] == ["A-1", "A-2"]
    assert own.run("reply", uid, "--text", "-", "--order", "A-1", "--yes").exit_code == 2


@pytest.mark.slow
def test_on_a_terminal_the_order_is_asked(own: Shop) -> None:
    """By a number: nobody types what a marketplace calls an order."""
    bought(own, A_1="DHL", A_2="UPS")
    (uid,) = own.deliver(wrote("kate", "Where is it?"))

    with Terminal(["canned", "render", "where", uid], {"INBOX_HOME": str(own.home)}) as terminal:
        terminal.until("None of these")
        terminal.answer("Which order?", "2")
        terminal.until("A-2 went by UPS.")
        assert terminal.end() == 0
