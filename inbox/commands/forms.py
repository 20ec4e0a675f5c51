"""The rows of the table for small pages with keys of their own."""

from __future__ import annotations

from functools import partial

from inbox.commands.values import Command, Context, row
from inbox.i18n import gettext as _

_row = partial(row, hint=True)


def forms() -> tuple[Command, ...]:
    """Return those of tags, of what happened and of small lists, in the order help shows them."""
    tags, journal = frozenset({Context.TAGS}), frozenset({Context.JOURNAL})
    happened = frozenset({Context.HAPPENED})

    return (
        _row("put-tags", "enter", _("Tag"), _("Put these on."), where=tags, action="put_tags"),
        _row("cancel-tags", "escape", _("Back"), _("Tag nothing."), where=tags, action="back"),
        _row(
            "say-so",
            "enter",
            _("Say so"),
            _("Let its clock start from then."),
            where=happened,
            action="say_so",
        ),
        _row(
            "next-topic",
            "down",
            _("Next"),
            _("The next thing that can have happened."),
            where=happened,
            action="next_topic",
        ),
        _row(
            "previous-topic",
            "up",
            _("Previous"),
            _("The one before."),
            where=happened,
            action="previous_topic",
        ),
        _row(
            "cancel-happened",
            "escape",
            _("Back"),
            _("Say nothing."),
            where=happened,
            action="back",
        ),
        _row(
            "take-back",
            "x",
            _("Undo or redo"),
            _("Take this one back, or do it again."),
            where=journal,
            action="turn",
        ),
        _row(
            "unstow",
            "enter, o",
            _("Bring back"),
            _("Bring it back into the store, and read it."),
            where=frozenset({Context.STOWED}),
            action="open",
        ),
        _row(
            "put-away",
            "e",
            _("Looked at"),
            _("You have looked at it: say no more of it; again takes it back."),
            where=frozenset({Context.UNREADABLE}),
            action="put_away",
        ),
    )


def attaching() -> tuple[Command, ...]:
    """Return the commands by which files go along with an answer."""
    say = _("Attach a file to your answer.")
    composer, review, page = Context.COMPOSER, Context.REVIEW, Context.ATTACH
    return (
        _row("attach", "f3", _("Attach"), say, where=composer, action="attach"),
        _row("review-attach", "a", _("Attach"), say, where=review, action="attach"),
        _row(
            "detach",
            "x",
            _("Detach"),
            _("Take the last file out again."),
            where=review,
            hint=False,
        ),
        _row(
            "attach-file",
            "enter",
            _("Attach"),
            _("Attach the file."),
            where=page,
            action="attach_file",
        ),
        _row(
            "complete",
            "tab",
            _("Complete"),
            _("Complete what is typed."),
            where=page,
            action="complete",
        ),
        _row("cancel-attach", "escape", _("Back"), _("Attach nothing."), where=page, action="back"),
    )


def choosing() -> tuple[Command, ...]:
    """Return those by which a canned response, its words or a time are chosen."""
    picker, form, orders = Context.PICKER, Context.FORM, Context.ORDERS

    this_order = _("The answer speaks of this one.")
    other_order = _("Choose the order that the response speaks of.")
    languages = _("Show the responses in the next language.")
    next_field = _("The next field; after the last, insert.")
    hour_before = _("Put it off, but back an hour before it is due.")
    return (
        _row("pick-next", "down", _("Next"), _("The next response."), picker),
        _row("pick-previous", "up", _("Previous"), _("The one before."), picker),
        _row("insert", "enter", _("Insert"), _("Put it into your answer."), picker),
        _row("other-language", "f2", _("Language"), languages, picker),
        _row("other-order", "f4", _("Order"), other_order, picker),
        _row("edit-response", "ctrl+g", _("Edit"), _("Change it in your editor."), picker),
        _row("cancel", "escape", _("Back"), _("Insert nothing."), picker, action="back"),
        _row("next-field", "enter, down", _("Next"), next_field, form),
        _row("fill", "ctrl+s", _("Insert"), _("Insert with what is typed."), form),
        _row("cancel-form", "escape", _("Back"), _("Insert nothing."), form, action="back"),
        _row("next-order", "down, j", _("Next"), _("The next order."), orders, action="down"),
        _row("previous-order", "up, k", _("Previous"), _("The one before."), orders, action="up"),
        _row("take-order", "enter", _("Take"), this_order, orders, action="open"),
        _row("cancel-order", "escape, q", _("Back"), _("Go back."), orders, action="back"),
        _row("put-off", "enter", _("Snooze"), _("Put it off until then."), Context.SNOOZE),
        _row("hour-before", "f2", _("1 h before due"), hour_before, Context.SNOOZE),
        _row(
            "cancel-snooze",
            "escape",
            _("Back"),
            _("Put nothing off."),
            Context.SNOOZE,
            action="back",
        ),
    )
