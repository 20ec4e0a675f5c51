"""The rows of the table for small pages with keys of their own."""

from __future__ import annotations

from inbox.commands.values import Command, Context, sequences
from inbox.i18n import gettext as _


def forms() -> tuple[Command, ...]:
    """Return those of tags, of what happened and of small lists, in the order help shows them."""
    tags, journal = frozenset({Context.TAGS}), frozenset({Context.JOURNAL})
    happened = frozenset({Context.HAPPENED})

    def command(
        name: str, key: str, title: str, text: str, *, where: frozenset[Context], action: str
    ) -> Command:
        return Command(
            id=name,
            keys=(key,),
            title=title,
            help=text,
            contexts=where,
            action=action,
            hint=True,
        )

    return (
        command("put-tags", "enter", _("Tag"), _("Put these on."), where=tags, action="put_tags"),
        command("cancel-tags", "escape", _("Back"), _("Tag nothing."), where=tags, action="back"),
        command(
            "say-so",
            "enter",
            _("Say so"),
            _("Let its clock start from then."),
            where=happened,
            action="say_so",
        ),
        command(
            "next-topic",
            "down",
            _("Next"),
            _("The next thing that can have happened."),
            where=happened,
            action="next_topic",
        ),
        command(
            "previous-topic",
            "up",
            _("Previous"),
            _("The one before."),
            where=happened,
            action="previous_topic",
        ),
        command(
            "cancel-happened",
            "escape",
            _("Back"),
            _("Say nothing."),
            where=happened,
            action="back",
        ),
        command(
            "take-back",
            "x",
            _("Undo or redo"),
            _("Take this one back, or do it again."),
            where=journal,
            action="turn",
        ),
        command(
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

    def row(name: str, key: str, title: str, text: str, *, where: Context, action: str) -> Command:
        return Command(
            id=name,
            keys=(key,),
            title=title,
            help=text,
            contexts=frozenset({where}),
            action=action,
            hint=name != "detach",
        )

    say = _("Attach a file to your answer.")
    composer, review, page = Context.COMPOSER, Context.REVIEW, Context.ATTACH
    return (
        row("attach", "f3", _("Attach"), say, where=composer, action="attach"),
        row("review-attach", "a", _("Attach"), say, where=review, action="attach"),
        row(
            "detach",
            "x",
            _("Detach"),
            _("Take the last file out again."),
            where=review,
            action="detach",
        ),
        row(
            "attach-file",
            "enter",
            _("Attach"),
            _("Attach the file."),
            where=page,
            action="attach_file",
        ),
        row(
            "complete",
            "tab",
            _("Complete"),
            _("Complete what is typed."),
            where=page,
            action="complete",
        ),
        row("cancel-attach", "escape", _("Back"), _("Attach nothing."), where=page, action="back"),
    )


def choosing() -> tuple[Command, ...]:
    """Return those by which a canned response, its words or a time are chosen."""
    picker, form = Context.PICKER, Context.FORM

    def row(
        name: str, keys: str, title: str, text: str, where: Context, *, action: str = ""
    ) -> Command:
        return Command(
            id=name,
            keys=sequences(keys),
            title=title,
            help=text,
            contexts=frozenset({where}),
            action=action or name.replace("-", "_"),
            hint=True,
        )

    languages = _("Show the responses in the next language.")
    next_field = _("The next field; after the last, insert.")
    hour_before = _("Put it off, but back an hour before it is due.")
    return (
        row("pick-next", "down", _("Next"), _("The next response."), picker),
        row("pick-previous", "up", _("Previous"), _("The one before."), picker),
        row("insert", "enter", _("Insert"), _("Put it into your answer."), picker),
        row("other-language", "f2", _("Other language"), languages, picker),
        row("edit-response", "ctrl+g", _("Edit"), _("Change it in your editor."), picker),
        row("cancel", "escape", _("Back"), _("Insert nothing."), picker, action="back"),
        row("next-field", "enter, down", _("Next"), next_field, form),
        row("fill", "ctrl+s", _("Insert"), _("Insert with what is typed."), form),
        row("cancel-form", "escape", _("Back"), _("Insert nothing."), form, action="back"),
        row("put-off", "enter", _("Snooze"), _("Put it off until then."), Context.SNOOZE),
        row("hour-before", "f2", _("1 h before due"), hour_before, Context.SNOOZE),
        row(
            "cancel-snooze",
            "escape",
            _("Back"),
            _("Put nothing off."),
            Context.SNOOZE,
            action="back",
        ),
    )
