"""Which backups stay: seven days, four weeks, and never none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from inbox.store.keeping import rotation

DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
UID = "abcdefghjk12"

instants = st.integers(0, 1000 * 24).map(lambda hours: MONDAY - timedelta(hours=hours))


def test_a_month_of_days_leaves_seven_days_and_the_sundays_before() -> None:
    """By hand: 2 November 2026 is a Monday; 30 days end on Tuesday, 1 December."""
    every = {MONDAY + number * DAY for number in range(30)}

    kept = sorted(at.date() for at in rotation.kept(every))

    assert kept == [
        date(2026, 11, 15),
        date(2026, 11, 22),
        *[date(2026, 11, day) for day in range(25, 31)],
        date(2026, 12, 1),
    ]


@given(st.sets(instants, max_size=60))
def test_few_stay_and_the_newest_always_does(every: set[datetime]) -> None:
    """Rotation may never take the last backup there is."""
    kept = rotation.kept(every)

    assert kept <= every
    assert len(kept) <= rotation.DAYS + rotation.WEEKS
    assert not every or max(every) in kept
    assert rotation.kept(kept) == kept


@given(st.lists(st.integers(0, 40), min_size=1, max_size=60))
def test_a_shop_open_now_and_then_always_has_an_old_one(gaps: list[int]) -> None:
    """Made one by one and rotated each time, as the engine does: never only fresh ones."""
    at, there = MONDAY, set[datetime]()
    for gap in gaps:
        at += gap * DAY
        there = rotation.kept(there | {at})

    weeks = {each.isocalendar()[:2] for each in there}
    assert max(there) == at
    assert len(weeks) >= min(
        4, len({(MONDAY + sum(gaps[: n + 1]) * DAY).isocalendar()[:2] for n in range(len(gaps))})
    )


@given(st.sets(instants, min_size=1, max_size=12))
def test_the_day_by_which_all_are_gone_is_right(every: set[datetime]) -> None:
    """It is what a buyer who asked to be forgotten is told."""
    day = rotation.gone_by(every, MONDAY)

    at, there = max([MONDAY, *every]), set(every)
    gone = None
    for _ in range(60):
        at += DAY
        there = rotation.kept(there | {at})
        if gone is None and not there & every:
            gone = at.date()
    assert day == gone
    assert rotation.gone_by((), MONDAY) is None


def test_one_is_due_after_most_of_a_day() -> None:
    """And a clock that was wrong once does not end all backups."""
    assert rotation.is_due([], MONDAY)
    assert not rotation.is_due([MONDAY - timedelta(hours=19)], MONDAY)
    assert rotation.is_due([MONDAY - timedelta(hours=21)], MONDAY)
    assert rotation.is_due([MONDAY + 400 * DAY], MONDAY)


def test_only_our_own_files_are_ever_removed(tmp_path: Path) -> None:
    """The folder may be shared with another shop and with the seller's own copies."""
    others = {
        "mine.backup",
        "inbox-abcdefghjk12-20260101T000000Z.backup.tar.gz.old",
        "inbox-abcdefghjk99-20240101T000000Z.backup.tar.gz",
        "inbox-abcdefghjk12-20269999T000000Z.backup.tar.gz",
    }
    for name in others:
        (tmp_path / name).touch()
    for number in range(40):
        (tmp_path / rotation.name_of(UID, MONDAY + number * DAY)).touch()

    half, begun = (f".{rotation.name_of(UID, MONDAY + n * DAY)}.part" for n in (38, 40))
    others.add(begun)
    for name in (half, begun):
        (tmp_path / name).touch()

    # A clock that was a year ahead for some weeks: they must push out none of today's.
    ahead = {rotation.name_of(UID, MONDAY + n * DAY) for n in range(400, 420)}
    for name in ahead:
        (tmp_path / name).touch()
    others |= ahead

    rotation.rotate(tmp_path, UID, MONDAY + 40 * DAY)

    left = {path.name for path in tmp_path.iterdir()}
    assert others < left
    assert len(left - others) == len(rotation.found(tmp_path, UID)) - len(ahead) == 9
