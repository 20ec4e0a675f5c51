"""An account that was refused is logged in to from the list, with one key."""

from __future__ import annotations

from inbox.app import InboxApp
from inbox.core.model import AccountState
from inbox.store import accounts
from tests.screens.driving import hands_on
from tests.screens.shop import Shop


async def test_where_nobody_was_refused_the_key_says_so(shop: Shop) -> None:
    """A key that does nothing looks broken."""
    async with hands_on(InboxApp(shop.desk)) as hands:
        await hands.press("L")

        await hands.see("Every account is let in.")


async def test_where_the_screen_cannot_stand_aside_the_command_is_named(shop: Shop) -> None:
    """Some terminals cannot be lent: the seller still learns what to do."""
    with shop.store.write() as tx:
        (uid, terms) = next(iter(shop.desk.reader.book.accounts.items()))
        accounts.set_state(tx, AccountState(account=uid, state="login", error="Wrong password."))
    async with hands_on(InboxApp(shop.desk)) as hands:
        await hands.press("L")

        await hands.see(f"inbox accounts login {terms.name}")
