"""The keys of mails that go to whom one chooses."""

from __future__ import annotations

from inbox.commands.values import Command, Context, row
from inbox.i18n import gettext as _

_BOTH = frozenset({Context.LIST, Context.READING})
_WRITING = frozenset({Context.COMPOSER})


def mailing() -> tuple[Command, ...]:
    """Return the commands by which a mail to others is begun."""
    return (
        row("reply-all", "a", _("Reply all"), _("Answer all who got the mail."), _BOTH),
        row("forward", "f", _("Forward"), _("Pass the message on to somebody else."), _BOTH),
        row("compose", "c", _("Compose"), _("Write a new mail."), _BOTH),
        row("discard", "X", _("Discard draft"), _("Throw away what you began here."), _BOTH),
    )


def addressing() -> tuple[Command, ...]:
    """Return the commands by which it is chosen where a mail goes, and from where."""
    return (
        row("copies", "f4", _("Copies"), _("Show Cc and Bcc."), _WRITING),
        row("next-account", "f5", _("From"), _("A new mail: from the next account."), _WRITING),
        row("throw-away", "f6", _("Discard"), _("Throw it away; z brings it back."), _WRITING),
    )
