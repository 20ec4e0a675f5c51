"""`inbox due`: what is owed, in one line. Mostly answered by `inbox.glance`, before this loads."""

from __future__ import annotations

import sqlite3

import click

from inbox.cli.output import say, tell
from inbox.cli.session import Session
from inbox.i18n import gettext as _


@click.command(
    "due",
    help=_(
        "Say in one line what is owed: for you, for scripts, for tmux's status or for waybar."
        " Reads what is stored; asks no service."
    ),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["plain", "json", "tmux", "waybar"]),
    default="plain",
    help=_("How to print it."),
)
@click.option("--json", "as_json", is_flag=True, help=_("The same as --format json."))
@click.option("--check", is_flag=True, help=_("Exit with 1 if something is late."))
@click.pass_context
def due(ctx: click.Context, *, form: str, as_json: bool, check: bool) -> None:
    """Print what is due and end with the status that was asked for."""
    from inbox.glance import answer
    from inbox.store.faults import StoreError, named, refuse_no_file

    session: Session = ctx.obj
    names = {str(account.uid): account.name for account in session.config.accounts}
    path = session.locations.store_file
    refuse_no_file(path)
    try:
        with named(path):
            _judge_anew(session)
            shown = "json" if as_json else form
            text, late = answer(path, shown, names, session.zone, session.clock())
    except sqlite3.Error as broken:
        raise StoreError(path, str(broken)) from broken
    say(text)
    if check and late:
        ctx.exit(1)


def _judge_anew(session: Session) -> None:
    """Judge by the rules of today what was judged by others; where that fails, say so.

    Old figures are better than none: a status bar shows whatever is printed. A store of
    another version is left alone; the screen and every other command bring it up to date.
    """
    from inbox.cli import explained
    from inbox.store.glance import glance
    from inbox.store.migrations import VERSION

    look = glance(session.locations.store_file, 0)
    if look.version != VERSION or look.rules_read_from == session.rules_read_from:
        return
    try:
        session.book  # noqa: B018 - asking for the rules derives what stands under others
    except Exception as failure:  # noqa: BLE001 - whatever it is, the figures that stand are told
        tell(explained(failure, session.locations.log_file))
        tell(_("What follows was reckoned by the rules before."))
