"""A page that is written as a browser nests it is read without a tree, and says the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.html_nesting import nested
from connectors.html_tokens import _is_ordinary, _tokens
from tests.connectors.test_html_tokens import asked_by_node, joined

_WORDS = st.sampled_from(
    ["words", " ", "\n", "a &amp; b", "&#39;", "&nbsp;", "&euro;", "&foo;", "&copy", "& ", "\u00a0"]
)
_VOID = st.sampled_from(["<br>", "<img alt='a > b'>", "<hr/>", "<b>", "</b>", "<o:p>"])
_NAMES = st.sampled_from(
    [
        *("div", "p", "span", "a", "font", "h1", "h2", "ul", "li", "dl", "dd", "blockquote"),
        *("table", "tbody", "thead", "tr", "td", "th", "center", "section", "pre", "form"),
    ]
)
_ATTRIBUTES = st.sampled_from(["", ' class="x"', " style='a:b'", ' href="https://a.example/?b&c"'])


def _within(name: str, attributes: str, inside: list[str]) -> str:
    return f"<{name}{attributes}>{''.join(inside)}</{name}>"


def _rows(cells: list[list[str]]) -> str:
    rows = ("".join(f"<td>{cell}</td>" for cell in row) for row in cells)
    return _within("table", "", [f"<tr>{row}</tr>\n" for row in rows])


_PAGES = st.recursive(
    st.one_of(_WORDS, _WORDS, _VOID),
    lambda inside: st.one_of(
        st.builds(_within, _NAMES, _ATTRIBUTES, st.lists(inside, max_size=4)),
        st.builds(_rows, st.lists(st.lists(inside, max_size=2), max_size=3)),
    ),
    max_leaves=14,
)


@settings(max_examples=50)
@given(_PAGES)
def test_what_is_called_nested_is_what_a_browser_makes_of_it(page: str) -> None:
    """A buyer's words that a browser moves elsewhere must not stand here where they were."""
    found = nested(_tokens(page)[0]) if _is_ordinary(page) else None

    assert found is None or joined(found) == joined(asked_by_node(page))


@pytest.mark.parametrize(
    "page",
    [
        "<div>Hello<br>you &amp; me</div><blockquote><p>old</p></blockquote>",
        "<table><tr><td><p>Lamp</p><a href='https://a.example'>here</a></td></tr></table>",
        "<table>\n<thead><tr><th>n</th></tr></thead> <tr><td>1</td></tr><tbody></tbody></table>",
        "<ul><li>one</li><li>two</li></ul><h1>Size</h1><p><span>L</span></p>",
    ],
)
def test_what_shops_and_people_send_needs_no_tree(page: str) -> None:
    """A first sync reads thousands of such pages; each tree costs as much as all the rest."""
    found = nested(_tokens(page)[0])

    assert found is not None
    assert joined(found) == joined(asked_by_node(page))


@pytest.mark.parametrize(
    "page",
    [
        "<p>one<p>two",  # the second ends the first
        "<p>one<div>two</div></p>",
        "<table><tr>lost<td>cell</td></tr></table>",  # goes before the table
        "<table><td>cell</td></table>",
        "<a href=x>one<a href=y>two</a></a>",
        "<div><span>one</div>two</span>",
        "<li>one<li>two",
        "<h1>one<h2>two</h2></h1>",
        "a &copy b",
        "<pre>\nwords</pre>",
        "<form><form></form></form>",
        "<div>open",
    ],
)
def test_what_a_browser_moves_is_left_to_its_tree(page: str) -> None:
    """Here the short story of nesting ends: who guesses on loses a buyer's words."""
    assert nested(_tokens(page)[0]) is None
