"""Putting off from the screen: the typed time is shown before it is done, late ones said twice."""

from __future__ import annotations

import pytest

from inbox.core.model import Verb
from inbox.screens.conversations import ConversationsScreen
from inbox.screens.snoozing import SnoozeScreen
from inbox.store import journal
from tests.screens.driving import hands_on
from tests.screens.shop import Shop


def snoozes(shop: Shop, subject: str) -> int:
    """Return how often a conversation was put off."""
    with shop.store.read() as tx:
        facts = journal.of_conversation(tx, shop.uid(subject))
    return sum(fact.verb is Verb.SNOOZE for fact in facts)


@pytest.mark.slow
async def test_b_shows_what_is_typed_as_a_time_and_enter_puts_off(shop: Shop) -> None:
    """Noon on Friday: what was asked two hours ago is due on Saturday at 10."""
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "g", "j", "j", "b")
        await hands.on(SnoozeScreen)
        await hands.write("tomorrow 9")
        await hands.see("灯的尺寸", "Comes back: Sat 21 Nov 09:00", "due Sat 21 Nov 10:00")
        await hands.press("enter")

        await hands.on(ConversationsScreen)
        await hands.see("Put off until Sat 21 Nov 09:00", "z 21 Nov")
        await hands.press("g", "i")
        await hands.see("Owed 2")


async def test_what_would_come_back_late_takes_a_second_enter(shop: Shop) -> None:
    """One slip must not make an answer late."""
    async with hands_on(shop.app()) as hands:
        await hands.press("j", "j", "b")
        await hands.on(SnoozeScreen)
        await hands.write("mon")
        await hands.press("enter")
        await hands.see(
            "! The answer is due Sat 21 Nov 10:00", "late before", "F2: back 1 h before"
        )
        assert snoozes(shop, "灯的尺寸") == 0

        await hands.press("enter")
        await hands.on(ConversationsScreen)
        await hands.until(lambda: snoozes(shop, "灯的尺寸") == 1)


@pytest.mark.slow
async def test_f2_brings_it_back_an_hour_before_it_is_due(shop: Shop) -> None:
    """The offer is one key."""
    async with hands_on(shop.app()) as hands:
        await hands.press("j", "j", "b")
        await hands.on(SnoozeScreen)
        await hands.write("mon")
        await hands.press("f2")

        await hands.see("Put off until Sat 21 Nov 09:00: 刘伟.")


async def test_what_comes_back_is_seen_without_a_key(shop: Shop) -> None:
    """The list follows the clock, not only the mail."""
    async with hands_on(shop.app()) as hands:
        await hands.press("j", "j", "b")
        await hands.on(SnoozeScreen)
        await hands.write("2h")
        await hands.press("enter")
        await hands.on(ConversationsScreen)
        await hands.press("g", "i")
        await hands.see("Owed 2")

        shop.hands.on(hours=2)
        await hands.tick()

        await hands.see("Owed 3")


async def test_escape_puts_nothing_off_and_nonsense_is_told(shop: Shop) -> None:
    """A field that does nothing silently is a broken field."""
    async with hands_on(shop.app()) as hands:
        await hands.press("b")
        await hands.on(SnoozeScreen)
        await hands.write("someday")
        await hands.see("This is no time: someday.")
        await hands.press("escape")

        await hands.on(ConversationsScreen)
        assert snoozes(shop, "Lamp") == 0


@pytest.mark.slow
async def test_a_dot_puts_the_next_off_by_the_same_words(shop: Shop) -> None:
    """`before due` means another instant there: the words are repeated, not the time."""
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "g", "j", "b")
        await hands.on(SnoozeScreen)
        await hands.write("10m before due")
        await hands.press("enter")
        await hands.on(ConversationsScreen)
        await hands.until(lambda: snoozes(shop, "Paket 1001") == 1)
        await hands.press(".")

        await hands.see("Put off until Sat 21 Nov 09:50: 刘伟.")


@pytest.mark.slow
async def test_a_dot_asks_where_the_same_words_would_be_late(shop: Shop) -> None:
    """A second conversation put off past its time by one key is an answer forgotten."""
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "g", "j", "j", "b")
        await hands.on(SnoozeScreen)
        await hands.write("tomorrow 9")
        await hands.press("enter")
        await hands.on(ConversationsScreen)
        await hands.until(lambda: snoozes(shop, "灯的尺寸") == 1)
        await hands.press("g", "g", ".")
        await hands.on(SnoozeScreen)

        await hands.see("tomorrow 9", "! The answer was due")
        assert snoozes(shop, "Lamp") == 0


@pytest.mark.slow
async def test_a_hash_throws_away_and_brings_back_from_the_view_of_what_is_gone(
    shop: Shop,
) -> None:
    """What was thrown away by a slip is found, not lost."""
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "g", "#")
        await hands.see("Thrown away: Kate O'Neil. z: undo")
        await hands.press("g", "#")
        await hands.see("Gone 1", "Lamp")
        await hands.press("#")

        await hands.see("Out of the trash: Kate O'Neil.", "Gone 0")
