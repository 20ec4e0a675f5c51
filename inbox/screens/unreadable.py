"""What came in and could not be read: every row is a message that nothing else shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult

from inbox.commands import Context
from inbox.i18n import gettext as _
from inbox.screens.row_page import RowPage
from inbox.view.unreadable import Unreadable
from inbox.widgets.text_page import PageLine, TextPage, Wrap
from inbox.widgets.words import fit, outside, short_when, size_words


class UnreadableScreen(RowPage[Unreadable]):
    """A row for each message that is kept aside."""

    CONTEXT: ClassVar[Context] = Context.UNREADABLE

    def compose(self) -> ComposeResult:
        """Return the rows, what is known of the one under the cursor, and the bottom line."""
        yield TextPage(id="page")
        yield TextPage(id="about")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Show the rows; only they take keys."""
        self.query_one("#about", TextPage).can_focus = False
        super().on_mount()

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

    def name_of_row(self, row: Unreadable) -> str:
        """Return its id."""
        return row.uid

    def empty(self) -> str:
        """Return that all is well."""
        return _("  Everything that came in could be read.")

    def show(self, rows: Sequence[Unreadable]) -> None:
        """Show the rows, and why the one under the cursor could not be read."""
        super().show(rows)
        about = self.query_one("#about", TextPage)
        row = self.row
        if row is None:
            about.show([])
            return
        told = _("Enter shows it as it came. Answer it at the service, or in your mailbox.")
        reason = f" {outside(row.reason)} ({size_words(row.size)})"
        about.show([PageLine(""), PageLine(reason), PageLine(f" {told}", "quiet")])

    def line_of(self, row: Unreadable, *, here: bool) -> PageLine:
        """Return when it came, from whom and about what, as far as that can be told."""
        at = row.accepted_at
        when = short_when(at, self.desk.clock(), self.desk.zone) if at else ""
        state = _("seen") if row.seen else "!"
        account, sender = fit(outside(row.account_name), 10), fit(outside(row.sender), 28)
        text = f"{'>' if here else ' '}{fit(state, 5)} {fit(when, 7)} {account} {sender}"
        role = "cursor" if here else "quiet" if row.seen else "text"
        return PageLine(f"{text} {outside(row.subject)}", role, Wrap.CUT)
