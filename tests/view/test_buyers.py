"""Whose other conversations and orders the panel shows: the buyer's, over all accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.orders import Order
from connectors.values import Direction, Message, Party, Place, RemoteId, Role
from inbox.core.model import AccountTerms, AccountUid
from inbox.core.obligations import Book, make_book
from inbox.store import messages, orders
from inbox.store.database import Store
from inbox.store.derive import derive
from inbox.view.panel import Panel, panel

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
EBAY, EBAY_TOO, ALLEGRO = (AccountUid(f"{name:0<12}") for name in ("ebay", "ebaytoo", "allegro"))
KINDS = {EBAY: "ebay", EBAY_TOO: "ebay", ALLEGRO: "allegro"}


def book() -> Book:
    """Return the terms of three accounts at two services."""
    return make_book(
        [], [AccountTerms(uid=uid, name=uid, kind=kind) for uid, kind in KINDS.items()]
    )


def asked(account: AccountUid, who: str, subject: str) -> Message:
    """Return a question."""
    return Message(
        remote_id=RemoteId(subject),
        direction=Direction.IN,
        accepted_at=NOON - timedelta(hours=len(subject)),
        sender=Party("Ann", who),
        subject=subject,
        text="Hello?",
        service=KINDS[account],
        conversation_ref=subject,
        order_ref=f"order {subject}",
        places=(Place(subject, "", "1", Role.INBOX),),
    )


def beside(folder: Path, first: Sequence[tuple[AccountUid, str, str]]) -> Panel:
    """Return the panel of the first of these questions, each with its order."""
    store = Store.open(folder / "inbox.db")
    try:
        with store.write() as tx:
            uids = []
            for account, who, subject in first:
                (taken,) = messages.ingest_messages(
                    tx, account, [asked(account, who, subject)], book()
                )
                uids.append(taken.conversation)
                placed = NOON - timedelta(days=len(subject))
                order = Order(ref=f"order {subject}", buyer_ref=who, placed_at=placed)
                orders.put(tx, account, order, NOON)
            derive(tx, uids, book())
        with store.read() as tx:
            return panel(tx, uids[0], book(), NOON)
    finally:
        store.close()


@pytest.mark.parametrize(
    ("who", "found"), [("ann@home.example", ["2", "333"]), ("4711", ["2"])], ids=["mail", "id"]
)
def test_an_address_is_one_person_everywhere_and_an_id_at_its_own_service(
    tmp_path: Path, who: str, found: list[str]
) -> None:
    """Number 4711 of one marketplace is somebody else at the next: never show one to the other."""
    shown = beside(tmp_path, [(EBAY, who, "1"), (EBAY_TOO, who, "2"), (ALLEGRO, who, "333")])

    assert [each.subject for _name, each in shown.others] == found
    assert [each.ref for each in shown.other_orders] == [f"order {name}" for name in found]
