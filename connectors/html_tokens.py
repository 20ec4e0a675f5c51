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
from html import escape, unescape
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from connectors.html_events import CLOSE, NOTHING, OPEN, TEXT, VOID, Event, Token
from connectors.html_nesting import nested

TAGS_LIMIT = 6_000
"""Tags up to which a tree is made: lexbor's worst case is then under a tenth of a second."""
DEPTH_LIMIT = 300
"""Elements that are kept open at once where no tree is made."""
_VALUE_LIMIT = 8_000

_KEPT_TAGS = VOID | frozenset(
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
_UNREAD: Final = Event(TEXT, "")
"""Stands for a tag of which nothing is known yet."""
_RAW = frozenset({"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"})
_PLAIN_TAG = re.compile(
    r"(?P<slash>/?)(?P<name>[a-z][a-z0-9:-]{0,30})"
    r"(?P<attributes>[^>\"']*+(?:(?:\"[^\">]*+\"|'[^'>]*+')[^>\"']*+)*+)",
    re.IGNORECASE,
)
"""The inside of a tag that means the same wherever it stands: no quote of it is still open."""
_ENTITIES = (("&nbsp;", "\u00a0"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))
_WRITTEN_ATTRIBUTE = re.compile(r" ([a-z]+)=\"([^\"]*)\"")


def events(html: str) -> Iterable[Event]:
    """Return a page's elements and texts in their order; every element that opens closes again."""
    if "\r" in html and html.count("<") <= TAGS_LIMIT:
        html = html.replace("\r\n", "\n").replace("\r", "\n")  # as lexbor reads it
    tokens, tags = _tokens(html)
    if tags > TAGS_LIMIT:
        return _in_order(list(_scan(html)))
    found = nested(tokens) if _is_ordinary(html) else None
    return _in_tree("".join(map(_written, tokens))) if found is None else found


def _is_ordinary(html: str) -> bool:
    """Return whether every letter of a page is one that lexbor leaves as it is."""
    if "\0" in html:
        return False
    try:
        html.encode()
    except UnicodeEncodeError:
        return False
    return True


def _tokens(html: str) -> tuple[list[Token], int]:
    """Return the tags that matter and the texts between them, and how many tags that is.

    Texts still have their entities, and no two stand together. Mail has the
    same few tags again and again: each is read once.
    """
    said, *parts = html.split("<")
    tokens: list[Token] = []
    known: dict[str, Event | None] = {}
    endless: set[str] = set()
    tags, done, end = 0, 0, len(said)
    for part in parts:
        start, end = end, end + 1 + len(part)
        if done > start:  # what was read last goes on in here
            said += html[done:end]
            continue
        tag, closed, text = part.partition(">")
        event = known.get(tag, _UNREAD) if closed else _UNREAD
        if event is _UNREAD and closed and (plain := _PLAIN_TAG.fullmatch(tag)) is not None:
            event = known[tag] = _plain(plain)
        if event is _UNREAD:
            event, done = _token(html, start, endless)
            text = html[done:end]
        if event is None:
            said += text
        elif event.act is TEXT:
            said += event.said + text
        else:
            if said:
                tokens.append(said)
            tokens.append(event)
            tags += 1
            said = text
    return [*tokens, said] if said else tokens, tags


def _plain(tag: re.Match[str]) -> Event | None:
    """Return what a whole tag says, `_UNREAD` for one that may be more than a tag."""
    slash, name, attributes = tag.groups()
    name = name.lower()
    if name in _RAW or attributes[:1] == "@":
        return _UNREAD
    return _event(slash, name, attributes)


def _event(slash: str, name: str, attributes: str) -> Event | None:
    """Return what a tag says, None for one that does not matter; its name is in lower case."""
    if name not in _KEPT_TAGS:
        return None
    return Event(CLOSE if slash else OPEN, name, _read(attributes))


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
        return Event(TEXT, text), match.end()
    if raw and raw.lower() not in endless:
        end = re.compile(rf"</{raw}[^>]*+>?", re.IGNORECASE).search(html, match.end())
        if end is not None:
            return None, end.end()
        endless.add(raw.lower())
    elif name and match["attributes"].startswith("@"):
        return Event(TEXT, f"<{name}{match['attributes']}>"), match.end()
    elif name:
        return _event(match["slash"], name.lower(), match["attributes"]), match.end()
    return None, match.end()


def _read(attributes: str) -> Mapping[str, str]:
    """Return the attributes that matter out of a tag's inside, the first of each name."""
    if len(attributes) < len(" alt"):
        return NOTHING
    found: dict[str, str] = {}
    for written, double, single, bare in _ATTRIBUTE.findall(attributes):
        name = written.lower()
        if name in _KEPT_ATTRIBUTES and name not in found:
            found[name] = unescape((double or single or bare)[:_VALUE_LIMIT])
    return found


def _written(token: Token) -> str:
    """Return a token as the HTML that lexbor is given."""
    if isinstance(token, str):
        return token.replace("<", "&lt;")
    event = token
    if event.act is CLOSE:
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
            made.append(Event(TEXT, _unescaped(text)))
    return made[1:-1]  # without the body's own


def _tag(written: str) -> tuple[Event, ...]:
    """Return the events of a tag as lexbor writes it, without its brackets."""
    if written.startswith("/"):
        return (Event(CLOSE, written[1:]),)
    name, _, rest = written.partition(" ")
    inside = {each[1]: _unescaped(each[2]) for each in _WRITTEN_ATTRIBUTE.finditer(f" {rest}")}
    opened = Event(OPEN, name, inside or NOTHING)
    return (opened, Event(CLOSE, name)) if name in VOID else (opened,)


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
        if event.act is TEXT:
            yield Event(TEXT, unescape(event.said))
        elif event.said in VOID:
            yield event
            yield Event(CLOSE, event.said)
        elif event.act is OPEN and len(opened) < DEPTH_LIMIT:
            opened.append(event.said)
            # what is hidden shows: without a tree nobody knows where the hiding ends
            shown = {k: v for k, v in event.attributes.items() if k not in {"hidden", "style"}}
            yield Event(OPEN, event.said, shown)
        elif event.act is CLOSE and event.said in opened:
            while (inner := opened.pop()) != event.said:
                yield Event(CLOSE, inner)
            yield event
    while opened:
        yield Event(CLOSE, opened.pop())
