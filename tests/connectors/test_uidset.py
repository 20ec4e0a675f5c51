"""Sets of UIDs as ranges behave as sets do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email.uidset import EMPTY, UidSet

uids = st.sets(st.integers(min_value=1, max_value=60), max_size=40)


@given(uids, uids)
def test_a_uid_set_is_a_set(left: set[int], right: set[int]) -> None:
    """A mail that falls out of such a sum is never pulled; one that falls in comes twice."""
    ours, theirs = UidSet.of(left), UidSet.of(right)

    assert set(ours | theirs) == left | right
    assert set(ours - theirs) == left - right
    assert set(ours & theirs) == left & right
    assert set(ours ^ theirs) == left ^ right
    assert (len(ours), bool(ours)) == (len(left), bool(left))
    assert {uid for uid in range(70) if uid in ours} == left
    assert (ours == theirs) is (left == right)


@given(uids, st.sampled_from([1, 3, 7]))
def test_a_few_uids_beside_thousands_are_summed_as_well(few: set[int], gap: int) -> None:
    """A round with a few changes takes another way through the ranges of a large folder."""
    every = set(range(5, 900, 2)) - set(range(30, 30 + gap))
    ours, theirs = UidSet.of(every), UidSet.of(few)

    assert ours | theirs == UidSet.of(every | few)
    assert ours - theirs == UidSet.of(every - few)
    assert ours & theirs == theirs & ours == UidSet.of(every & few)
    assert ours ^ theirs == UidSet.of(every ^ few)


@given(uids)
def test_what_is_written_is_read_back(members: set[int]) -> None:
    """The checkpoint is text."""
    ours = UidSet.of(members)

    assert UidSet.parse(str(ours)) == ours
    assert list(ours.newest()) == sorted(members, reverse=True)
    assert list(ours) == sorted(members)


def test_ranges_that_touch_are_one() -> None:
    """100,000 mails cost a line in the checkpoint, not a book."""
    assert str(UidSet.of(range(1, 100_001))) == "1:100000"
    assert str(UidSet.parse("5,1:4,6:6,9")) == "1:6,9"
    assert str(UidSet.parse("9:7")) == "7:9"
    assert str(EMPTY) == ""


@pytest.mark.parametrize("text", ["0", "x", "1:", "1,,2", "-1", "1:2:3", "*"])
def test_nonsense_is_no_set(text: str) -> None:
    """A checkpoint that cannot be read is lost, never guessed."""
    with pytest.raises(ValueError, match=r".*"):
        UidSet.parse(text)
