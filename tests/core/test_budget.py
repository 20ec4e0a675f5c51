"""The budget of misses: shares by hand, and every answer checked by trying it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from inbox.core.budget import Budget, Counted, Measure, begins, budgets, worst

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def asked(days_ago: float, *, in_time: bool | None = True) -> Counted:
    """Return an obligation of 24 hours opened that many days ago."""
    opened = NOW - days_ago * DAY
    return Counted(opened_at=opened, due_at=opened + DAY, in_time=in_time)


def test_the_share_and_what_may_still_be_missed() -> None:
    """158 of 161 are 98.1 %; at 95 % 166 would be the most that 158 can carry: five more."""
    counted = [asked(10) for _each in range(158)] + [asked(77, in_time=False)] * 3
    (found,) = budgets(counted, Measure(days=(90,), at_least=Fraction(95)), NOW)

    assert (found.total, found.in_time, found.can_miss) == (161, 158, 5)
    assert found.share is not None
    assert f"{float(found.share):.1f}" == "98.1"
    assert found.until == NOW + 13 * DAY  # 3 December: 77 days ago and 90 days
    assert found.needed == 0


def test_each_window_counts_what_was_opened_in_it() -> None:
    """A miss of last week weighs heavier in seven days than in ninety."""
    counted = [asked(2), asked(3, in_time=False), asked(20), asked(80), asked(91, in_time=False)]
    found = budgets(counted, Measure(days=(90, 7, 30)), NOW)

    assert [(each.days, each.in_time, each.total) for each in found] == [
        (7, 1, 2),
        (30, 2, 3),
        (90, 3, 4),
    ]


def test_what_is_open_and_not_late_is_not_counted_yet() -> None:
    """The platform does not count it either."""
    (found,) = budgets([asked(0.5, in_time=None), asked(1)], Measure(days=(7,)), NOW)

    assert (found.total, found.waiting, found.share) == (1, 1, Fraction(100))


def test_below_the_target_it_says_how_many_in_a_row_are_needed() -> None:
    """8 of 10 at 95 %: 30 more in time make 38 of 40."""
    counted = [asked(1)] * 8 + [asked(2, in_time=False)] * 2
    (found,) = budgets(counted, Measure(days=(30,), at_least=Fraction(95)), NOW)

    assert (found.can_miss, found.needed) == (-2, 30)
    assert found.until == NOW + 28 * DAY


def test_above_is_not_the_same_as_at_least() -> None:
    """19 of 20 are 95 %: enough for one platform, too little for the other."""
    counted = [asked(1)] * 19 + [asked(2, in_time=False)]

    least = budgets(counted, Measure(days=(30,), at_least=Fraction(95)), NOW)[0]
    above = budgets(counted, Measure(days=(30,), at_least=Fraction(95), above=True), NOW)[0]

    assert (least.can_miss, least.needed) == (0, 0)
    assert (above.can_miss, above.needed) == (-1, 1)


def test_calendar_months_begin_with_the_first_in_utc() -> None:
    """Three months in November: from the first of September to the end of November."""
    measure = Measure(months=3, at_least=Fraction(95))
    (found,) = budgets([asked(80), asked(81)], measure, NOW)

    assert (found.begins, found.ends) == (
        datetime(2026, 9, 1, tzinfo=UTC),
        datetime(2026, 12, 1, tzinfo=UTC),
    )
    assert (found.total, found.until) == (1, found.ends)
    assert begins(Measure(months=3), datetime(2027, 1, 15, tzinfo=UTC)) == datetime(
        2026, 11, 1, tzinfo=UTC
    )


def test_nothing_counted_says_nothing() -> None:
    """A hundred per cent of nothing is no achievement."""
    (found,) = budgets([], Measure(days=(7,), at_least=Fraction(95)), NOW)

    assert (found.share, found.can_miss, found.needed, found.until) == (None, None, 0, None)
    assert worst([found]) is None


shares = st.integers(1, 99).map(Fraction) | st.just(Fraction(995, 10))


@given(
    hits=st.integers(0, 60),
    misses=st.integers(0, 30),
    target=shares,
    above=st.booleans(),
)
def test_the_answer_is_that_of_trying_one_more_at_a_time(
    hits: int, misses: int, target: Fraction, *, above: bool
) -> None:
    """Counted a second way: add misses until it breaks, or hits until it holds."""

    def good(in_time: int, total: int) -> bool:
        share = Fraction(in_time * 100, total)
        return share > target if above else share >= target

    counted = [asked(1)] * hits + [asked(1, in_time=False)] * misses
    measure = Measure(days=(7,), at_least=target, above=above)
    (found,) = budgets(counted, measure, NOW)
    total = hits + misses
    if not total:
        assert found.can_miss is None
    elif good(hits, total):
        more = 0
        while good(hits, total + more + 1):
            more += 1
        assert (found.can_miss, found.needed) == (more, 0)
    else:
        more = 0
        while not good(hits + more, total + more):
            more += 1
        assert found.can_miss is not None
        assert found.can_miss < 0
        assert found.needed == more


def test_the_worst_window_is_the_one_to_show() -> None:
    """A strip has room for one."""
    counted = [asked(1)] * 30 + [asked(2, in_time=False)]
    found = budgets(counted, Measure(days=(7, 30), at_least=Fraction(95)), NOW)
    shortest: Budget | None = worst(found)

    assert shortest is not None
    assert (shortest.days, shortest.can_miss) == (7, 0)
