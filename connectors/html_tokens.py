"""HTML as a stream of events, so that rendering it needs neither recursion nor a tree at hand.

A page is scanned first, in linear time, and only the tags and attributes that
say something about its text are kept. From that lexbor makes the tree that a
browser would. Given a page as it came lexbor needed 21 s for 100,000 nested
elements and 113 s for 200,000 attributes; so a page with more tags than
anybody types keeps the scanner's order instead. Nothing is fetched and no
script runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from html import escape, unescape
from types import MappingProxyType
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

TAGS_LIMIT = 6_000
"""Tags up to which a tree is made: lexbor's worst case is then under a tenth of a second."""
DEPTH_LIMIT = 300
"""Elements that are kept open at once where no tree is made."""
_VALUE_LIMIT = 8_000

_VOID = frozenset({"br", "hr", "img"})
_KEPT_TAGS = _VOID | frozenset(
    {
        *(
            "a",
            "address",
            "article",
            "aside",
            "blockquote",
            "caption",
            "center",
            "dd",
            "details",
            "div",
        ),
        *(
            "dl",
            "dt",
            "fieldset",
            "figcaption",
            "figure",
            "font",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
        ),
        *("h4", "h5", "h6", "header", "label", "li", "main", "nav", "ol", "p", "pre", "section"),
        *("span", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    }
)
_KEPT_ATTRIBUTES = frozenset({"alt", "class", "hidden", "href", "name", "start", "style"})
_NOTHING: Mapping[str, str] = MappingProxyType({})

_TOKEN = re.compile(
    r"<!--(?:-?>|(?:[^-]++|-(?!->))*+(?:-->|\Z))"
    r"|<(?P<raw>script|style|title|textarea|xmp|iframe|noembed|noframes)(?=[\s/>])[^>]*+>?"
    r"|<(?P<slash>/?)(?P<name>[a-z][a-z0-9:-]{0,30})"
    r"(?P<attributes>(?:[^>\"']++|\"[^\"]*+\"|'[^']*+'|[\"'])*+)>?"
    r"|<[!?/][^>]*+>?"
    r"|(?P<text>(?:[^<]++|<(?![a-z!?/]))++|<)",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"(?<![^\s\"'/])([a-z]{3,10})(?=[\s=>/]|\Z)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"<[^>\"']*+(?:(?:\"[^\">]*+\"|'[^'>]*+')[^>\"']*+)*+>")
"""A tag that means the same wherever it stands: no quote of it is still open."""
_ENTITIES = (("&nbsp;", "\u00a0"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))
_WRITTEN_ATTRIBUTE = re.compile(r" ([a-z]+)=\"([^\"]*)\"")


class Act(Enum):
    """What happens at one point of a page."""

    OPEN = "open"
    CLOSE = "close"
    TEXT = "text"


class Event(NamedTuple):
    """An element that opens or closes (`said` is its lower-case name), or text (`said`)."""

    act: Act
    said: str
    attributes: Mapping[str, str] = _NOTHING


def events(html: str) -> Iterable[Event]:
    """Return a page's elements and texts in their order; every element that opens closes again."""
    rewritten, tags = _rewritten(html)
    return _in_tree(rewritten) if tags <= TAGS_LIMIT else _in_order(list(_scan(html)))


def _rewritten(html: str) -> tuple[str, int]:
    """Return a page with nothing in it but what matters, and how many tags that is.

    Mail has the same few tags again and again: each is read once.
    """
    first, *parts = html.split("<")
    pieces = [first]
    known: dict[str, str] = {}
    endless: set[str] = set()
    tags, end = 0, len(first)
    done = end
    for part in parts:
        start, end = end, end + 1 + len(part)
        if done > start:  # what was read last goes on in here
            pieces.append(html[done:end])
            continue
        tag, closed, text = part.partition(">")
        written = known.get(tag) if closed else None
        if written is None:
            event, done = _token(html, start, endless)
            written, text = _written(event) if event else "", html[done:end]
            if event is not None and event.act is Act.TEXT:
                tags -= 1
            elif closed and done == start + len(tag) + 2 and _CLOSED.fullmatch(f"<{tag}>"):
                known[tag] = written
        tags += written != ""
        pieces += written, text
    return "".join(pieces), tags


def _scan(html: str) -> Iterator[Event]:
    """Yield the tags that matter and the text between them, which still has its entities."""
    position = 0
    endless: set[str] = set()
    while position < len(html):
        event, position = _token(html, position, endless)
        if event is not None:
            yield event


def _token(html: str, position: int, endless: set[str]) -> tuple[Event | None, int]:
    """Return what stands at a position, None if it does not matter, and where the next stands.

    `endless` are the elements without an end, in which nothing is skipped.
    """
    match = _TOKEN.match(html, position)
    if match is None:
        return None, len(html)
    text, raw, name = match["text"], match["raw"], match["name"]
    if text:
        return Event(Act.TEXT, text), match.end()
    if raw and raw.lower() not in endless:
        end = re.compile(rf"</{raw}[^>]*+>?", re.IGNORECASE).search(html, match.end())
        if end is not None:
            return None, end.end()
        endless.add(raw.lower())
    elif name and match["attributes"].startswith("@"):
        return Event(Act.TEXT, f"<{name}{match['attributes']}>"), match.end()
    elif name and name.lower() in _KEPT_TAGS:
        act = Act.CLOSE if match["slash"] else Act.OPEN
        return Event(act, name.lower(), _read(match["attributes"])), match.end()
    return None, match.end()


def _read(attributes: str) -> Mapping[str, str]:
    """Return the attributes that matter out of a tag's inside, the first of each name."""
    if len(attributes) < len(" alt"):
        return _NOTHING
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(attributes):
        name = match[1].lower()
        if name in _KEPT_ATTRIBUTES and name not in found:
            value = match[2] or match[3] or match[4] or ""
            found[name] = unescape(value[:_VALUE_LIMIT])
    return found


def _written(event: Event) -> str:
    """Return an event as the HTML that lexbor is given."""
    if event.act is Act.TEXT:
        return event.said.replace("<", "&lt;")
    if event.act is Act.CLOSE:
        return f"</{event.said}>"
    inside = "".join(f' {name}="{escape(value)}"' for name, value in event.attributes.items())
    return f"<{event.said}{inside}>"


def _in_tree(html: str) -> list[Event]:
    """Return the events of a page as a browser nests them.

    Lexbor writes its tree as text in which "<" and ">" are the ends of tags only:
    that is read ten times as fast as its nodes are asked one by one.
    """
    body = LexborHTMLParser(html.encode("utf-8", "replace")).body
    known: dict[str, tuple[Event, ...]] = {}
    made: list[Event] = []
    for piece in ((body.html if body else None) or "").split("<")[1:]:
        tag, _, text = piece.partition(">")
        found = known.get(tag)
        if found is None:
            found = known[tag] = _tag(tag)
        made += found
        if text:
            made.append(Event(Act.TEXT, _unescaped(text)))
    return made


def _tag(written: str) -> tuple[Event, ...]:
    """Return the events of a tag as lexbor writes it, without its brackets."""
    if written.startswith("/"):
        return (Event(Act.CLOSE, written[1:]),)
    name, _, rest = written.partition(" ")
    inside = {each[1]: _unescaped(each[2]) for each in _WRITTEN_ATTRIBUTE.finditer(f" {rest}")}
    opened = Event(Act.OPEN, name, inside or _NOTHING)
    return (opened, Event(Act.CLOSE, name)) if name in _VOID else (opened,)


def _unescaped(text: str) -> str:
    """Return text as it is behind the few entities that lexbor writes."""
    if "&" not in text:
        return text
    for entity, letter in _ENTITIES:
        text = text.replace(entity, letter)
    return text


def _in_order(found: list[Event]) -> Iterator[Event]:
    """Yield scanned events with every element closed, each close matched to the last such open."""
    opened: list[str] = []
    for event in found:
        if event.act is Act.TEXT:
            yield Event(Act.TEXT, unescape(event.said))
        elif event.said in _VOID:
            yield event
            yield Event(Act.CLOSE, event.said)
        elif event.act is Act.OPEN and len(opened) < DEPTH_LIMIT:
            opened.append(event.said)
            # what is hidden shows: without a tree nobody knows where the hiding ends
            shown = {k: v for k, v in event.attributes.items() if k not in {"hidden", "style"}}
            yield Event(Act.OPEN, event.said, shown)
        elif event.act is Act.CLOSE and event.said in opened:
            while (inner := opened.pop()) != event.said:
                yield Event(Act.CLOSE, inner)
            yield event
    while opened:
        yield Event(Act.CLOSE, opened.pop())
