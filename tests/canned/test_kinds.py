"""What a buyer asks is told from their words, so that the likeliest answers stand first."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canned.kinds import QUESTIONS, kinds_of, known_kinds
from canned.language import language_of
from canned.library import Library

ASKED = tomllib.loads((Path(__file__).parent / "asked.toml").read_text("utf-8"))


@pytest.mark.parametrize("language", sorted(ASKED))
def test_what_is_asked_is_told_in_every_language(language: str) -> None:
    """An ordinary question of each kind puts its answer first, whether or not its language is."""
    wrong = [
        (text, kind, told)
        for kind, texts in ASKED[language].items()
        for text in texts
        for told in (kinds_of(text, language), kinds_of(text, language_of(text)))
        if told[:1] != (kind,)
    ]

    assert wrong == []


def test_every_language_has_words_for_the_same_kinds() -> None:
    """And each kind is one that a ready-made answer is for, in all the languages there are."""
    tables = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in QUESTIONS.iterdir()}
    answers = Library.load([]).answers()

    assert set(tables) == {answer.language for answer in answers} == set(ASKED)
    assert {tuple(table) for table in tables.values()} == {known_kinds()}
    assert set(known_kinds()) <= {answer.kind for answer in answers}


def test_thanks_below_a_question_are_courtesy() -> None:
    """Else every polite buyer would be offered "you are welcome"."""
    assert kinds_of("Thank you, that is kind.", "en") == ("thanks",)
    assert kinds_of("Can I have an invoice? Thanks!", "en") == ("invoice",)
    assert kinds_of("Is it handmade? Thanks!", "en") == ()


def test_a_services_own_word_is_believed_where_the_buyer_says_little() -> None:
    """A return opened at the marketplace is one, whatever stands in its first message."""
    assert kinds_of("Please see the photo.", "en", "return") == ("return", "refund")
    assert kinds_of("The lamp came broken, it is damaged, see photo", "en", "claim")[0] == "damaged"
    assert kinds_of("Hello", "en", "message") == ()


def test_a_phrase_may_be_interrupted_but_not_taken_apart() -> None:
    """Words in between are common; words that only meet in one mail are no question."""
    assert kinds_of("When will it finally arrive", "en") == ("order_status",)
    assert kinds_of("When? I will be away until the guests of honour arrive", "en") == ()


@pytest.mark.slow
@given(st.text(), st.sampled_from(["", "en", "zh", "pt-BR", "xx"]), st.sampled_from(["", "claim"]))
def test_no_text_is_too_odd(text: str, language: str, said: str) -> None:
    """Whatever strangers write, the picker opens."""
    assert set(kinds_of(text, language, said)) <= set(known_kinds())
