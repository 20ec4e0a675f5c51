"""The list page by its keys: moving, views, search, verbs, selection."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox.core.model import Delivery
from inbox.screens.conversations import ConversationsScreen
from inbox.screens.leaving import LeavingScreen
from inbox.screens.pages import HelpScreen, SourceScreen, WhyScreen
from inbox.screens.reading import ReadingScreen
from inbox.screens.terminal import TooSmallScreen
from inbox.store import conversations
from inbox.store.database import Transaction
from inbox.widgets.lines import BottomLine
from tests.screens.driving import Hands, hands_on
from tests.screens.shop import Shop, hours, open_shop, wrote


def page(hands: Hands) -> ConversationsScreen:
    found = hands.app.screen
    assert isinstance(found, ConversationsScreen)
    return found


def subject(hands: Hands) -> str:
    """Return the subject under the cursor."""
    listing = page(hands).listing
    row = listing.row(listing.uid) if listing.uid is not None else None
    return row.conversation.subject if row else ""


async def test_the_keys_of_vim_move_and_counts_repeat(shop: Shop) -> None:
    """Hands that know vim need no mouse."""
    async with hands_on(shop.app()) as hands:
        spots = []
        for keys in (["j"], ["down"], ["k"], ["G"], ["g", "g"], ["3", "j"], ["2", "G"], ["end"]):
            await hands.press(*keys)
            spots.append(page(hands).listing.cursor)

        assert spots == [1, 2, 1, 4, 0, 3, 1, 4]


async def test_a_begun_key_shows_where_it_may_lead(shop: Shop) -> None:
    """Nobody learns keys they never see."""
    async with hands_on(shop.app()) as hands:
        await hands.press("g")

        await hands.see("g …", "i owed", "o late")


async def test_the_views_are_one_key_away(shop: Shop) -> None:
    """Late first, then the rest of the day."""
    async with hands_on(shop.app()) as hands:
        for key, title, words in (
            ("o", "Late 1", "Lamp"),
            ("i", "Owed 3", "Paket 1001"),
            ("w", "Waiting 1", "Shade"),
            ("s", "Starred 0", "Nothing is starred."),
            ("d", "Drafts 0", "No answer is begun."),
            ("a", "All 5", "Deals of the week"),
        ):
            await hands.press("g", key)
            await hands.see(title, words)


async def test_done_goes_on_to_the_next_row_and_undo_comes_back(shop: Shop) -> None:
    """Three conversations are three keys, and a slip is one more."""
    async with hands_on(shop.app()) as hands:
        await hands.press("e")
        assert subject(hands) == "Paket 1001"
        await hands.see("Done: Kate O'Neil. z: undo", "2 owed", "✓    done")
        await hands.press("z")

        await hands.see("Undone: done", "3 owed")
        await hands.until(lambda: subject(hands) == "Lamp")


async def test_two_quick_keys_are_about_two_rows(shop: Shop) -> None:
    """The second key comes before the first is written."""
    async with hands_on(shop.app()) as hands:
        hands.burst("e", "e")

        await hands.see("1 owed")
        with shop.store.read() as tx:
            done = {each for each in ("Lamp", "Paket 1001") if _done(tx, shop, each)}
        assert done == {"Lamp", "Paket 1001"}


def _done(tx: Transaction, shop: Shop, name: str) -> bool:
    return conversations.get(tx, shop.uid(name)).done_at is not None


@pytest.mark.parametrize(
    ("key", "said", "sign"),
    [
        ("y", "No reply needed: Kate O'Neil.", "2 owed"),
        ("N", "Not a buyer: Kate O'Neil.", "2 owed"),
        ("!", "Spam: Kate O'Neil.", "All 4"),
        ("s", "Starred: Kate O'Neil.", "★"),
        ("I", "Read: Kate O'Neil.", "Lamp"),
        ("U", "Unread: Kate O'Neil.", "Lamp"),
    ],
)
async def test_each_verb_does_what_it_says(shop: Shop, key: str, said: str, sign: str) -> None:
    """What a key did is told in words, and shown."""
    async with hands_on(shop.app()) as hands:
        await hands.press(key)

        await hands.see(said, sign)


async def test_redo_does_it_again(shop: Shop) -> None:
    """An undo too many is no loss."""
    async with hands_on(shop.app()) as hands:
        await hands.press("e")
        await hands.see("Done: Kate")
        await hands.press("z")
        await hands.see("Undone: done")
        await hands.press("Z")

        await hands.see("Redone: done", "2 owed")
        await hands.until(lambda: subject(hands) == "Paket 1001")


async def test_a_page_that_is_opened_shows_its_own_keys(shop: Shop) -> None:
    """What was done a moment ago must not stand where the way on is told."""
    async with hands_on(shop.app()) as hands:
        await hands.press("s")
        await hands.see("Starred: Kate")
        await hands.press("b")
        await hands.see("Enter Snooze", "Esc Back")
        await hands.press("escape")

        await hands.see("Starred: Kate")


async def test_the_keys_at_the_bottom_can_be_clicked(shop: Shop) -> None:
    """Whoever has a hand on the mouse need not look for the key."""
    async with hands_on(shop.app()) as hands:
        at = hands.seen().splitlines()[-1].index("Done")
        await hands.pilot.click("#bottom", offset=(at, 0))
        await hands.see("Done: Kate O'Neil")
        hands.app.screen.query_one("#bottom", BottomLine).silence(shop.hands())
        at = hands.seen().splitlines()[-1].index("? Help")
        await hands.pilot.click("#bottom", offset=(at + 2, 0))

        await hands.on(HelpScreen)


async def test_what_cannot_be_done_leaves_the_cursor_where_it_was(shop: Shop) -> None:
    """The next key would else be about a conversation that nobody chose."""
    async with hands_on(shop.app()) as hands:
        await hands.press("C")

        await hands.see("cannot be closed at the service")
        await hands.until(lambda: subject(hands) == "Lamp")


@pytest.mark.slow
async def test_a_selection_is_counted_and_acted_on_as_one(shop: Shop) -> None:
    """Thirty newsletters are one action, and one undo."""
    async with hands_on(shop.app()) as hands:
        await hands.press("x", "V", "j")
        await hands.see("2 selected")
        await hands.press("e")
        await hands.see("Done: 2 conversations.", "1 owed")
        assert page(hands).listing.selected == frozenset()
        await hands.press("z")
        await hands.see("3 owed")

        await hands.press("*", "a")
        await hands.see("5 selected")
        await hands.press("/")
        await hands.write("pak")
        await hands.see("1 selected", "“pak”: 1 found")
        await hands.press("enter", "escape")
        await hands.until(lambda: "selected" not in hands.seen())
        await hands.press("escape", "*", "l")
        await hands.see("All 5", "1 selected")


async def test_search_follows_every_letter_and_escape_ends_it(shop: Shop) -> None:
    """A word is all one remembers of a mail."""
    async with hands_on(shop.app()) as hands:
        await hands.press("/")
        await hands.write("paket")
        await hands.see("“paket”: 1 found", "Anna Müller")
        await hands.press("enter")
        assert subject(hands) == "Paket 1001"
        await hands.press("escape")

        await hands.see("All 5")


async def test_letters_are_letters_in_the_search_field(shop: Shop) -> None:
    """Typing "e" in a search must not finish a conversation."""
    async with hands_on(shop.app()) as hands:
        await hands.press("/")
        await hands.write("ezsyq")
        await hands.see("“ezsyq”: 0 found")

        with shop.store.read() as tx:
            assert not _done(tx, shop, "Lamp")
        await hands.press("escape")
        await hands.see("All 5", "3 owed")


@pytest.mark.slow
async def test_a_search_that_is_none_says_why(shop: Shop) -> None:
    """An empty list would look as if nothing matched."""
    async with hands_on(shop.app()) as hands:
        await hands.press("/")
        await hands.write("is:lost")

        await hands.see("Not a search yet, column 4:")
        await hands.press(*["backspace"] * len("is:lost"))
        await hands.write("kate")
        await hands.see("“kate”: 1 found")

        assert "Not a search yet" not in hands.seen()


async def test_words_typed_at_once_are_searched_whole(shop: Shop) -> None:
    """On a slow line a whole search arrives in one piece, Enter included."""
    async with hands_on(shop.app()) as hands:
        hands.burst("/", *"shade", "enter")

        await hands.see("“shade”: 1 found", "Bo Bach")


async def test_help_why_and_source_are_one_key_away(shop: Shop) -> None:
    """Every question about a row has a key."""
    async with hands_on(shop.app()) as hands:
        await hands.press("?")
        await hands.on(HelpScreen)
        await hands.see("Keys of the list", "No reply needed")
        await hands.press("q", "D")
        await hands.on(WhyScreen)
        await hands.see("An answer was due 10:00", "email.reply")
        await hands.press("q", "S")
        await hands.on(SourceScreen)
        await hands.see("Subject: Lamp")
        await hands.press("escape")
        await hands.on(ConversationsScreen)


@pytest.mark.slow
async def test_the_palette_runs_every_command(shop: Shop) -> None:
    """Who forgot the key finds the word."""
    async with hands_on(shop.app()) as hands:
        await hands.press("ctrl+p")
        await hands.see("What do you want to do?")
        await hands.press("escape", ":")
        await hands.write("flagged")
        await hands.pilot.pause()
        await hands.until(lambda: "Go to starred" in hands.seen())
        await hands.press("enter")

        await hands.see("Starred 0")


async def test_new_mail_appears_and_the_cursor_stays_on_its_conversation(shop: Shop) -> None:
    """Enter must open what the eye was on, whatever came in meanwhile."""
    async with hands_on(shop.app()) as hands:
        await hands.press("j")
        shop.take(wrote("Old Olga", "Hello?", ago=hours(40), subject="Oldest"))
        await hands.tick()
        await hands.see("Oldest", "4 owed")

        assert subject(hands) == "Paket 1001"
        assert page(hands).listing.cursor == 2


async def test_before_the_first_key_the_cursor_stays_on_the_most_urgent_row(shop: Shop) -> None:
    """While a first sync brings in more and more, nobody has chosen a row yet."""
    async with hands_on(shop.app()) as hands:
        shop.take(wrote("Old Olga", "Hello?", ago=hours(40), subject="Oldest"))
        await hands.tick()
        await hands.see("Oldest", "4 owed")
        before = subject(hands)
        await hands.press("j", "k")
        shop.take(wrote("Older Otto", "Hello?", ago=hours(50), subject="Older"))
        await hands.tick()
        await hands.see("Older", "5 owed")

        assert (before, subject(hands)) == ("Oldest", "Oldest")


async def test_escape_goes_back_to_where_the_search_began(shop: Shop) -> None:
    """To look something up must not lose one's place."""
    async with hands_on(shop.app()) as hands:
        await hands.press("j", "j")
        before = subject(hands)
        await hands.press("/")
        await hands.write("pak")
        await hands.see("“pak”: 1 found")
        await hands.press("escape")
        await hands.see("All 5")

        assert subject(hands) == before != "Paket 1001"


async def test_the_countdown_runs_and_turns_late(shop: Shop) -> None:
    """The list is a clock."""
    async with hands_on(shop.app()) as hands:
        await hands.see("▲     30m")
        shop.hands.on(minutes=29, seconds=30)
        await hands.tick()
        await hands.see("▲     30s")
        shop.hands.on(seconds=31)
        await hands.tick()

        await hands.see("!     -1s")


async def test_wide_terminals_show_the_conversation_beside_the_list(shop: Shop) -> None:
    """Room is for reading without opening."""
    async with hands_on(shop.app(), (140, 40)) as hands:
        await hands.see("Where is my lamp?", "2h 0m late")
        await hands.press("j")

        await hands.see("▾ Anna Müller", "Wann kommt mein Paket?")


async def test_a_terminal_too_small_says_so_and_heals(shop: Shop) -> None:
    """A tiny window is a reason to enlarge it, not to crash."""
    async with hands_on(shop.app()) as hands:
        await hands.pilot.resize_terminal(50, 10)
        await hands.until(lambda: isinstance(hands.app.screen, TooSmallScreen))
        await hands.see("too small")
        await hands.pilot.resize_terminal(80, 24)

        await hands.on(ConversationsScreen)


async def test_q_leaves_at_the_top_only(shop: Shop) -> None:
    """One key too many while going back must not close the product."""
    async with hands_on(shop.app()) as hands:
        await hands.press("enter")
        await hands.on(ReadingScreen)
        await hands.press("q", "g", "o")
        await hands.see("Late 1")
        await hands.press("q")
        await hands.see("All 5")
        await hands.press("q")

        await hands.until(lambda: not hands.app.is_running)


async def test_leaving_asks_while_an_answer_is_not_out(shop: Shop) -> None:
    """Nobody goes home believing that something was sent."""
    item = shop.triage.reply(shop.uid("Lamp"), "It ships.")
    assert item.state is Delivery.QUEUED
    async with hands_on(shop.app()) as hands:
        await hands.press("q")
        await hands.on(LeavingScreen)
        await hands.see("1 reply is not out yet. Leave anyway?", "Kate O'Neil: Re: Lamp")
        await hands.press("n")
        await hands.on(ConversationsScreen)
        await hands.press("q")
        await hands.on(LeavingScreen)
        await hands.press("y")

        await hands.until(lambda: not hands.app.is_running)


async def test_ctrl_q_leaves_from_a_text_field(shop: Shop) -> None:
    """There is always a way out."""
    async with hands_on(shop.app()) as hands:
        await hands.press("/", "ctrl+q")

        await hands.until(lambda: not hands.app.is_running)


async def test_an_empty_shop_says_what_will_come(tmp_path: Path) -> None:
    """A first start must not look broken."""
    with open_shop(tmp_path, []) as shop:
        async with hands_on(shop.app()) as hands:
            await hands.see("No messages yet.")
            await hands.press("enter", "r", "e", "j", "G", "x", "D", "S", "s")

            await hands.see("All 0")


@pytest.mark.slow
async def test_the_palette_waits_for_the_keys_before_it(shop: Shop) -> None:
    """Its key overtook the one that left a page, and both together ended the program."""
    async with hands_on(shop.app()) as hands:
        await hands.press("?")
        await hands.on(HelpScreen)
        hands.burst("q", "ctrl+p")
        await hands.see("What do you want to do?", "Open  (Enter  o)")
        await hands.press("escape")

        await hands.on(ConversationsScreen)
