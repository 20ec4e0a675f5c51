"""The keys of mails that go to whom one chooses."""

from __future__ import annotations

from inbox.commands.values import Command, Context, sequences
from inbox.i18n import gettext as _

_BOTH = frozenset({Context.LIST, Context.READING})
_WRITING = frozenset({Context.COMPOSER})


def mailing() -> tuple[Command, ...]:
    """Return the commands by which a mail to others is begun."""
    return (
        _row("reply-all", "a", _("Reply all"), _("Answer all who got the mail."), _BOTH),
        _row("forward", "f", _("Forward"), _("Pass the message on to somebody else."), _BOTH),
        _row("compose", "c", _("Compose"), _("Write a new mail."), _BOTH),
        _row("discard", "X", _("Discard draft"), _("Throw away what you began here."), _BOTH),
    )


def addressing() -> tuple[Command, ...]:
    """Return the commands by which it is chosen where a mail goes, and from where."""
    return (
        _row("copies", "f4", _("Copies"), _("Show Cc and Bcc."), _WRITING),
        _row("next-account", "f5", _("From"), _("A new mail: from the next account."), _WRITING),
        _row("throw-away", "f6", _("Discard"), _("Throw it away; z brings it back."), _WRITING),
    )


def _row(name: str, keys: str, title: str, text: str, where: frozenset[Context]) -> Command:
    return Command(
        id=name,
        keys=sequences(keys),
        title=title,
        help=text,
        contexts=where,
        action=name.replace("-", "_"),
    )
