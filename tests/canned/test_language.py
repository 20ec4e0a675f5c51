"""The answer comes in the buyer's language, where that is sure."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canned.language import _words_in, language_of
from inbox.demo.stories import Story, read


@pytest.mark.parametrize("story", read().stories, ids=lambda story: f"{story.language}-{story.via}")
def test_a_buyers_question_gives_their_language_away(story: Story) -> None:
    """Also where a product's name or an order's number stands in the middle."""
    text = story.text.replace("{item}", "Merino 3").replace("{name}", "Kim Lee")

    assert language_of(text) == story.language


@pytest.mark.parametrize("story", read().stories, ids=lambda story: f"{story.language}-{story.via}")
def test_a_short_line_is_told_or_left_open(story: Story) -> None:
    """A wrong language is worse than the seller's own."""
    assert language_of(story.then) in {story.language, ""}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Buongiorno, quando arriva il mio ordine? Non ho ancora ricevuto il pacco, grazie", "it"),
        ("Hallo, wanneer komt mijn bestelling? Ik heb het pakket nog niet", "nl"),
        ("Olá, quando chega a minha encomenda? Ainda não recebi", "pt"),
        ("注文はいつ届きますか", "ja"),
        ("Де моє замовлення?", "uk"),
        ("OK", ""),
        ("WW-12345", ""),
        ("", ""),
    ],
)
def test_other_languages_are_not_taken_for_ours(text: str, language: str) -> None:
    """An Italian question gets no Spanish answer."""
    assert language_of(text) == language


@given(st.text(max_size=300))
def test_any_text_has_a_language_or_none(text: str) -> None:
    """Nothing that a buyer writes is in the way."""
    assert len(language_of(text)) in {0, 2}


@given(st.text(st.one_of(st.characters(), st.sampled_from("aZ ß1_²ł.'\u00a0\u0301中\ud800"))))
def test_words_are_the_runs_of_letters_in_any_script(text: str) -> None:
    """The quick way to a text's words must not hear other ones than the slow."""
    assert _words_in(text, text.encode("utf-8", "surrogatepass")) == re.findall(r"[^\W\d_]+", text)
