"""The keys of the outbox: what can be done to an answer that is not out yet."""

from __future__ import annotations

from inbox.commands.values import Command, Context, sequences
from inbox.i18n import gettext as _

_OUTBOX = frozenset({Context.OUTBOX})


def queue() -> tuple[Command, ...]:
    """Return the commands of the outbox."""
    return (
        _queued("retry", "r", _("Send again"), _("Queue this reply again.")),
        _queued("withdraw", "x", _("Take back"), _("Take it out; its words become the draft.")),
    )


def _queued(name: str, keys: str, title: str, text: str) -> Command:
    """Return a row of the outbox."""
    return Command(
        id=name,
        keys=sequences(keys),
        title=title,
        help=text,
        contexts=_OUTBOX,
        action=name.replace("-", "_"),
        hint=True,
    )
