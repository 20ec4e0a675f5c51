"""`inbox unreadable`: messages that could not be read, so that no buyer's words stay unseen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from inbox.cli.output import (
    moment,
    one_line,
    print_json,
    print_source,
    print_table,
    tell,
    terminal_width,
)
from inbox.cli.session import Session
from inbox.i18n import gettext as _

if TYPE_CHECKING:
    from inbox.view.unreadable import Unreadable

_JSON = click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))


@click.group(
    "unreadable",
    invoke_without_command=True,
    help=_("List messages that came in and could not be read, the newest first."),
)
@_JSON
@click.pass_context
def unreadable(ctx: click.Context, *, as_json: bool) -> None:
    """List what is kept aside."""
    if ctx.invoked_subcommand is not None:
        return
    session: Session = ctx.obj
    rows = _rows(session)
    if as_json:
        _print(rows, session)
        return
    if not rows:
        tell(_("Everything that came in could be read."))
        return
    print_table(
        [
            (
                row.uid,
                row.account_name,
                moment(row.accepted_at, session.zone) if row.accepted_at else "",
                _("looked at") if row.seen else "",
                one_line(row.sender),
                one_line(row.subject) or one_line(row.reason),
            )
            for row in rows
        ],
        width=terminal_width(),
    )


@unreadable.command("show", help=_("Print one of them as it came, byte for byte."))
@click.argument("uid", metavar="ID")
@click.pass_obj
def show(session: Session, *, uid: str) -> None:
    """Print a source."""
    from inbox.store import held_back
    from inbox.view.unreadable import chosen

    found = chosen(_rows(session), uid)
    with session.store.read() as tx:
        source = held_back.source(tx, found.uid)
    print_source(source)


@unreadable.command("seen", help=_("Say that you have looked at them: nothing warns of them then."))
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@_JSON
@click.pass_obj
def seen(session: Session, *, ids: Sequence[str], as_json: bool) -> None:
    """Put messages away."""
    from inbox.view.unreadable import chosen

    rows = _rows(session)
    wanted = [chosen(rows, each).uid for each in ids]
    session.triage.put_away(wanted, seen=True)
    if as_json:
        _print([row for row in _rows(session) if row.uid in wanted], session)


def _rows(session: Session) -> Sequence[Unreadable]:
    from inbox.view import unreadable as viewing

    with session.store.read() as tx:
        return viewing.unreadable(tx, session.book)


def _print(rows: Sequence[Unreadable], session: Session) -> None:
    from inbox.view.unreadable import as_json

    print_json([as_json(row) for row in rows], session.zone)
