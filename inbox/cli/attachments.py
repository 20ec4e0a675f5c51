"""`inbox attachments`: the files of a conversation, listed and saved."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inbox.cli.output import Failed, moment, one_line, print_json, print_table, tell, terminal_width
from inbox.cli.session import Session
from inbox.core.sizes import size_words
from inbox.i18n import gettext as _
from inbox.i18n import ngettext

if TYPE_CHECKING:
    from inbox.core.model import ConversationUid
    from inbox.view.attachments import FileRow

_LOOKS_EVERY = 0.2


@click.command(
    "attachments",
    help=_(
        "List the files of the conversation ID, or save them in a folder. What is not here yet is"
        " fetched first. A file never replaces another, and nothing is opened."
    ),
)
@click.argument("uid", metavar="ID")
@click.option("--save", "folder", metavar="DIR", help=_("Save them in this folder."))
@click.option(
    "--file", "numbers", metavar="N", type=int, multiple=True, help=_("Only that one of the list.")
)
@click.option(
    "--wait", "seconds", default=60.0, show_default=True, help=_("Seconds to wait for files.")
)
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))
@click.pass_obj
def attachments(
    session: Session,
    *,
    uid: str,
    folder: str | None,
    numbers: Sequence[int],
    seconds: float,
    as_json: bool,
) -> None:
    """List or save the files of a conversation."""
    with session.store.read() as tx:
        (conversation,) = session.resolve(tx, [uid])
    rows = _chosen(session, conversation, numbers)
    saved: dict[int, Path] = {}
    if folder is not None:
        rows = fetched(session, conversation, numbers, seconds)
        saved = _saved(session, rows, Path(folder).expanduser())
    _print(session, rows, saved, as_json=as_json)
    missing = len(rows) - len(saved)
    if folder is not None and missing:
        said = ngettext(
            "{} file could not be saved; see what is said of it above.",
            "{} files could not be saved; see what is said of them above.",
            missing,
        )
        raise Failed(said.format(missing))


def _chosen(
    session: Session, conversation: ConversationUid, numbers: Sequence[int]
) -> tuple[FileRow, ...]:
    """Return the files asked for; wrong usage for a number that no file has."""
    from inbox.view.attachments import files_of

    with session.store.read() as tx:
        rows = files_of(tx, conversation)
    for number in numbers:
        if not 1 <= number <= len(rows):
            raise click.UsageError(_("There is no file {} in this conversation.").format(number))
    return tuple(row for row in rows if not numbers or row.number in numbers)


def fetched(
    session: Session, conversation: ConversationUid, numbers: Sequence[int], seconds: float
) -> tuple[FileRow, ...]:
    """Return the files once they are here, or cannot be had, or the time is over."""
    from inbox.view.attachments import Held

    rows = _chosen(session, conversation, numbers)
    absent = [row for row in rows if row.held is not Held.KEPT]
    if not absent:
        return rows
    session.triage.want_files([row.file for row in absent])
    if session.link is None:
        _run_a_round(session, conversation)
    end = time.monotonic() + seconds
    while True:
        rows = _chosen(session, conversation, numbers)
        waiting = any(row.held is Held.WANTED for row in rows)
        if not waiting or session.link is None or time.monotonic() >= end:
            return rows
        time.sleep(_LOOKS_EVERY)


def _run_a_round(session: Session, conversation: ConversationUid) -> None:
    """Let the account's service be asked, here or by an engine that starts just now."""
    from inbox.cli.sync import synced
    from inbox.store import conversations

    with session.store.read() as tx:
        account = conversations.get(tx, conversation).account
    names = [each.name for each in session.config.accounts if each.uid == account]
    if not names:
        raise Failed(_("The account of this conversation is not in the configuration any more."))
    for result in synced(session, tuple(names), accept_gone=False):
        if result.error:
            tell(one_line(f"{result.name}: {result.error}"))


def _saved(session: Session, rows: Sequence[FileRow], folder: Path) -> dict[int, Path]:
    """Save what is here; return the path of each file by its number."""
    from inbox.files import save
    from inbox.view.attachments import content_of

    paths: dict[int, Path] = {}
    for row in rows:
        with session.store.read() as tx:
            content = content_of(tx, row.file.message, row.file.attachment.ref)
        if content is not None:
            paths[row.number] = save(folder, row.name, content)
    return paths


def _print(
    session: Session, rows: Sequence[FileRow], saved: dict[int, Path], *, as_json: bool
) -> None:
    """Print the files, and where they lie now."""
    from inbox.view import attachments as viewing

    if as_json:
        lines = [
            viewing.as_json(row, str(saved[row.number]) if row.number in saved else None)
            for row in rows
        ]
        print_json(lines, session.zone)
        return
    if not rows:
        tell(_("No file came with this conversation."))
        return
    print_table(
        [
            (
                str(row.number),
                moment(row.accepted_at, session.zone),
                size_words(row.file.attachment.size),
                row.file.attachment.media_type,
                row.held.value,
                str(saved.get(row.number, row.file.error or row.name)),
            )
            for row in rows
        ],
        width=terminal_width(),
    )
