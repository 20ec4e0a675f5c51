"""What is ahead: what to do before leaving, and what falls due while nobody is at the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from inbox.commands import Context
from inbox.core.model import ConversationUid
from inbox.i18n import gettext as _
from inbox.screens.desk import Desk
from inbox.screens.key_screen import KeyScreen
from inbox.screens.moving import Moving
from inbox.view.forecast import Line, Outlook, lines
from inbox.widgets.text_page import PageLine, TextPage, Wrap
from inbox.widgets.words import long_when, outside

_ABOVE = 2
"""Lines above the forecast's own."""


class ForecastScreen(Moving, KeyScreen):
    """Lines to read, a cursor on those about a conversation; made anew when the store changes."""

    CONTEXT: ClassVar[Context] = Context.FORECAST

    def __init__(self, desk: Desk, seen: Outlook, read: Callable[[ConversationUid], None]) -> None:
        super().__init__(desk)
        self._seen = seen
        self._read = read
        self._lines: tuple[Line, ...] = ()
        self._rows: list[int] = []
        """The lines about a conversation, by their place."""
        self._at = 0
        """The cursor's place among them."""

    def compose(self) -> ComposeResult:
        """Return the lines and the bottom line."""
        yield TextPage(id="page")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Show the lines."""
        self._page.focus()
        self._show(self._seen)

    def on_screen_resume(self) -> None:
        """Reckon again."""
        self.store_changed()

    def store_changed(self) -> None:
        """Reckon again: something was answered or came in. The cursor stays on its row."""
        self.ask(self.desk.reader.outlook, self._show, group="forecast")

    def spot(self) -> int:
        """Return the cursor's row."""
        return self._at

    def last_spot(self) -> int:
        """Return the last row."""
        return max(len(self._rows) - 1, 0)

    def page_size(self) -> int:
        """Return how many lines are seen."""
        return self._page.page

    def go_spot(self, spot: int) -> None:
        """Move the cursor; without rows the lines."""
        if not self._rows:
            return
        self._at = max(min(spot, self.last_spot()), 0)
        self._paint()

    def action_open(self, _count: int | None = None) -> None:
        """Read the conversation under the cursor."""
        uid = self._here()
        if uid is not None:
            self.leave()
            self._read(uid)

    @on(TextPage.Clicked, "#page")
    def row_clicked(self, event: TextPage.Clicked) -> None:
        """Put the cursor where it was clicked; a second click opens."""
        line = event.line - _ABOVE
        if line in self._rows and not self.desk.typing.holding:
            self.go_spot(self._rows.index(line))
            if event.twice:
                self.action_open()

    @on(TextPage.Scrolled, "#page")
    def rows_scrolled(self, event: TextPage.Scrolled) -> None:
        """Take the cursor along, to the nearest row in sight."""
        seen = range(event.line - _ABOVE, event.line - _ABOVE + self.page_size())
        near = [at for at, line in enumerate(self._rows) if line in seen]
        if near:
            self.go_spot(max(min(self._at, near[-1]), near[0]))

    @property
    def _page(self) -> TextPage:
        return self.query_one("#page", TextPage)

    def _here(self) -> ConversationUid | None:
        """Return the conversation under the cursor."""
        return self._lines[self._rows[self._at]].conversation if self._rows else None

    def _show(self, seen: Outlook) -> None:
        here, now, zone = self._here(), seen.now, self.desk.zone
        self._seen = seen
        self._lines = lines(seen, lambda at: long_when(at, now, zone))
        self._rows = [place for place, line in enumerate(self._lines) if line.conversation]
        found = [self._lines[place].conversation for place in self._rows]
        self._at = found.index(here) if here in found else min(self._at, self.last_spot())
        self._paint()

    def _paint(self) -> None:
        """Show the lines with the cursor in sight, and what stands above the first row."""
        page, cursor = self._page, self._rows[self._at] if self._rows else -1
        top, height = page.scroll_offset.y, page.page
        title = PageLine(_("What becomes late before you are back"), "title", Wrap.CUT)
        page.show(
            [title, PageLine("")]
            + [self._line(line, here=at == cursor) for at, line in enumerate(self._lines)]
        )
        below = cursor + _ABOVE - height + 1
        page.go(0 if self._at == 0 else max(min(top, cursor + _ABOVE), below))

    def _line(self, line: Line, *, here: bool) -> PageLine:
        if line.conversation is not None:
            mark = "> " if here else "  "
            role = "cursor" if here else "plain"
            return PageLine(f"{mark}{outside(line.text.strip())}", role, Wrap.CUT)
        return PageLine(outside(line.text), "title" if line.heading else "plain", Wrap.CUT)
