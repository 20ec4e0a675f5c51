"""What the platforms measure is data beside their rules, with where and when it was read."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from inbox import config
from inbox.core.budget import Measure
from inbox.rules import RuleFault, load_book

_RULE = '[[deadline]]\nid = "mine"\nhours = 4\n'


def measures(tmp_path: Path, text: str = "") -> dict[str, Measure]:
    """Return the measures of a configuration's rules, by rule."""
    book = load_book(config.parse(text.encode(), tmp_path / "config.toml"))
    return {rule.id: rule.measure for rule in book.rules if rule.measure is not None}


def test_the_platforms_measures_are_those_of_their_pages(tmp_path: Path) -> None:
    """Read on 22 November 2026."""
    found = measures(tmp_path)

    assert {name: (each.days, each.months) for name, each in found.items()} == {
        "amazon.buyer_message": ((7, 30, 90), 0),
        "etsy.star_seller": ((), 3),
        "walmart.inquiry": ((30,), 0),
    }
    assert {name: (each.at_least, each.above) for name, each in found.items()} == {
        "amazon.buyer_message": (Fraction(90), False),
        "etsy.star_seller": (Fraction(95), False),
        "walmart.inquiry": (Fraction(95), True),
    }
    assert all(each.source.startswith("https://") and each.checked for each in found.values())


def test_a_seller_can_measure_a_promise_of_their_own(tmp_path: Path) -> None:
    """Not only platforms keep score."""
    found = measures(tmp_path, _RULE + "[deadline.measure]\ndays = [30]\nat_least = 99.5\n")

    assert found["mine"] == Measure(days=(30,), at_least=Fraction(199, 2))


@pytest.mark.parametrize(
    "text",
    [
        "months = 1\ndays = [7]",
        "at_least = 95",
        "days = [0]",
        "days = [7]\nat_least = 200",
        "days = [7]\nat_least = 95\nabove = 95",
        "days = [7]\nweeks = 1",
    ],
)
def test_a_measure_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    """With the place of the mistake."""
    with pytest.raises(RuleFault, match=r"deadline\[1\]\.measure"):
        measures(tmp_path, f"{_RULE}[deadline.measure]\n{text}\n")
