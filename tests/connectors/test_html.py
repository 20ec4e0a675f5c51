"""HTML as text: a page reads as it looks, in bounded time, and shows where its links go."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.html import text_of
from connectors.html_events import Act
from connectors.html_tokens import TAGS_LIMIT, events


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain words", "plain words"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
        ("<p>a  b\n c&nbsp;d</p>", "a b c d"),
        ("a <b>b</b><i>c</i> d", "a bc d"),
        ("3 &lt; 5 &amp; &euro;7 &#x1F600;", "3 < 5 & €7 😀"),
        ("3 < 5 and 7 > 6", "3 < 5 and 7 > 6"),
        ("write to <anna@example.org> please", "write to <anna@example.org> please"),
        ("<h1>Title</h1>words<hr>more", f"Title\n\nwords\n\n{'-' * 20}\n\nmore"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
        ("<ol start=3><li>one</li><li>two</li></ol>", "3. one\n4. two"),
        ("<ul><li>one<ol><li>a</ol></li><li>two</ul>", "- one\n  1. a\n- two"),
        ("<ul><li><p>one</p></li></ul>", "- one"),
        ("<table><tr><th>Size<th>Price<tr><td>L<td>7 €</table>", "Size | Price\nL | 7 €"),
        ("<table><tr><td><div>one</div></td></tr><tr><td>two</table>", "one\ntwo"),
        ("<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\n\nd"),
        ('<img alt="A red shoe" src="x"> <img src="y">', "[A red shoe]"),
        ("", ""),
        ("<p>&nbsp;</p>", ""),
        ("<frameset><frame></frameset>", ""),
        ("<html><head><title>T</title><style>p{}</style></head><body>x<script>y</script>", "x"),
        ("<!--[if mso]>no<![endif]-->yes<![if !mso]>also<![endif]>", "yesalso"),
        ("<style>p { }", "p { }"),
        ("<p style='display:none'>no<p>yes", "yes"),
        ("<p>unclosed <b>bold<p>next", "unclosed bold\n\nnext"),
    ],
)
def test_a_page_reads_as_it_looks(html: str, text: str) -> None:
    """The reading pane shows this where a buyer's program sent no text of its own."""
    assert text_of(html) == text


@pytest.mark.parametrize(
    ("link", "text"),
    [
        (
            '<a href="https://example.com/a?b=1&amp;c=2">here</a>',
            "here <https://example.com/a?b=1&c=2>",
        ),
        ('<a href="https://example.com/">example.com</a>', "example.com"),
        ('<a href="https://www.example.com/a">HTTPS://example.com/a</a>', "HTTPS://example.com/a"),
        ('<a href="mailto:anna@example.org">anna@example.org</a>', "anna@example.org"),
        (
            '<a href="http://evil.example/x">https://example.com</a>',
            "https://example.com <http://evil.example/x>",
        ),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        ('<a href="data:text/html,x">here</a>', "here"),
        ('<a href="https://example.com/p"><img src="pixel"></a>', ""),
        ('<a name="x">here</a>', "here"),
    ],
)
def test_a_link_shows_its_target_where_that_is_not_what_it_says(link: str, text: str) -> None:
    """A link that says one shop and goes to another is how sellers lose their accounts."""
    assert text_of(link) == text


def test_quotes_stand_behind_their_marks() -> None:
    """So the same rule folds the quotes of pages and of plain mail."""
    html = (
        "<div>New.</div><div>On 20 Nov 2026, Shop &lt;s@example.com&gt; wrote:</div>"
        "<blockquote><p>old</p><p>words</p><blockquote>older</blockquote></blockquote><div>End</div>"
    )

    assert text_of(html) == (
        "New.\nOn 20 Nov 2026, Shop <s@example.com> wrote:\n\n> old\n>\n> words\n>\n>> older\n\nEnd"
    )


@pytest.mark.parametrize(
    "start",
    [
        '<blockquote class="webkit-indent-blockquote">',
        '<blockquote style="margin:0 0 0 40px;border:none;padding:0px">',
    ],
)
def test_words_moved_to_the_right_are_no_quote(start: str) -> None:
    """The button that indents makes a blockquote too, and those words are the buyer's own."""
    assert text_of(f"{start}my words</blockquote>") == "my words"


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "DISPLAY : none !important",
        "visibility: hidden",
        "color:red; max-height:0px; overflow:hidden",
        "opacity:0",
        "mso-hide:all",
    ],
)
def test_what_a_mail_program_hides_is_left_out(style: str) -> None:
    """The line made for a list of mails would stand above the first word of each newsletter."""
    assert text_of(f'<div style="{style}">Preheader <b>x</b></div><p>Words</p>') == "Words"


@pytest.mark.parametrize(
    "style", ["font-size:0", "max-height:0.5em", "opacity:0.9", "display:nonesuch"]
)
def test_what_is_only_styled_is_shown(style: str) -> None:
    """Layouts use odd styles; in doubt the buyer's words show."""
    assert text_of(f'<div style="{style}">Words</div>') == "Words"


def test_invisible_padding_goes() -> None:
    """Senders push the rest of the mail out of the list with hundreds of these."""
    assert text_of("Hello<div>" + "&#847;&zwnj;&nbsp;" * 100 + "</div>world") == "Hello\nworld"


PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<div>", "</div>", "<ul><li>", "</ul>", "<blockquote>", "</blockquote>"),
        *("<table><tr><td>", "</table>", "<a href='http://x'>", "</a>", "<pre>", "</pre>", "<br>"),
        *("<b>", "</i>", "<!--", "-->", "<style>", "</style>", "<", ">", "&amp;", "&#0;", "\ud800"),
        *(
            "<p hidden>",
            "<img alt=x>",
            "<td>",
            "</tr>",
            "word",
            "\n",
            '"',
            "'",
            "</",
            "<!x>",
            "<svg>",
        ),
    ]
)
PAGES = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join))


@given(PAGES)
def test_no_page_is_too_broken(html: str) -> None:
    """A page that stopped the reader would hold up the mail behind it."""
    text = text_of(html)

    assert text == text.strip("\n")
    assert "\n\n\n" not in text or "<pre>" in html


@pytest.mark.slow
@given(html=PAGES, huge=st.booleans())
def test_every_element_that_opens_closes(*, html: str, huge: bool) -> None:
    """The renderer counts on it: one missing close would hide or quote the rest of a mail."""
    opened: list[str] = []
    for event in events(html + "<br>" * (TAGS_LIMIT + 1 if huge else 0)):
        if event.act is Act.OPEN:
            opened.append(event.said)
        elif event.act is Act.CLOSE:
            assert opened.pop() == event.said

    assert opened == []


def test_a_huge_page_reads_like_a_small_one() -> None:
    """Above a number of tags no tree is made; what people send comes out the same."""
    rows = "<div><p>Row <b>of</b> words</p><ul><li>item</li></ul><blockquote>old</blockquote></div>"
    count = TAGS_LIMIT // 8 + 1

    assert text_of(rows * count) == "\n\n".join([text_of(rows)] * count)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000 + "x",
        pytest.param("<ul><li>" * 50_000 + "x", marks=pytest.mark.slow),
        pytest.param("<blockquote>" * 100_000 + "x", marks=pytest.mark.slow),
        pytest.param("<div " + "a=1 " * 200_000 + ">x", marks=pytest.mark.slow),
        pytest.param("<div>" * 2_900 + "</p></b>" * 100_000, marks=pytest.mark.slow),
        pytest.param("<table><tr><td>" * 30_000, marks=pytest.mark.slow),
        pytest.param("<a href='" * 100_000, marks=pytest.mark.slow),
        pytest.param("<!--" * 300_000, marks=pytest.mark.slow),
        pytest.param("<style>" * 100_000, marks=pytest.mark.slow),
        pytest.param("<" * 1_000_000, marks=pytest.mark.slow),
        pytest.param("&" * 1_000_000, marks=pytest.mark.slow),
        pytest.param(" \u200b" * 500_000, marks=pytest.mark.slow),
        pytest.param("<p style='" + "margin" * 100_000 + "'>", marks=pytest.mark.slow),
        pytest.param("<pre>" + "\n" * 500_000 + "x", marks=pytest.mark.slow),
    ],
)
def test_no_page_takes_more_than_its_share(page: str) -> None:
    """Anybody may send such a page; read naively some of these take minutes."""
    begun = process_time()
    text_of(page)

    assert process_time() - begun < 5
