"""Other words for what commands do, so that the palette finds them by what one would say.

Kept apart from the table: nothing but the palette asks for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from inbox.commands.values import Command
from inbox.i18n import gettext as _


def plain_words() -> Mapping[str, str]:
    """Return more words for each command that has any, by its id."""
    return {
        "reply": _("answer respond write back"),
        "reply-all": _("answer everyone group"),
        "forward": _("pass on send to somebody else"),
        "compose": _("new mail message write"),
        "canned": _("template snippet ready text macro"),
        "insert-canned": _("template snippet ready text macro"),
        "done": _("archive finish complete close resolve"),
        "reopen": _("not done unarchive"),
        "no-reply-needed": _("no answer needed thanks only"),
        "not-a-buyer": _("newsletter ignore sender block"),
        "spam": _("junk block"),
        "trash": _("delete remove bin"),
        "close": _("finish resolve case ticket"),
        "snooze": _("postpone remind me later put off defer"),
        "wake": _("unsnooze bring back now"),
        "tags": _("label category"),
        "star": _("flag favourite important pin"),
        "read": _("mark as read seen"),
        "unread": _("mark as unread new"),
        "repeat": _("repeat last action"),
        "undo": _("revert take back cancel"),
        "redo": _("repeat undone"),
        "search": _("find filter look for"),
        "select-all": _("mark everything"),
        "select-none": _("deselect clear selection"),
        "select-late": _("mark overdue"),
        "why": _("due time reason explain clock"),
        "attachments": _("attachments download open pictures"),
        "attach": _("add file attachment"),
        "review-attach": _("add file attachment"),
        "panel": _("customer buyer history address tracking"),
        "service-page": _("browser website marketplace link open"),
        "source": _("raw headers original"),
        "fold": _("collapse expand message"),
        "quoted": _("show hide quotation"),
        "help": _("keys shortcuts keyboard"),
        "quit": _("exit leave close program"),
        "suspend": _("suspend background pause terminal command"),
        "quit-anywhere": _("exit leave close program"),
        "log-in": _("password sign in again refused"),
        "go-owed": _("unanswered to do open inbox"),
        "go-late": _("overdue"),
        "go-waiting": _("their turn answered"),
        "go-snoozed": _("put off later"),
        "go-all": _("everything inbox home"),
        "go-starred": _("flagged favourites important"),
        "go-done": _("archive finished"),
        "go-spam": _("junk"),
        "go-gone": _("trash bin deleted"),
        "go-drafts": _("begun unfinished"),
        "go-outbox": _("queue sent sending mails"),
        "go-journal": _("history log activity"),
        "unreadable": _("broken quarantine failed kept aside"),
        "stowed": _("old years archive files put away"),
        "unstow": _("restore return old"),
        "forecast": _("tomorrow planning ahead"),
        "calendar": _("hours holidays vacation opening"),
        "budget": _("statistics performance response rate"),
        "edit": _("vim emacs external editor"),
        "schedule": _("send later"),
        "send-now": _("immediately deliver"),
        "retry": _("try again resend"),
        "withdraw": _("cancel unsend"),
        "postpone": _("save draft later"),
        "send": _("deliver go out"),
        "save": _("download"),
        "save-all": _("download everything"),
    }


def likeness(query: str, command: Command, more: str) -> float:
    """Return how well words that somebody typed name a command, 0 to 1; 0: not at all.

    Every word must begin a word of its title, its help or `more`; those of the
    title count most.
    """
    asked = query.casefold().split()
    title = _words(command.title)
    ranks = ((0.7, _words(f"{more} {command.id}")), (0.6, _words(command.help)))
    scores = [_score(word, title, ranks) for word in asked]
    return sum(scores) / len(scores) if scores and all(scores) else 0.0


def _score(word: str, title: list[str], others: Iterable[tuple[float, list[str]]]) -> float:
    if word in title:
        return 1.0
    ranks = ((0.9, title), *others)
    return next((score for score, words in ranks if _begins(word, words)), 0.0)


def _words(text: str) -> list[str]:
    return [word.strip(".,:;()“”") for word in text.casefold().replace("-", " ").split()]


def _begins(word: str, words: list[str]) -> bool:
    return any(each.startswith(word) for each in words)
