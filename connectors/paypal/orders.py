"""A disputed payment as an order: what was bought, for how much, by whom. Pure."""

from __future__ import annotations

from connectors.orders import Order, OrderItem
from connectors.paypal.answers import Dispute, Item, known
from connectors.paypal.events import money_of, words
from connectors.values import Party


def order_of(dispute: Dispute) -> Order | None:
    """Return the payment of a dispute under the seller's transaction id, None if it names none."""
    paid = next((one for one in dispute.disputed_transactions if one.seller_transaction_id), None)
    if paid is None:
        return None
    outcome = dispute.dispute_outcome
    return Order(
        ref=paid.seller_transaction_id,
        placed_at=known(paid.create_time),
        status=words(paid.transaction_status),
        buyer=Party(paid.buyer.name, "") if paid.buyer and paid.buyer.name else None,
        items=tuple(map(_item, paid.items)),
        total=money_of(paid.gross_amount),
        refunded=money_of(outcome.amount_refunded) if outcome else None,
        updated_at=known(dispute.update_time),
    )


def _item(item: Item) -> OrderItem:
    """Return an item; PayPal writes its quantity as text."""
    try:
        count = int(item.item_quantity[:10])
    except ValueError:
        count = 1
    return OrderItem(
        title=item.item_name or item.item_description,
        quantity=max(count, 1),
        item_ref=item.item_id,
    )
