"""`inbox due`: what is owed, in one line. Mostly answered by `inbox.glance`, before this loads."""

from __future__ import annotations

import sqlite3

import click

from inbox.cli.output import say
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
    from inbox.store.faults import StoreError

    session: Session = ctx.obj
    names = {str(account.uid): account.name for account in session.config.accounts}
    path = session.locations.store_file
    try:
        text, late = answer(path, "json" if as_json else form, names, session.zone, session.clock())
    except sqlite3.Error as broken:
        raise StoreError(path, str(broken)) from broken
    say(text)
    if check and late:
        ctx.exit(1)
