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
        """Hold this text instead; what was typed before comes back by undoing."""
        self.replace(plaintext.clean(text), (0, 0), self.document.end)

    def go_on_writing(self, signature: str) -> None:
        """Put the cursor where the words end, above a signature."""
        words = self.text.rstrip()
        above = words.removesuffix(signature) if signature else words
        if above != words and (not above or above.endswith("\n")):
            self.move_cursor(_after((0, 0), above.rstrip()))
        else:
            self.move_cursor(self.document.end)

    def insert_with_cursor(self, text: str, cursor: int | None, signature: str = "") -> None:
        """Insert a text where the cursor is; `cursor` says where to go on writing in it.

        Several lines stand apart from what is around them, and a signature
        that they end with is not said again below them.
        """
        if cursor is not None:
            cursor = len(plaintext.clean(text[:cursor]))
        text = plaintext.clean(text)
        start, end = self.cursor_location, self.document.end
        before = self.get_text_range((0, 0), start)
        lead, rest = set_apart(before, text, self.get_text_range(start, end), signature)
        self.replace(f"{lead}{text}{rest}", start, end)
        self.move_cursor(_after(start, lead + text[: len(text) if cursor is None else cursor]))


def set_apart(before: str, text: str, after: str, signature: str) -> tuple[str, str]:
    """Return what to put before a text that is inserted, and what then stands behind it.

    One line goes into the sentence it is put into, as it is.
    """
    signature = signature.strip()
    said = bool(signature) and f"\n{text.rstrip()}".endswith(f"\n{signature}")
    if said and after.strip() == signature:
        after = ""
    if "\n" not in text.strip():
        return "", after
    lead = "\n" * (2 - _line_ends(before)) if before.strip() else ""
    ends = _line_ends(text) + _line_ends(after[::-1])
    return lead, "\n" * max(0, 2 - ends) + after if after.strip() else after


def _line_ends(text: str) -> int:
    """Return how many line ends, two at most, a text ends with."""
    return min(2, len(text) - len(text.rstrip("\n")))


def _after(start: tuple[int, int], text: str) -> tuple[int, int]:
    """Return where (row, column) a text ends that begins there."""
    row, column = start
    rows, last = text.count("\n"), text.rpartition("\n")[2]
    return row + rows, len(last) + (0 if rows else column)
