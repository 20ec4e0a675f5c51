"""`inbox outbox`: replies that are not out yet, and the seller's word on those that are stuck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from inbox.cli.output import Failed, moment, print_json, print_table, tell, terminal_width
from inbox.cli.reading import delivery_words
from inbox.cli.session import Session
from inbox.core.model import Delivery
from inbox.i18n import gettext as _

if TYPE_CHECKING:
    from connectors.values import ReplyKey
    from inbox.core.model import ConversationUid
    from inbox.core.scheduling import Wish
    from inbox.store.database import Transaction
    from inbox.view.outbox import OutboxRow

_JSON = click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))


@click.group(
    "outbox",
    invoke_without_command=True,
    help=_("List replies that no service has accepted yet, oldest first, and change them."),
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
                row.error or _planned(session, row) or _named(row),
            )
            for row in rows
        ],
        width=terminal_width(),
    )
    states = {row.state for row in rows}
    if Delivery.UNSURE in states:
        tell(_("Look in the service whether what is unsure arrived. If it did not:"))
    elif Delivery.REFUSED in states:
        tell(_("To try what was refused again:"))
    if states & {Delivery.UNSURE, Delivery.REFUSED}:
        tell(_('"inbox outbox retry KEY"; to take it out: "inbox outbox cancel KEY".'))


@outbox.command("retry", help=_("Send that reply again: your word that it did not arrive."))
@click.argument("key")
@_JSON
@click.pass_obj
def retry(session: Session, *, key: str, as_json: bool) -> None:
    """Queue a refused or unsure reply again."""
    found = _found(session, key)
    session.triage.retry(found)
    said = _("Queued again. The engine or the next sync sends it.")
    _report(session, found, said, as_json=as_json)


@outbox.command("cancel", help=_("Take that reply out; its words are kept as a draft."))
@click.argument("key")
@_JSON
@click.pass_obj
def cancel(session: Session, *, key: str, as_json: bool) -> None:
    """Take a reply out of the outbox."""
    found = _found(session, key)
    conversation = session.triage.cancel(found)
    if as_json:
        print_json({"key": found, "conversation": conversation}, session.zone)
        return
    tell(_("Taken out. Its words are kept as the draft of {}.").format(conversation))


@outbox.command("now", help=_("Let that reply leave now, whatever its time is or what holds it."))
@click.argument("key")
@_JSON
@click.pass_obj
def now(session: Session, *, key: str, as_json: bool) -> None:
    """Send a reply that waits."""
    found = _found(session, key)
    session.triage.send_now(found)
    _report(session, found, _("It leaves now."), as_json=as_json)


@outbox.command(
    "time",
    help=_(
        "Let that reply leave at another time: 2h, tomorrow 9:00, 9:00 their time, and behind it"
        ' "at latest 30 min before due". Quote a WHEN of several words.'
    ),
)
@click.argument("key")
@click.argument("when")
@_JSON
@click.pass_obj
def time(session: Session, *, key: str, when: str, as_json: bool) -> None:
    """Put a reply to another time."""
    from inbox.cli.scheduling import held_words, wished

    found = _found(session, key)
    item = session.triage.schedule(found, wished(session, _conversation(session, found), when))
    _report(session, found, held_words(session, item), as_json=as_json)


@outbox.command(
    "edit",
    help=_(
        "Take that reply back and write it anew, in your editor or from --text; it goes into the"
        " outbox again, for the time it had. Until then its words are the draft."
    ),
)
@click.argument("key")
@click.option("--text", metavar="FILE|-", help=_("The new text: a file, or - for the input."))
@click.option("--at", "when", metavar="WHEN", help=_("Another time."))
@click.option("--yes", is_flag=True, help=_("Do not ask before it is queued."))
@_JSON
@click.pass_obj
def edit(
    session: Session, *, key: str, text: str | None, when: str | None, yes: bool, as_json: bool
) -> None:
    """Take a reply back and write it anew."""
    from inbox.cli.answers import Written, of_editor, queue, read_text, refuse_unasked
    from inbox.cli.scheduling import wished

    refuse_unasked(yes=yes, given=text is not None)
    found = _found(session, key)
    new = None if text is None else Written(text=read_text(text), typed=True)
    conversation = _conversation(session, found)
    wish = _wish_of(session, found) if when is None else wished(session, conversation, when)
    session.triage.edit(found)
    written = of_editor(session, conversation) if new is None else new
    queue(session, conversation, written, when=wish, ask=not yes, json=as_json)


def _found(session: Session, beginning: str) -> ReplyKey:
    """Return the key that is so or begins so; exit status 1 if there is none or several."""
    with session.store.read() as tx:
        return _key(tx, beginning)


def _conversation(session: Session, key: ReplyKey) -> ConversationUid:
    """Return the conversation of a reply."""
    from inbox.store import outbox as stored

    with session.store.read() as tx:
        return stored.get(tx, key).conversation


def _wish_of(session: Session, key: ReplyKey) -> Wish | None:
    """Return the time that a reply has, as it was wished for, and say it; None if it has none."""
    from inbox.view import outbox as viewing

    with session.store.read() as tx:
        row = viewing.row_of(tx, key, session.book)
    if planned := _planned(session, row):
        tell(planned)
    return row.wish


def _named(row: OutboxRow) -> str:
    """Return what a reply is about, with the form it leaves in."""
    return f"[{row.form}] {row.subject}" if row.form else row.subject


def _planned(session: Session, row: OutboxRow) -> str:
    """Return when a scheduled reply leaves, or what holds it; "" of any other."""
    from inbox.view.scheduling import standing_of

    if row.schedule is None or row.state is not Delivery.QUEUED:
        return ""
    return standing_of(row.schedule, row.send_after, lambda at: moment(at, session.zone))


def _report(session: Session, key: ReplyKey, said: str, *, as_json: bool) -> None:
    """Say what was done to a reply (nothing where `said` is ""), in JSON as its row."""
    from inbox.view import outbox as viewing

    if not as_json:
        if said:
            tell(said)
        return
    with session.store.read() as tx:
        row = viewing.row_of(tx, key, session.book)
    print_json(viewing.as_json(row), session.zone)


def _key(tx: Transaction, beginning: str) -> ReplyKey:
    """Return the key that is so or begins so; exit status 1 if there is none or several."""
    from inbox.store import outbox as stored

    every = [item.key for item in stored.every(tx)]
    found = [key for key in every if key == beginning] or [
        key for key in every if beginning and key.startswith(beginning)
    ]
    if not found:
        raise Failed(_("There is no reply with that key: {}.").format(beginning))
    if len(found) > 1:
        raise Failed(_("That is the beginning of several keys: {}.").format(beginning))
    return found[0]
