"""docs/canned.md says what is so: it fails here when it lags."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from canned.files import Canned, of_text
from canned.kinds import known_kinds
from canned.variables import NAMES, rewritten

TEXT = (Path(__file__).parents[2] / "docs" / "canned.md").read_text(encoding="utf-8")
EMAIL_FILLS = frozenset(
    {
        "customer.first_name", "customer.last_name", "customer.name", "customer.username",
        "customer.language", "order.number", "return.address", "shop.name", "shop.url",
        "channel.name", "agent.first_name", "agent.signature", "conversation.subject", "today",
        "now",
    }
)  # fmt: skip
"""What a conversation by e-mail can fill, where its mails say it."""


def test_the_documented_variables_are_the_ones_there_are() -> None:
    """Nobody writes an answer with a name that nothing fills."""
    rows = re.findall(r"^\| `([a-z_.]+)` \| (.?) ?\| (.+) \|$", TEXT, re.MULTILINE)

    assert {name: said for name, _, said in rows if name in NAMES} == dict(NAMES)
    assert {name for name, mark, _ in rows if mark == "\N{CHECK MARK}"} == EMAIL_FILLS


def test_the_documented_file_is_one() -> None:
    """The example can be copied as it stands."""
    example = re.search(r"^```\n(\+\+\+.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    assert example is not None

    canned = of_text(Path("wismo.md"), example.group(1))

    assert isinstance(canned, Canned)
    assert dict(canned.after) == {"tag": "shipping"}


def test_the_documented_kinds_are_the_ones_that_are_told() -> None:
    """A seller's own answer stands first only under a kind that is known."""
    told = TEXT.partition("The kinds that are told")[2].partition("in the eight languages")[0]

    assert tuple(re.findall(r"`(\w+)`", told)) == known_kinds()


@pytest.mark.parametrize(
    "theirs", ["#{ticket.customer.firstname}", "{%customer.firstName,fallback=there%}"]
)
def test_the_documented_foreign_writing_is_understood(theirs: str) -> None:
    """What the page promises to take, is taken."""
    assert theirs in TEXT
    assert "customer.first_name" in rewritten(theirs)
