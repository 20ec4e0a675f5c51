"""The views one can go to: a name, and the query behind it."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.frozen import frozen
from inbox.i18n import gettext as _
from inbox.view.reader import Reader
from inbox.view.rows import Rows

ALL = "all"
DRAFTS = "drafts"
SAVED = "saved:"
"""What the id of a view from the configuration begins with."""


@frozen
class View:
    """One list of conversations."""

    id: str
    title: str
    query: str
    empty: str
    """What is said when it holds nothing."""

    def rows(self, reader: Reader, search: str, *, typing: bool = False) -> Rows:
        """Return what the view holds, or what a search finds instead; raises QueryError.

        `typing`: the search may go on; its newest hits are enough.
        """
        if search.strip():
            return reader.typed(search) if typing else reader.searched(search)
        return reader.drafted() if self.id == DRAFTS else reader.rows(self.query)


def view_of(name: str, saved: Mapping[str, str]) -> View:
    """Return the view of that id, of ours or of the seller's (`saved:<title>`)."""
    if name.startswith(SAVED):
        title = name.removeprefix(SAVED)
        return View(name, title, saved[title], _("Nothing found."))
    return next(view for view in _views() if view.id == name)


def _views() -> tuple[View, ...]:
    return (
        View(ALL, _("All"), "", _("No messages yet. What comes in appears here by itself.")),
        View("owed", _("Owed"), "is:owed -is:snoozed", _("Nobody waits for an answer.")),
        View("late", _("Late"), "is:late", _("Nothing is late.")),
        View("waiting", _("Waiting"), "is:waiting", _("Nothing waits for a buyer.")),
        View("snoozed", _("Snoozed"), "is:snoozed", _("Nothing is put off.")),
        View("starred", _("Starred"), "is:starred", _("Nothing is starred.")),
        View("done", _("Done"), "is:done", _("Nothing is done yet.")),
        View("spam", _("Spam"), "is:spam", _("No spam.")),
        View("gone", _("Gone"), "is:gone", _("Nothing was thrown away.")),
        View(DRAFTS, _("Drafts"), "", _("No answer is begun.")),
    )
