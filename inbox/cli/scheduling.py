"""When an answer leaves, on the command line: what `--at` means, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from inbox.cli.output import moment, tell

if TYPE_CHECKING:
    from inbox.cli.session import Session
    from inbox.core.model import ConversationUid, OutboxItem
    from inbox.core.scheduling import Wish


def wished(session: Session, conversation: ConversationUid, phrase: str) -> Wish:
    """Return what a phrase means there, and say so; wrong usage if it is no time."""
    from inbox.core.snooze import SnoozeError
    from inbox.view import scheduling

    session.triage.freshen()
    with session.store.read() as tx:
        about = scheduling.answering(tx, conversation, session.book)
    try:
        meant = scheduling.plan(phrase, about, session.clock(), session.zone)
    except SnoozeError as refused:
        raise click.UsageError(refused.said) from refused
    for line, _warns in scheduling.sentences(meant, lambda at: moment(at, session.zone)):
        tell(line)
    return meant.wish


def held_words(session: Session, item: OutboxItem) -> str:
    """Return what holds a scheduled reply back that was just queued, "" where nothing does."""
    from inbox.view.scheduling import standing_of

    if item.schedule is None or item.schedule.held is None:
        return ""
    return standing_of(item.schedule, item.send_after, lambda at: moment(at, session.zone))
