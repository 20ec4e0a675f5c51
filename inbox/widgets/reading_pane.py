"""The reading pane: one conversation, messages folded and opened, its deadline always in sight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import tzinfo
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from inbox.clock import Clock
from inbox.core.model import MessageUid
from inbox.widgets.reading_lines import Line, Look, Piece, first_opened, head, lines, live
from inbox.widgets.reading_place import Place, line_of, top_of
from inbox.widgets.roles import PAGE, style_of
from inbox.widgets.words import fit, outside_lines

_HIT = Style(reverse=True)
"""What is searched for is turned round: seen without colour too."""

if TYPE_CHECKING:
    from inbox.view.reading import MessageView, Reading


Find = Callable[[str], list[tuple[int, int]]]
"""Returns where a text holds what is searched for: begin and end of each place, in order."""


class ReadingPane(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows a `Reading`. One message is the current one: fold, source and n/p are about it."""

    def __init__(self, clock: Clock, zone: tzinfo | None = None, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._clock = clock
        self._zone = zone
        self._reading: Reading | None = None
        self._opened: frozenset[MessageUid] = frozenset()
        self._quotes = False
        self._current = 0
        self._head: tuple[tuple[Piece, ...], ...] = ()
        self._lines: list[Line] = []
        self._live: tuple[str, ...] = ()
        self._begin = False
        self._find: Find | None = None
        self._hit: int | None = None
        self._spot: tuple[Place, int] | None = None
        """What stood on top before a change of size, and the line that put it on."""

    @property
    def reading(self) -> Reading | None:
        """The conversation shown."""
        return self._reading

    @property
    def message(self) -> MessageView | None:
        """The current message."""
        if self._reading is None or not self._reading.messages:
            return None
        return self._reading.messages[min(self._current, len(self._reading.messages) - 1)]

    def show(self, reading: Reading | None) -> None:
        """Show a conversation; the one shown already keeps its place, folds and current message."""
        before = self._reading
        self._reading = reading
        same = (
            before is not None
            and reading is not None
            and before.conversation.uid == reading.conversation.uid
        )
        if reading is not None:
            fresh = first_opened(reading)
            if same and before is not None:
                known = {message.uid for message in before.messages}
                self._opened |= {uid for uid in fresh if uid not in known}
            else:
                self._opened, self._quotes, self._begin = fresh, False, True
                self._hit = None
        self._lay()
        if self._begin and self.size.height:
            self._start()

    def tick(self) -> bool:
        """Repaint if a time that is shown reads differently now; return whether it did."""
        if self._reading is None or live(self._reading, self._clock()) == self._live:
            return False
        self._lay()
        return True

    def move(self, rows: int) -> None:
        """Scroll by that many lines; the current message is the topmost one seen."""
        self._scroll(self.scroll_offset.y + rows)

    def go(self, line: int) -> None:
        """Scroll to a line; a large number is the end."""
        self._scroll(line)

    def go_message(self, step: int) -> None:
        """Go to the next (1) or previous (-1) message and open it."""
        if self._reading is None or not self._reading.messages:
            return
        self._current = max(min(self._current + step, len(self._reading.messages) - 1), 0)
        message = self.message
        if message is not None:
            self._opened |= {message.uid}
        self._lay()
        self._to_current()

    def mark(self, find: Find | None) -> None:
        """Mark what is searched for, nothing if `None`."""
        self._find = find
        self.refresh()

    def go_hit(self, step: int) -> tuple[int, int] | None:
        """Go to the next (1) or previous (-1) line with a hit, unfolding what holds any.

        Returns its number and how many there are; None where there is none.
        """
        if self._reading is None or self._find is None:
            return None
        self._unfold(self._reading, self._find)
        hits = [at for at, line in enumerate(self._lines) if self._holds(line)]
        if not hits:
            return None
        here = self._hit if self._hit is not None else self.scroll_offset.y - (step > 0)
        if step > 0:
            later = [at for at in hits if at > here]
            chosen = later[min(step, len(later)) - 1] if later else hits[-1]
        else:
            before = [at for at in hits if at < here]
            chosen = before[max(len(before) + step, 0)] if before else hits[0]
        self._hit, self._current = chosen, self._lines[chosen].message
        self._scroll_to_line(chosen - self.page // 3)
        return hits.index(chosen) + 1, len(hits)

    def _unfold(self, reading: Reading, find: Find) -> None:
        """Open the messages that hold hits, and the quotations if one of those does."""
        opened, quotes = set(self._opened), self._quotes
        for message in reading.messages:
            holding = [part for part in message.parts if find(outside_lines(part.text))]
            if holding:
                opened.add(message.uid)
            quotes = quotes or any(part.quoted for part in holding)
        if opened != self._opened or quotes != self._quotes:
            self._opened, self._quotes, self._hit = frozenset(opened), quotes, None
            self._lay()

    def _holds(self, line: Line) -> bool:
        return self._find is not None and any(self._find(text) for text, _role in line.pieces)

    def fold(self) -> None:
        """Hide the current message's text, or show it."""
        message = self.message
        if message is not None:
            self._opened ^= {message.uid}
            self._lay()

    def fold_quotes(self) -> None:
        """Show quoted text, or hide it."""
        self._quotes = not self._quotes
        self._lay()

    @property
    def last_line(self) -> int:
        """The last line of the messages."""
        return max(len(self._lines) - 1, 0)

    @property
    def room(self) -> int:
        """Cells of width beside the scrollbar."""
        return self.scrollable_content_region.width

    @property
    def page(self) -> int:
        """How many lines of messages are seen at once."""
        return max(self.size.height - len(self._head), 1)

    def render_line(self, y: int) -> Strip:
        """Return one painted line: the head does not scroll, the messages do."""
        width = self.room
        if y < len(self._head):
            return self._strip(self._head[y], width, current=False)
        index = y - len(self._head) + self.scroll_offset.y
        if index >= len(self._lines):
            return Strip([Segment(" " * width, self._style("text"))], width)
        line = self._lines[index]
        return self._strip(line.pieces, width, current=line.head and line.message == self._current)

    def on_resize(self) -> None:
        """Lay the lines for the new width; what is read stays on top."""
        if self._spot is None or self._spot[1] != self.scroll_offset.y:
            self._spot = top_of(self._lines, self.scroll_offset.y), self.scroll_offset.y
        self._lay()
        if self._begin:
            self._start()
            return
        # Kept for the next one: a window that is drawn larger is resized many times.
        place, _before = self._spot
        self._scroll_to_line(line_of(self._lines, place))
        self._spot = place, self.scroll_offset.y

    def on_click(self, event: events.Click) -> None:
        """Open or fold the message whose first line was clicked."""
        index = event.y - len(self._head) + self.scroll_offset.y
        if event.y >= len(self._head) and index < len(self._lines) and self._lines[index].head:
            self._current = self._lines[index].message
            self.fold()

    def _lay(self) -> None:
        """Make the lines anew for width, folds and time."""
        width = self.room
        if self._reading is None or width <= 0:
            self._head, self._lines, self._live = (), [], ()
        else:
            now = self._clock()
            look = Look(width=width, opened=self._opened, quotes=self._quotes, zone=self._zone)
            self._head = head(self._reading, width, now, self._zone)
            self._lines = lines(self._reading, look, now, self.app.console)
            self._live = live(self._reading, now)
        self.virtual_size = Size(width, len(self._head) + len(self._lines))
        self.refresh()

    def _start(self) -> None:
        """Stand on the first opened message: what has to be read."""
        self._begin = False
        if self._reading is None:
            return
        for index, message in enumerate(self._reading.messages):
            if message.uid in self._opened:
                self._current = index
                break
        self._to_current()

    def _to_current(self) -> None:
        for index, line in enumerate(self._lines):
            if line.head and line.message == self._current:
                self._scroll_to_line(index)
                return

    def _scroll(self, line: int) -> None:
        """Scroll; if that leaves the current message, the topmost one seen becomes current."""
        self._scroll_to_line(line)
        top = self.scroll_offset.y
        seen = self._lines[top : top + self.page]
        if seen and all(each.message != self._current for each in seen):
            self._current = seen[0].message
            self.refresh()

    def _scroll_to_line(self, line: int) -> None:
        last = max(len(self._lines) - self.page, 0)
        self.scroll_to(y=max(min(line, last), 0), animate=False, force=True)
        self.refresh()

    def _strip(self, pieces: tuple[Piece, ...], width: int, *, current: bool) -> Strip:
        ground = "cursor" if current else PAGE
        segments = [
            Segment(part, self._style(role, ground) + (_HIT if hit else Style()))
            for text, role in pieces
            for part, hit in self._parts(text)
        ]
        used = sum(segment.cell_length for segment in segments)
        segments.append(Segment(fit("", max(width - used, 0)), self._style("text", ground)))
        return Strip(segments).adjust_cell_length(width)

    def _parts(self, text: str) -> Iterator[tuple[str, bool]]:
        """Yield a text in parts, each with whether it is a hit."""
        begin = 0
        for start, end in self._find(text) if self._find is not None else ():
            yield text[begin:start], False
            yield text[start:end], True
            begin = end
        yield text[begin:], False

    def _style(self, role: str, ground: str = PAGE) -> Style:
        return style_of(self.app, role, ground)
