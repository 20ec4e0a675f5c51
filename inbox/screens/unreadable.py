"""What came in and could not be read: every row is a message that nothing else shows."""

from __future__ import annotations

from typing import ClassVar

from inbox.commands import Context
from inbox.core.sizes import size_words
from inbox.i18n import gettext as _
from inbox.screens.row_page import RowPage
from inbox.view.unreadable import Unreadable
from inbox.widgets.text_page import PageLine, Wrap
from inbox.widgets.words import fit, outside, short_when


class UnreadableScreen(RowPage[Unreadable]):
    """A row for each message that is kept aside."""

    CONTEXT: ClassVar[Context] = Context.UNREADABLE
    TELLS_MORE = True

    def store_changed(self) -> None:
        """Read it again; the cursor stays on its row."""
        self.ask(self.desk.reader.unreadable, self.show, group="unreadable")

    def action_open(self, _count: int | None = None) -> None:
        """Show it as it came."""
        from inbox.screens.pages import SourceScreen

        row, desk = self.row, self.desk
        if row is not None:
            self.open_page(
                lambda: desk.reader.unreadable_source(row.uid),
                lambda source: SourceScreen(desk, source),
            )

    def action_put_away(self, _count: int | None = None) -> None:
        """Say no more of it, or speak of it again."""
        row = self.row
        if row is not None:
            self.carry_out(
                lambda: self.desk.triage.put_away([row.uid], seen=not row.seen),
                lambda _none: self.store_changed(),
            )

    def heading(self) -> str:
        """Return what is listed."""
        return _("Kept aside: it came in and could not be read")

    def name_of_row(self, row: Unreadable) -> str:
        """Return its id."""
        return row.uid

    def empty(self) -> str:
        """Return that all is well."""
        return _("  Everything that came in could be read.")

    def about(self, row: Unreadable) -> list[PageLine]:
        """Return why it could not be read, and what can be done."""
        told = _("Enter shows it as it came. Answer it at the service, or in your mailbox.")
        reason = f"{outside(row.reason)} ({size_words(row.size)})"
        return [PageLine(reason, lead=" "), PageLine(told, "quiet", lead=" ")]

    def line_of(self, row: Unreadable, *, here: bool) -> PageLine:
        """Return when it came, from whom and about what, as far as that can be told."""
        at = row.accepted_at
        when = short_when(at, self.desk.clock(), self.desk.zone) if at else ""
        state = _("seen") if row.seen else "!"
        account, sender = fit(outside(row.account_name), 10), fit(outside(row.sender), 28)
        text = f"{'>' if here else ' '}{fit(state, 5)} {fit(when, 7)} {account} {sender}"
        role = "cursor" if here else "quiet" if row.seen else "text"
        return PageLine(f"{text} {outside(row.subject)}", role, Wrap.CUT)
