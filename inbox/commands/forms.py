"""The rows of the table for tags and for the journal: small pages with keys of their own."""

from __future__ import annotations

from inbox.commands.values import Command, Context
from inbox.i18n import gettext as _


def forms() -> tuple[Command, ...]:
    """Return their commands, in the order help shows them."""
    tags, journal = frozenset({Context.TAGS}), frozenset({Context.JOURNAL})

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
            "take-back",
            "x",
            _("Undo or redo"),
            _("Take this one back, or do it again."),
            where=journal,
            action="turn",
        ),
    )
