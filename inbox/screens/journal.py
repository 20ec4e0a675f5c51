"""The journal: what the seller did, the newest on top; each of it can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from inbox.commands import Context
from inbox.core.model import ConversationUid
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.screens.base import KeyScreen
from inbox.screens.deed_words import undone_words, verb_words
from inbox.screens.desk import Desk
from inbox.screens.moving import Moving
from inbox.view.journal import JournalRow
from inbox.widgets.text_page import PageLine, TextPage, Wrap
from inbox.widgets.words import fit, name_of, outside, short_when

if TYPE_CHECKING:
    from inbox.triage import Undone


class JournalScreen(Moving, KeyScreen):
    """A row for each thing that was done."""

    CONTEXT: ClassVar[Context] = Context.JOURNAL

    def __init__(
        self, desk: Desk, rows: Sequence[JournalRow], read: Callable[[ConversationUid], None]
    ) -> None:
        super().__init__(desk)
        self._rows = tuple(rows)
        self._read = read
        self._at = 0

    def compose(self) -> ComposeResult:
        """Return the rows and the bottom line."""
        yield TextPage(id="page")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Show the rows."""
        self.query_one("#page", TextPage).focus()
        self._show(self._rows)

    def store_changed(self) -> None:
        """Read it again; the cursor stays on its row."""
        self.ask(self.desk.reader.journal, self._show, group="journal")

    def spot(self) -> int:
        """Return the cursor's row."""
        return self._at

    def last_spot(self) -> int:
        """Return the last row."""
        return max(len(self._rows) - 1, 0)

    def page_size(self) -> int:
        """Return how many rows are seen."""
        return self.query_one("#page", TextPage).page

    def go_spot(self, spot: int) -> None:
        """Move the cursor."""
        self._at = max(min(spot, self.last_spot()), 0)
        self._show(self._rows)

    def action_open(self, _count: int | None = None) -> None:
        """Read the conversation it was done to."""
        row = self._row
        if row is not None and row.conversation is not None:
            self.leave()
            self._read(row.conversation.uid)

    def action_turn(self, _count: int | None = None) -> None:
        """Take it back, or do it again."""
        row = self._row
        if row is not None:
            self.carry_out(
                lambda: self.desk.triage.turn(row.group),
                lambda undone: self._turned(undone, again=row.undone),
            )

    @property
    def _row(self) -> JournalRow | None:
        """The row under the cursor."""
        return self._rows[self._at] if self._rows else None

    def _turned(self, undone: Undone | None, *, again: bool) -> None:
        if undone is None:
            self.say(_("A reply that has left, or was taken back, stays as it is."), "soon")
        else:
            self.say(undone_words(undone, again=again))
        self.store_changed()

    def _show(self, rows: Sequence[JournalRow]) -> None:
        here = self._rows[self._at].group if self._rows else ""
        groups = [row.group for row in rows]
        self._at = groups.index(here) if here in groups else min(self._at, max(len(rows) - 1, 0))
        self._rows = tuple(rows)
        page = self.query_one("#page", TextPage)
        if not rows:
            page.show([PageLine(""), PageLine(_("  Nothing was done yet."), "quiet")])
            return
        top, height = page.scroll_offset.y, page.page
        page.show([self._line(row, here=at == self._at) for at, row in enumerate(rows)])
        below = self._at >= top + height
        page.go(self._at if self._at < top else self._at - height + 1 if below else top)

    def _line(self, row: JournalRow, *, here: bool) -> PageLine:
        when = short_when(row.at, self.desk.clock(), self.desk.zone)
        done = f"{verb_words(row.verb)} {outside(row.name)}".strip()
        who = what = ""
        if row.conversation is not None:
            who, what = name_of(row.conversation.party), outside(row.conversation.subject)
        if row.count > 1:
            more = row.count - 1
            who += " " + ngettext("and {n} more", "and {n} more", more).format(n=more)
        state = _("undone") if row.undone else ""
        text = (
            f"{'>' if here else ' '}{fit(when, 7)} {fit(done, 20)} {fit(state, 7)} {fit(who, 24)}"
        )
        role = "cursor" if here else "quiet" if row.undone else "text"
        return PageLine(f"{text} {what}", role, Wrap.CUT)
