"""The files of stowed conversations, for the doctor: how many, how old, and which are damaged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from inbox.cli.session import Session
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.store.stowed import catalogue, filing, settling

_MB = 1_000_000


def standing(session: Session) -> Iterator[tuple[str, str, str]]:
    """Yield (sentence, severity, hint) for what there is, and for each file that is not as it was.

    Nothing where nothing is stowed. Reads every byte: its checksum must be the one written.
    """
    with session.store.read() as tx:
        folder, files = catalogue.folder_of(tx), catalogue.files(tx)
        conversations, _messages = catalogue.count(tx)
    broken = 0
    for file in files:
        try:
            whole = filing.checksum(folder / file.name) == (file.size, file.hash)
        except OSError:
            whole = False
        if not whole:
            broken += 1
            text = _("This file of stowed conversations is missing or damaged: {}.")
            hint = _("Put it there again from a backup; what is in it is nowhere else.")
            yield text.format(folder / file.name), "error", hint
    for name in settling.strangers(session.store, folder):
        text = _("The store knows nothing of this file of stowed conversations: {}.")
        hint = _('The next "inbox stow" takes up what is nowhere else.')
        yield text.format(folder / name), "warning", hint
    if files and not broken:
        yield _told(conversations, files, session), "ok", ""


def _told(conversations: int, files: list[catalogue.StowFile], session: Session) -> str:
    """Return how much is stowed, in one sentence."""
    days = (session.clock() - max(file.made for file in files)) // timedelta(days=1)
    text = ngettext(
        "{count} conversation is stowed away in {files} files, {size} MB; the newest is {days} days"
        " old.",
        "{count} conversations are stowed away in {files} files, {size} MB; the newest is {days}"
        " days old.",
        conversations,
    )
    size = sum(file.size for file in files) / _MB
    return text.format(count=conversations, files=len(files), size=f"{size:.1f}", days=days)
