"""Links that say one place and lead to another: how sellers lose their accounts."""

from __future__ import annotations

from time import process_time

import pytest

from connectors.html import text_of
from inbox.core.links import Misleading, misleading


@pytest.mark.parametrize(
    ("said", "target"),
    [
        ("https://example.com", "http://evil.example/x"),
        ("www.example.com", "https://example.com.evil.example/login"),
        ("example.com/orders", "https://evil.example/?u=example.com"),
        ("https://example.com/", "https://example.com@evil.example/"),
        ("anna@example.org", "mailto:eve@evil.example"),
        ("https://shop.example.co.uk", "https://evil.co.uk/"),
        ("https://example.com", "https://evil.example\\@example.com/"),
        ("EXAMPLE.COM", "HTTPS://EVIL.EXAMPLE"),
        (
            "example.com",
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fevil.x%2F",
        ),
        (
            "example.com",
            "https://eur01.safelinks.protection.outlook.com/?url=javascript%3A%2F%2Fexample.com%2F",
        ),
        ("example.com", "https://safelinks.protection.outlook.com.evil.x/?url=https://example.com"),
        ("example.com", "https://evil.x/safelinks.protection.outlook.com/?url=https://example.com"),
        ("example.com", "https://urldefense.com/v3/__https://evil.x/__;!!a!b$"),
    ],
)
def test_a_link_that_lies_is_told(said: str, target: str) -> None:
    """The words are what people look at, the target is where they land."""
    assert misleading(f"Please log in: {said} <{target}>.") == (Misleading(said, target),)


@pytest.mark.parametrize(
    "text",
    [
        "here <https://example.com/a>",
        "example.com <https://www.example.com/a>",
        "www.example.co.uk <https://shop.example.co.uk/a>",
        "https://example.com/a <https://example.com:443/b>",
        "anna@example.org <mailto:anna@example.org?subject=x>",
        "Lamps <shop@example.com> wrote:",
        "example.com <https://eur01.safelinks.protection.outlook.com/?url=http%3A%2F%2Fexample.com%2Fx&data=05>",
        "example.com <https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fexample.com%2fx&c=E>",
        "example.com <https://urldefense.com/v3/__https://www.example.com/x__;!!AbC!d$>",
        "example.com <https://urldefense.proofpoint.com/v2/url?u=https-3A__example.com_x&d=DwMF>",
        "version 1.2.3 <https://example.com/>",
        "no. <https://example.com>",
        "example.com and nothing else",
        "",
    ],
)
def test_a_link_that_does_not_lie_is_not_told(text: str) -> None:
    """A warning at every newsletter is one that nobody reads."""
    assert misleading(text) == ()


def test_a_page_and_its_warning_agree_on_the_form() -> None:
    """What the page's reader writes behind words is what is looked for here."""
    page = '<p>Go to <a href="https://evil.example/x">www.example.com</a> now.</p>'

    assert misleading(text_of(page)) == (Misleading("www.example.com", "https://evil.example/x"),)


@pytest.mark.parametrize(
    "piece", ["a.b <https://c.d> ", "<https://", "a" * 50 + ".", "x@", "a.b <http://", "a.b "]
)
def test_no_text_takes_more_than_its_share(piece: str) -> None:
    """The screen looks for these while the seller waits."""
    begun = process_time()
    misleading(f"<https://x> {piece * 10_000}")

    assert process_time() - begun < 2
