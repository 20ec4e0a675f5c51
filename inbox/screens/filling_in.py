"""A small form for what a canned response needs and the conversation does not tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input, Static

from inbox.commands import Context
from inbox.screens.base import KeyScreen
from inbox.screens.desk import Desk
from inbox.screens.typing_ahead import TypingAhead
from inbox.widgets.field import Field

Filled = Callable[[Mapping[str, str]], None]


class FormField(Field):
    """A field that Enter leaves; what is typed behind it is for the next one.

    Keys that come in one burst, as over a slow line, were all sent to this
    field: those behind Enter are held until the cursor stands where they belong.
    """

    class Left(Message):
        """Enter was typed."""

    def __init__(self, typing: TypingAhead, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._typing = typing

    async def _on_key(self, event: events.Key) -> None:
        if self._typing.kept(event):
            event.stop()
            event.prevent_default()
        elif event.key == "enter":
            event.stop()
            event.prevent_default()
            self._typing.hold()
            self.post_message(self.Left())
        else:
            await super()._on_key(event)


class FillScreen(KeyScreen):
    """A field for each value; one left empty stays a visible place to fill in.

    Whoever takes the values closes it.
    """

    CONTEXT: ClassVar[Context] = Context.FORM

    def __init__(self, desk: Desk, title: str, names: Sequence[str], filled: Filled) -> None:
        super().__init__(desk)
        self._heading = title
        self._names = tuple(names)
        self._filled = filled

    def compose(self) -> ComposeResult:
        """Return a label and a field for each name."""
        with VerticalScroll(id="form", can_focus=False):
            yield Static(self._heading, markup=False, classes="heading")
            for number, name in enumerate(self._names):
                yield Static(label_of(name), markup=False, classes="label")
                yield FormField(self.desk.typing, id=f"value-{number}")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Begin with the first field."""
        self.set_focus(self._field(0))

    @on(FormField.Left)
    def left(self) -> None:
        """Go on to the next field; after the last one it is done."""
        self.action_next_field()
        shown = self.app.screen
        if isinstance(shown, KeyScreen):
            shown.when_ready(shown.free_keys)
        else:
            self.free_keys()

    def action_next_field(self, _count: int | None = None) -> None:
        """Go on to the next field; after the last one it is done."""
        fields = range(len(self._names))
        at = next((number for number in fields if self._field(number) is self.focused), 0)
        if at + 1 < len(self._names):
            self.set_focus(self._field(at + 1))
        else:
            self.action_fill()

    def action_fill(self, _count: int | None = None) -> None:
        """Hand over what was typed."""
        typed = {name: self._field(number).value for number, name in enumerate(self._names)}
        self._filled({name: value.strip() for name, value in typed.items() if value.strip()})

    def _field(self, number: int) -> Input:
        return self.query_one(f"#value-{number}", Input)


def label_of(name: str) -> str:
    """Return what a field asks for, in words."""
    from canned.variables import NAMES

    if name.startswith("ask."):
        return name.removeprefix("ask.").replace("_", " ")
    return NAMES.get(name, name)
