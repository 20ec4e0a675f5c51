"""`inbox snooze` and `inbox wake`: put off until a time that is typed, and bring back."""

from __future__ import annotations

from collections.abc import Sequence

import click

from inbox.cli.output import moment, tell
from inbox.cli.session import Session
from inbox.cli.verbs import report, resolved
from inbox.i18n import gettext as _

_JSON = click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))
_IDS = click.argument("ids", metavar="ID...", nargs=-1, required=True)


@click.command(
    "snooze",
    help=_(
        "Put conversations off until the time that PHRASE names: 2h, 90m, tomorrow 9, mon 14:30,"
        " next week, 24 dec, before due, 30m before due.\n\n"
        "A buyer who writes again brings it back sooner. No clock stops for it."
    ),
)
@_IDS
@click.argument("phrase")
@_JSON
@click.pass_obj
def snooze(session: Session, *, ids: Sequence[str], phrase: str, as_json: bool) -> None:
    """Put conversations off."""
    from inbox.core.snooze import SnoozeError
    from inbox.store import conversations
    from inbox.view import snoozing

    ids, phrase = snoozing.split([*ids, phrase], session.clock(), session.zone)
    uids = resolved(session, ids)
    session.triage.freshen()
    with session.store.read() as tx:
        found = conversations.page(tx, uids)
    try:
        plan = snoozing.plan(phrase, found, session.clock(), session.zone)
    except SnoozeError as refused:
        raise click.UsageError(refused.said) from refused
    if not plan.wakes:
        session.triage.wake(uids)
        report(session, uids, _("back again"), as_json=as_json)
        return
    session.triage.snooze(plan.wakes)
    warning = snoozing.warning(plan.late, lambda at: moment(at, session.zone), session.clock())
    if warning:
        tell(warning)
    if plan.sooner is not None:
        tell(_('"before due" instead brings it back an hour before.'))
    times = sorted({moment(at, session.zone) for at in plan.wakes.values()})
    report(session, uids, _("put off until {}").format(", ".join(times)), as_json=as_json)


@click.command("wake", help=_("Bring snoozed conversations back now."))
@_IDS
@_JSON
@click.pass_obj
def wake(session: Session, *, ids: Sequence[str], as_json: bool) -> None:
    """Bring conversations back."""
    uids = resolved(session, ids)
    session.triage.wake(uids)
    report(session, uids, _("back again"), as_json=as_json)
