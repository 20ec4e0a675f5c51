"""What a parsed template is made of: a flat list of steps that only ever jump forward.

That shape is the promise of the language: no template can take longer to
render than it is long.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

Literal = str | Decimal | bool


class TemplateError(Exception):
    """A template that cannot be used: where, and what was expected there."""

    def __init__(self, line: int, column: int, expected: str) -> None:
        super().__init__(f"line {line}, column {column}: expected {expected}")
        self.line = line
        """Counted from 1, in the text given to `parse`."""
        self.column = column
        """Counted from 1, in characters."""
        self.expected = expected


@dataclass(frozen=True, slots=True)
class At:
    """A place in a template's text, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, told apart from a literal text of the same letters."""

    name: str


@dataclass(frozen=True, slots=True)
class Filter:
    """One `| filter: argument, argument`."""

    name: str
    arguments: tuple[Name | Literal, ...] = ()


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of a condition; `equal` None asks only whether there is a value."""

    name: str
    equal: bool | None = None
    literal: Literal = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """Tests joined by `and` and `or`, read from the right as Liquid does: `a or (b and c)`."""

    tests: tuple[Test, ...]
    joiners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """Text that stands as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Show:
    """`{{ name | filter }}`."""

    name: str
    filters: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class CursorHere:
    """`{{ cursor }}`: where the seller goes on writing."""


@dataclass(frozen=True, slots=True)
class Unless:
    """Go on at step `to` where the condition does not hold."""

    condition: Condition
    to: int


@dataclass(frozen=True, slots=True)
class Jump:
    """Go on at step `to`, which is further down."""

    to: int


@dataclass(frozen=True, slots=True)
class Include:
    """`{% include "name" %}`."""

    name: str


Step = Words | Show | CursorHere | Unless | Jump | Include


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A parsed template. One with includes must be linked before it is rendered."""

    steps: tuple[Step, ...]
    length: int
    """Characters of its text, those of its includes added once it is linked."""
    names: tuple[tuple[str, At], ...] = ()
    """Every variable it speaks of, in order, conditions and fallbacks too."""
    includes: tuple[tuple[str, At], ...] = ()
    included: Mapping[str, Template] = field(default_factory=dict)
    """The templates behind `includes`, put in by `linking.link`."""
