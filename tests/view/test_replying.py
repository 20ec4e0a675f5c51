"""How an answer is addressed: subjects, languages of "Re"."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.view.replying import one_line, subject_of


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Lamp", "Re: Lamp"),
        ("Re: Lamp", "Re: Lamp"),
        ("RE: Lamp", "RE: Lamp"),
        ("AW: Lampe", "AW: Lampe"),
        ("Odp: Lampa", "Odp: Lampa"),
        ("回复\uff1a灯", "回复\uff1a灯"),
        ("Re[2]: Lamp", "Re[2]: Lamp"),
        ("Return of my lamp", "Re: Return of my lamp"),
        ("", "Re:"),
    ],
)
def test_re_stands_once_whatever_its_language(theirs: str, ours: str) -> None:
    """Re: AW: Re: makes a conversation look like a quarrel."""
    assert subject_of(theirs) == ours


@given(st.text())
def test_an_answered_subject_is_answered_the_same(subject: str) -> None:
    """Ten answers later the subject is as long as after one."""
    once = subject_of(subject)

    assert subject_of(once) == once
    assert "\n" not in once
    assert "\r" not in once


@given(st.text())
def test_a_header_value_is_one_line(text: str) -> None:
    """A line end in a header begins another header."""
    assert len(one_line(text).splitlines()) <= 1
