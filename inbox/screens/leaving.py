"""Leaving the product: at once, or after a word about replies that are not out yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult

from inbox.commands import Context
from inbox.core.model import Delivery
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.screens.desk import Desk
from inbox.screens.key_screen import KeyScreen
from inbox.view.outbox import OutboxRow, needs_word
from inbox.widgets.text_page import PageLine, TextPage
from inbox.widgets.words import long_when, name_of, outside


def ask_to_leave(screen: KeyScreen, rows: Sequence[OutboxRow]) -> None:
    """Leave, after a question if something should be known before; else with a word on the rest."""
    desk = screen.desk
    now, stays = desk.clock(), desk.stays()
    if any(needs_word(row, now, stays=stays) for row in rows):
        screen.app.push_screen(LeavingScreen(desk, rows))
    else:
        screen.quit_saying(_farewell(desk, rows, stays=stays))


def _farewell(desk: Desk, rows: Sequence[OutboxRow], *, stays: bool) -> str:
    """Return what becomes of the replies that nobody needs to be asked about."""
    leaving = [row.leaves_at for row in rows if row.leaves_at is not None]
    if not leaving:
        return ""
    when = long_when(min(leaving), desk.clock(), desk.zone)
    said = ngettext(
        "{n} reply is scheduled; it leaves {when}.",
        "{n} replies are scheduled; the next leaves {when}.",
        len(leaving),
    ).format(n=len(leaving), when=when)
    if stays:
        return said
    more = _('Nothing runs that would send it: open the inbox then, or run "inbox sync --watch".')
    return f"{said} {more}"


class LeavingScreen(KeyScreen):
    """Says what is not out yet and what becomes of it."""

    CONTEXT: ClassVar[Context] = Context.LEAVING

    def __init__(self, desk: Desk, rows: Sequence[OutboxRow]) -> None:
        super().__init__(desk)
        self._rows = rows

    def compose(self) -> ComposeResult:
        """Return the question."""
        yield TextPage(self._lines(), id="page")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Take the keys."""
        self.query_one("#page", TextPage).focus()

    def action_stay(self, _count: int | None = None) -> None:
        """Go back to the list."""
        self.leave()

    def _lines(self) -> list[PageLine]:
        count = len(self._rows)
        title = ngettext(
            "{n} reply is not out yet. Leave anyway?",
            "{n} replies are not out yet. Leave anyway?",
            count,
        ).format(n=count)
        moving = any(
            row.state in {Delivery.QUEUED, Delivery.SENDING} and row.schedule is None
            for row in self._rows
        )
        stuck = any(row.state in {Delivery.REFUSED, Delivery.UNSURE} for row in self._rows)
        lines = [PageLine(title, "title"), PageLine("")]
        for row in self._rows[:10]:
            to = ", ".join(name_of(party) for party in row.recipients)
            lines.append(PageLine(f"  {to}: {outside(row.subject)}"))
        lines.append(PageLine(""))
        if self.desk.stays():
            said = _("The inbox that runs in the background goes on sending.")
            lines.append(PageLine(said))
        elif moving:
            said = _(
                "What is queued is kept: it goes out now if its service can be reached,"
                " else with the next inbox or inbox sync."
            )
            lines.append(PageLine(said))
        leaves = [row.leaves_at for row in self._rows if row.leaves_at is not None]
        if leaves and not self.desk.stays():
            said = _(
                "What is scheduled leaves only while an inbox runs: this one, or"
                ' "inbox sync --watch". Else it leaves, late, with the next.'
            )
            lines.append(PageLine(said, "soon"))
            when = long_when(min(leaves), self.desk.clock(), self.desk.zone)
            lines.append(PageLine(_("The next is to leave {when}.").format(when=when), "soon"))
        if stuck:
            lines.append(PageLine(_("What was refused or is unsure waits for your word (g t).")))
        return lines
