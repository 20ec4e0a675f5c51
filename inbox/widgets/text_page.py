"""A page of lines that is only read: help, source, explanation, review. Long ones cost little."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from connectors.frozen import frozen
from inbox.widgets.pointer import PointerScrolled
from inbox.widgets.roles import PAGE, style_of
from inbox.widgets.words import fit, harmless

TWICE = 2
"""Clicks in a chain that open what was clicked."""


class Wrap(Enum):
    """What becomes of a line that is too long."""

    WORDS = "words"
    EDGE = "edge"
    """Broken at the edge only: sources."""
    CUT = "cut"
    """Cut: rows of a list."""


@frozen
class PageLine:
    """One line, harmless already, and its role."""

    text: str
    role: str = "plain"
    wrap: Wrap = Wrap.WORDS
    lead: str = ""
    """What stands before the text; wrapped lines stand below the text, not below this."""


class TextPage(PointerScrolled, can_focus=True, inherit_bindings=False):
    """Lines, wrapped at the width."""

    class Pointed(Message):
        """The pointer did something; `line` counts the lines as they were given, not as wrapped."""

        def __init__(self, page: TextPage, line: int) -> None:
            super().__init__()
            self.page = page
            self.line = line

        @property
        def control(self) -> TextPage:
            """The page, so that a handler can be for one of several."""
            return self.page

    class Clicked(Pointed):
        """A line was clicked."""

        twice = False
        """Whether it was the second time."""

    class Scrolled(Pointed):
        """The pointer scrolled; the line is the first in sight."""

    def __init__(self, lines: Sequence[PageLine] = (), *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._whole = list(lines)
        self._lines: list[tuple[str, str, int]] = []
        """What is painted: a text, its role, and of which line it is a part."""

    def show(self, lines: Sequence[PageLine]) -> None:
        """Show other lines, from the top."""
        self._whole = list(lines)
        self._lay()
        self.scroll_to(y=0, animate=False, force=True)

    @property
    def room(self) -> int:
        """Cells of width beside the scrollbar."""
        return self.scrollable_content_region.width

    @property
    def page(self) -> int:
        """How many lines are seen at once."""
        return max(self.size.height, 1)

    @property
    def last_line(self) -> int:
        """The last line, as wrapped."""
        return max(len(self._lines) - 1, 0)

    def go(self, line: int) -> None:
        """Scroll to a line, or as far as there is one."""
        last = max(len(self._lines) - self.page, 0)
        self.scroll_to(y=max(min(line, last), 0), animate=False, force=True)

    def render_line(self, y: int) -> Strip:
        """Return one painted line."""
        width = self.room
        index = y + self.scroll_offset.y
        text, role, _of = self._lines[index] if index < len(self._lines) else ("", "plain", 0)
        return Strip([Segment(fit(text, width), self._style(role))], width)

    def on_resize(self) -> None:
        """Wrap for the new width."""
        self._lay()

    def on_click(self, event: events.Click) -> None:
        """Tell which line was clicked."""
        index = event.y + self.scroll_offset.y
        if index < len(self._lines):
            clicked = self.Clicked(self, self._lines[index][2])
            clicked.twice = event.chain == TWICE
            self.post_message(clicked)

    def pointer_scrolled(self) -> None:
        """Tell what is in sight now."""
        top = self.scroll_offset.y
        if top < len(self._lines):
            self.post_message(self.Scrolled(self, self._lines[top][2]))

    def _lay(self) -> None:
        width = self.room
        if width <= 0:
            return
        self._lines = [
            (part, line.role, place)
            for place, line in enumerate(self._whole)
            for part in self._parts(line, width)
        ]
        self.virtual_size = Size(width, len(self._lines))
        self.refresh()

    def _parts(self, line: PageLine, width: int) -> list[str]:
        text, lead = harmless(line.text), harmless(line.lead)
        room = max(width - cell_len(lead), 1)
        if cell_len(text) <= room or line.wrap is Wrap.CUT:
            return [lead + text]
        if line.wrap is Wrap.EDGE:
            return chop_cells(text, width)
        parts = [part.plain for part in Text(text).wrap(self.app.console, room)]
        return [lead + parts[0], *(" " * cell_len(lead) + part for part in parts[1:])]

    def _style(self, role: str) -> Style:
        return style_of(self.app, role, PAGE)
