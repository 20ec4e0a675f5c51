"""The reading page: what is open at first, folds, quotes, what is said of a message."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.values import Attachment, Kind, Message
from inbox.core.model import ConversationUid, Delivery
from inbox.screens.conversations import ConversationsScreen
from inbox.screens.pages import SourceScreen
from inbox.screens.reading import ReadingScreen
from inbox.store import conversations, outbox
from tests.screens.driving import Hands, hands_on
from tests.screens.shop import Shop, answered, hours, open_shop, wrote


def talk() -> list[Message]:
    """Return a conversation with an answered question, then two more."""
    first = wrote("Kate", "First question", ago=hours(60), subject="Lamp", number="k1")
    reply = answered(first, "First answer", ago=hours(50))
    second = replace(
        wrote("Kate", "Second question", ago=hours(5), subject="Re: Lamp", number="k2"),
        references=(first.message_id,),
    )
    third = replace(
        wrote(
            "Kate",
            "Third question\n\nOn Monday Lamps wrote:\n> First answer\n> Regards",
            ago=hours(2),
            subject="Re: Lamp",
            number="k3",
        ),
        references=(first.message_id,),
        attachments=(Attachment("1", "photo.jpg", "image/jpeg", 2_500_000),),
    )
    return [first, reply, second, third]


async def reading(hands: Hands) -> ReadingScreen:
    """Open the first conversation."""
    await hands.press("enter")
    await hands.on(ReadingScreen)
    page = hands.app.screen
    assert isinstance(page, ReadingScreen)
    return page


async def test_a_mail_without_words_and_files_says_so(tmp_path: Path) -> None:
    """Nothing below a name looks like a mail that could not be shown."""
    with open_shop(tmp_path, [wrote("Kate", " \n", ago=hours(2), subject="Lamp")]) as shop:
        async with hands_on(shop.app()) as hands:
            await reading(hands)
            await hands.see("▾ Kate <kate@example.org>", "It came without a word")


async def test_what_is_unanswered_is_open_the_rest_is_a_line(tmp_path: Path) -> None:
    """Reading begins with what has to be answered."""
    with open_shop(tmp_path, talk()) as shop:
        async with hands_on(shop.app()) as hands:
            await reading(hands)
            await hands.see(
                "▸ Kate  First question",
                "▸ You, to Kate  First answer",
                "▾ Kate <kate@example.org>",
                "Second question",
                "Third question",
                "▸ 3 quoted lines (Q)",
                "+ photo.jpg · image/jpeg · 2.4 MB",
                "19h 0m left",
            )
            await hands.press("Q")
            await hands.see("│ > First answer")
            await hands.press("p", "p", "enter")

            await hands.see("▾ You, to Kate")


async def test_opening_reads_and_u_leaves(shop: Shop) -> None:
    """What was opened is no longer new, here and in the list."""
    async with hands_on(shop.app()) as hands:
        await reading(hands)
        lamp = shop.uid("Lamp")
        await hands.until(lambda: not _unread(shop, lamp))
        await hands.press("U")
        await hands.on(ConversationsScreen)
        await hands.see("Unread: Kate")

        assert _unread(shop, lamp)


def _unread(shop: Shop, uid: ConversationUid) -> bool:
    with shop.store.read() as tx:
        return conversations.get(tx, uid).unread


@pytest.mark.slow
async def test_j_and_k_in_capitals_walk_the_list(shop: Shop) -> None:
    """One conversation after the other without going back."""
    async with hands_on(shop.app()) as hands:
        await reading(hands)
        await hands.press("J")
        await hands.see("Wann kommt mein Paket?")
        await hands.press("K")
        await hands.see("Where is my lamp?")
        await hands.press("K")

        await hands.see("That was the first one.")


async def test_a_verb_goes_on_to_the_next_conversation(shop: Shop) -> None:
    """The morning's mail is one pass."""
    async with hands_on(shop.app()) as hands:
        await reading(hands)
        hands.burst("e", "e")
        await hands.see("灯的尺寸", "22h 0m left")
        await hands.press("z")
        await hands.see("Wann kommt mein Paket?")
        await hands.press("q")

        await hands.see("2 owed")


async def test_a_queued_answer_says_that_it_does_not_count_yet(shop: Shop) -> None:
    """Nobody may take a queued answer for a sent one."""
    item = shop.triage.reply(shop.uid("Lamp"), "It ships.")
    async with hands_on(shop.app()) as hands:
        await reading(hands)
        await hands.see("↑ not out yet and not counted: leaves in 10 s (z takes it back)")
        shop.hands.on(seconds=4)
        await hands.tick()
        await hands.see("leaves in 6 s")
        with shop.store.write() as tx:
            outbox.put(tx, replace(item, state=Delivery.REFUSED, error="[550] no {such} user"))
            from inbox.store import messages

            messages.set_delivery(tx, item.message, Delivery.REFUSED)
        await hands.tick()

        await hands.see("! refused, it did not go out: [550] no {such} user")


async def test_a_forged_sender_is_told(tmp_path: Path) -> None:
    """Mail in our own name that we did not write is a warning, not an answer."""
    forged = replace(
        wrote("Lamps & Co", "Pay here", ago=hours(1), subject="Lamp", address="shop@example.com"),
        claims_to_be_us=True,
    )
    with open_shop(tmp_path, [forged]) as shop:
        async with hands_on(shop.app()) as hands:
            await reading(hands)

            await hands.see("It says that it comes from you.")


async def test_a_services_notice_by_mail_is_told_as_such(tmp_path: Path) -> None:
    """Its words look like the buyer's own, and a second question; they are neither."""
    about: dict[str, Any] = {"service": "ebay", "kind": Kind.INQUIRY, "item_ref": "110123456789"}
    case = wrote("kate_7", "It did not arrive.", ago=hours(2), subject="Item not received", **about)
    case = replace(case, message_id="", conversation_ref="inquiry 7", places=())
    notice = wrote("kate_7", "Please respond.", ago=hours(1), address="ebay@ebay.com", **about)
    with open_shop(tmp_path, [case, notice]) as shop:
        async with hands_on(shop.app()) as hands:
            await reading(hands)

            await hands.see("Please respond.", "A notice by mail of what the service tells here")


@pytest.mark.slow
async def test_a_long_mail_is_read_page_by_page(tmp_path: Path) -> None:
    """The deadline stays in sight however long the mail is."""
    long = wrote("Kate", "\n".join(f"line {n}" for n in range(300)), ago=hours(1), subject="Lamp")
    with open_shop(tmp_path, [long]) as shop:
        async with hands_on(shop.app()) as hands:
            await reading(hands)
            await hands.see("line 0")
            await hands.press("space")
            await hands.see("line 25", "23h 0m left")
            await hands.press("G")
            await hands.see("line 299", "23h 0m left")
            await hands.press("g", "g")
            await hands.see("line 0")
            await hands.press("S")
            await hands.on(SourceScreen)


async def test_new_mail_in_the_open_conversation_appears(tmp_path: Path) -> None:
    """An answer written to half of the question is wasted."""
    first = wrote("Kate", "First question", ago=hours(5), subject="Lamp", number="k1")
    with open_shop(tmp_path, [first]) as shop:
        async with hands_on(shop.app()) as hands:
            await reading(hands)
            shop.take(
                replace(
                    wrote("Kate", "One more thing", ago=hours(1), subject="Re: Lamp", number="k2"),
                    references=(first.message_id,),
                )
            )
            await hands.tick()

            await hands.see("First question", "One more thing")
