"""The review: as what a reply leaves, where its service takes more than answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.forms import ReplyForm
from connectors.values import Capabilities
from inbox.core.model import AccountState, OutboxItem
from inbox.screens.composer import ComposerScreen
from inbox.screens.conversations import ConversationsScreen
from inbox.screens.review import ReviewScreen
from inbox.store import accounts, outbox
from tests.screens.driving import hands_on
from tests.screens.shop import MAIL, Shop, hours, open_shop, wrote

NOTICE = ReplyForm(
    name="interim", title="Interim notice", help="The service goes on waiting.", answers=False
)


@pytest.fixture
def noticing(tmp_path: Path) -> Iterator[Shop]:
    """Yield a shop at a service that takes notices."""
    asked = wrote("Kate O'Neil", "Where is my lamp?", ago=hours(2), subject="Lamp")
    with open_shop(tmp_path, [asked]) as found:
        with found.store.write() as tx:
            accounts.set_state(tx, AccountState(account=MAIL, state="ok"))
            accounts.set_abilities(tx, MAIL, Capabilities(forms=(NOTICE,)))
        yield found


def queued(shop: Shop) -> list[OutboxItem]:
    with shop.store.read() as tx:
        return outbox.every(tx)


@pytest.mark.slow
async def test_f_makes_it_a_notice_and_the_page_says_what_that_means(noticing: Shop) -> None:
    """Before it leaves the seller sees that the clock will run on."""
    async with hands_on(noticing.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.write("We look.")
        await hands.press("ctrl+s")
        await hands.see("Sent as  an answer (f changes it)")
        await hands.press("f")
        await hands.see("Sent as  Interim notice: no answer, so one stays owed", "goes on waiting")
        await hands.press("escape")
        await hands.on(ComposerScreen)
        await hands.press("ctrl+s")
        await hands.on(ReviewScreen)
        await hands.see("Sent as  Interim notice")
        await hands.press("y")
        await hands.on(ConversationsScreen)
        await hands.press("enter")
        await hands.see("It only says that an answer will follow: one stays owed.")

    (item,) = queued(noticing)
    assert (item.reply.form, item.reply.interim) == ("interim", True)


@pytest.mark.slow
async def test_where_there_are_answers_only_the_key_says_so(shop: Shop) -> None:
    """And the page says nothing of what cannot be had."""
    async with hands_on(shop.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.write("Today.")
        await hands.press("ctrl+s")
        await hands.on(ReviewScreen)
        assert "Sent as" not in hands.seen()
        await hands.press("f")
        await hands.see("This service takes plain answers only.")
        await hands.press("y")
        await hands.on(ConversationsScreen)

    assert [each.reply.form for each in queued(shop)] == [""]
