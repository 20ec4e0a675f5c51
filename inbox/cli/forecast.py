"""`inbox forecast`: what becomes late before the seller is back, and when to begin."""

from __future__ import annotations

import click

from inbox.cli.output import moment, print_json, say
from inbox.cli.session import Session
from inbox.i18n import gettext as _


@click.command(
    "forecast",
    help=_(
        "Say what becomes late before you are back at your desk, in order, with the last moment to"
        " begin each answer.\n\n"
        "Your hours are those of [settings] calendar. --until PHRASE: you leave now and are back"
        ' then ("tomorrow 9", "mon 14:30", "2026-12-24").'
    ),
)
@click.option("--until", metavar="PHRASE", help=_("You leave now and are back then."))
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))
@click.pass_obj
def forecast(session: Session, *, until: str | None, as_json: bool) -> None:
    """Print the forecast."""
    from inbox.core import snooze
    from inbox.view import forecast as forecasting

    now, settings = session.clock(), session.config.settings
    try:
        back_at = snooze.until(until, now, session.zone) if until is not None else None
    except snooze.SnoozeError as refused:
        raise click.UsageError(refused.said) from refused
    hours = forecasting.DeskHours(
        calendar=settings.calendar, answer_minutes=settings.answer_minutes, zone=session.zone
    )
    book = session.book
    with session.store.read() as tx:
        seen = forecasting.outlook(tx, book, hours, now, back_at)
    if as_json:
        print_json(forecasting.as_json(seen), session.zone)
        return
    for line in forecasting.words(seen, lambda at: moment(at, session.zone)):
        say(line)
