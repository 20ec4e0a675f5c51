"""Replies that came as HTML alone: shown as they look, new words apart from old ones."""

from __future__ import annotations

import pytest

from connectors.html import text_of
from inbox.core.plaintext import clean
from inbox.core.quoting import Part, split
from tests.corpus.replies import pages

PAGES = list(pages())


@pytest.mark.parametrize(("name", "html", "expected"), PAGES, ids=[name for name, *_ in PAGES])
def test_a_page_is_read_as_a_person_reads_it(
    name: str, html: str, expected: list[tuple[str, str]]
) -> None:
    """Half of all buyers write with programs that send HTML, each with its own way to quote."""
    parts = split(clean(text_of(html)))

    found = [(_mark(part), line) for part in parts for line in part.text.split("\n")]
    assert [(mark, line.strip()) for mark, line in found if line.strip()] == [
        (mark, clean(line).strip()) for mark, line in expected
    ], name


def _mark(part: Part) -> str:
    """Return a part's mark in the corpus."""
    return "~" if part.signature else "-" if part.quoted else "+"
