"""`inbox list`, `show` and `explain`: what is owed, what was said, and why it is due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from inbox.cli.output import (
    Failed,
    local,
    print_json,
    print_source,
    print_table,
    say,
    tell,
    terminal_width,
)
from inbox.cli.reading import print_panel, print_reading
from inbox.cli.session import Session, no_account_yet
from inbox.i18n import gettext as _

if TYPE_CHECKING:
    from datetime import datetime

    from inbox.core.model import ConversationUid
    from inbox.core.query import Query
    from inbox.store.database import Transaction
    from inbox.view.rows import Row

_QUERY = {"ignore_unknown_options": True, "help_option_names": ["--help"]}
"""A word that begins with a dash is a word that must not be there, no option."""


@click.command(
    "list",
    context_settings=_QUERY,
    help=_(
        "List what QUERY finds, the most urgent first: late, then by due time, then the rest."
        " Without QUERY everything but spam.\n\n"
        'QUERY: words, "a phrase", lam*, -word, is:owed, is:late, is:unread, from:WHO,'
        " to:WHO, subject:WORD, order:NUMBER, account:NAME, service:NAME, tag:NAME, lang:de,"
        " has:attachment, before:DATE, after:30d, due:<2h. All must hold; see docs/search.md."
    ),
)
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))
@click.option("--limit", type=click.IntRange(min=0), help=_("Print at most so many."))
@click.option("--counts", is_flag=True, help=_("Print how many each view has."))
@click.option("--stowed", is_flag=True, help=_("Look in the files of stowed conversations."))
@click.pass_obj
def list_(
    session: Session,
    *,
    query: Sequence[str],
    as_json: bool,
    limit: int | None,
    counts: bool,
    stowed: bool,
) -> None:
    """List conversations in the order of their urgency."""
    for word in query:
        if word.startswith("--"):
            raise click.NoSuchOption(word)
    if counts:
        if query or stowed or limit is not None:
            raise click.UsageError(_("--counts tells of all views: give it by itself."))
        _print_counts(session, as_json=as_json)
        return
    asked = session.query(query)
    now = session.clock()
    from inbox.view import rows

    book = session.book
    if stowed:
        _list_stowed(session, asked, now, limit, as_json=as_json)
        return
    with session.store.read() as tx:
        if as_json:
            print_json(rows.listed(tx, book, asked, now, limit), session.zone)
            return
        found = rows.rows(session.store, book, asked, now, limit)
    if not len(found):
        tell(_nothing(session, looked_for=bool(query) or limit == 0))
        return
    _print_rows([row for row in map(found.row, range(len(found))) if row is not None], now)


def _nothing(session: Session, *, looked_for: bool) -> str:
    """Return what is said of an empty list, with what to do where nothing ever came in."""
    if looked_for:
        return _("Nothing found.")
    if not session.config.accounts:
        return no_account_yet()
    return _('There is nothing here yet. "inbox sync" fetches what is new.')


def _list_stowed(
    session: Session, asked: Query, now: datetime, limit: int | None, *, as_json: bool
) -> None:
    """List what lies in the files, the newest first."""
    from inbox.cli.stowing import found
    from inbox.view import rows

    there = found(session, asked)[:limit]
    if as_json:
        print_json([rows.as_json(one, session.book, now) for one in there], session.zone)
    elif there:
        _print_rows([rows.Row(one, rows.account_name(session.book, one)) for one in there], now)
    else:
        tell(_("Nothing found."))


@click.command(
    "show",
    help=_("Show the conversation whose id is ID or begins so; quotations are folded."),
)
@click.argument("uid", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))
@click.option("--quoted", is_flag=True, help=_("Show what is quoted, too."))
@click.option(
    "--source",
    is_flag=False,
    flag_value="",
    metavar="[MESSAGE]",
    help=_("Print the source of that message; without one, of the last that came in."),
)
@click.pass_obj
def show(session: Session, *, uid: str, as_json: bool, quoted: bool, source: str | None) -> None:
    """Show a conversation, or the source of one of its messages."""
    from inbox.view import panel, reading

    with session.store.read() as tx:
        (found,) = session.resolve(tx, [uid])
        if source is not None:
            print_source(_source(tx, found, source))
        elif as_json:
            print_json(reading.shown(tx, found, session.book, session.clock()), session.zone)
        else:
            print_reading(reading.reading(tx, found, session.book), session, quoted=quoted)
            print_panel(panel.panel(tx, found, session.book, session.clock()), session)


@click.command("explain", help=_("Say why the conversation is due when it is, or why it is not."))
@click.argument("uid", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))
@click.pass_obj
def explain(session: Session, *, uid: str, as_json: bool) -> None:
    """Print what a due instant rests on."""
    from inbox.view import explain as explaining

    with session.store.read() as tx:
        (found,) = session.resolve(tx, [uid])
        explanation = explaining.explain(tx, found, session.book)
    if as_json:
        print_json(explaining.as_json(explanation, session.clock()), session.zone)
        return
    now = session.clock()
    for sentence in explaining.words(explanation, lambda at: full_moment(at, session), now):
        say(sentence)


def full_moment(at: datetime, session: Session) -> str:
    """Return an instant to the second, with its zone."""
    return f"{local(at, session.zone):%Y-%m-%d %H:%M:%S %Z}"


def _print_counts(session: Session, *, as_json: bool) -> None:
    """Print how many conversations each view has, the seller's own views included."""
    from inbox.store import conversations

    now = session.clock()
    session.book  # noqa: B018 - asking for the rules derives what stands under others
    with session.store.read() as tx:
        found = conversations.counts(tx, now)
        own = {
            title: len(conversations.ids(tx, session.query([query]), now))
            for title, query in session.config.views.items()
        }
    if as_json:
        print_json({"is": found, "views": own}, session.zone)
        return
    words = [(name if name == "all" else f"is:{name}", count) for name, count in found.items()]
    print_table([(str(count), name) for name, count in (*words, *own.items())])


def _print_rows(rows: Sequence[Row], now: datetime) -> None:
    """Print the list for a person."""
    from inbox.core.countdown import countdown

    lines = []
    for row in rows:
        one = row.conversation
        left = ""
        if one.owed:
            left = countdown(one.due_at, now) if one.due_at is not None else _("no time")
        who = one.party.name or one.party.address
        lines.append((left, one.uid, row.state(now).value, who[:24], one.subject or one.snippet))
    print_table(lines, width=terminal_width())


def _source(tx: Transaction, conversation: ConversationUid, wanted: str) -> bytes:
    """Return the source of a message of the conversation ("": the last that came in)."""
    from inbox.store import messages
    from inbox.store.uids import UnknownId

    if wanted:
        heads = messages.heads(tx, conversation)
        uids = [head.uid for head in heads if head.uid.startswith(wanted.lower())]
        if len(uids) != 1:
            raise UnknownId(wanted)
        uid = uids[0]
    else:
        newest = messages.newest_in(tx, conversation)
        if newest is None:
            raise Failed(_("No message came in here."))
        uid = newest.uid
    found = messages.source(tx, uid)
    if found is None:
        raise Failed(_("The source of this message is not kept."))
    return found
