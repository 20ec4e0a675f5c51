"""Where an answer is typed. What is put or pasted in is made harmless: it paints all it holds."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.widgets import TextArea

from inbox.core import plaintext


class ReplyEditor(TextArea):
    """A text area for prose. Nothing is highlighted, completed or indented."""

    class Slash(Message):
        """A slash was typed at the beginning of an empty line."""

    def __init__(self, text: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        clean = plaintext.clean(text)
        super().__init__(clean, soft_wrap=True, tab_behavior="focus", id=id, compact=True)
        self.highlight_cursor_line = False

    async def _on_key(self, event: events.Key) -> None:
        row, _column = self.cursor_location
        if event.character == "/" and not self.document.get_line(row).strip():
            event.stop()
            event.prevent_default()
            self.post_message(self.Slash())

    async def _on_paste(self, event: events.Paste) -> None:
        event.text = plaintext.clean(event.text)

    def put(self, text: str) -> None:
        """Hold this text instead."""
        self.load_text(plaintext.clean(text))

    def insert_with_cursor(self, text: str, cursor: int | None) -> None:
        """Insert a text where the cursor is; `cursor` says where to go on writing in it."""
        if cursor is not None:
            cursor = len(plaintext.clean(text[:cursor]))
        text = plaintext.clean(text)
        start = self.cursor_location
        end = self.insert(text).end_location
        if cursor is None:
            self.move_cursor(end)
            return
        before = text[:cursor]
        rows = before.count("\n")
        column = len(before.rpartition("\n")[2])
        self.move_cursor((start[0] + rows, column if rows else start[1] + column))
