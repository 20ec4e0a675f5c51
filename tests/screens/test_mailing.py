"""Reply all, forward, compose by the keys: to whom it goes is seen, typed and judged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from connectors.values import Attachment, Capabilities, Party
from inbox.core.model import AccountState, AccountUid, OutboxItem
from inbox.screens.composer import ComposerScreen
from inbox.screens.conversations import ConversationsScreen
from inbox.screens.filling_in import FillScreen
from inbox.screens.outbox import OutboxScreen
from inbox.screens.picker import PickerScreen
from inbox.screens.review import ReviewScreen
from inbox.screens.writing import signed_anew, unsigned_below
from inbox.store import accounts, outbox
from inbox.widgets.addresses import KnownParties
from inbox.widgets.editor import ReplyEditor
from tests.screens.driving import Hands, hands_on
from tests.screens.shop import MAIL, TERMS, Shop, book_of, hours, open_shop, wrote

ABLE = Capabilities(attachments=True, max_files=5, can_start=True, addressed=True)
SIGNED = replace(TERMS, signature="Kim of Lamps & Co")
SECOND = replace(
    SIGNED,
    uid=AccountUid("mail00000002"),
    name="second",
    addresses=frozenset({"second@example.com"}),
    address_order=("second@example.com",),
    signature="Kim of Second Lamps",
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Yield a shop with one question that a colleague got too; its account takes addresses."""
    both = (Party("", "shop@example.com"), Party("Bo Bach", "bo@example.net"))
    photo = Attachment("2", "photo.jpg", "image/jpeg", 4)
    asked = wrote(
        *("Kate O'Neil", "Where is my lamp?"),
        ago=hours(26),
        subject="Lamp",
        recipients=both,
        copied=1,
        attachments=(photo,),
    )
    with open_shop(tmp_path, [asked], book=book_of(SIGNED, SECOND)) as found:
        with found.store.write() as tx:
            for uid in (MAIL, SECOND.uid):
                accounts.set_state(tx, AccountState(account=uid, state="ok"))
                accounts.set_abilities(tx, uid, ABLE)
        yield found


def queued(shop: Shop) -> list[OutboxItem]:
    with shop.store.read() as tx:
        return [replace(each, reply=outbox.reply_of(tx, each)) for each in outbox.every(tx)]


async def go_to(hands: Hands, name: str) -> None:
    """Put the cursor into a field, as Tab or the mouse would."""
    field = hands.app.screen.query_one(f"#{name}", Input)
    field.focus()
    await hands.until(lambda: field.has_focus)


@pytest.mark.slow
async def test_a_answers_all_also_after_a_pause_and_says_so_before_it_is_sent(shop: Shop) -> None:
    """Left and opened again with `r`, it still goes to whom it was begun for; seen, then sent."""
    async with hands_on(shop.app()) as hands:
        await hands.press("a")
        await hands.on(ComposerScreen)
        await hands.see("Kate O'Neil <kate@example.org>", "Cc", "Bo Bach <bo@example.net>")
        await hands.write("It ships today.")
        await hands.press("escape")
        await hands.on(ConversationsScreen)
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.see("Bo Bach <bo@example.net>", "It ships today.")
        await hands.press("ctrl+s")
        await hands.on(ReviewScreen)
        await hands.see("Cc       Bo Bach <bo@example.net>")
        await hands.press("y")
        await hands.on(ConversationsScreen)

    (item,) = queued(shop)
    assert [each.address for each in item.reply.cc] == ["bo@example.net"]


@pytest.mark.slow
async def test_an_answer_that_is_gone_on_with_at_once_has_its_words(shop: Shop) -> None:
    """On a busy machine the draft is still on its way to the disk when `r` asks for it."""
    async with hands_on(shop.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        with closing(sqlite3.connect(shop.store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await hands.write("It ships today.")
            await hands.press("escape")
            await hands.on(ConversationsScreen)
            await hands.press("r")
            for _ in range(20):
                await hands.tick()
            other.execute("ROLLBACK")
        await hands.on(ComposerScreen)
        await hands.see("It ships today.")


@pytest.mark.slow
async def test_a_wrong_address_is_told_and_nothing_is_sent(shop: Shop) -> None:
    """A mail to nobody that seems sent is an answer that never comes."""
    async with hands_on(shop.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.write("It ships today.")
        await hands.press("f4")
        await hands.until(lambda: hands.app.screen.query_one("#cc-field").has_focus)
        await hands.write("bo@")
        await hands.press("ctrl+s")
        await hands.see("This is no mail address: bo@.")

        assert isinstance(hands.app.screen, ComposerScreen)
        assert queued(shop) == []


@pytest.mark.slow
async def test_f_passes_a_message_on_which_waits_for_its_files(shop: Shop) -> None:
    """The supplier will see words and photo, and nobody sits there until it is fetched."""
    async with hands_on(shop.app()) as hands:
        await hands.press("f")
        await hands.on(ComposerScreen)
        await hands.see("Fwd: Lamp", "---------- Forwarded message", "1 being fetched")
        await hands.write("sup")
        field = hands.app.screen.query_one("#to-field", Input)
        assert field.value == "sup"
        await hands.write("plier@example.net")
        await go_to(hands, "subject")
        await hands.press("ctrl+s")
        await hands.on(ReviewScreen)
        await hands.see("photo.jpg · 4 bytes · being fetched", "It waits for 1 file in the outbox")
        await hands.press("y")
        await hands.on(ConversationsScreen)
        await hands.see("Mail to supplier@example.net waits for 1 file")
        await hands.press("g", "t")
        await hands.on(OutboxScreen)
        await hands.see("It waits for 1 file, which is being fetched")

    (item,) = queued(shop)
    assert (len(item.awaits), item.reply.files) == (1, ())
    assert item.conversation != shop.uid("Lamp")


@pytest.mark.slow
async def test_c_begins_a_mail_that_is_kept_as_a_draft_and_gone_on_with(shop: Shop) -> None:
    """Half a mail to a supplier is there tomorrow, under its own name."""
    async with hands_on(shop.app()) as hands:
        await hands.press("c")
        await hands.on(ComposerScreen)
        await hands.write("kat")
        await hands.press("right")
        await hands.see("Kate O'Neil <kate@example.org>")
        await go_to(hands, "subject")
        await hands.write("Ten lamps")
        await hands.press("escape")
        await hands.on(ConversationsScreen)
        await hands.press("g", "d")
        await hands.see("Drafts 1", "+begun Ten lamps")
        await hands.press("enter")
        await hands.on(ComposerScreen)

        await hands.see("Kate O'Neil <kate@example.org>", "Ten lamps")


@pytest.mark.slow
async def test_f5_lets_a_new_mail_go_from_the_next_account_signed_by_it(shop: Shop) -> None:
    """The wrong sender names the wrong shop; an answer keeps the address they wrote to."""
    async with hands_on(shop.app()) as hands:
        await hands.press("c")
        await hands.on(ComposerScreen)
        await hands.see("From", "shop@example.com", "Kim of Lamps & Co")
        await hands.write("bo@example.net")
        await go_to(hands, "subject")
        await hands.write("Ten lamps")
        await hands.press("enter")
        await hands.write("Ten, please.")
        await hands.press("f5")
        await hands.see("second@example.com", "Kim of Second Lamps", "Ten, please.")
        await hands.press("ctrl+s")
        await hands.on(ReviewScreen)
        await hands.see("From     Lamps & Co <second@example.com>")
        await hands.press("y")
        await hands.on(ConversationsScreen)

    (item,) = queued(shop)
    assert (item.account, item.reply.sender.address) == (SECOND.uid, "second@example.com")
    assert item.reply.text == "Ten, please.\n\nKim of Second Lamps\n"


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        ("", "\n\nNew"),
        ("\n\nOld\n", "\n\nNew"),
        ("Hello\n\nOld", "Hello\n\nNew"),
        ("See\n\nOld\n\n---- Forwarded", "See\n\nNew\n\n---- Forwarded"),
        ("Old lamps\n\nOlder", "Old lamps\n\nOlder"),
        ("Unsigned", "Unsigned"),
    ],
)
def test_another_account_signs_what_was_signed(text: str, signed: str) -> None:
    """Words of the seller's that look like a signature stay as they are."""
    assert signed_anew(text, "Old", "New") == signed


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("\n\nKim", ""),
        ("\n\nKim\n\n---- Forwarded\nKim", "\n\n---- Forwarded\nKim"),
        ("Kim asks\n\nKim", None),
        ("Hello\n\nKim", None),
        ("", None),
    ],
)
def test_a_mail_that_a_response_signs_is_not_signed_twice(text: str, left: str | None) -> None:
    """Where nothing was written above it, the signature makes room; else the words stay."""
    assert unsigned_below(text, "Kim") == left


@pytest.mark.slow
@pytest.mark.slow
async def test_a_mail_typed_in_one_breath_stands_where_it_belongs(shop: Shop) -> None:
    """Over a slow line keys come in bursts; the words must not stand among the addresses."""
    async with hands_on(shop.app()) as hands:
        await hands.press("c")
        await hands.on(ComposerScreen)
        hands.burst(*"a@b.example", "enter", "enter", *"Hello", "enter", *"Text")
        page = hands.app.screen
        assert isinstance(page, ComposerScreen)
        await hands.until(lambda: "Text" in page.editor.text)

        assert (page.to[0], page.subject) == ("a@b.example", "Hello")


@pytest.mark.slow
async def test_a_canned_response_greets_whom_a_new_mail_goes_to(shop: Shop) -> None:
    """F2 works in every mail; the name typed a moment ago counts."""
    async with hands_on(shop.app()) as hands:
        await hands.press("c")
        await hands.on(ComposerScreen)
        await hands.write("Bo Bach <bo@example.net>")
        await hands.press("f2")
        await hands.on(PickerScreen)
        await hands.write("question")
        await hands.see("Hello Bo,")
        await hands.press("enter")
        await hands.on(FillScreen)
        await hands.write("Ten, please.")
        await hands.press("ctrl+s")
        await hands.on(ComposerScreen)
        await hands.see("Ten, please.", "Kind regards,")

        written = hands.app.screen.query_one(ReplyEditor).text
        assert written.count("Kim of Lamps & Co") == 1


@pytest.mark.slow
async def test_an_empty_mail_leaves_nothing_behind(shop: Shop) -> None:
    """A wrong key costs one more key."""
    async with hands_on(shop.app()) as hands:
        await hands.press("c")
        await hands.on(ComposerScreen)
        await hands.press("escape")
        await hands.on(ConversationsScreen)
        await hands.press("g", "d")

        await hands.see("Drafts 0")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("ka", "Kate O'Neil <kate@example.org>"),
        ("KATE@", "kate@example.org"),
        ("bo@example.net, ka", "bo@example.net, Kate O'Neil <kate@example.org>"),
        ("x", None),
        ("", None),
        ("bo@example.net, ", None),
    ],
)
async def test_the_last_address_is_completed_from_those_known(
    typed: str, offered: str | None
) -> None:
    """Nobody remembers addresses; the shop does."""
    known = KnownParties([Party("Kate O'Neil", "kate@example.org")])

    assert await known.get_suggestion(typed) == offered


@pytest.mark.slow
async def test_f6_throws_a_mail_away_and_z_brings_it_back(shop: Shop) -> None:
    """A wrong key costs one key, a right one too."""
    async with hands_on(shop.app()) as hands:
        await hands.press("r")
        await hands.on(ComposerScreen)
        await hands.write("Hm, no.")
        await hands.press("f6")
        await hands.on(ConversationsScreen)
        await hands.see("Draft thrown away. z: undo")
        assert shop.triage.draft(shop.uid("Lamp")) is None
        await hands.press("z")
        await hands.see("Undone: draft thrown away")
        kept = shop.triage.draft(shop.uid("Lamp"))
        assert kept is not None
        assert kept.text.startswith("Hm, no.")
        await hands.press("X")
        await hands.see("Draft thrown away: Kate O'Neil")
        await hands.press("X")
        await hands.see("Nothing was begun here that could be thrown away.")


@pytest.mark.slow
async def test_a_new_mail_that_only_names_somebody_is_thrown_away_too(shop: Shop) -> None:
    """Thrown away is gone from the drafts, not kept without a word."""
    async with hands_on(shop.app()) as hands:
        await hands.press("c")
        await hands.on(ComposerScreen)
        await hands.write("bo@example.net")
        await hands.press("f6")
        await hands.on(ConversationsScreen)
        await hands.see("Draft thrown away. z: undo")
        await hands.press("g", "d")

        await hands.see("Drafts 0")
