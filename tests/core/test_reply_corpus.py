"""Replies as mail programs of many languages make them: new words apart from old ones."""

from __future__ import annotations

import pytest

from inbox.core.quoting import Part, split
from tests.corpus.replies import Case, cases

CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_reply_is_read_as_a_person_reads_it(case: Case) -> None:
    """A buyer's words folded away are a lost sale; an old quote on top is a slow morning."""
    parts = split(case.text, subject=case.subject, known=case.known)

    assert [
        (_mark(part), line) for part in parts for line in part.text.split("\n") if line.strip()
    ] == case.expected
    assert "".join(part.text for part in parts) == case.text


def test_the_corpus_is_as_large_as_promised() -> None:
    """A file that is no longer found would make this suite pass by reading nothing."""
    assert len(CASES) >= 150
    assert len({case.name for case in CASES}) == len(CASES)


def _mark(part: Part) -> str:
    """Return a part's mark in the corpus."""
    return "~" if part.signature else "-" if part.quoted else "+"
