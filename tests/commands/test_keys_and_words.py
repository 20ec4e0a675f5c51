"""The keys a hand knows from vim and from mail programs, and the words one would say instead."""

from __future__ import annotations

import pytest

from inbox.commands import Context, KeyReader, Pressed, of_context, table
from inbox.commands.plain_words import likeness, plain_words

LIST = {
    "j": "down", "k": "up", "down": "down", "up": "up", "g g": "top", "G": "bottom",
    "ctrl+d": "half-down", "ctrl+u": "half-up", "enter": "open", "o": "open", "u": "clear",
    "escape": "clear", "q": "quit", "r": "reply", "a": "reply-all", "f": "forward", "c": "compose",
    "e": "done", "y": "no-reply-needed", "b": "snooze", "l": "tags", "s": "star", "#": "trash",
    "!": "spam", "x": "select", "V": "select-range", "* a": "select-all", "* n": "select-none",
    "* l": "select-late", "z": "undo", "Z": "redo", "S": "source", "N": "not-a-buyer", "I": "read",
    "U": "unread", ".": "repeat", "/": "search", ":": "command-line", "ctrl+p": "palette",
    "g i": "go-owed", "g d": "go-drafts", "g t": "go-outbox", "g s": "go-starred",
    "g b": "go-snoozed", "g a": "go-all", "g o": "go-late", "g w": "go-waiting", "g f": "forecast",
    "g z": "go-journal", ";": "canned", "i": "panel", "O": "service-page", "D": "why", "?": "help",
    "f1": "help-anywhere", "ctrl+q": "quit-anywhere",
}  # fmt: skip
READING = {
    **{key: name for key, name in LIST.items() if key[0] not in "xV*"},
    "enter": "fold", "o": "fold", "u": "back", "escape": "back", "q": "back",
    "J": "next-conversation", "K": "previous-conversation", "n": "next-message",
    "p": "previous-message",
}  # fmt: skip
ELSEWHERE = {
    Context.COMPOSER: {"ctrl+g": "edit", "ctrl+s": "review", "f1": "help-anywhere"},
    Context.REVIEW: {"y": "send", "s": "schedule", "p": "postpone", "a": "review-attach"},
}


@pytest.mark.parametrize(
    ("place", "keys"),
    [(Context.LIST, LIST), (Context.READING, READING), *ELSEWHERE.items()],
    ids=lambda each: each.value if isinstance(each, Context) else "",
)
def test_the_keys_are_where_hands_look_for_them(place: Context, keys: dict[str, str]) -> None:
    """Vim to move, a mail program's to act: nobody learns a hundred keys anew."""
    found = {}
    for sequence in keys:
        reader = KeyReader(table(), place)
        for stroke in sequence.split(" "):
            last = reader.feed(stroke)
        found[sequence] = last.command.id if isinstance(last, Pressed) else None

    assert found == keys


def best(words: str, place: Context = Context.LIST) -> str:
    """Return the command that the palette shows first for these words."""
    more = plain_words()
    offered = of_context(table(), place)
    found = max(offered, key=lambda each: likeness(words, each, more.get(each.id, "")))
    return found.id if likeness(words, found, more.get(found.id, "")) else ""


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("delete", "trash"), ("mark as read", "read"), ("archive", "done"), ("label", "tags"),
        ("remind", "snooze"), ("exit", "quit"), ("junk", "spam"), ("find", "search"),
        ("customer", "panel"), ("template", "canned"), ("sent", "go-outbox"), ("REPLY", "reply"),
        ("new mail", "compose"), ("keyboard sho", "help"), ("history", "panel"),
        ("zzz", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_command_is_found_by_what_one_would_call_it(words: str, command: str) -> None:
    """Who does not know the key does not know our name for it either."""
    assert best(words) == command


def test_every_command_of_the_list_is_found_by_its_own_title() -> None:
    """What is in no list of keys one remembers must be in the palette."""
    offered = of_context(table(), Context.LIST)
    more = plain_words()

    assert [each.id for each in offered if likeness(each.title, each, "") < 1] == []
    assert set(more) <= {each.id for each in table()}
