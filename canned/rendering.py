"""From a template and values to a text. Values are inserted, never read as template."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from canned.formats import Formats, Value
from canned.parts import (
    Condition,
    CursorHere,
    Filter,
    Include,
    Jump,
    Literal,
    Name,
    Show,
    Step,
    Template,
    TemplateError,
    Test,
    Unless,
    Words,
)

ASK = "ask."
"""Names that begin so are the seller's to fill, each time."""
_PLACEHOLDER = re.compile(
    r"\{\{-?+\s*+([A-Za-z_][A-Za-z0-9_-]*+(?:\.[A-Za-z0-9_-]++)*+)\s*+(?:\|[^{}]*+)?+-?+\}\}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A response with a conversation's values in it."""

    text: str
    cursor: int | None = None
    """Characters from the start to where the seller goes on writing; None: the end."""
    missing: tuple[str, ...] = ()
    """Names without a value, each once: their placeholders stand in the text. Also every
    `ask.` name that a condition hung on and nobody has given."""
    verbatim: tuple[str, ...] = ()
    """Names that a value spells like a placeholder; they are the buyer's words, not ours."""


def render(
    template: Template, values: Mapping[str, Value], formats: Formats | None = None
) -> Rendered:
    """Return the text of a linked template with the values in it.

    A value that is missing (not there, or empty) and has no fallback stays as
    `{{ name }}`. Takes time in proportion to the template and its values.
    Raises TemplateError for an include that was never linked.
    """
    return _Rendering(values, formats or Formats()).of(template)


def placeholders(text: str, verbatim: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the names of the placeholders still in a finished text, each once.

    `verbatim` (of `Rendered`) are those that came out of values: as many of
    them as were inserted are passed over.
    """
    left = Counter(found.group(1) for found in _PLACEHOLDER.finditer(text))
    left.subtract(Counter(verbatim))
    return tuple(name for name, count in left.items() if count > 0)


@dataclass(slots=True)
class _Rendering:
    """The state of one rendering."""

    values: Mapping[str, Value]
    formats: Formats
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    cursor: int | None = None
    missing: dict[str, None] = field(default_factory=dict)
    verbatim: list[str] = field(default_factory=list)

    def of(self, template: Template) -> Rendered:
        """Walk the steps of the template and of its parts, always forward."""
        waiting = [(template, 0)]
        while waiting:
            current, place = waiting.pop()
            while place < len(current.steps):
                step = current.steps[place]
                place = self.after(step, place)
                if isinstance(step, Include):
                    waiting.append((current, place))
                    current, place = _part(current, step), 0
        return Rendered(
            text="".join(self.pieces),
            cursor=self.cursor,
            missing=tuple(self.missing),
            verbatim=tuple(self.verbatim),
        )

    def after(self, step: Step, place: int) -> int:
        """Do one step and return the place of the next."""
        match step:
            case Words(text):
                self.put(text)
            case Show():
                self.show(step)
            case CursorHere():
                self.cursor = self.length if self.cursor is None else self.cursor
            case Unless(condition, to):
                return place + 1 if self.holds(condition) else to
            case Jump(to):
                return to
        return place + 1

    def put(self, text: str) -> None:
        """Add text to the end."""
        self.pieces.append(text)
        self.length += len(text)

    def show(self, step: Show) -> None:
        """Add a value, or its placeholder when there is none."""
        value = self.value(step.name)
        for each in step.filters:
            value = self.filtered(each, value)
        if value is None:
            self.missing[step.name] = None
            self.put(f"{{{{ {step.name} }}}}")
            return
        text = self.formats.text(value)
        self.verbatim.extend(found.group(1) for found in _PLACEHOLDER.finditer(text))
        self.put(text)

    def value(self, name: str) -> Value | None:
        """Return a variable's value; an empty text is none."""
        value = self.values.get(name)
        return None if isinstance(value, str) and not value.strip() else value

    def filtered(self, step: Filter, value: Value | None) -> Value | None:
        """Return the value after one filter; only `default` makes something of nothing."""
        if step.name == "default":
            return value if value is not None else self.argument(step.arguments[0])
        if value is None:
            return None
        words = self.formats
        match step.name:
            case "date":
                return words.date(value)
            case "money":
                currency = self.value("order.currency")
                return words.money(value, currency if isinstance(currency, str) else "")
            case "plural":
                forms = [self.argument(argument) for argument in step.arguments]
                return words.plural(value, tuple(words.text(form or "") for form in forms))
        text = words.text(value)
        return text.upper() if step.name == "upcase" else text.lower()

    def argument(self, argument: Name | Literal) -> Value | None:
        """Return what a filter is given: a literal, or a variable's value."""
        return self.value(argument.name) if isinstance(argument, Name) else argument

    def holds(self, condition: Condition) -> bool:
        """Return whether a condition is true, read from the right."""
        tests = list(condition.tests)
        result = self.true(tests.pop())
        for joiner in reversed(condition.joiners):
            this = self.true(tests.pop())
            result = (this and result) if joiner == "and" else (this or result)
        return result

    def true(self, test: Test) -> bool:
        """Return whether one test is true; a value that is missing equals nothing."""
        value = self.value(test.name)
        if value is None and test.name.startswith(ASK):
            self.missing[test.name] = None
        if test.equal is None:
            return value is not None and value is not False
        return _equal(value, test.literal) == test.equal


def _equal(value: Value | None, literal: Literal) -> bool:
    """Return whether a value is what a template's author wrote, `"3"` and `3` alike."""
    if value is None:
        return False
    if isinstance(literal, bool) or isinstance(value, bool):
        return str(value).lower() == str(literal).lower()
    if isinstance(literal, Decimal):
        try:
            return isinstance(value, str | int | Decimal) and Decimal(value) == literal
        except InvalidOperation:
            return False
    return str(value) == literal


def _part(template: Template, step: Include) -> Template:
    """Return the linked template behind an include."""
    if step.name in template.included:
        return template.included[step.name]
    at = next(at for name, at in template.includes if name == step.name)
    raise TemplateError(at.line, at.column, f'a response named "{step.name}"')
