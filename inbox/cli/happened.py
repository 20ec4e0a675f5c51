"""`inbox happened`: what no message tells but starts a clock, said by the seller."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from inbox.cli.session import Session
from inbox.cli.verbs import report, resolved
from inbox.i18n import gettext as _

if TYPE_CHECKING:
    from datetime import datetime

    from inbox.core.model import ConversationUid


@click.command(
    "happened",
    help=_(
        "Say that something happened at the service that no message tells and that starts a clock:"
        " claim_granted (Amazon), official_complaint (Walmart), or what your own rules name under"
        ' "starts".\n\n'
        "The clock counts from --at, else from now. Undo takes it back; no-reply-needed ends it."
    ),
)
@click.argument("topic")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option(
    "--at",
    metavar="WHEN",
    help=_(
        'When it happened: "2026-11-20 14:30" on your clock, "yesterday 9", "2h ago",'
        " or a date (from its first hour)."
    ),
)
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))
@click.pass_obj
def happened(
    session: Session, *, topic: str, ids: Sequence[str], at: str | None, as_json: bool
) -> None:
    """Say that something happened."""
    uids = resolved(session, ids)
    name = topic.strip().casefold().replace("-", "_")
    _refuse_unknown(session, uids, name)
    session.triage.happened(uids, name, at=_instant(session, at) if at else None)
    report(session, uids, _("happened: {}").format(name), as_json=as_json)


def _refuse_unknown(session: Session, uids: Sequence[ConversationUid], topic: str) -> None:
    """Raise UsageError for a topic that starts no rule of one of these conversations."""
    from inbox.view.happening import startable

    with session.store.read() as tx:
        known = {uid: [one.topic for one in startable(tx, [uid], session.book)] for uid in uids}
    for uid, names in known.items():
        if topic not in names:
            said = _("Nothing that happens starts a clock in {id}.").format(id=uid)
            if names:
                said = _('"{topic}" starts no clock in {id}. What does: {names}.').format(
                    topic=topic, id=uid, names=", ".join(names)
                )
            raise click.UsageError(said)


def _instant(session: Session, typed: str) -> datetime:
    """Return the instant that is meant; raise UsageError for none, or one that is yet to come."""
    from inbox.core.past import happened_at
    from inbox.core.snooze import SnoozeError

    try:
        return happened_at(typed, session.clock(), session.zone)
    except SnoozeError as refused:
        raise click.UsageError(refused.said) from refused
