"""HTML mail as text that a person reads in a terminal. Pure: fetches nothing, runs nothing.

Paragraphs, lists, tables and quotes keep their shape; a link shows its target
where that is not what it says. What a mail program would not show (pre-headers
for the list of mails, scripts, styles) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote

from connectors.html_events import OPEN, TEXT
from connectors.html_tokens import events

LENGTH_LIMIT = 2 * 1024 * 1024
"""Letters of HTML that are read."""
_QUOTES_LIMIT = 12
_INDENT_LIMIT = 8
_DIGITS_LIMIT = 7
_RULE = "-" * 20

_PARAGRAPHS = frozenset(
    {
        *(
            "p",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "blockquote",
            "ul",
            "ol",
            "dl",
            "pre",
            "table",
            "hr",
        ),
        *("figure", "fieldset", "form"),
    }
)
_LINES = frozenset(
    {
        *(
            "div",
            "li",
            "tr",
            "dt",
            "dd",
            "address",
            "article",
            "aside",
            "caption",
            "center",
            "details",
        ),
        *("figcaption", "footer", "header", "main", "nav", "section", "summary"),
    }
)
_CELLS = frozenset({"td", "th"})
_WITHIN_CELLS = frozenset({"br", "div", "p", "center"})
_PARTING = _PARAGRAPHS | _LINES | _CELLS | {"br"}
"""Elements at which a line or a cell ends."""
_SIGNATURE = "-- "
_OTHER_BLANKS = "\n\t\r\f"
_SHAPING = frozenset(
    {"blockquote", "div", "ul", "ol", "a", "img", "li", "pre", "hr", "table", "th"}
)
"""Elements of which more is to be known than where lines begin and end."""
_STYLE_LIMIT = 500
"""Letters of a style that is likely there again: what it hides is kept."""
_PADDING = re.compile("(?:[\u00ad\u034f\u200b\u200c\u200d\u2007\ufeff][ \u00a0]*+){3,}")
_HIDDEN = re.compile(
    r"(?i)(?:^|;)\s*(?:(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)\b(?!-)"
    r"|max-height\s*:\s*0(?:px)?\s*(?:!\s*important\s*)?(?:;|$)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$))"
)
_INDENTED = re.compile(r"(?i)margin[^;]*40px[^\"]{0,80}border(?:-style)?\s*:\s*(?:none|0)")
_QUOTING = re.compile(r"yahoo_quoted|(?:^|\s)quote-container(?:\s|$)")
"""Classes of an element that holds a quote with its attribution, and nothing else."""
_HEADED = re.compile(
    r"(?i)border\s*:\s*none\s*;\s*border-top\s*:\s*solid[^;]{1,40};\s*padding\s*:\s*3(?:\.0)?pt"
)
"""What Outlook draws above the header of a quoted mail: in its plain text a rule."""
_OUTLOOK_RULE = "_" * 32
_SHOWN_SCHEMES = ("http://", "https://", "mailto:", "tel:")


def text_of(html: str) -> str:
    r"""Return the text of a page: `\n` line ends, quotes behind "> ", no blank line at the ends."""
    page = _Page()
    for act, said, attributes in events(html[:LENGTH_LIMIT]):
        if act is OPEN:
            page.open(said, attributes)
        elif act is TEXT:
            page.write(said)
        else:
            page.close()
    return page.finished()


@dataclass(slots=True)
class _Open:
    """An element that is open, and what it changed."""

    name: str
    hidden: bool = False
    quoting: bool = False
    start: int = 0
    """A link: how many pieces the line had when it began."""
    href: str = ""
    counter: int | None = None
    """A list: the number of its next item, None for bullets."""


@dataclass(slots=True)
class _Page:
    """The text so far."""

    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    opened: list[_Open] = field(default_factory=list)
    lists: list[_Open] = field(default_factory=list)
    hidden: int = 0
    quotes: int = 0
    exact: int = 0
    blank: bool = False
    """A blank line is wanted before what comes next."""
    mark: str = ""
    """A list's item began: its bullet or number is wanted before the next line."""
    depth: int = 0
    """How deep in quotes the last line stands."""
    cells: int = 0
    """Cells that began: bars are wanted between them and what stands left of them."""
    tables: list[bool] = field(default_factory=list)
    """The tables that are open, and whether they are of data: their rows stay on one line."""

    def write(self, said: str) -> None:
        """Add text to the page, if it is to be seen."""
        if not self.hidden:
            self._text(said)

    def finished(self) -> str:
        """Return the whole text."""
        self._end_line()
        return "\n".join(self.lines).strip("\n")

    def open(self, name: str, attributes: Mapping[str, str]) -> None:
        """Note that an element begins."""
        hidden = bool(attributes) and _is_hidden(attributes)
        if not hidden and name not in _SHAPING:
            self.opened.append(_plainly_open(name))
            if not self.hidden and name in _PARTING:
                self._space(name)
            return
        entry = _Open(name, hidden=hidden)
        self.opened.append(entry)
        self.hidden += entry.hidden
        if self.hidden:
            return
        self._space(name)
        if name == "blockquote" or (name == "div" and _holds_quote(attributes)):
            entry.quoting = not _is_indented(attributes)
            self.quotes += entry.quoting
        elif name == "div" and _heads(attributes.get("style", "")):
            self.blank = True
            self._put(_OUTLOOK_RULE)
        elif name in {"ul", "ol"}:
            entry.counter = _number(attributes.get("start", "1")) if name == "ol" else None
            self.lists.append(entry)
        elif name == "a":
            entry.href, entry.start = attributes.get("href", "").strip(), len(self.line)
        elif name == "img":
            alt = attributes.get("alt", "").strip()
            self._text(f"[{alt}]" if alt else "")
        else:
            self._open_plain(name)

    def _open_plain(self, name: str) -> None:
        """Note that an element begins of which the name says all."""
        if name == "li":
            self._bullet()
        elif name == "pre":
            self.exact += 1
        elif name == "hr":
            self._text(_RULE)
        elif name == "table":
            self.tables.append(False)
        elif name == "th" and self.tables:
            self.tables[-1] = True

    def close(self) -> None:
        """Note that the element that began last ends."""
        entry = self.opened.pop()
        if self.hidden:
            self.hidden -= entry.hidden
            return
        name = entry.name
        if name == "a":
            self._target(entry)
        elif name in _PARTING and name != "br" and name not in _CELLS:
            self._space(name, closing=True)
        self.quotes -= entry.quoting
        if name in _SHAPING:
            self._leave(entry)

    def _leave(self, entry: _Open) -> None:
        """Take back what an element that ends has changed."""
        if entry.name == "pre":
            self.exact -= 1
        elif entry.name in {"ul", "ol"} and self.lists:
            self.lists.pop()
        elif entry.name == "table" and self.tables:
            self.tables.pop()

    def _space(self, name: str, *, closing: bool = False) -> None:
        """End the line where an element of this name begins or ends, if it is no part of one."""
        if self.tables and self.tables[-1] and name in _WITHIN_CELLS:
            self._text(" ")
        elif name in _PARAGRAPHS:
            self._end_line()
            inside = bool(self.mark) or (name in {"ul", "ol"} and len(self.lists) > closing)
            self.blank = self.blank or not inside
        elif name == "br" and not self.line:
            self.blank = True
        elif name == "br" or name in _LINES:
            self._end_line()
        elif name in _CELLS and not closing:
            self.cells += 1

    def _text(self, said: str) -> None:
        """Add text to the line."""
        if not said.isascii():
            said = _PADDING.sub("", said)
        if self.exact:
            first, *others = said.replace("\r\n", "\n").split("\n")
            self._piece(first)
            for other in others:
                self._end_line(keep=True)
                self._piece(other)
            return
        said = _single_blanks(said)
        if not self.line or self.line[-1].endswith(" "):
            said = said.removeprefix(" ")
        self._piece(said)

    def _piece(self, said: str) -> None:
        """Append to the line what is not empty."""
        if not said:
            return
        if self.cells and said.strip("\u00a0 "):
            # only a table of data keeps its empty cells: in others they are but room
            bars = self.cells if self.tables and self.tables[-1] else 1
            if self.line:
                start = "| " if self.line[-1].endswith(" ") else " | "
                self.line.append(start + "| " * (bars - 1))
            self.cells = 0
        self.line.append(said)

    def _end_line(self, *, keep: bool = False) -> None:
        """Put the line under the others; a blank one only if it is to be kept."""
        if not self.line:
            self.cells = 0
            self.blank = self.blank or keep
            return
        written = "".join(self.line).replace("\u00a0", " ")
        said = _SIGNATURE if written == _SIGNATURE else written.rstrip()
        self.line, self.cells = [], 0
        if said:
            self._put(said)
        elif keep:
            self.blank = True

    def _put(self, said: str) -> None:
        """Put a line under the others, a blank one between them if that is wanted."""
        if self.blank and self.lines:
            self.lines.append(">" * min(self.depth, self.quotes, _QUOTES_LIMIT))
        self.blank, self.depth = False, self.quotes
        self.lines.append(f"{self._prefix()}{self.mark}{said}")
        self.mark = ""

    def _prefix(self) -> str:
        """Return the marks in front of a quoted line."""
        return ">" * min(self.quotes, _QUOTES_LIMIT) + " " if self.quotes else ""

    def _bullet(self) -> None:
        """Begin a list's item."""
        entry = self.lists[-1] if self.lists else None
        indent = "  " * min(max(len(self.lists) - 1, 0), _INDENT_LIMIT)
        self.mark = f"{indent}- "
        if entry is not None and entry.counter is not None:
            self.mark = f"{indent}{entry.counter}. "
            entry.counter += 1

    def _target(self, link: _Open) -> None:
        """Add a link's target behind its words, if they do not say it."""
        words = "".join(self.line[link.start :]).strip()
        href = link.href
        if words and href.lower().startswith(_SHOWN_SCHEMES) and not _says(words, href):
            self._piece(f" <{href}>")


@lru_cache(maxsize=128)
def _plainly_open(name: str) -> _Open:
    """Return the one entry for all elements of a name that change nothing."""
    return _Open(name)


def _single_blanks(said: str) -> str:
    """Return text with each run of blanks and breaks as one blank."""
    for blank in _OTHER_BLANKS:
        if blank in said:
            said = said.replace(blank, " ")
    while "  " in said:
        said = said.replace("  ", " ")
    return said


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    """Return whether an element is not to be seen."""
    if "hidden" in attributes:
        return True
    style = attributes.get("style", "")
    return style != "" and (_hides_before(style) if len(style) <= _STYLE_LIMIT else _hides(style))


def _hides(style: str) -> bool:
    """Return whether a style takes its element out of sight."""
    return _HIDDEN.search(style) is not None


_hides_before = lru_cache(maxsize=512)(_hides)


def _heads(style: str) -> bool:
    """Return whether a style draws the line above a quoted mail's header."""
    return "padding" in style.lower() and _HEADED.search(style) is not None


def _holds_quote(attributes: Mapping[str, str]) -> bool:
    """Return whether a mail program says that an element holds what is quoted and no more."""
    named = attributes.get("name", "") == "quote"
    return named or _QUOTING.search(attributes.get("class", "")) is not None


def _is_indented(attributes: Mapping[str, str]) -> bool:
    """Return whether a blockquote only moves the writer's own words to the right."""
    moved = "webkit-indent-blockquote" in attributes.get("class", "")
    return moved or _INDENTED.search(attributes.get("style", "")) is not None


def _number(said: str) -> int:
    """Return the number a list begins with, 1 where that is no number."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < _DIGITS_LIMIT else 1


def _says(words: str, href: str) -> bool:
    """Return whether a link's words are its target."""
    if "." not in words and "%" not in words and href.count(".") > 1:
        return False  # as nearly every "look here"; one dot of a target may be that of "www."
    return _bare(words) == _bare(href)


def _bare(target: str) -> str:
    """Return a target without what people leave out when they write it."""
    bare = unquote(target).strip().casefold()
    for start in (*_SHOWN_SCHEMES, "www."):
        bare = bare.removeprefix(start)
    return bare.rstrip("/")
