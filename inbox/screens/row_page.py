"""A page of rows with a cursor, for short lists: moving, and staying on a row when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from inbox.screens.base import KeyScreen
from inbox.screens.desk import Desk
from inbox.screens.moving import Moving
from inbox.widgets.text_page import PageLine, TextPage

Row = TypeVar("Row")


class RowPage(Moving, KeyScreen, Generic[Row]):
    """Rows in the text page `#page`; what a row is called and looks like is the page's own."""

    def __init__(self, desk: Desk, rows: Sequence[Row]) -> None:
        super().__init__(desk)
        self._rows = tuple(rows)
        self._at = 0

    def name_of_row(self, row: Row) -> str:
        """Return what a row is known by while the list around it changes."""
        raise NotImplementedError

    def line_of(self, row: Row, *, here: bool) -> PageLine:
        """Return a row as it is painted; `here`: under the cursor."""
        raise NotImplementedError

    def empty(self) -> str:
        """Return what is said where there are no rows."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Show the rows."""
        self.query_one("#page", TextPage).focus()
        self.show(self._rows)

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
        self.show(self._rows)

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
        page = self.query_one("#page", TextPage)
        if not rows:
            page.show([PageLine(""), PageLine(self.empty(), "quiet")])
            return
        top, height = page.scroll_offset.y, page.page
        page.show([self.line_of(row, here=at == self._at) for at, row in enumerate(rows)])
        below = self._at >= top + height
        page.go(self._at if self._at < top else self._at - height + 1 if below else top)
