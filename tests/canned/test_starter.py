"""The starter library: complete in eight languages, clean, and fit to send."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from canned.library import Library
from canned.lint import lint
from canned.template import names_of, placeholders
from canned.variables import known, values_of

LANGUAGES = ("de", "en", "es", "fr", "pl", "ro", "ru", "zh")
ANSWERS = {
    "wismo", "shipped", "late", "damaged", "wrong", "missing",
    "return", "refund", "cancel", "address", "invoice", "question",
    "delivered", "stock", "sorry", "thanks", "goodreview", "badreview", "askreview",
    "feedback", "year", "voucher", "unpaid", "holiday", "escalate",
}  # fmt: skip
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def library() -> Library:
    """Return the library of a seller without files of their own."""
    return Library.load([])


def test_the_starter_library_has_no_fault(library: Library) -> None:
    """What we hand out passes what we ask of the seller's own files."""
    assert lint(library) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_is_there_in_every_language(library: Library, language: str) -> None:
    """A buyer in any of the languages gets an answer in it."""
    there = {canned.shortcode for canned in library.answers() if canned.language == language}

    assert there == ANSWERS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shortcode", sorted(ANSWERS))
def test_every_answer_reads_well_with_and_without_values(
    library: Library, shortcode: str, language: str
) -> None:
    """With nothing known the holes show; with everything known there are none."""
    answer = library.get(shortcode, language)
    assert answer is not None
    names = names_of(library.template(answer))

    empty = library.render(answer, {})
    full = library.render(answer, dict.fromkeys(names, "2026-11-03"))
    mail = library.render(
        answer, values_of(party_name="Kate O'Neil", party_address="k@x.example", now=NOW)
    )

    assert placeholders(empty.text) == empty.missing
    assert not {name for name in empty.missing if not known(name)}
    assert (full.missing, placeholders(full.text)) == ((), ())
    assert full.cursor is not None
    for text in (empty.text, full.text, mail.text):
        assert text == text.strip()
        assert "\n\n\n" not in text
        assert "  " not in text
        assert " ," not in text
        assert not any(line != line.rstrip() for line in text.split("\n"))
