"""A small form for what a canned response needs and the conversation does not tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from inbox.commands import Context
from inbox.screens.desk import Desk
from inbox.screens.leading import LeadingScreen
from inbox.widgets.field import Field

Filled = Callable[[Mapping[str, str]], None]


class FillScreen(LeadingScreen):
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
                yield Field(id=f"value-{number}")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Begin with the first field."""
        self.lead_on(self.query(Field))
        self.set_focus(self._field(0))

    @on(Input.Submitted)
    def submitted(self, _event: Input.Submitted) -> None:
        """Go on to the next field; after the last one it is done."""
        self.action_next_field()

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
