"""`inbox doctor --repair`: a whole store made of what can be read of a damaged one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inbox.cli.output import print_json, say, tell
from inbox.cli.session import Session, on_terminal
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.locations import is_anything

if TYPE_CHECKING:
    from inbox.store.drafts import Draft
    from inbox.store.mending import Mended
    from inbox.store.repair import Repaired


def repair_store(session: Session, *, yes: bool, as_json: bool) -> None:
    """Repair the store if it is damaged, asked first, and say what became of everything."""
    from inbox.rules import load_book
    from inbox.store import repair
    from inbox.store.keeping.refusals import StoreInUse
    from inbox.sync.lock import EngineLock

    where = session.locations
    book = load_book(session.config)
    done = repair.Repaired()
    lock = EngineLock(where.store_file)
    if is_anything(where.store_file):
        if not lock.try_acquire():
            raise StoreInUse
        try:
            if repair.is_damaged(where.store_file, book):
                _ask(yes=yes)
                done = repair.repair(where, book, session.clock())
        finally:
            lock.release()
    kept = [_kept(where.drafts, draft) for draft in done.mended.drafts]
    if as_json:
        print_json(_facts(done, kept), None)
    else:
        _tell(done, kept)


def _ask(*, yes: bool) -> None:
    """Ask whether to go on; wrong usage where nobody can answer, abort for no."""
    if yes:
        return
    if not on_terminal():
        raise click.UsageError(_("Say --yes to repair without being asked."))
    tell(_("The store is damaged. If there is a recent backup, restoring it may give you more."))
    text = _("Make a new one of what can be read? The damaged one is set aside.")
    click.confirm(text, abort=True, err=True)


def _kept(folder: Path, draft: Draft) -> Path:
    """Write a draft whose conversation is lost into a file of its own and return which."""
    path = folder / f"recovered-{draft.conversation}.txt"
    with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
        file.write(f"{draft.subject}\n\n{draft.text}\n")
    return path


def _facts(done: Repaired, kept: list[Path]) -> dict[str, object]:
    """Return what was done, for JSON."""
    return {
        "repaired": bool(done.aside),
        "aside": [str(path) for path in done.aside],
        "recovered": done.recovered,
        "unread": done.unread,
        "log_lost": done.log_lost,
        "textless": done.mended.textless,
        "again": done.mended.again,
        "faded": done.mended.faded,
        "held": done.mended.held,
        "drafts": [str(path) for path in kept],
    }


def _tell(done: Repaired, kept: list[Path]) -> None:
    """Say what was done, the worst last, so that it is what stands above the prompt."""
    if not done.aside:
        say(_("The store is whole; there is nothing to repair."))
        return
    for path in done.aside:
        say(_("Set aside: {}").format(path))
    words = _words()
    for table, word in words.items():
        if table in done.recovered:
            say(_("{what}: {count} recovered").format(what=word, count=done.recovered[table]))
    for table, count in done.unread.items():
        text = _("{what}: up to {count} could not be read")
        tell(text.format(what=words.get(table, table), count=count))
    if done.log_lost:
        tell(_("The newest changes could not be read at all: their log is damaged."))
    _tell_mended(done.mended)
    for path in kept:
        tell(_("A draft whose conversation is lost is kept in {}.").format(path))
    tell(
        _("The next sync looks at every mailbox from the beginning and brings back what is there.")
    )


def _words() -> dict[str, str]:
    """Return what a person calls the rows of the tables that matter to one."""
    return {
        "doc_messages": _("messages"),
        "bodies": _("texts of messages"),
        "sources": _("sources of messages"),
        "doc_outbox": _("replies in the outbox"),
        "doc_drafts": _("drafts"),
        "doc_journal": _("things you did"),
        "doc_quarantine": _("messages held back"),
    }


def _tell_mended(mended: Mended) -> None:
    """Say what could not be kept as it was."""
    if mended.textless:
        text = ngettext(
            "The text of {} message is lost; it says so.",
            "The text of {} messages is lost; they say so.",
            mended.textless,
        )
        tell(text.format(mended.textless))
    if mended.faded:
        text = ngettext(
            "The HTML or the source of {} message is lost; its text is there.",
            "The HTML or the source of {} messages is lost; their text is there.",
            mended.faded,
        )
        tell(text.format(mended.faded))
    if mended.held:
        text = ngettext(
            "{} reply may have gone out and waits for your word.",
            "{} replies may have gone out and wait for your word.",
            mended.held,
        )
        tell(f"{text.format(mended.held)} " + _('See "inbox outbox".'))
