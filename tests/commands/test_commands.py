"""The table of keys: no clash, rebinding, counts and sequences, the README's list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inbox.commands import (
    Begun,
    Command,
    Context,
    KeyReader,
    Pressed,
    keys_markdown,
    of_context,
    rebound,
    table,
)
from inbox.screens.attaching import AttachScreen
from inbox.screens.attachments import AttachmentsScreen
from inbox.screens.composer import ComposerScreen
from inbox.screens.conversations import ConversationsScreen
from inbox.screens.filling_in import FillScreen
from inbox.screens.forecast import ForecastScreen
from inbox.screens.happening import HappenedScreen
from inbox.screens.journal import JournalScreen
from inbox.screens.leaving import LeavingScreen
from inbox.screens.outbox import OutboxScreen
from inbox.screens.pages import PageScreen
from inbox.screens.picker import PickerScreen
from inbox.screens.reading import ReadingScreen
from inbox.screens.review import ReviewScreen
from inbox.screens.scheduling import ScheduleScreen
from inbox.screens.snoozing import SnoozeScreen
from inbox.screens.stowed import StowedScreen
from inbox.screens.tagging import TagScreen
from inbox.screens.unreadable import UnreadableScreen
from inbox.screens.welcome import WelcomeScreen
from inbox.screens.which_order import WhichOrderScreen

PAGES = (
    AttachmentsScreen,
    AttachScreen,
    ConversationsScreen,
    ReadingScreen,
    OutboxScreen,
    ComposerScreen,
    ReviewScreen,
    PickerScreen,
    FillScreen,
    ScheduleScreen,
    SnoozeScreen,
    TagScreen,
    JournalScreen,
    UnreadableScreen,
    StowedScreen,
    ForecastScreen,
    HappenedScreen,
    LeavingScreen,
    WelcomeScreen,
    WhichOrderScreen,
    PageScreen,
)


def pressed(reader: KeyReader, *strokes: str) -> tuple[str, int | None] | None:
    """Return the command that the last stroke completed, and its count."""
    found: Pressed | Begun | None = None
    for stroke in strokes:
        found = reader.feed(stroke)
    return (found.command.id, found.count) if isinstance(found, Pressed) else None


def test_no_key_means_two_things_in_one_place() -> None:
    """A key that sometimes does another thing cannot be learned."""
    for context in Context:
        taken: dict[tuple[str, ...], Command] = {}
        for command in of_context(table(), context):
            for sequence in command.keys:
                strokes = tuple(sequence.split(" "))
                clashing = [
                    other
                    for other in taken
                    if other[: len(strokes)] == strokes or strokes[: len(other)] == other
                ]
                assert not clashing, (context, sequence, command.id)
                taken[strokes] = command


def test_every_command_has_its_action_on_every_page_it_is_offered_on() -> None:
    """A key in the help that does nothing is worse than no key."""
    pages = {page.CONTEXT: page for page in PAGES}
    missing = [
        (context.value, command.id)
        for context in Context
        for command in of_context(table(), context)
        # What leads elsewhere leads there from the list, whichever page lies on it.
        if not hasattr(
            pages[Context.LIST if command.place else context],
            f"action_{command.action.partition(':')[0]}",
        )
    ]

    assert set(pages) == set(Context)
    assert missing == []


def test_no_default_depends_on_keys_that_terminals_confuse() -> None:
    """Ctrl+I is Tab and Ctrl+M is Enter in most terminals."""
    bad = {"ctrl+i", "ctrl+m", "ctrl+h", "ctrl+j", "ctrl+[", "ctrl+enter"}
    strokes = {
        stroke for command in table() for sequence in command.keys for stroke in sequence.split(" ")
    }

    assert not strokes & bad
    assert not any(stroke.startswith("alt+") for stroke in strokes)


def test_counts_and_sequences_are_read() -> None:
    """5j moves five rows, g then i goes to what is owed."""
    reader = KeyReader(table(), Context.LIST)

    assert pressed(reader, "j") == ("down", None)
    assert pressed(reader, "5", "j") == ("down", 5)
    assert pressed(reader, "1", "0", "G") == ("bottom", 10)
    assert pressed(reader, "g", "g") == ("top", None)
    assert pressed(reader, "g", "i") == ("go-owed", None)
    assert pressed(reader, "*", "a") == ("select-all", None)


def test_a_begun_sequence_says_what_may_follow() -> None:
    """Nobody has to remember where g leads."""
    begun = KeyReader(table(), Context.LIST).feed("g")

    assert isinstance(begun, Begun)
    assert ("i", "go-owed") in [(stroke, command.id) for stroke, command in begun.follow]


def test_the_rest_of_a_mistyped_sequence_is_no_action() -> None:
    """The keys g and y would else say that no reply is needed."""
    reader = KeyReader(table(), Context.LIST)

    assert pressed(reader, "g", "y") is None
    assert pressed(reader, "5", "escape") is None
    assert pressed(reader, "j") == ("down", None)


@given(st.lists(st.sampled_from([*"gj5e0zG*a/?", "escape", "ctrl+d", "up", "é"]), max_size=30))
def test_whatever_is_typed_the_next_whole_key_works(strokes: list[str]) -> None:
    """A cat on the keyboard never leaves it stuck."""
    reader = KeyReader(table(), Context.LIST)
    for stroke in strokes:
        reader.feed(stroke)

    reader.feed("escape")

    assert pressed(reader, "k") == ("up", None)


def test_keys_can_be_changed() -> None:
    """Somebody's hands know other keys."""
    commands, troubles = rebound(table(), {"done": "d, ctrl+e", "go-late": "g l"})

    assert troubles == ()
    reader = KeyReader(commands, Context.LIST)
    assert pressed(reader, "d") == ("done", None)
    assert pressed(reader, "ctrl+e") == ("done", None)
    assert pressed(reader, "e") is None
    assert pressed(reader, "g", "l") == ("go-late", None)


def test_a_clash_is_told_and_the_default_stays() -> None:
    """Every command stays reachable, whatever the configuration says."""
    commands, troubles = rebound(
        table(),
        {
            "done": "j",
            "star": "g",
            "spam": "5",
            "redo": "ctrl+q",
            "nonsense": "x",
        },
    )

    assert commands == table()
    assert [each.id for each in troubles] == ["done", "star", "spam", "redo", "nonsense"]
    assert troubles[0].sentence == "j already means “Down”"


def test_the_readme_can_list_every_command() -> None:
    """The list in the README is made from this, so it never lags."""
    listed = keys_markdown()

    assert listed.count("\n") == len(table()) + 2
    assert "| `g i` | Go to owed | What waits for your answer. |" in listed
