"""Leaving the product: at once, or after a word about replies that are not out yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult

from inbox.commands import Context
from inbox.core.model import Delivery
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.screens.base import KeyScreen
from inbox.screens.desk import Desk
from inbox.view.outbox import OutboxRow
from inbox.widgets.text_page import PageLine, TextPage
from inbox.widgets.words import name_of, outside


def ask_to_leave(screen: KeyScreen, rows: Sequence[OutboxRow]) -> None:
    """Leave if nothing is unsent, else ask."""
    if rows:
        screen.app.push_screen(LeavingScreen(screen.desk, rows))
    else:
        screen.action_quit_now()


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
        if moving:
            lines.append(
                PageLine(
                    _(
                        "What is queued is kept: it goes out now if its service can be reached,"
                        " else with the next inbox or inbox sync."
                    )
                )
            )
        if any(row.schedule is not None for row in self._rows):
            said = _(
                "What is scheduled leaves only while an inbox runs: this one, or"
                ' "inbox sync --watch". Else it leaves, late, with the next.'
            )
            lines.append(PageLine(said, "soon"))
        if stuck:
            lines.append(PageLine(_("What was refused or is unsure waits for your word (g t).")))
        return lines
