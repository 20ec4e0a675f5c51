"""Answering by the keys: composer, canned responses, review, sending, taking back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.values import Capabilities
from inbox.app import InboxApp
from inbox.core.model import Delivery, OutboxItem
from inbox.editor import EditorFailed, Ending
from inbox.screens.composer import ComposerScreen
from inbox.screens.conversations import ConversationsScreen
from inbox.screens.filling_in import FillScreen
from inbox.screens.outbox import OutboxScreen
from inbox.screens.picker import PickerScreen
from inbox.screens.reading import ReadingScreen
from inbox.screens.review import ReviewScreen
from inbox.store import outbox
from tests.screens.driving import Hands, hands_on
from tests.screens.shop import TERMS, Shop, book_of, hours, open_shop, wrote
from tests.triage.test_composing import learn


@pytest.fixture
def german(tmp_path: Path) -> Iterator[Shop]:
    """Yield a shop where Anna asks in German."""
    asked = wrote("Anna Müller", "Wann kommt mein Paket? Ich warte noch.", ago=hours(2))
    with open_shop(tmp_path, [asked]) as found:
        yield found


def queued(shop: Shop) -> list[OutboxItem]:
    with shop.store.read() as tx:
        return outbox.every(tx)


def text(hands: Hands) -> str:
    """Return what is written so far."""
    page = hands.app.screen
    assert isinstance(page, ComposerScreen)
    return page.editor.text


async def test_an_answer_is_r_words_ctrl_s_y(shop: Shop) -> None:
    """The commonest job of the day takes four strokes and the words."""
    async with hands_on(shop.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.see("Kate O'Neil <kate@example.org>", "Where is my lamp?", "shop@example.com")
        await hands.write("It ships today.")
        await hands.see("15 characters")
        await hands.press("ctrl+s")
        await hands.on(ReviewScreen)
        await hands.see("Send this reply?", "Subject  Re: Lamp", "It ships today.")
        await hands.press("y")
        await hands.on(ConversationsScreen)
        await hands.see("Reply to Kate O'Neil leaves in 10 s. z: take it back", "↑queued")

    (item,) = queued(shop)
    assert item.reply.text == "It ships today.\n"


async def test_z_within_the_window_takes_it_back_and_r_goes_on(shop: Shop) -> None:
    """A second thought costs one key and no words."""
    async with hands_on(shop.app()) as hands:
        shop.triage.reply(shop.uid("Lamp"), "It ships today.")
        await hands.press("z")
        await hands.see("The reply is taken back")
        assert queued(shop) == []
        await hands.press("g", "g", "r")
        await hands.on(ComposerScreen)

        assert text(hands) == "It ships today."


async def test_the_window_counts_down_and_then_the_reply_leaves(shop: Shop) -> None:
    """One sees how long the second thought may take."""
    async with hands_on(shop.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.write("Soon.")
        await hands.press("ctrl+s", "y")
        await hands.see("leaves in 10 s")
        shop.hands.on(seconds=3)
        await hands.tick()
        await hands.see("leaves in 7 s")
        shop.hands.on(seconds=8)
        await hands.tick()
        await hands.see("leaves as soon as it can")
        shop.hands.on(seconds=60)
        await hands.tick()

        await hands.see("Enter Open")


async def test_an_answer_typed_faster_than_the_page_opens_is_whole(shop: Shop) -> None:
    """The first letters must not act on the list below: "e" would finish a conversation."""
    async with hands_on(shop.app()) as hands:
        hands.burst("r", *"yes,sent", "ctrl+s")
        await hands.on(ReviewScreen)
        await hands.see("yes,sent")

        assert not queued(shop)
        await hands.press("escape")
        await hands.on(ComposerScreen)
        assert text(hands) == "yes,sent"


async def test_escape_keeps_the_draft(shop: Shop) -> None:
    """Looking something up in between loses no words."""
    async with hands_on(shop.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.write("Half a sent")
        await hands.press("escape")
        await hands.on(ConversationsScreen)
        await hands.see("The draft is kept.")
        await hands.press("g", "d")
        await hands.see("Drafts 1", "Kate O'Neil")
        await hands.press("enter")
        await hands.on(ReadingScreen)

        await hands.see("An answer is begun here: Half a sent")


@pytest.mark.slow
async def test_what_is_written_is_kept_without_a_key(shop: Shop) -> None:
    """A flat battery loses a second's words, not a letter's."""
    async with hands_on(shop.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.write("Half")

        await hands.until(lambda: shop.triage.draft(shop.uid("Lamp")) is not None)


async def test_ctrl_q_while_writing_keeps_the_words(shop: Shop) -> None:
    """Leaving is not throwing away."""
    async with hands_on(shop.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.write("Half")
        await hands.press("ctrl+q")
        await hands.until(lambda: not hands.app.is_running)

    draft = shop.triage.draft(shop.uid("Lamp"))
    assert draft is not None
    assert draft.text == "Half"


@pytest.mark.slow
async def test_a_canned_answer_speaks_the_buyers_language(german: Shop) -> None:
    """Anna asks in German; the German text comes first, with her name in it."""
    async with hands_on(german.app()) as hands:
        await hands.press(";")
        await hands.on(PickerScreen)
        await hands.write("wismo")
        await hands.see("[de]", "Anna")
        await hands.press("enter")
        await hands.on(FillScreen)
        await hands.write("Montag")
        await hands.press("enter")
        await hands.write("DHL")
        await hands.press("enter")
        await hands.on(ComposerScreen)

        assert "Anna" in text(hands)
        assert "Montag" in text(hands)
        assert "DHL" in text(hands)
        assert "{{" not in text(hands)


@pytest.mark.slow
async def test_a_form_typed_in_one_breath_is_filled_field_by_field(shop: Shop) -> None:
    """Over a slow line keys come in bursts; a voucher's code must not swallow what it is worth."""
    async with hands_on(shop.app()) as hands:
        await hands.press(";")
        await hands.on(PickerScreen)
        await hands.write("voucher")
        await hands.press("enter")
        await hands.on(FillScreen)
        hands.burst(*"ABC", "enter", *"5EUR", "enter", *"2026-12-31", "enter", *"OK. ")
        await hands.on(ComposerScreen)
        await hands.until(lambda: "OK. " in text(hands))

        assert "ABC\n\nIt is worth 5EUR and is good until December 31, 2026.OK. \n" in text(hands)


async def test_a_canned_answer_is_signed_once(tmp_path: Path) -> None:
    """The signature stands there already, and the answer brings it along."""
    asked = wrote("Kate O'Neil", "Can I get an invoice?", ago=hours(2), subject="Lamp")
    signed = book_of(replace(TERMS, signature="Anna of Lamps & Co"))
    with open_shop(tmp_path, [asked], book=signed) as shop:
        async with hands_on(shop.app()) as hands:
            await hands.press("r")
            await hands.on(ComposerScreen)
            await hands.press("f2")
            await hands.on(PickerScreen)
            await hands.write("invoice")
            await hands.see("> invoice")
            await hands.press("enter")
            await hands.on(ComposerScreen)

            assert text(hands).count("Anna of Lamps & Co") == 1


async def test_a_draft_goes_on_above_its_signature(tmp_path: Path) -> None:
    """Nobody writes on below their own name."""
    asked = wrote("Kate O'Neil", "Where is it?", ago=hours(2), subject="Lamp")
    signed = book_of(replace(TERMS, signature="Anna"))
    with open_shop(tmp_path, [asked], book=signed) as shop:
        shop.triage.save_draft(shop.uid("Lamp"), "Hello\n\nAnna")
        async with hands_on(shop.app()) as hands:
            await hands.press("r")
            await hands.on(ComposerScreen)
            await hands.write(" Kate")

            assert text(hands) == "Hello Kate\n\nAnna"


async def test_escape_in_the_picker_changes_nothing(shop: Shop) -> None:
    """Looking is not choosing."""
    async with hands_on(shop.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.write("Hello")
        await hands.press("enter", "/")
        await hands.on(PickerScreen)
        await hands.press("down", "f2", "escape")
        await hands.on(ComposerScreen)

        assert text(hands) == "Hello\n"


async def test_a_slash_within_a_line_is_a_slash(shop: Shop) -> None:
    """Words like "and/or" must be writable."""
    async with hands_on(shop.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.write("and/or")

        assert text(hands) == "and/or"


async def test_a_reply_with_holes_cannot_be_sent(shop: Shop) -> None:
    """Dear {{ customer.first_name }} has cost more than one shop its name."""
    shop.triage.save_draft(shop.uid("Lamp"), "Dear {{ customer.first_name }},")
    async with hands_on(shop.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.press("ctrl+s")
        await hands.on(ReviewScreen)
        await hands.see("still holds places to fill in: {{ customer.first_name }}")
        await hands.press("y")
        await hands.pilot.pause()

        assert isinstance(hands.app.screen, ReviewScreen)
    assert queued(shop) == []


async def test_p_in_review_keeps_it_for_later(shop: Shop) -> None:
    """Not every answer must go out at night."""
    async with hands_on(shop.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.write("Tomorrow.")
        await hands.press("ctrl+s", "p")
        await hands.on(ConversationsScreen)
        await hands.until(lambda: shop.triage.draft(shop.uid("Lamp")) is not None)

    assert queued(shop) == []


async def test_the_sellers_editor_is_one_key_away(shop: Shop) -> None:
    """Some words are better written elsewhere."""
    app = shop.app()
    async with hands_on(app) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.write("Hello")
        page = app.screen
        assert isinstance(page, ComposerScreen)
        page.edited("Hello\nfrom the editor")

        assert text(hands) == "Hello\nfrom the editor"


async def test_an_editor_that_fails_costs_no_words(shop: Shop) -> None:
    """The text stays in the composer, and the failure is told."""
    async with hands_on(shop.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.write("Hello")
        page = hands.app.screen
        assert isinstance(page, ComposerScreen)
        page.edited(EditorFailed("vi", Path("drafts/reply.txt"), Ending.ERROR, 1))

        assert text(hands) == "Hello"
        await hands.see("drafts/reply.txt")
        page.edited("\n")
        assert text(hands) == "Hello"
        await hands.see("The editor left nothing, so your words stay.")
        page.edited("Other words")
        await hands.press("ctrl+z")
        assert text(hands) == "Hello"


@pytest.mark.slow
async def test_too_long_is_seen_while_typing(shop: Shop) -> None:
    """A limit that is met only at sending costs a rewrite."""
    learn(shop, Capabilities(max_reply_chars=5))
    async with hands_on(shop.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.write("too long")
        await hands.see("8 characters of 5")
        await hands.press("ctrl+s")

        await hands.see("The reply is too long: 8 characters, 5 allowed.")


async def test_an_answer_to_nobody_is_said_before_it_is_written(tmp_path: Path) -> None:
    """Words for a conversation without an address would be lost work."""
    with open_shop(
        tmp_path, [wrote("Us", "A note", ago=hours(1), address="shop@example.com")]
    ) as shop:
        async with hands_on(shop.app()) as hands:
            await hands.press("r")

            await hands.see("Nobody in this conversation can be answered.")
            await hands.press("j", "s")
            await hands.see("Starred")


async def test_the_outbox_shows_a_stuck_reply_and_the_seller_decides(shop: Shop) -> None:
    """A refused answer is nobody's but the seller's."""
    item = shop.triage.reply(shop.uid("Lamp"), "It ships.")
    with shop.store.write() as tx:
        outbox.put(tx, replace(item, state=Delivery.REFUSED, error="550 no such user"))
    async with hands_on(shop.app()) as hands:
        await hands.see("1 stuck: g t")
        await hands.press("g", "t")
        await hands.on(OutboxScreen)
        await hands.see("! refused", "550 no such user")
        await hands.press("r")
        await hands.see("↑ queued", "Queued again.")
        await hands.press("x")
        await hands.see("Nothing was sent from here yet.", "kept as a draft")
        await hands.press("q")
        await hands.on(ConversationsScreen)

    assert queued(shop) == []


async def test_nothing_the_seller_asked_for_is_dropped_by_leaving(shop: Shop) -> None:
    """e, e, ctrl+q: both are done, though the screen is gone."""
    app: InboxApp = shop.app()
    async with hands_on(app) as hands:
        hands.burst("e", "e", "ctrl+q")
        await hands.until(lambda: not app.is_running)

    assert len(shop.desk.reader.rows("is:done")) == 2


@pytest.mark.slow
async def test_a_response_is_changed_from_the_picker(shop: Shop) -> None:
    """The moment one reads it is the moment one sees what is wrong with it."""
    app = shop.app()
    async with hands_on(app) as hands:
        await hands.press(";")
        await hands.on(PickerScreen)
        await hands.write("refund")
        await hands.see("refund")
        page = app.screen
        assert isinstance(page, PickerScreen)
        page.rewritten("refund.md:3:1: expected something")

        await hands.see("refund.md:3:1: expected something")
        assert page._found[0].shortcode == "refund"
