"""Moving, the same over rows and over lines: one at a time, half pages, pages, ends, counts."""

from __future__ import annotations


class Moving:
    """A page with a spot that moves: a cursor, or the top line of what is read."""

    def spot(self) -> int:
        """Return the spot now, 0 at the top."""
        raise NotImplementedError

    def last_spot(self) -> int:
        """Return the lowest spot."""
        raise NotImplementedError

    def page_size(self) -> int:
        """Return how many rows or lines are seen at once."""
        raise NotImplementedError

    def go_spot(self, spot: int) -> None:
        """Move there, or to the nearest spot there is."""
        raise NotImplementedError

    def action_down(self, count: int | None = None) -> None:
        """Move down."""
        self.go_spot(self.spot() + (count or 1))

    def action_up(self, count: int | None = None) -> None:
        """Move up."""
        self.go_spot(self.spot() - (count or 1))

    def action_top(self, count: int | None = None) -> None:
        """Move to the first one, or to the one of that number."""
        self.go_spot((count or 1) - 1)

    def action_bottom(self, count: int | None = None) -> None:
        """Move to the last one, or to the one of that number."""
        self.go_spot(count - 1 if count else self.last_spot())

    def action_half_down(self, count: int | None = None) -> None:
        """Move half a page down."""
        self.go_spot(self.spot() + (count or 1) * max(self.page_size() // 2, 1))

    def action_half_up(self, count: int | None = None) -> None:
        """Move half a page up."""
        self.go_spot(self.spot() - (count or 1) * max(self.page_size() // 2, 1))

    def action_page_down(self, count: int | None = None) -> None:
        """Move a page down."""
        self.go_spot(self.spot() + (count or 1) * self.page_size())

    def action_page_up(self, count: int | None = None) -> None:
        """Move a page up."""
        self.go_spot(self.spot() - (count or 1) * self.page_size())
