"""`inbox export` and `inbox import`: mail out of the store and into it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import click

from inbox.cli.output import passing_line, print_json, say, tell
from inbox.cli.session import Session
from inbox.i18n import gettext as _
from inbox.i18n import ngettext

if TYPE_CHECKING:
    from inbox.core.model import AccountUid
    from inbox.store.database import Transaction
    from inbox.store.keeping.export import Chosen
    from inbox.sync.carrying.importing import Imported

    _Choose = Callable[[Transaction], Chosen]

_JSON = click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))
_Form = Literal["mbox", "jsonl"]
_Kind = Literal["mbox", "maildir", "jsonl"]
_Side = Literal["in", "out", "auto"]


@click.command(
    "export",
    help=_(
        "Write messages into FILE (- for the output): an mbox for every mail program, or lines of"
        " JSON with everything, which import takes back."
    ),
)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--format", "form", type=click.Choice(get_args(_Form)), required=True)
@click.option("--query", default="", help=_("Only the conversations that answer this query."))
@click.option("--force", is_flag=True, help=_("Replace a file of that name."))
@_JSON
@click.pass_obj
def export(
    session: Session, *, file: Path, form: _Form, query: str, force: bool, as_json: bool
) -> None:
    """Write an export and say how much it is."""
    from inbox.sync.carrying import exporting

    if as_json and str(file) == "-":
        raise click.UsageError(_("--json and the export cannot both go to the output."))
    names = {str(each.uid): each.name for each in session.config.accounts}
    choose = _chooser(session, query)
    store = session.store
    now = session.clock()
    if str(file) == "-":
        exporting.write(store, sys.stdout.buffer, form, names, now, choose=choose)
        sys.stdout.flush()
        return
    count = exporting.write_file(store, file, form, names, now, choose=choose, force=force)
    if as_json:
        print_json({"path": str(file), "format": form, "messages": count}, None)
        return
    text = ngettext("{path}: {count} message", "{path}: {count} messages", count)
    say(text.format(path=file, count=count))
    tell(_("It holds buyers' personal data. Keep it as private as your mail."))


def _chooser(session: Session, query: str) -> _Choose:
    """Return what picks the conversations of an export: all of them without a query."""
    if not query.strip():
        return lambda _tx: None
    from inbox.store import conversations

    asked = session.query([query])
    session.triage.freshen()
    return lambda tx: set(conversations.ids(tx, asked, session.clock()))


@click.command(
    "import",
    help=_(
        "Take mail in from an mbox, a Maildir or our own export. What is there already is not taken"
        " twice; older mail than the account's owed_since opens nothing."
    ),
)
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option("--account", "name", default="", help=_("The account it belongs to."))
@click.option("--format", "kind", type=click.Choice(get_args(_Kind)), default=None)
@click.option(
    "--side",
    type=click.Choice(get_args(_Side)),
    default="auto",
    help=_("Who wrote it: buyers (in), you (out); auto goes by names such as Sent."),
)
@_JSON
@click.pass_obj
def import_(
    session: Session, *, file: Path, name: str, kind: _Kind | None, side: _Side, as_json: bool
) -> None:
    """Import mail and say what came in."""
    from inbox import logs
    from inbox.sync.carrying import importing

    logs.start(session.locations.log_file)  # what cannot be read is told there, not in between
    kind = kind or _kind_of(file)
    with _counted() as progress:
        if kind == "jsonl":
            done = _import_ours(session, file, name, progress)
        else:
            if not name:
                raise click.UsageError(_("Name the account the mail belongs to: --account NAME."))
            account = session.account(name).uid
            read = importing.read_maildir if kind == "maildir" else importing.read_mbox
            mails = read(file, side)
            done = importing.import_mails(
                session.store, account, mails, session.book, session.clock, progress=progress
            )
    if as_json:
        value = {"messages": done.seen, "new": done.new, "quarantined": done.quarantined}
        print_json(value, None)
        return
    _say_imported(done)


def _kind_of(file: Path) -> _Kind:
    """Return what a file or folder is; wrong usage for what is none of it."""
    from inbox.store.keeping.export import KIND
    from inbox.sync.carrying.importing import is_maildir
    from inbox.sync.carrying.opening import opened

    if file.is_dir():
        if is_maildir(file):
            return "maildir"
        raise click.UsageError(_("This folder is no Maildir: {}.").format(file))
    with opened(file) as content:
        first = content.read(200)
    if first.startswith(b"From "):
        return "mbox"
    if KIND.encode() in first:
        return "jsonl"
    raise click.UsageError(_("This is neither an mbox nor an export of ours: {}.").format(file))


def _import_ours(
    session: Session, file: Path, name: str, progress: Callable[[Imported], None]
) -> Imported:
    """Import our own export, each account of it into one that is here."""
    from inbox.sync.carrying.opening import opened
    from inbox.sync.carrying.ours import OurLines, account_names

    _unstow_first(session, file)
    with opened(file) as lines:
        named = account_names(lines.readline())
        accounts = {uid: _account_for(session, uid, known, name) for uid, known in named.items()}
        lines_in = OurLines(session.store, accounts, session.book, session.clock, progress)
        return lines_in.run(lines)


def _unstow_first(session: Session, file: Path) -> None:
    """Bring back what this store itself stowed in a file of that name: there it has its own ids."""
    from inbox.store.stowed import bringing, catalogue

    with session.store.read() as tx:
        wanted = [spot.conversation for spot in catalogue.spots_in(tx, file.name)]
    bringing.unstow(session.store, wanted, session.book, session.clock())


def _account_for(session: Session, uid: str, known: str, name: str) -> AccountUid:
    """Return the account here that one of an export goes to; wrong usage if there is none."""
    if name:
        return session.account(name).uid
    found = session.config.account(uid) or session.config.account(known)
    if found is None:
        said = _("There is no account called {} here. Add it first, or say --account NAME.")
        raise click.UsageError(said.format(known))
    return found.uid


@contextmanager
def _counted() -> Iterator[Callable[[Imported], None]]:
    """Give what shows on a terminal how far an import is, on a line that goes away."""
    with passing_line() as show:

        def progress(done: Imported) -> None:
            show(_("{seen} read, {new} new").format(seen=done.seen, new=done.new))

        yield progress


def _say_imported(done: Imported) -> None:
    """Say what an import brought."""
    text = ngettext(
        "{seen} message read, {new} new.", "{seen} messages read, {new} new.", done.seen
    )
    say(text.format(seen=done.seen, new=done.new))
    if done.quarantined:
        aside = ngettext(
            "{} could not be read and is put aside.",
            "{} could not be read and are put aside.",
            done.quarantined,
        )
        say(aside.format(done.quarantined))
