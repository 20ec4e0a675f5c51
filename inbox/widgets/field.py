"""Where one line is typed. What is put or pasted in is made harmless: a field paints all it holds.

Apart from the editor of answers, which takes far longer to load: a search begins here.
"""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from inbox.widgets.words import one_line


class Field(Input):
    """One line to type into."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(
            one_line(value), placeholder=placeholder, id=id, compact=True, select_on_focus=False
        )

    def _on_paste(self, event: events.Paste) -> None:
        event.text = one_line(event.text)
