"""A page's elements and texts come the quick way as they come when each node is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from connectors.html_events import Act, Event, Token
from connectors.html_tokens import (
    _scan,
    _tokens,
    _written,
    events,
)

_PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<div style='color:\"red\"'>",
            "</div>",
            "<br>",
            "<img alt='a > b'>",
            "<hr/>",
        ),
        *(
            '<td style="a">',
            "</td>",
            "<table>",
            "</table>",
            "<ul>",
            "<li>",
            "</ul>",
            "<a href=x&amp;y>",
        ),
        *(
            "</a>",
            "<p title='>",
            '<span class="a>',
            "<P>",
            "<x>",
            "<!-- <p> -->",
            "<!--",
            "<style>p>",
        ),
        *("</style>", "<title>", "</title>", "<a@b.example>", "<", ">", "& &amp; &lt;b&gt; &nbsp;"),
        *(
            "words",
            " ",
            "\n",
            "\u00a0",
            "ü中",
            "\x00",
            "\ud800",
            "<pre>\n\n",
            "</pre>",
            '"',
            "'",
            "=",
        ),
        *('<td style="a">', "<p hidden>", "<blockquote class='c\"d'>", "</blockquote>", "</body>"),
    ]
)
_PAGES = st.one_of(st.lists(_PIECES, max_size=30).map("".join), st.text(max_size=60))


def token_of(event: Event) -> Token:
    """Return what was scanned as what is looked at for its nesting."""
    return event.said if event.act is Act.TEXT else event


def event_of(token: Token) -> Event:
    """Return what is looked at for its nesting as what was scanned."""
    return Event(Act.TEXT, token) if isinstance(token, str) else token


def asked_by_node(html: str) -> Iterator[Event]:
    """Yield the events of a page by asking each node of lexbor's tree for its neighbours."""
    written = "".join(map(_written, map(token_of, _scan(html))))
    body = LexborHTMLParser(written.encode("utf-8", "replace")).body
    child = body.first_child if body is not None else None
    while child is not None:
        yield from _below(child)
        child = child.next


def _below(node: LexborNode) -> Iterator[Event]:
    name = node.tag or ""
    if name == "-text":
        yield Event(Act.TEXT, node.text_content or "")
        return
    inside = {key: value or "" for key, value in node.attributes.items()}
    yield Event(Act.OPEN, name, inside)
    child = node.first_child
    while child is not None:
        yield from _below(child)
        child = child.next
    yield Event(Act.CLOSE, name)


def joined(found: Iterable[Event]) -> list[tuple[Act, str, dict[str, str]]]:
    """Return events as plain values, texts that follow each other as one."""
    made: list[tuple[Act, str, dict[str, str]]] = []
    for event in found:
        if event.act is Act.TEXT and made and made[-1][0] is Act.TEXT:
            made[-1] = (Act.TEXT, made[-1][1] + event.said, {})
        else:
            made.append((event.act, event.said, dict(event.attributes)))
    return made


@settings(max_examples=50)
@given(_PAGES)
def test_the_tree_is_read_as_its_nodes_tell_it(page: str) -> None:
    """A shop's notice is HTML alone: what is lost or turned round here, nobody reads."""
    assert joined(events(page)) == joined(asked_by_node(page))


@given(_PAGES)
def test_a_tag_that_is_known_means_what_it_meant(page: str) -> None:
    """A tag is read once for a page; an open quote before it must not change that."""
    found = list(_scan(page))
    tags = sum(event.act is not Act.TEXT for event in found)
    tokens, counted = _tokens(page)

    assert (joined(map(event_of, tokens)), counted) == (joined(found), tags)
