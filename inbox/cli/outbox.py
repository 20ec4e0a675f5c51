"""`inbox outbox`: replies that are not out yet, and the seller's word on those that are stuck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from inbox.cli.output import Failed, moment, print_json, print_table, tell, terminal_width
from inbox.cli.reading import delivery_words
from inbox.cli.session import Session
from inbox.i18n import gettext as _

if TYPE_CHECKING:
    from connectors.values import ReplyKey
    from inbox.store.database import Transaction

_JSON = click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))


@click.group(
    "outbox",
    invoke_without_command=True,
    help=_("List replies that no service has accepted yet, oldest first; retry or cancel one."),
)
@_JSON
@click.pass_context
def outbox(ctx: click.Context, *, as_json: bool) -> None:
    """List what is on its way."""
    if ctx.invoked_subcommand is not None:
        return
    from inbox.view import outbox as viewing

    session: Session = ctx.obj
    with session.store.read() as tx:
        rows = viewing.unsent(tx, session.book)
    if as_json:
        print_json([viewing.as_json(row) for row in rows], session.zone)
        return
    if not rows:
        tell(_("The outbox is empty."))
        return
    print_table(
        [
            (
                row.key,
                delivery_words(row.state),
                moment(row.created_at, session.zone),
                ", ".join(each.address for each in row.recipients),
                row.error or row.subject,
            )
            for row in rows
        ],
        width=terminal_width(),
    )


@outbox.command("retry", help=_("Send that reply again: your word that it did not arrive."))
@click.argument("key")
@_JSON
@click.pass_obj
def retry(session: Session, *, key: str, as_json: bool) -> None:
    """Queue a refused or unsure reply again."""
    with session.store.read() as tx:
        found = _key(tx, key)
    session.triage.retry(found)
    if as_json:
        from inbox.view import outbox as viewing

        with session.store.read() as tx:
            row = viewing.row_of(tx, found, session.book)
        print_json(viewing.as_json(row), session.zone)
        return
    tell(_("Queued again. The engine or the next sync sends it."))


@outbox.command("cancel", help=_("Take that reply out; its words are kept as a draft."))
@click.argument("key")
@_JSON
@click.pass_obj
def cancel(session: Session, *, key: str, as_json: bool) -> None:
    """Take a reply out of the outbox."""
    with session.store.read() as tx:
        found = _key(tx, key)
    conversation = session.triage.cancel(found)
    if as_json:
        print_json({"key": found, "conversation": conversation}, session.zone)
        return
    tell(_("Taken out. Its words are kept as the draft of {}.").format(conversation))


def _key(tx: Transaction, beginning: str) -> ReplyKey:
    """Return the key that is so or begins so; exit status 1 if there is none or several."""
    from inbox.store import outbox as stored

    every = [item.key for item in stored.every(tx)]
    found = [key for key in every if key == beginning] or [
        key for key in every if key.startswith(beginning)
    ]
    if not found:
        raise Failed(_("There is no reply with that key: {}.").format(beginning))
    if len(found) > 1:
        raise Failed(_("That is the beginning of several keys: {}.").format(beginning))
    return found[0]
