"""Where one line is typed. What is put or pasted in is made harmless: a field paints all it holds.

Apart from the editor of answers, which takes far longer to load: a search begins here.
"""

from __future__ import annotations

from typing import Protocol

from textual import events
from textual.widgets import Input

from inbox.widgets.words import one_line


class Ahead(Protocol):
    """Holds keys that are typed ahead."""

    def hold(self) -> None:
        """Begin to hold keys."""

    def kept(self, event: events.Key) -> bool:
        """Hold a key if keys are to be held, and return whether it was."""


class Field(Input):
    """One line to type into."""

    ahead: Ahead | None = None
    """Set where Enter leads on to the next field: it holds what is typed behind that.

    Keys that come in one burst, as over a slow line, were all sent to this field. The page
    lets them go once the cursor stands where they belong."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(
            one_line(value), placeholder=placeholder, id=id, compact=True, select_on_focus=False
        )

    def _on_paste(self, event: events.Paste) -> None:
        event.text = one_line(event.text)

    async def _on_key(self, event: events.Key) -> None:
        if self.ahead is None:
            await super()._on_key(event)
        elif self.ahead.kept(event):
            event.stop()
            event.prevent_default()
        elif event.key == "enter":
            event.stop()
            event.prevent_default()
            self.ahead.hold()
            await self.action_submit()
        else:
            await super()._on_key(event)
