"""The conversation list: paints only the rows that are seen, however many there are.

Textual's own lists build every row; at 100,000 conversations that is seconds.
"""

from __future__ import annotations

from datetime import date, tzinfo

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from inbox.clock import Clock
from inbox.core.model import ConversationUid
from inbox.view.rows import Row, Rows
from inbox.widgets.pointer import MARGIN, PointerScrolled, in_sight
from inbox.widgets.roles import PAGE, style_of
from inbox.widgets.row_line import Columns, columns, due_text, pieces
from inbox.widgets.words import fit

_DOUBLE = 2
_KEPT = 20
"""Pages of painted lines that are kept: scrolling paints what is new and no more."""


class ConversationList(PointerScrolled, can_focus=True, inherit_bindings=False):
    """A cursor over `Rows`. The cursor is a conversation, not a position."""

    class Moved(Message):
        """The cursor stands on another conversation, or on none."""

        def __init__(self, uid: ConversationUid | None) -> None:
            super().__init__()
            self.uid = uid

    class Opened(Message):
        """A row was clicked twice."""

        def __init__(self, uid: ConversationUid) -> None:
            super().__init__()
            self.uid = uid

    def __init__(self, clock: Clock, zone: tzinfo | None = None, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._clock = clock
        self._zone = zone
        self._rows: Rows | None = None
        self._cursor = 0
        self._uid: ConversationUid | None = None
        self._selected: frozenset[ConversationUid] = frozenset()
        self._painted: dict[int, str] = {}
        self._strips: dict[tuple[int, str, bool, bool], Strip] = {}
        self._empty = ""
        self._many_accounts = False
        self._day: date | None = None

    @property
    def rows(self) -> Rows | None:
        """What is shown; None before the first rows came."""
        return self._rows

    @property
    def uid(self) -> ConversationUid | None:
        """The conversation under the cursor; None in an empty list."""
        return self._uid

    @property
    def cursor(self) -> int:
        """The position of the cursor, 0 at the top."""
        return self._cursor

    @property
    def moved(self) -> bool:
        """Whether the cursor is not on the top row, or the top row not in sight."""
        return bool(self._cursor or self.scroll_offset.y)

    @property
    def selected(self) -> frozenset[ConversationUid]:
        """The selected conversations."""
        return self._selected

    def set_many_accounts(self, many: bool) -> None:  # noqa: FBT001 - a setter
        """Show the account column, or leave its room to the subject."""
        if many != self._many_accounts:
            self._many_accounts = many
            self._strips.clear()
            self.refresh()

    def show(self, rows: Rows, *, empty: str = "", fresh: bool = False) -> None:
        """Show these rows; the cursor stays on its conversation, `fresh` puts it on the top.

        If the conversation has left, the nearest one below it that is still
        there gets the cursor, else the nearest above. `empty` is what an empty
        list says.
        """
        old, before = self._rows, self._cursor
        if old is not None and empty == self._empty and self._looks_alike(old, rows, fresh=fresh):
            self._rows = rows
            return
        self._rows, self._empty = rows, empty
        self._selected = frozenset(uid for uid in self._selected if rows.position(uid) is not None)
        self.virtual_size = Size(self.room, len(rows))
        found = 0 if fresh or old is None else _position(self._uid, before, old, rows)
        top = self.scroll_offset.y
        self._cursor = found
        self._painted.clear()
        self._strips.clear()
        if fresh or old is None:
            self.scroll_to(y=0, animate=False, force=True)
        elif top > 0 and found != before:
            self.scroll_to(y=max(top + found - before, 0), animate=False, force=True)
        self._tell()
        self._reveal()
        self.refresh()

    def _looks_alike(self, old: Rows, new: Rows, *, fresh: bool) -> bool:
        """Return whether nothing of what is seen would change, and neither would the cursor.

        While much comes in most of it is far below: then nothing is painted.
        """
        top = self.scroll_offset.y
        if self._selected or len(old) != len(new) or (fresh and self.moved):
            return False
        return all(
            old.uid(index) == new.uid(index) and old.row(index) == new.row(index)
            for index in {*range(top, min(top + self.page, len(new))), self._cursor}
            if index < len(new)
        )

    def go(self, index: int) -> None:
        """Put the cursor on a position, the nearest there is."""
        count = len(self._rows) if self._rows is not None else 0
        index = max(min(index, count - 1), 0)
        if index == self._cursor and count:
            self._reveal()
            return
        old, self._cursor = self._cursor, index
        self.refresh_line(old)
        self.refresh_line(index)
        self._tell()
        self._reveal()

    def go_to(self, uid: ConversationUid) -> bool:
        """Put the cursor on a conversation; return whether it is in the list."""
        position = self._rows.position(uid) if self._rows is not None else None
        if position is None:
            return False
        self.go(position)
        return True

    def move(self, rows: int) -> None:
        """Move the cursor by that many rows."""
        self.go(self._cursor + rows)

    @property
    def room(self) -> int:
        """Cells of width beside the scrollbar."""
        return self.scrollable_content_region.width

    @property
    def page(self) -> int:
        """How many rows are seen at once."""
        return max(self.size.height, 1)

    def neighbour(self, leaving: frozenset[ConversationUid]) -> ConversationUid | None:
        """Return the conversation to stand on when these leave: the next below, else above."""
        if self._rows is None:
            return None
        count = len(self._rows)
        for index in (*range(self._cursor, count), *range(self._cursor - 1, -1, -1)):
            uid = self._rows.uid(index)
            if uid not in leaving:
                return uid
        return None

    def select(self, uids: frozenset[ConversationUid]) -> None:
        """Select exactly these."""
        self._selected = uids
        self.refresh()

    def row(self, uid: ConversationUid) -> Row | None:
        """Return the row of a conversation in this list."""
        position = self._rows.position(uid) if self._rows is not None else None
        return self._rows.row(position) if self._rows is not None and position is not None else None

    def tick(self) -> int:
        """Repaint the visible rows whose time left reads differently now; return how many.

        On another day all of them: "14:05" is then yesterday's.
        """
        day = self._clock().astimezone(self._zone).date()
        if self._day not in {None, day}:
            self._strips.clear()
            self.refresh()
        self._day = day
        changed = [index for index, painted in self._painted.items() if self._due(index) != painted]
        for index in changed:
            self.refresh_line(index)
        return len(changed)

    def render_line(self, y: int) -> Strip:
        """Return one painted line; `y` counts from the top of what is seen."""
        width = self.room
        index = y + self.scroll_offset.y
        rows = self._rows
        if rows is None or index >= len(rows):
            said = self._empty if rows is not None and not len(rows) and y == 1 else ""
            text = fit(f"   {said}", width)
            return Strip([Segment(text, self._style("quiet"))], width)
        row = rows.row(index)
        if row is None:
            return Strip([Segment(fit("  …", width), self._style("quiet"))], width)
        now = self._clock()
        due = due_text(row, now)
        self._note(index, due)
        chosen, cursor = rows.uid(index) in self._selected, index == self._cursor
        known = index, due, cursor, chosen
        strip = self._strips.get(known)
        if strip is None:
            shape = self._columns(width)
            line = pieces(row, now, shape, cursor=cursor, selected=chosen, zone=self._zone)
            strip = self._strip(line, width, cursor=cursor, selected=chosen)
            self._strips[known] = strip
        return strip

    def on_resize(self) -> None:
        """Keep the cursor in sight when the room changes."""
        self.virtual_size = Size(self.room, len(self._rows) if self._rows else 0)
        self._painted.clear()
        self._strips.clear()
        self._reveal()

    def notify_style_update(self) -> None:
        """Paint anew: another theme has other colours."""
        super().notify_style_update()
        self._strips.clear()

    def pointer_scrolled(self) -> None:
        """Take the cursor along."""
        if self._rows is not None and len(self._rows):
            top = self.scroll_offset.y
            self.go(in_sight(self._cursor, top, self.page, len(self._rows)))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where it was clicked; a second click opens."""
        index = event.y + self.scroll_offset.y
        if self._rows is None or index >= len(self._rows):
            return
        self.go(index)
        if event.chain == _DOUBLE and self._uid is not None:
            self.post_message(self.Opened(self._uid))

    def _columns(self, width: int) -> Columns:
        return columns(width, many_accounts=self._many_accounts)

    def _due(self, index: int) -> str | None:
        row = self._rows.row(index) if self._rows is not None and index < len(self._rows) else None
        return due_text(row, self._clock()) if row is not None else None

    def _note(self, index: int, text: str) -> None:
        """Remember what was painted, of the visible rows only."""
        top = self.scroll_offset.y
        if len(self._strips) > _KEPT * self.page:
            self._strips.clear()
        if len(self._painted) > 4 * self.page:
            self._painted = {
                each: said for each, said in self._painted.items() if 0 <= each - top < self.page
            }
        self._painted[index] = text

    def _strip(
        self, line: list[tuple[str, str]], width: int, *, cursor: bool, selected: bool
    ) -> Strip:
        ground = "cursor" if cursor else "selected" if selected else PAGE
        segments = [Segment(text, style_of(self.app, role, ground)) for text, role in line]
        plain = style_of(self.app, "", ground)
        return Strip(segments).simplify().adjust_cell_length(width, plain)

    def _style(self, name: str) -> Style:
        return style_of(self.app, name, PAGE)

    def _tell(self) -> None:
        rows = self._rows
        uid = rows.uid(self._cursor) if rows is not None and self._cursor < len(rows) else None
        if uid != self._uid:
            self._uid = uid
            self.post_message(self.Moved(uid))

    def _reveal(self) -> None:
        """Show the cursor with a margin around it; where it leaves the page, turn the page.

        A step of one row repaints two lines then; scrolling row by row would
        repaint all of them at every key.
        """
        height, top = self.size.height, self.scroll_offset.y
        if height <= 0:
            return
        margin = min(MARGIN, (height - 1) // 2)
        wanted = top
        if self._cursor < top + margin:
            wanted = self._cursor - height + 1 + margin
        elif self._cursor > top + height - 1 - margin:
            wanted = self._cursor - margin
        count = len(self._rows) if self._rows is not None else 0
        wanted = max(min(wanted, count - height), 0)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, force=True)


def _position(uid: ConversationUid | None, before: int, old: Rows, new: Rows) -> int:
    """Return where the cursor goes when the order changes."""
    if uid is None:
        return 0
    here = new.position(uid)
    if here is not None:
        return here
    for index in (*range(before + 1, len(old)), *range(before - 1, -1, -1)):
        near = new.position(old.uid(index))
        if near is not None:
            return near
    return 0
