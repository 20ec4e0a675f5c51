"""The keys of what leaves later: the outbox, and the time of an answer."""

from __future__ import annotations

from functools import partial

from inbox.commands.values import Command, Context, row
from inbox.i18n import gettext as _

_OUTBOX = Context.OUTBOX
_row = partial(row, hint=True)


def queue() -> tuple[Command, ...]:
    """Return the commands of the outbox."""
    return (
        _row("edit-queued", "e", _("Edit"), _("Take it back and write it anew."), _OUTBOX),
        _row("reschedule", "s", _("Time"), _("Let it leave at another time."), _OUTBOX),
        _row("send-now", "y", _("Send now"), _("Let it leave now, whatever held it."), _OUTBOX),
        _row("retry", "r", _("Send again"), _("Queue this reply again."), _OUTBOX),
        _row(
            "withdraw", "x", _("Take back"), _("Take it out; its words become the draft."), _OUTBOX
        ),
    )


def scheduling() -> tuple[Command, ...]:
    """Return the commands by which an answer is given a time."""
    review, asked = Context.REVIEW, Context.SCHEDULE
    return (
        _row("schedule", "s", _("Schedule"), _("Let it leave at a time you type."), review),
        _row(
            "reply-form",
            "f",
            _("Form"),
            _("As what it leaves, where its service takes more than answers."),
            review,
            hint=False,
        ),
        _row("set-time", "enter", _("Set"), _("Let it leave then."), asked),
        _row("at-latest", "f2", _("In time"), _("At latest 30 minutes before it is due."), asked),
        _row("cancel-time", "escape", _("Back"), _("Set no time."), asked, action="back"),
    )
