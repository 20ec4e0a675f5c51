"""What no message tells is said on the screen: chosen, dated, seen, and taken back by z."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.values import Kind
from inbox.core.model import Verb
from inbox.core.obligations import Clock, Duty, Owner, make_book
from inbox.screens.conversations import ConversationsScreen
from inbox.screens.happening import HappenedScreen
from inbox.screens.pages import WhyScreen
from inbox.store import derive, journal
from tests.screens.driving import hands_on
from tests.screens.shop import RULE, TERMS, Shop, hours, open_shop, wrote

APPEAL = replace(
    RULE,
    id="amazon.atoz_appeal",
    owner=Owner.SERVICE,
    service="amazon",
    kind=Duty.APPEAL,
    clock=Clock.ELAPSED,
    target=timedelta(days=30),
    starts="claim_granted",
)
COMPLAINT = replace(APPEAL, id="amazon.complaint", kind=Duty.REPLY, starts="official_complaint")
BOOK = make_book([RULE, APPEAL, replace(COMPLAINT, target=timedelta(hours=1))], [TERMS])


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop under rules with something that can happen: Kate wrote at Amazon, Bo by mail."""
    mails = [
        wrote("Kate", "Refund?", ago=hours(3), subject="Lamp", service="amazon", kind=Kind.CLAIM),
        wrote("Bo", "Hello", ago=hours(2), subject="Shade"),
    ]
    with open_shop(tmp_path, mails, book=BOOK) as found:
        yield found


def happened(shop: Shop, subject: str) -> list[tuple[str, str]]:
    """Return what was said to have happened there, taken back or not: the topic and its instant."""
    with shop.store.read() as tx:
        facts = journal.of_conversation(tx, shop.uid(subject))
    said = [fact.arguments for fact in facts if fact.verb is Verb.HAPPENED]
    return [(each["topic"], each["at"]) for each in said]


@pytest.mark.slow
async def test_a_granted_claim_is_said_with_its_day_and_its_appeal_is_seen_before(
    shop: Shop,
) -> None:
    """Thirty days to appeal are lost by not counting them. Kate stands on top, then Bo."""
    async with hands_on(shop.app()) as hands:
        await hands.press("H")
        await hands.on(HappenedScreen)
        await hands.see("> a claim was granted", "appeal, Sun 20 Dec 12:00 (amazon.atoz_appeal)")
        await hands.write("2026-11-18 9:30")
        await hands.see("It happened Wed 18 Nov 09:30", "appeal, Fri 18 Dec 09:30")
        await hands.press("enter")

        await hands.on(ConversationsScreen)
        await hands.see("Happened: Kate (a claim was granted). z: undo")
        assert happened(shop, "Lamp") == [("claim_granted", "2026-11-18T09:30:00+00:00")]
        await hands.press("D")
        await hands.on(WhyScreen)
        await hands.see("amazon.atoz_appeal", "You said that it happened")
        await hands.press("u", "z")
        await hands.see("Undone: something happened. Z: redo")

    with shop.store.read() as tx:
        found = derive.tried(tx, [shop.uid("Lamp")], BOOK)[shop.uid("Lamp")]
    assert [each.rule.id for each in found.obligations] == ["email.reply"]


@pytest.mark.slow
async def test_the_arrows_choose_what_happened_and_nothing_typed_is_now(shop: Shop) -> None:
    """One hour to answer an authority leaves no time to write dates."""
    async with hands_on(shop.app()) as hands:
        await hands.press("H")
        await hands.on(HappenedScreen)
        await hands.press("down", "down")
        await hands.see("> somebody complained to an authority", "answer, 13:00")
        await hands.press("enter")
        await hands.on(ConversationsScreen)
        await hands.until(lambda: bool(happened(shop, "Lamp")))

    assert happened(shop, "Lamp") == [("official_complaint", "2026-11-20T12:00:00+00:00")]


@pytest.mark.slow
async def test_nothing_is_said_by_a_slip_nor_where_nothing_can_happen(shop: Shop) -> None:
    """A clock that the seller did not mean is as wrong as one that never began."""
    async with hands_on(shop.app()) as hands:
        await hands.press("*", "a", "H")
        await hands.see("Nothing that happens starts a clock here")
        await hands.press("escape")
        await hands.press("H")
        await hands.on(HappenedScreen)
        await hands.write("someday")
        await hands.see("This is no time: someday.")
        await hands.press("enter", "ctrl+u")
        await hands.write("2027-01-01")
        await hands.see("2027-01-01 is yet to come.")
        await hands.press("enter")
        await hands.on(HappenedScreen)
        await hands.press("escape")
        await hands.on(ConversationsScreen)

    assert happened(shop, "Lamp") == []
