"""The one table of what keys do, in the order that help shows it.

It is a function, so that the seller's language is known when it is made.
"""

from __future__ import annotations

from inbox.commands.forms import attaching, choosing, forms
from inbox.commands.mailing import addressing, mailing
from inbox.commands.queue import queue, scheduling
from inbox.commands.values import (
    MOVING,
    PALETTE,
    QUIT_ALWAYS,
    Command,
    Context,
    row,
    shown,
)
from inbox.i18n import gettext as _

_LIST = frozenset({Context.LIST})
_READING = frozenset({Context.READING})
_BOTH = _LIST | _READING
_FILES = frozenset({Context.FILES})
_UNDOABLE = _BOTH | {Context.OUTBOX}
_LISTS = _FILES | {Context.OUTBOX, Context.JOURNAL, Context.UNREADABLE, Context.FORECAST}
_ROWS = _LIST | _LISTS
_WRITING = frozenset({Context.COMPOSER})
_EVERYWHERE = frozenset(Context)


def table() -> tuple[Command, ...]:
    """Return every command with its default keys, in the order help shows them."""
    return (
        *_moving(),
        *_opening(),
        *_acting(),
        *mailing(),
        *queue(),
        *_selecting(),
        *_going(),
        *_writing(),
        *addressing(),
        *scheduling(),
        *choosing(),
        *forms(),
        *attaching(),
        *_leaving(),
        *_anywhere(),
    )


def keys_markdown() -> str:
    """Return the default keys as the README's table, one row for each command."""
    rows = ["| Keys | Command | What it does |", "|---|---|---|"]
    for command in table():
        keys = " · ".join(f"`{shown(sequence)}`" for sequence in command.keys)
        rows.append(f"| {keys} | {command.title} | {command.help} |")
    return "\n".join(rows) + "\n"


def _moving() -> tuple[Command, ...]:
    many = _("With a number, so many.")
    return (
        row("down", "j, down", _("Down"), _("Next row or line; 5j moves five."), MOVING),
        row("up", "k, up", _("Up"), _("Previous row or line."), MOVING),
        row("top", "g g, home", _("Top"), _("First row or line."), MOVING),
        row("bottom", "G, end", _("Bottom"), _("Last one; 5G goes to the fifth."), MOVING),
        row("half-down", "ctrl+d", _("Half a page down"), many, MOVING),
        row("half-up", "ctrl+u", _("Half a page up"), many, MOVING),
        row("page-down", "pagedown, space", _("Page down"), many, MOVING),
        row("page-up", "pageup", _("Page up"), many, MOVING),
    )


def _opening() -> tuple[Command, ...]:
    return (
        row("open", "enter, o", _("Open"), _("Open it."), _ROWS, hint=True),
        row(
            "fold",
            "enter, o",
            _("Fold"),
            _("Show or hide this message's text."),
            _READING,
        ),
        row(
            "back",
            "u, escape, q",
            _("Back"),
            _("Leave this page, search or selection."),
            _READING | _LISTS | {Context.PAGE, Context.STOWED},
            hint=True,
        ),
        row("clear", "u, escape", _("Back"), _("End the search or selection."), _LIST),
        row(
            "next-conversation",
            "J",
            _("Next"),
            _("Read the next conversation of the list."),
            _READING,
            hint=True,
        ),
        row(
            "previous-conversation",
            "K",
            _("Previous"),
            _("Read the one before."),
            _READING,
        ),
        row(
            "next-message",
            "n",
            _("Next message"),
            _("The next message, or hit of a search."),
            _READING,
        ),
        row("previous-message", "p", _("Previous message"), _("Go to the one before."), _READING),
        row("quoted", "Q", _("Quoted text"), _("Show or hide what is quoted."), _READING),
        row("why", "D", _("Why this deadline"), _("Explain when an answer is due."), _BOTH),
        row("attachments", "v", _("Files"), _("List, open and save its files."), _READING),
        row("save", "s", _("Save"), _("Save it with your downloads."), _FILES, hint=True),
        row("save-all", "A", _("Save all"), _("Save every file."), _FILES, hint=True),
        row("panel", "i", _("Order"), _("Its order, and what else this buyer wrote."), _BOTH),
        row("service-page", "O", _("Page"), _("Open it at the service; twice, to be sure."), _BOTH),
        row("source", "S", _("Source"), _("Show the message as it came."), _BOTH),
    )


def _acting() -> tuple[Command, ...]:
    return (
        row("reply", "r", _("Reply"), _("Write an answer."), _BOTH, hint=True),
        row(
            "canned",
            ";",
            _("Canned response"),
            _("Answer with a text you keep ready."),
            _BOTH,
            hint=True,
        ),
        row("done", "e", _("Done"), _("You are finished with it."), _BOTH, hint=True),
        row("reopen", "E", _("Reopen"), _("Take “done” back."), _BOTH),
        row(
            "no-reply-needed",
            "y",
            _("No reply needed"),
            _("The last message asks for nothing."),
            _BOTH,
        ),
        row(
            "not-a-buyer",
            "N",
            _("Not a buyer"),
            _("This sender never owes you an answer, nor you one."),
            _BOTH,
        ),
        row("spam", "!", _("Spam"), _("Put it out of every list; again brings it back."), _BOTH),
        row("trash", "#", _("Trash"), _("Throw it away; again brings it back."), _BOTH),
        row("close", "C", _("Close"), _("Done, and closed at its service too."), _BOTH),
        row("snooze", "b", _("Snooze"), _("Put it off: 2h, tomorrow 9, before due."), _BOTH),
        row("wake", "B", _("Wake"), _("Bring it back from snoozing now."), _BOTH),
        row("happened", "H", _("Happened"), _("Start a clock that no mail starts."), _BOTH),
        row("tags", "l", _("Tags"), _("Put tags on it, or take them off."), _BOTH),
        row("star", "s", _("Star"), _("Star it, or take the star off."), _BOTH),
        row("read", "I", _("Read"), _("Mark it read."), _BOTH),
        row("unread", "U", _("Unread"), _("Mark it unread."), _BOTH),
        row("repeat", ".", _("Again"), _("Do the last action to the next conversation."), _BOTH),
        row("undo", "z", _("Undo"), _("Take the last action back."), _UNDOABLE, hint=True),
        row("redo", "Z", _("Redo"), _("Do again what was undone."), _BOTH),
    )


def _selecting() -> tuple[Command, ...]:
    return (
        row("select", "x", _("Select"), _("Select this row, or not any more."), _LIST),
        row("select-range", "V", _("Select range"), _("Select from here as you move."), _LIST),
        row("select-all", "* a", _("Select all"), _("Select the whole list."), _LIST),
        row("select-late", "* l", _("Select late"), _("Select what is past its time."), _LIST),
        row("select-none", "* n", _("Select none"), _("Select nothing."), _LIST),
        row(
            "search",
            "/",
            _("Search"),
            _("Words, is:owed, from:kate, account:shop."),
            _BOTH,
            hint=True,
        ),
    )


def _going() -> tuple[Command, ...]:
    def go(key: str, view: str, title: str, text: str) -> Command:
        action = f"go:{view}"
        return row(f"go-{view}", f"g {key}", title, text, MOVING, action=action, place=True)

    def page(key: str, verb: str, title: str, text: str) -> Command:
        return row(verb, f"g {key}", title, text, MOVING, place=True)

    return (
        go("i", "owed", _("Go to owed"), _("What waits for your answer.")),
        go("a", "all", _("Go to all"), _("Everything but spam.")),
        go("o", "late", _("Go to late"), _("What is past its time.")),
        go("w", "waiting", _("Go to waiting"), _("Where it is their turn.")),
        go("b", "snoozed", _("Go to snoozed"), _("What you put off, until it comes back.")),
        go("s", "starred", _("Go to starred"), _("What you starred.")),
        go("e", "done", _("Go to done"), _("What you finished.")),
        go("!", "spam", _("Go to spam"), _("What you called spam.")),
        go("#", "gone", _("Go to gone"), _("Thrown away, or gone at the service.")),
        go("d", "drafts", _("Go to drafts"), _("Answers begun and not sent.")),
        page("f", "forecast", _("Go to forecast"), _("What becomes late before you are back.")),
        page("c", "calendar", _("Go to calendar"), _("When you are at your desk, for 30 days.")),
        go("z", "journal", _("Go to journal"), _("What you did; take any of it back.")),
        page("m", "budget", _("Go to measures"), _("How you stand by the platforms' measures.")),
        page("u", "unreadable", _("Go to unreadable"), _("What came in and could not be read.")),
        page("k", "stowed", _("Go to stowed"), _("What was stowed away; the same search.")),
        go("t", "outbox", _("Go to outbox"), _("Answers sent, and those not out yet.")),
    )


def _writing() -> tuple[Command, ...]:
    review = frozenset({Context.REVIEW})
    return (
        row(
            "review", "ctrl+s", _("Review"), _("See what goes out, then send."), _WRITING, hint=True
        ),
        row(
            "insert-canned",
            "f2",
            _("Canned response"),
            _("Insert a text you keep ready (also / on an empty line)."),
            _WRITING,
            hint=True,
        ),
        row(
            "edit", "ctrl+g", _("Editor"), _("Write it in $VISUAL or $EDITOR."), _WRITING, hint=True
        ),
        row(
            "asked-down",
            "ctrl+down",
            _("Question down"),
            _("Scroll what you answer."),
            _WRITING,
        ),
        row("asked-up", "ctrl+up", _("Question up"), _("Scroll what you answer."), _WRITING),
        row("leave", "escape", _("Leave"), _("Go back; the draft is kept."), _WRITING, hint=True),
        row("send", "y", _("Send"), _("Send it after the undo window."), review, hint=True),
        row("postpone", "p", _("Postpone"), _("Keep it as a draft."), review, hint=True),
        row("change", "escape, e", _("Change"), _("Go on writing."), review, hint=True),
    )


def _leaving() -> tuple[Command, ...]:
    leaving, welcome = frozenset({Context.LEAVING}), frozenset({Context.WELCOME})
    return (
        row("stay", "escape, n", _("Stay"), _("Do not leave."), leaving, hint=True),
        row(
            "leave-now",
            "y, q",
            _("Leave"),
            _("Leave; what is queued is kept."),
            leaving,
            action="quit_now",
            hint=True,
        ),
        row(
            "welcome-quit",
            "q, escape",
            _("Quit"),
            _("Leave."),
            welcome,
            action="quit_now",
            hint=True,
        ),
    )


def _anywhere() -> tuple[Command, ...]:
    text_free = (
        _EVERYWHERE
        - _WRITING
        - {Context.PICKER, Context.FORM, Context.SNOOZE, Context.TAGS, Context.ATTACH}
        - {Context.SCHEDULE, Context.HAPPENED}
    )
    return (
        row("help", "?", _("Help"), _("The keys of this page."), text_free, hint=True),
        row(
            "help-anywhere",
            "f1",
            _("Help"),
            _("The same, while writing too."),
            _EVERYWHERE,
            action="help",
            hint=True,
        ),
        row("palette", PALETTE, _("Commands"), _("Every command by name."), _EVERYWHERE),
        row(
            "command-line",
            ":",
            _("Commands"),
            _("The same: say what you want to do."),
            text_free,
            action="palette",
        ),
        row(
            "suspend",
            "ctrl+z",
            _("To the shell"),
            _("Leave the terminal to it; fg comes back, and mail goes on meanwhile."),
            text_free,
        ),
        row("log-in", "L", _("Log in again"), _("Where an account was refused."), _LIST),
        row("quit", "q", _("Quit"), _("Leave; asks while a reply is not out yet."), _LIST),
        row(
            "quit-anywhere",
            QUIT_ALWAYS,
            _("Quit"),
            _("Leave from anywhere."),
            _EVERYWHERE,
            action="quit_now",
        ),
    )
