"""From text to template: a strict subset of Liquid, one pass, no recursion."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

from canned.parts import (
    At,
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
    Test,
    Unless,
    Words,
)
from canned.tokens import Reader, Token
from canned.variables import canonical

MAX_LENGTH = 100_000
"""Characters of one response, its includes counted."""
MAX_FORMS = 6
"""CLDR knows no language with more plural forms."""
_ARGUMENTS = {
    "default": (1, 1),
    "date": (0, 0),
    "money": (0, 0),
    "upcase": (0, 0),
    "downcase": (0, 0),
    "plural": (1, MAX_FORMS),
}
_FILTER_ALIASES = {"fallback": "default", "pluralize": "plural"}
_FILTERS = "default, date, money, upcase, downcase or plural"
_TAGS = "if, elsif, else, endif or include"


@dataclass(slots=True)
class _Open:
    """An `{% if %}` whose `{% endif %}` is still to come."""

    offset: int
    test: int | None
    """The step that waits to be told where its condition's other branch is."""
    leaving: list[int] = field(default_factory=list)
    """The steps that wait to be told where the whole ends."""


def parse(text: str) -> Template:
    """Return the template that a text is; raises TemplateError at the first thing not allowed."""
    return _Parser(text).template()


class _Parser:
    """One pass over one text."""

    def __init__(self, text: str) -> None:
        self.reader = Reader(text)
        self.steps: list[Step] = []
        self.open: list[_Open] = []
        self.names: list[tuple[str, At]] = []
        self.includes: list[tuple[str, At]] = []
        self.trim = False

    def template(self) -> Template:
        """Return the whole text's template."""
        reader = self.reader
        if len(reader.text) > MAX_LENGTH:
            raise reader.error(MAX_LENGTH, f"a text of at most {MAX_LENGTH} characters")
        while True:
            words, sign = reader.words()
            self.words(words, before_trim=sign.endswith("-"))
            if not sign:
                break
            if sign.startswith("{{"):
                self.show()
            else:
                self.tag()
        if self.open:
            raise reader.error(self.open[-1].offset, "an {% endif %} for this {% if %}")
        return Template(
            steps=tuple(self.steps),
            length=len(reader.text),
            names=tuple(self.names),
            includes=tuple(self.includes),
        )

    def words(self, text: str, *, before_trim: bool) -> None:
        """Keep text as it stands, but for the blanks that a `-` in a tag beside it takes."""
        if self.trim:
            text = text.lstrip()
        if before_trim:
            text = text.rstrip()
        if text:
            self.steps.append(Words(text))

    def show(self) -> None:
        """Read `name | filter: argument }}`."""
        name = self.name("a variable's name")
        if name == "cursor":
            self.close("}}", "}} after cursor")
            self.steps.append(CursorHere())
            return
        filters = []
        while self.sign("|"):
            filters.append(self.filter())
        self.close("}}", "| or }}")
        self.steps.append(Show(name, tuple(filters)))

    def filter(self) -> Filter:
        """Read `filter: argument, argument` after its `|`."""
        token = self.reader.take()
        name = _FILTER_ALIASES.get(token.text, token.text)
        if token.kind != "name" or name not in _ARGUMENTS:
            self.fail(token, _FILTERS)
        least, most = _ARGUMENTS[name]
        arguments: list[Name | Literal] = []
        if self.sign(":", at_all=most > 0):
            arguments.append(self.argument())
            while len(arguments) < most and self.sign(","):
                arguments.append(self.argument())
        elif least:
            self.fail(self.reader.peek(), f': and what {name} takes, like {name}: "..."')
        return Filter(name, tuple(arguments))

    def argument(self) -> Name | Literal:
        """Read a literal or a variable's name."""
        token = self.reader.peek()
        if token.kind == "literal":
            return self.reader.take().literal
        return Name(self.name('a text in quotes, like "there", a number or a name'))

    def tag(self) -> None:
        """Read what follows `{%`."""
        token = self.reader.take()
        start = token.offset
        match token.text if token.kind == "name" else "":
            case "if":
                self.open.append(_Open(start, len(self.steps)))
                self.steps.append(Unless(self.condition(), 0))
            case "elsif":
                self.other_branch(token)
                self.open[-1].test = len(self.steps)
                self.steps.append(Unless(self.condition(), 0))
            case "else":
                self.other_branch(token)
                self.open[-1].test = None
            case "endif":
                self.end(token)
            case "include":
                self.include()
            case _:
                self.fail(token, _TAGS)
        self.close("%}", "%}")

    def other_branch(self, token: Token) -> None:
        """Close the branch before an `elsif` or `else`."""
        if not self.open:
            self.fail(token, "an {% if %} before it")
        if self.open[-1].test is None:
            self.fail(token, "{% endif %}: the {% else %} was the last branch")
        self.open[-1].leaving.append(len(self.steps))
        self.steps.append(Jump(0))
        self.settle_test(self.open[-1])

    def end(self, token: Token) -> None:
        """Tell every waiting step of the innermost `if` where it ends."""
        if not self.open:
            self.fail(token, "an {% if %} before it")
        done = self.open.pop()
        self.settle_test(done)
        for step in done.leaving:
            self.steps[step] = Jump(len(self.steps))

    def settle_test(self, branch: _Open) -> None:
        """Point the waiting condition to the step that comes next."""
        if branch.test is not None:
            waiting = self.steps[branch.test]
            if isinstance(waiting, Unless):
                self.steps[branch.test] = Unless(waiting.condition, len(self.steps))

    def condition(self) -> Condition:
        """Read tests joined by `and` and `or`."""
        tests, joiners = [self.test()], []
        while self.reader.peek().text in {"and", "or"} and self.reader.peek().kind == "name":
            joiners.append(self.reader.take().text)
            tests.append(self.test())
        return Condition(tuple(tests), tuple(joiners))

    def test(self) -> Test:
        """Read a name, alone or compared with a literal."""
        name = self.name("a variable's name")
        token = self.reader.peek()
        if token.kind != "sign" or token.text not in {"==", "!="}:
            return Test(name)
        self.reader.take()
        literal = self.reader.take()
        if literal.kind != "literal":
            self.fail(literal, 'a text in quotes, like "en", a number, true or false')
        return Test(name, token.text == "==", literal.literal)

    def include(self) -> None:
        """Read the quoted name of another response."""
        token = self.reader.take()
        if token.kind != "literal" or not isinstance(token.literal, str) or not token.literal:
            self.fail(token, 'the name of a response in quotes, like "footer"')
        self.includes.append((token.literal, self.reader.at(token.offset)))
        self.steps.append(Include(token.literal))

    def name(self, expected: str) -> str:
        """Read a variable's name and return how we call it."""
        token = self.reader.take()
        if token.kind != "name":
            self.fail(token, expected)
        name = canonical(token.text)
        if name != "cursor":
            self.names.append((name, self.reader.at(token.offset)))
        return name

    def sign(self, text: str, *, at_all: bool = True) -> bool:
        """Pass the sign if it comes next and return whether it did."""
        token = self.reader.peek()
        if token.kind != "sign" or token.text != text or not at_all:
            return False
        self.reader.take()
        return True

    def close(self, sign: str, expected: str) -> None:
        """Pass the end of the tag, and remember whether it takes the blanks after it."""
        token = self.reader.take()
        if token.kind != "close" or not token.text.endswith(sign):
            self.fail(token, expected)
        self.trim = token.text.startswith("-")

    def fail(self, token: Token, expected: str) -> NoReturn:
        """Raise the error that says what was expected where the token stands."""
        raise self.reader.error(token.offset, expected)
