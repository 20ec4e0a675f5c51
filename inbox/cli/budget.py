"""`inbox rules budget`: how the accounts stand by their platforms' own measures."""

from __future__ import annotations

import click

from inbox.cli.output import moment, print_json, say
from inbox.cli.session import Session
from inbox.i18n import gettext as _


@click.command(
    "budget",
    help=_(
        "Say how you stand by each platform's own measure, and how many answers may still be"
        " missed. It is our count of what is stored here, not the platform's."
    ),
)
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))
@click.pass_obj
def budget(session: Session, *, as_json: bool) -> None:
    """Print the scores."""
    from inbox.view import budget as counting

    book = session.book
    with session.store.read() as tx:
        found = counting.scores(tx, book, session.clock())
    if as_json:
        print_json(counting.as_json(found), session.zone)
        return
    for line in counting.words(found, lambda at: moment(at, session.zone)):
        say(line)
