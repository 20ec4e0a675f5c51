"""A page of rows with a cursor, for short lists: moving, and staying on a row when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult

from inbox.screens.desk import Desk
from inbox.screens.key_screen import KeyScreen
from inbox.screens.moving import Moving
from inbox.widgets.lines import PieceLine
from inbox.widgets.pointer import in_sight
from inbox.widgets.text_page import PageLine, TextPage

Row = TypeVar("Row")


class RowPage(Moving, KeyScreen, Generic[Row]):
    """A heading, rows, and where there is more to say a few lines about the one under the cursor.

    What a row is called and looks like is the page's own.
    """

    TELLS_MORE: ClassVar[bool] = False
    """Whether `about` says something of a row."""

    def __init__(self, desk: Desk, rows: Sequence[Row]) -> None:
        super().__init__(desk)
        self._rows = tuple(rows)
        self._at = 0

    def heading(self) -> str:
        """Return what the rows are, as the strip on top says it."""
        raise NotImplementedError

    def beside_heading(self) -> str:
        """Return what is to be said behind the number of rows."""
        return ""

    def name_of_row(self, row: Row) -> str:
        """Return what a row is known by while the list around it changes."""
        raise NotImplementedError

    def line_of(self, row: Row, *, here: bool) -> PageLine:
        """Return a row as it is painted; `here`: under the cursor."""
        raise NotImplementedError

    def about(self, row: Row) -> list[PageLine]:
        """Return what else there is to say of the row under the cursor."""
        raise NotImplementedError

    def empty(self) -> str:
        """Return what is said where there are no rows."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Return heading, rows, what is said of the one under the cursor, and the bottom line."""
        yield PieceLine(id="heading")
        yield TextPage(id="page")
        if self.TELLS_MORE:
            yield TextPage(id="about")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Show the rows; only they take keys."""
        for about in self.query("#about"):
            about.can_focus = False
        self._page.focus()
        self.show(self._rows)

    def spot(self) -> int:
        """Return the cursor's row."""
        return self._at

    def last_spot(self) -> int:
        """Return the last row."""
        return max(len(self._rows) - 1, 0)

    def page_size(self) -> int:
        """Return how many rows are seen."""
        return self._page.page

    def go_spot(self, spot: int) -> None:
        """Move the cursor."""
        self._at = max(min(spot, self.last_spot()), 0)
        self.show(self._rows)

    def action_open(self, _count: int | None = None) -> None:
        """Open the row under the cursor."""
        raise NotImplementedError

    @on(TextPage.Clicked, "#page")
    def row_clicked(self, event: TextPage.Clicked) -> None:
        """Put the cursor where it was clicked; a second click opens."""
        if event.line < len(self._rows) and not self.desk.typing.holding:
            self.go_spot(event.line)
            if event.twice:
                self.action_open()

    @on(TextPage.Scrolled, "#page")
    def rows_scrolled(self, event: TextPage.Scrolled) -> None:
        """Take the cursor along."""
        self.go_spot(in_sight(self._at, event.line, self.page_size(), len(self._rows)))

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self._at] if self._rows else None

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows; the cursor stays on its own."""
        here = self.name_of_row(self._rows[self._at]) if self._rows else ""
        names = [self.name_of_row(row) for row in rows]
        self._at = names.index(here) if here in names else min(self._at, max(len(rows) - 1, 0))
        self._rows = tuple(rows)
        said = self.beside_heading()
        count = (f" {len(rows)}" if rows else "") + (f" · {said}" if said else "")
        heading = self.query_one("#heading", PieceLine)
        heading.paint([(f" {self.heading()}", "title"), (count, "quiet")])
        if self.TELLS_MORE:
            row, about = self.row, self.query_one("#about", TextPage)
            about.display = row is not None
            about.show(self.about(row) if row is not None else [])
        page = self._page
        if not rows:
            page.show([PageLine(""), PageLine(self.empty(), "quiet")])
            return
        top, height = page.scroll_offset.y, page.page
        page.show([self.line_of(row, here=at == self._at) for at, row in enumerate(rows)])
        below = self._at >= top + height
        page.go(self._at if self._at < top else self._at - height + 1 if below else top)

    @property
    def _page(self) -> TextPage:
        return self.query_one("#page", TextPage)
