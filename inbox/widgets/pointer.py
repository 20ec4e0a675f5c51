"""Scrolling by wheel and scrollbar where there is a cursor: it comes along.

A cursor that is left behind out of sight would get the next key all the same,
and the next refresh would turn the page back to it.
"""

from __future__ import annotations

from textual import events
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollDown, ScrollTo, ScrollUp

MARGIN = 2
"""Rows kept visible above and below a cursor."""


class PointerScrolled(ScrollView, inherit_bindings=False):
    """A scroll view that is told once the pointer has scrolled it."""

    def pointer_scrolled(self) -> None:
        """Take the cursor along; the first line in sight is `scroll_offset.y`."""

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down by the wheel."""
        self._to(event, self.scroll_offset.y + self.app.scroll_sensitivity_y)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up by the wheel."""
        self._to(event, self.scroll_offset.y - self.app.scroll_sensitivity_y)

    def on_scroll_to(self, event: ScrollTo) -> None:
        """Scroll to where the bar was drawn."""
        self._to(event, self.scroll_offset.y if event.y is None else event.y)

    def on_scroll_down(self, event: ScrollDown) -> None:
        """Scroll down by a page: it was clicked below the bar."""
        self._to(event, self.scroll_offset.y + self.size.height)

    def on_scroll_up(self, event: ScrollUp) -> None:
        """Scroll up by a page: it was clicked above the bar."""
        self._to(event, self.scroll_offset.y - self.size.height)

    def _to(self, event: events.Event | ScrollTo | ScrollUp | ScrollDown, top: float) -> None:
        event.stop()
        event.prevent_default()
        top = max(min(round(top), self.virtual_size.height - self.size.height), 0)
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True, immediate=True)
            self.pointer_scrolled()


def in_sight(cursor: int, top: int, height: int, count: int) -> int:
    """Return the nearest row to the cursor's that is well in sight.

    `top` is the first of `height` visible rows of `count`.
    """
    margin = min(MARGIN, max(height - 1, 0) // 2)
    first = top + margin if top else 0
    last = top + height - 1 - margin if top + height < count else count - 1
    return max(min(cursor, last), first, 0)
