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
from collections.abc import Iterator, Mapping
from enum import Enum
from html import escape, unescape
from types import MappingProxyType
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

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
_QUOTED = re.compile(r"=\s*+(?:\"[^\"]*+\"|'[^']*+')")


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


def events(html: str) -> Iterator[Event]:
    """Yield a page's elements and texts in their order; every element that opens closes again."""
    found = list(_scan(html))
    if sum(1 for event in found if event.act is not Act.TEXT) > TAGS_LIMIT:
        return _in_order(found)
    return _in_tree("".join(map(_written, found)))


def _scan(html: str) -> Iterator[Event]:
    """Yield the tags that matter and the text between them, which still has its entities."""
    position = 0
    endless: set[str] = set()
    while (match := _TOKEN.match(html, position)) is not None:
        position = match.end()
        text, raw, name = match["text"], match["raw"], match["name"]
        if text:
            yield Event(Act.TEXT, text)
        elif raw and raw.lower() not in endless:
            end = re.compile(rf"</{raw}[^>]*+>?", re.IGNORECASE).search(html, position)
            if end is None:
                endless.add(raw.lower())
            else:
                position = end.end()
        elif name and match["attributes"].startswith("@"):
            yield Event(Act.TEXT, f"<{name}{match['attributes']}>")
        elif name and name.lower() in _KEPT_TAGS:
            act = Act.CLOSE if match["slash"] else Act.OPEN
            yield Event(act, name.lower(), _read(match["attributes"]))


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


def _in_tree(html: str) -> Iterator[Event]:
    """Yield the events of a page as a browser nests them."""
    parser = LexborHTMLParser(html.encode("utf-8", "replace"))
    node: LexborNode | None = parser.body
    depth = 0
    while node is not None:
        name = node.tag or ""
        if name == "-text":
            yield Event(Act.TEXT, node.text_content or "")
        else:
            yield Event(Act.OPEN, name, _attributes(node))
            below = node.first_child
            if below is not None:
                node, depth = below, depth + 1
                continue
            yield Event(Act.CLOSE, name)
        while node is not None and depth and node.next is None:
            node, depth = node.parent, depth - 1
            yield Event(Act.CLOSE, (node.tag if node else "") or "")
        node = node.next if node is not None and depth else None


def _attributes(node: LexborNode) -> Mapping[str, str]:
    """Return an element's attributes, absent values as empty texts."""
    found = node.attributes
    return {name: value or "" for name, value in found.items()} if found else _NOTHING


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
