"""The files of stowed conversations, for the doctor: how many, how old, and which are damaged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from inbox.cli.amounts import in_words
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
        amount = catalogue.count(tx)
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
        yield _told(amount, files, session), "ok", ""


def _told(amount: tuple[int, int], files: list[catalogue.StowFile], session: Session) -> str:
    """Return how much is stowed, in one sentence."""
    days = (session.clock() - max(file.made for file in files)) // timedelta(days=1)
    return _("Stowed away: {what}; {files}, {size} MB, {age}.").format(
        what=in_words({"conversations": amount[0], "messages": amount[1]}),
        files=ngettext("{} file", "{} files", len(files)).format(len(files)),
        size=f"{sum(file.size for file in files) / _MB:.1f}",
        age=ngettext("the newest {} day old", "the newest {} days old", days).format(days),
    )
