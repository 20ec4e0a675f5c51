"""The journal: what the seller did, the newest on top; each of it can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len

from inbox.commands import Context
from inbox.core.model import ConversationUid
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.screens.deed_words import undone_words
from inbox.screens.desk import Desk
from inbox.screens.row_page import RowPage
from inbox.view.journal import JournalRow
from inbox.view.verb_words import verb_words
from inbox.widgets.text_page import PageLine, Wrap
from inbox.widgets.words import fit, name_of, outside, short_when

if TYPE_CHECKING:
    from inbox.triage import Undone


_WHO = 24
"""Cells for whom it was done to."""


class JournalScreen(RowPage[JournalRow]):
    """A row for each thing that was done."""

    CONTEXT: ClassVar[Context] = Context.JOURNAL

    def __init__(
        self, desk: Desk, rows: Sequence[JournalRow], read: Callable[[ConversationUid], None]
    ) -> None:
        super().__init__(desk, rows)
        self._read = read

    def store_changed(self) -> None:
        """Read it again; the cursor stays on its row."""
        self.ask(self.desk.reader.journal, self.show, group="journal")

    def action_open(self, _count: int | None = None) -> None:
        """Read the conversation it was done to."""
        row = self.row
        if row is not None and row.conversation is not None:
            self.leave()
            self._read(row.conversation.uid)

    def action_turn(self, _count: int | None = None) -> None:
        """Take it back, or do it again."""
        row = self.row
        if row is not None:
            self.carry_out(
                lambda: self.desk.triage.turn(row.group),
                lambda undone: self._turned(undone, again=row.undone),
            )

    def _turned(self, undone: Undone | None, *, again: bool) -> None:
        if undone is None:
            self.say(_("A reply that has left, or was taken back, stays as it is."), "soon")
        else:
            self.say(undone_words(undone, again=again))
        self.store_changed()

    def heading(self) -> str:
        """Return what is listed."""
        return _("Journal: what you did")

    def name_of_row(self, row: JournalRow) -> str:
        """Return the name of what one key did."""
        return row.group

    def empty(self) -> str:
        """Return that there is nothing yet."""
        return _("  Nothing was done yet.")

    def line_of(self, row: JournalRow, *, here: bool) -> PageLine:
        """Return when what was done, and to whom."""
        when = short_when(row.at, self.desk.clock(), self.desk.zone)
        done = f"{verb_words(row.verb)} {outside(row.name)}".strip()
        who = what = more = ""
        if row.conversation is not None:
            who, what = name_of(row.conversation.party), outside(row.conversation.subject)
        if row.count > 1:
            others = row.count - 1
            more = " " + ngettext("and {n} more", "and {n} more", others).format(n=others)
        if cell_len(who + more) > _WHO:
            who = fit(who, _WHO - cell_len(more))
        state = _("undone") if row.undone else ""
        mark, who = ">" if here else " ", fit(who + more, _WHO)
        text = f"{mark}{fit(when, 7)} {fit(done, 20)} {fit(state, 7)} {who}"
        role = "cursor" if here else "quiet" if row.undone else "text"
        return PageLine(f"{text} {what}", role, Wrap.CUT)
