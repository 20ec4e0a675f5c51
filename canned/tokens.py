"""Read a template's text token by token, from left to right, never back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from canned.parts import At, Literal, TemplateError

_OPEN = re.compile(r"\{\{-?|\{%-?")
_TOKEN = re.compile(
    r"""[ \t\r\n]*+(?:
      (?P<close>-?(?:\}\}|%\}))
    | (?P<number>-?[0-9]++(?:\.[0-9]++)?)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*+(?:-[A-Za-z0-9_]++)*+
        (?:\.[A-Za-z0-9_]++(?:-[A-Za-z0-9_]++)*+)*+)
    | "(?P<double>[^"\n]*+)" | '(?P<single>[^'\n]*+)'
    | (?P<sign>==|!=|[|:,])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, sign or literal inside a tag; at the end of the text `kind` is ""."""

    kind: str
    """name, literal, sign, close, or "" for something that is none of them."""
    text: str
    literal: Literal
    offset: int


class Reader:
    """A place in a template's text that only moves forward."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = 0
        self._seen = 0
        self._line = 1
        self._line_start = 0

    def words(self) -> tuple[str, str]:
        """Return the text up to the next tag and the sign that opens it ("" at the end)."""
        found = _OPEN.search(self.text, self.offset)
        start = self.offset
        if found is None:
            self.offset = len(self.text)
            return self.text[start:], ""
        self.offset = found.end()
        return self.text[start : found.start()], found.group()

    def peek(self) -> Token:
        """Return the next token inside a tag without passing it."""
        found = _TOKEN.match(self.text, self.offset)
        if found is None or found.lastgroup is None:
            return Token("", "", "", self._after_blanks())
        kind, start = found.lastgroup, found.start(found.lastgroup)
        text = found.group(kind)
        if kind == "number":
            return Token("literal", text, Decimal(text), start)
        if kind in {"double", "single"}:
            return Token("literal", text, text, start - 1)
        if kind == "name" and text in {"true", "false"}:
            return Token("literal", text, text == "true", start)
        return Token(kind, text, "", start)

    def take(self) -> Token:
        """Return the next token inside a tag and pass it."""
        token = self.peek()
        found = _TOKEN.match(self.text, self.offset)
        self.offset = found.end() if found else token.offset
        return token

    def at(self, offset: int) -> At:
        """Return the line and column of an offset not before the last one asked for."""
        newlines = self.text.count("\n", self._seen, offset)
        if newlines:
            self._line += newlines
            self._line_start = self.text.rfind("\n", self._seen, offset) + 1
        self._seen = offset
        return At(self._line, offset - self._line_start + 1)

    def error(self, offset: int, expected: str) -> TemplateError:
        """Return the error that says what was expected at an offset."""
        line = self.text.count("\n", 0, offset) + 1
        return TemplateError(line, offset - (self.text.rfind("\n", 0, offset) + 1) + 1, expected)

    def _after_blanks(self) -> int:
        """Return the offset of the next character that is not blank."""
        rest = re.compile(r"[ \t\r\n]*+").match(self.text, self.offset)
        return rest.end() if rest else self.offset
