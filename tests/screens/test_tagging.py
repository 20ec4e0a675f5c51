"""Tags and the journal by their keys: put on, taken off, completed; anything taken back."""

from __future__ import annotations

import pytest

from inbox.screens.conversations import ConversationsScreen
from inbox.screens.journal import JournalScreen
from inbox.screens.reading import ReadingScreen
from inbox.screens.tagging import TagScreen, TagSuggester, meant
from inbox.store import conversations
from tests.screens.driving import Hands, hands_on
from tests.screens.shop import Shop


def tags(shop: Shop, subject: str) -> tuple[str, ...]:
    """Return the tags of a conversation."""
    uid = shop.uid(subject)
    with shop.store.read() as tx:
        return conversations.get(tx, uid).tags


async def tag(hands: Hands, words: str, about: str = "") -> None:
    """Type tags for what the cursor is on; the page says what that is about."""
    await hands.press("l")
    await hands.on(TagScreen)
    await hands.see(about)
    await hands.write(words)
    await hands.press("enter")


@pytest.mark.parametrize(
    ("text", "on", "off"),
    [
        ("", (), ()),
        (" , -, ,", (), ()),
        ("vip", ("vip",), ()),
        ("vip,  two  words , -old", ("vip", "two words"), ("old",)),
        ("a, -a", (), ("a",)),
        ("-a, a", ("a",), ()),
        ("a, a", ("a",), ()),
    ],
)
def test_a_line_of_tags_is_read_so(text: str, on: tuple[str, ...], off: tuple[str, ...]) -> None:
    """The last word on a tag counts."""
    assert meant(text) == (on, off)


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("w", "wholesale"),
        ("vip, W", "vip, wholesale"),
        ("-who", "-wholesale"),
        ("wholesale", None),
        ("vip,", None),
        ("zz", None),
    ],
)
async def test_known_tags_complete_themselves(typed: str, suggested: str | None) -> None:
    """A tag typed in two ways is two tags."""
    assert await TagSuggester(["wholesale", "vip"]).get_suggestion(typed) == suggested


async def test_tags_go_on_and_off_with_one_undo(shop: Shop) -> None:
    """One line typed is one thing done."""
    async with hands_on(shop.app()) as hands:
        await tag(hands, "vip, lamps", "Lamp")
        await hands.see("Tagged: Kate O'Neil. z: undo")
        assert tags(shop, "Lamp") == ("lamps", "vip")
        await tag(hands, "-vip, old")
        await hands.until(lambda: tags(shop, "Lamp") == ("lamps", "old"))
        await hands.press("z")

        await hands.until(lambda: tags(shop, "Lamp") == ("lamps", "vip"))


@pytest.mark.slow
async def test_tab_takes_the_known_tag_and_a_dot_repeats_it(shop: Shop) -> None:
    """Ten conversations of one kind are tagged by ten dots."""
    async with hands_on(shop.app()) as hands:
        await tag(hands, "wholesale")
        await hands.until(lambda: tags(shop, "Lamp") == ("wholesale",))
        await hands.press("j", "l")
        await hands.on(TagScreen)
        await hands.see("Known: wholesale")
        await hands.write("who")
        await hands.until(lambda: hands.seen().count("wholesale") == 2)
        await hands.press("tab", "enter")
        await hands.until(lambda: tags(shop, "Paket 1001") == ("wholesale",))
        await hands.press(".")

        await hands.until(lambda: tags(shop, "灯的尺寸") == ("wholesale",))


async def test_escape_tags_nothing(shop: Shop) -> None:
    """Looking at the tags is no deed."""
    async with hands_on(shop.app()) as hands:
        await hands.press("l")
        await hands.on(TagScreen)
        await hands.write("vip")
        await hands.press("escape")
        await hands.on(ConversationsScreen)

    assert tags(shop, "Lamp") == ()


@pytest.mark.slow
async def test_anything_in_the_journal_can_be_taken_back_and_done_again(shop: Shop) -> None:
    """The slip of an hour ago must not cost all that was done since."""
    async with hands_on(shop.app()) as hands:
        await hands.press("s")
        await hands.see("Starred: Kate O'Neil")
        await hands.press("j", "e")
        await hands.see("Done: Anna")
        await hands.press("g", "z")
        await hands.on(JournalScreen)
        await hands.see("done", "Anna Müller", "star", "Kate O'Neil")
        await hands.press("j", "x")
        await hands.see("Undone: star", "undone")
        with shop.store.read() as tx:
            assert not conversations.get(tx, shop.uid("Lamp")).starred
            assert conversations.get(tx, shop.uid("Paket 1001")).done_at is not None
        await hands.press("x")
        await hands.see("Redone: star")
        with shop.store.read() as tx:
            assert conversations.get(tx, shop.uid("Lamp")).starred
        await hands.press("enter")

        await hands.on(ReadingScreen)
        await hands.see("Where is my lamp?")


async def test_an_empty_journal_says_so(shop: Shop) -> None:
    """Nothing was done is an answer too."""
    async with hands_on(shop.app()) as hands:
        await hands.press("g", "z")

        await hands.see("Nothing was done yet.")
        await hands.press("x", "enter", "q")
        await hands.on(ConversationsScreen)
