"""An answer is given a time by the keys, and what waits is changed in the outbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox.core.model import Delivery, OutboxItem
from inbox.core.scheduling import wish_of
from inbox.screens.composer import ComposerScreen
from inbox.screens.conversations import ConversationsScreen
from inbox.screens.outbox import OutboxScreen
from inbox.screens.review import ReviewScreen
from inbox.screens.scheduling import ScheduleScreen
from inbox.store import outbox
from inbox.view.outbox import needs_word
from tests.screens.driving import hands_on
from tests.screens.shop import Shop, hours, wrote

LIU = "灯的尺寸"


def queued(shop: Shop) -> list[OutboxItem]:
    """Return what is in the outbox."""
    with shop.store.read() as tx:
        return outbox.every(tx)


def schedule(shop: Shop, phrase: str = "3h") -> OutboxItem:
    """Schedule an answer to Liu, who asked two hours ago."""
    wish = wish_of(phrase, shop.hands(), shop.desk.zone)
    return shop.triage.reply(shop.uid(LIU), "30 cm", when=wish)


@pytest.mark.slow
async def test_s_in_the_review_gives_the_answer_a_time(shop: Shop) -> None:
    """What it means is read before it is set, and the list says when it leaves."""
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "g", "j", "j", "r")
        await hands.on(ComposerScreen)
        await hands.write("30 cm")
        await hands.press("ctrl+s", "s")
        await hands.on(ScheduleScreen)
        await hands.write("tomorrow 9")
        await hands.see("due Sat 21 Nov 10:00", "Leaves: Sat 21 Nov 09:00.")
        await hands.press("enter")
        await hands.on(ConversationsScreen)
        await hands.see("leaves Sat 21 Nov 09:00. z: take it back", "↑21 Nov")

    (item,) = queued(shop)
    assert item.send_after == shop.hands() + timedelta(hours=21)


@pytest.mark.slow
async def test_what_would_be_late_is_said_and_f2_makes_it_leave_in_time(shop: Shop) -> None:
    """One more key is less than a missed deadline."""
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "g", "j", "j", "r")
        await hands.on(ComposerScreen)
        await hands.write("30 cm")
        await hands.press("ctrl+s", "s")
        await hands.on(ScheduleScreen)
        await hands.write("mon")
        await hands.press("enter")
        await hands.see("! The answer is due Sat 21 Nov 10:00: it will be late.")
        assert queued(shop) == []
        await hands.press("f2")
        await hands.see("mon, but at latest 30 min before due", "Sat 21 Nov 09:30, sooner")
        await hands.press("enter")
        await hands.on(ConversationsScreen)
        await hands.see("leaves Sat 21 Nov 09:30")


@pytest.mark.slow
async def test_a_late_answer_with_a_latest_instant_leaves_at_once_and_says_so(shop: Shop) -> None:
    """Kate has waited too long already: there is no time to wait for."""
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "g", "r")
        await hands.on(ComposerScreen)
        await hands.write("Today")
        await hands.press("ctrl+s", "s")
        await hands.on(ScheduleScreen)
        await hands.write("tomorrow 9")
        await hands.press("f2")
        await hands.see("It leaves at once: the answer was due 10:00.")
        await hands.press("enter")
        await hands.on(ConversationsScreen)

        await hands.see("Reply to Kate O'Neil leaves in 10 s")


@pytest.mark.slow
async def test_escape_sets_no_time(shop: Shop) -> None:
    """Back in the review, everything as it was."""
    async with hands_on(shop.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.write("Soon.")
        await hands.press("ctrl+s", "s")
        await hands.on(ScheduleScreen)
        await hands.press("escape")
        await hands.on(ReviewScreen)

    assert queued(shop) == []


@pytest.mark.slow
async def test_what_they_wrote_since_is_plain_in_the_list_and_in_the_conversation(
    shop: Shop,
) -> None:
    """An answer that waits for the seller must not look like one that leaves by itself."""
    schedule(shop)
    shop.take(
        wrote("刘伟", "And how deep?", ago=-hours(0.01), subject=LIU, address="liu@example.cn")
    )
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "g", "j", "j")
        await hands.see("?held")
        await hands.press("enter")
        await hands.see("Held: they wrote after you scheduled it.", "an answer is held")
        await hands.press("g", "t")
        await hands.on(OutboxScreen)
        await hands.see("? held", "Decide, or it leaves Sat 21 Nov", "09:30, so")
        await hands.press("y")
        await hands.see("It leaves now.")

    assert queued(shop)[0].schedule is None


@pytest.mark.slow
async def test_e_in_the_outbox_opens_it_and_the_review_keeps_its_time(shop: Shop) -> None:
    """The slip of a pen is mended without typing it all, or the time, again."""
    schedule(shop)
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "t")
        await hands.on(OutboxScreen)
        await hands.see("↑ 15:00", "Leaves 15:00.")
        await hands.press("e")
        await hands.on(ComposerScreen)
        assert queued(shop) == []
        await hands.write(" and 5 mm")
        await hands.press("ctrl+s")
        await hands.on(ReviewScreen)
        await hands.see("30 cm and 5 mm", "It was to leave 15:00: s keeps that time")
        await hands.press("s")
        await hands.on(ScheduleScreen)
        await hands.see("2026-11-20 15:00", "Leaves: 15:00.")
        await hands.press("enter")
        await hands.on(OutboxScreen)
        await hands.see("↑ 15:00")

    (item,) = queued(shop)
    assert item.reply.text == "30 cm and 5 mm\n"
    assert item.send_after == shop.hands() + timedelta(hours=3)


@pytest.mark.slow
async def test_s_in_the_outbox_moves_it(shop: Shop) -> None:
    """The time it has stands there, and gives way to the one that is typed."""
    schedule(shop)
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "t")
        await hands.on(OutboxScreen)
        await hands.press("s")
        await hands.on(ScheduleScreen)
        await hands.see("2026-11-20 15:00")
        await hands.write("5h")
        await hands.press("enter")
        await hands.on(OutboxScreen)
        await hands.see("leaves 17:00. z: take it back")
        await hands.press("z")
        await hands.see("The reply is taken back")

    assert queued(shop) == []


@pytest.mark.parametrize(
    ("phrase", "stays", "asks"),
    [
        ("3h", False, True),  # it would leave late
        ("3h", True, False),
        ("23h", False, True),
        ("3d", False, False),
        ("3d", True, False),
    ],
)
def test_leaving_asks_only_where_something_would_not_leave(
    shop: Shop, phrase: str, *, stays: bool, asks: bool
) -> None:
    """A question that is asked each evening is not read on the evening that counts."""
    schedule(shop, phrase)

    (row,) = shop.desk.reader.unsent()

    assert needs_word(row, shop.hands(), stays=stays) is asks


def test_leaving_always_asks_about_what_needs_the_sellers_word(shop: Shop) -> None:
    """No engine mends what was refused, or what they answered meanwhile."""
    item = schedule(shop, "3d")
    (row,) = shop.desk.reader.unsent()
    waits = replace(item.schedule, waits=True) if item.schedule else None
    now, refused = shop.hands(), replace(row, state=Delivery.REFUSED)

    assert needs_word(refused, now, stays=True)
    assert needs_word(replace(row, schedule=waits), now, stays=True)
    assert needs_word(replace(row, schedule=None, error="No line."), now, stays=True)
    assert not needs_word(replace(row, schedule=None), now, stays=True)


@pytest.mark.slow
async def test_leaving_says_what_becomes_of_what_is_scheduled(shop: Shop) -> None:
    """Without a question for what is days away, and without silence either."""
    schedule(shop, "3d")
    app = shop.app()
    async with hands_on(app) as hands:
        await hands.press("q")
        await hands.until(lambda: not app.is_running)

        (said,) = app._exit_renderables
        assert str(said).startswith(
            "1 reply is scheduled; it leaves Mon 23 Nov 12:00. Nothing runs"
        )
