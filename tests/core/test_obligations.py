"""What is owed: the vectors of the design, and each way in which a clock may stop or may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.values import StatedDeadline
from inbox.core.model import DueState, MessageUid
from inbox.core.obligations import (
    BOUNCED,
    Anchor,
    Clock,
    Duty,
    Event,
    EventKind,
    Obligation,
    Owner,
    Rule,
    SatisfiedBy,
    due_state,
    obligations,
    soon_from,
)
from tests.core.making import DAY, HOUR, NOON, at, rule

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
PROMISE = rule()
PLATFORM = rule(name="platform", owner=Owner.SERVICE, service="amazon")


def asked(hour: float, **fields: object) -> Event:
    return replace(Event(at=at(hour), kind=EventKind.ASKED), **fields)  # type: ignore[arg-type] # any field


def answered(hour: float, *, automatic: bool = False) -> Event:
    return Event(at=at(hour), kind=EventKind.ANSWERED, automatic=automatic)


def word(kind: EventKind, hour: float) -> Event:
    return Event(at=at(hour), kind=kind)


def still_owed(events: list[Event], one: Rule = PROMISE) -> list[datetime | None]:
    """Return the due instants of what is open."""
    return [each.due_at for each in obligations(events, [one]) if each.open]


@pytest.mark.parametrize(
    ("asked_at", "due"),
    [
        (datetime(2026, 10, 31, 22, tzinfo=NEW_YORK), "2026-11-01T21:00:00-05:00"),
        (datetime(2027, 3, 27, 20, tzinfo=BERLIN), "2027-03-28T21:00:00+02:00"),
    ],
    ids=["V1 clocks go back", "V2 clocks go forward"],
)
def test_a_day_is_24_hours_also_when_the_clocks_change(asked_at: datetime, due: str) -> None:
    """Wall arithmetic is an hour off at DST, which is an answer an hour late."""
    [obligation] = obligations([Event(at=asked_at, kind=EventKind.ASKED)], [PROMISE])

    assert obligation.due_at is not None
    assert obligation.due_at.astimezone(asked_at.tzinfo).isoformat() == due
    assert obligation.due_at.tzinfo is UTC


def test_v13_asking_again_does_not_buy_us_more_time() -> None:
    """A buyer who writes three times must not wait longer than one who writes once."""
    ten = datetime(2026, 11, 20, 10, tzinfo=UTC)
    events = [Event(at=ten + hours * HOUR, kind=EventKind.ASKED) for hours in (0, 1, 5)]

    [obligation] = obligations(events, [PROMISE])

    assert obligation.due_at == datetime(2026, 11, 21, 10, tzinfo=UTC)


def test_v14_after_our_answer_the_next_question_has_its_own_clock() -> None:
    """What was answered is settled; the new question counts from its own time."""
    ten = datetime(2026, 11, 20, 10, tzinfo=UTC)
    kinds = {0: EventKind.ASKED, 1: EventKind.ASKED, 2: EventKind.ANSWERED, 5: EventKind.ASKED}
    events = [Event(at=ten + hours * HOUR, kind=kind) for hours, kind in kinds.items()]

    first, second = obligations(events, [PROMISE])

    assert (first.opened_at, first.met_at) == (ten, ten + 2 * HOUR)
    assert (second.due_at, second.open) == (datetime(2026, 11, 21, 15, tzinfo=UTC), True)


@pytest.mark.parametrize(
    ("delay", "late"),
    [(DAY, False), (DAY + timedelta(microseconds=1), True)],
    ids=["at the due instant", "just after"],
)
def test_an_answer_at_the_due_instant_is_in_time(delay: timedelta, late: bool) -> None:  # noqa: FBT001 - parametrised
    """The platform counts to the second, and so must we."""
    reply = Event(at=NOON + delay, kind=EventKind.ANSWERED, message=MessageUid("reply"))

    [obligation] = obligations([asked(0), reply], [PROMISE])

    assert (obligation.met_by, obligation.met_late) == ("reply", late)


@pytest.mark.parametrize(("counts", "left"), [(False, [at(24)]), (True, [])])
def test_an_automatic_reply_stops_a_clock_only_where_the_rule_says_so(
    counts: bool,  # noqa: FBT001 - parametrised
    left: list[datetime],
) -> None:
    """Amazon does not take an out-of-office note for an answer; Etsy does."""
    events = [asked(0), answered(1, automatic=True)]

    assert still_owed(events, rule(auto_reply_counts=counts)) == left


@pytest.mark.parametrize("kind", [EventKind.DONE, EventKind.SPAM, EventKind.TRASHED])
@pytest.mark.parametrize(("one", "left"), [(PROMISE, []), (PLATFORM, [at(24)])])
def test_done_and_spam_end_our_promise_but_no_services_clock(
    kind: EventKind, one: Rule, left: list[datetime]
) -> None:
    """Calling it done here does not make Amazon's clock stop."""
    assert still_owed([asked(0), word(kind, 1)], one) == left


@pytest.mark.parametrize(
    ("one", "left"),
    [
        (PROMISE, []),
        (PLATFORM, [at(24)]),
        (replace(PLATFORM, no_reply_needed_counts=True), []),
    ],
    ids=["ours", "theirs", "theirs, told so"],
)
def test_no_reply_needed_ends_a_services_clock_only_where_the_rule_says_so(
    one: Rule, left: list[datetime]
) -> None:
    """Where the service has no such button, its clock runs on."""
    assert still_owed([asked(0), word(EventKind.NO_REPLY_NEEDED, 1)], one) == left


def test_reopening_brings_back_what_done_ended_with_its_first_clock() -> None:
    """Done by mistake and reopened must not be a way to win another day."""
    events = [asked(0), word(EventKind.DONE, 1), word(EventKind.REOPENED, 5)]

    assert still_owed(events) == [at(24)]


def test_reopening_asks_for_nothing_that_was_answered() -> None:
    """An answered question stays answered, whatever is reopened around it."""
    events = [
        asked(0),
        word(EventKind.DONE, 1),
        answered(2),
        word(EventKind.REOPENED, 3),
    ]

    assert still_owed(events) == []


def test_reopening_where_a_new_question_is_open_already_changes_nothing() -> None:
    """What done ended stays ended: the clock that runs is the new question's."""
    events = [asked(0), word(EventKind.DONE, 1), asked(2), word(EventKind.REOPENED, 3)]

    assert still_owed(events) == [at(26)]


def test_a_spammer_writing_again_opens_nothing() -> None:
    """Spam is said once, not at every mail."""
    assert still_owed([asked(0), word(EventKind.SPAM, 1), asked(2)]) == []


def test_a_new_question_after_done_is_owed_again() -> None:
    """Done is about what was asked so far."""
    assert still_owed([asked(0), word(EventKind.DONE, 1), asked(2)]) == [at(26)]


def test_what_came_in_unseen_before_done_is_not_ended_by_it() -> None:
    """Mail taken by the server at 10:00 and fetched at 10:10 was not seen by a done of 10:05."""
    done = replace(word(EventKind.DONE, 1), order_at=at(0))

    assert still_owed([asked(0), asked(0.5), done]) == [at(24.5)]


@pytest.mark.parametrize("reason", ["history", "automatic", "junk"])
def test_an_excluded_message_opens_nothing(reason: str) -> None:
    """Each reason is told by explain, none starts a clock."""
    assert still_owed([asked(0, excluded=reason)]) == []


def test_two_rules_each_have_their_clock() -> None:
    """Both are shown when both apply: the platform's and the seller's own."""
    found = obligations([asked(0)], [PROMISE, replace(PLATFORM, target=2 * DAY)])

    assert [(each.rule.id, each.due_at) for each in found] == [
        ("platform", at(48)),
        ("promise", at(24)),
    ]


KINDS = st.sampled_from(list(EventKind))
EVENTS = st.lists(
    st.builds(
        lambda minutes, kind, automatic, excluded: Event(
            at=NOON + timedelta(minutes=minutes),
            kind=kind,
            automatic=automatic and kind in (EventKind.ASKED, EventKind.ANSWERED),
            excluded=excluded if kind is EventKind.ASKED else "",
        ),
        st.integers(0, 6),
        KINDS,
        st.sampled_from([False, False, True]),
        st.sampled_from(["", "", "", "history"]),
    ),
    max_size=12,
)
RULES = st.builds(
    lambda owner, auto, needless: rule(
        owner=owner, auto_reply_counts=auto, no_reply_needed_counts=needless
    ),
    st.sampled_from(list(Owner)),
    st.booleans(),
    st.booleans(),
)


def told_otherwise(events: list[Event], one: Rule) -> list[Obligation]:
    """Return the obligations by another way: cut the events at what closes, first ask of each part.

    Slow and without state: what a reopening takes back is struck out beforehand.
    """
    seller = one.owner is Owner.SELLER
    ordered = sorted(events, key=lambda event: event.at)
    spam = [i for i, event in enumerate(ordered) if event.kind is EventKind.SPAM and seller]
    silent_from = spam[0] if spam else len(ordered)

    def opens(index: int) -> bool:
        event = ordered[index]
        plain = not event.excluded and not event.automatic
        return event.kind is EventKind.ASKED and plain and index < silent_from

    def answers(index: int) -> bool:
        event = ordered[index]
        counts = not event.automatic or one.auto_reply_counts
        settled = event.kind is EventKind.SETTLED and not seller
        return settled or (event.kind is EventKind.ANSWERED and counts)

    def ends_by_word(index: int) -> bool:
        kind = ordered[index].kind
        needless = kind is EventKind.NO_REPLY_NEEDED and (seller or one.no_reply_needed_counts)
        return needless or (seller and kind in (EventKind.DONE, EventKind.SPAM, EventKind.TRASHED))

    closed = [opens(index) or answers(index) for index in range(len(ordered))]
    words = [ends_by_word(index) for index in range(len(ordered))]
    struck, aside = _taken_back(ordered, closed, words, silent_from)
    found, part = list[Obligation](), list[int]()
    for index, event in enumerate(ordered):
        if opens(index):
            part.append(index)
        elif part and (answers(index) or (ends_by_word(index) and index not in struck)):
            found.append(_obligation(one, _since(ordered, part, index, aside, one), event.at))
            part = []
    if part:
        found.append(_obligation(one, _since(ordered, part, len(ordered), aside, one), None))
    return sorted(found, key=lambda each: each.opened_at)


def _taken_back(
    ordered: list[Event], closed: list[bool], words: list[bool], silent_from: int
) -> tuple[set[int], set[int]]:
    """Return the words that reopening strikes out, and all between such a word and it."""
    struck, aside = set[int](), set[int]()
    for index, event in enumerate(ordered[:silent_from]):
        before, reached = index - 1, event.kind is not EventKind.REOPENED
        while not reached and before >= 0 and not closed[before]:
            struck |= {before} if words[before] else set()
            again = any(each.kind is EventKind.REOPENED for each in ordered[before:index])
            aside |= set(range(before, index)) if words[before] and not again else set()
            before -= 1
    return struck, aside


def _since(ordered: list[Event], part: list[int], end: int, aside: set[int], one: Rule) -> datetime:
    """Return when a clock began: where the service said so while it ran, the last time."""
    said = [
        index
        for index in range(part[0], end)
        if ordered[index].kind is EventKind.STARTED and index not in aside
    ]
    return ordered[said[-1] if said and one.owner is Owner.SERVICE else part[0]].at


def _obligation(one: Rule, opened: datetime, met: datetime | None) -> Obligation:
    return Obligation(
        rule=one, opened_by=None, opened_at=opened, due_at=opened + one.target, met_at=met
    )


@given(EVENTS, RULES)
def test_two_ways_of_reckoning_agree(events: list[Event], one: Rule) -> None:
    """The clock is what the product is for, so it is written twice."""
    assert list(obligations(events, [one])) == told_otherwise(events, one)


@given(EVENTS, RULES, st.integers(0, 600))
def test_writing_again_never_moves_what_is_owed(events: list[Event], one: Rule, later: int) -> None:
    """Neither to later, which would be unfair, nor to earlier, which would be a lie."""
    before = still_owed(events, one)
    again = Event(at=NOON + timedelta(minutes=6 + later), kind=EventKind.ASKED)

    after = still_owed([*events, again], one)

    assert before in ([], after)


@given(EVENTS, RULES)
def test_a_human_answer_leaves_nothing_open(events: list[Event], one: Rule) -> None:
    """Whatever was said before, an accepted answer settles it."""
    assert still_owed([*events, answered(1)], one) == []


@given(EVENTS, RULES)
def test_every_obligation_is_due_its_target_after_a_question(
    events: list[Event], one: Rule
) -> None:
    """No clock starts at an instant at which nobody asked."""
    starts = {EventKind.ASKED, EventKind.STARTED}
    questions = {event.at for event in events if event.kind in starts}

    for obligation in obligations(events, [one]):
        assert obligation.opened_at in questions
        assert obligation.due_at == obligation.opened_at + one.target


@pytest.mark.parametrize(
    ("target", "left", "expected"),
    [
        (DAY, timedelta(hours=4, minutes=48, seconds=1), DueState.OK),
        (DAY, timedelta(hours=4, minutes=48), DueState.SOON),
        (HOUR, 2 * HOUR, DueState.SOON),
        (HOUR, 2 * HOUR + timedelta(microseconds=1), DueState.OK),
        (None, 2 * HOUR, DueState.SOON),
        (DAY, timedelta(), DueState.SOON),
        (DAY, timedelta(microseconds=-1), DueState.LATE),
    ],
)
def test_soon_is_the_last_fifth_but_at_least_two_hours(
    target: timedelta | None, left: timedelta, expected: DueState
) -> None:
    """A short promise needs warning as much as a long one."""
    assert due_state(NOON + left, target, NOON) is expected


@pytest.mark.parametrize(
    ("unreachable", "expected"), [(False, DueState.NONE), (True, DueState.UNREACHABLE)]
)
def test_no_due_instant_is_said_apart_from_one_that_never_comes(
    unreachable: bool,  # noqa: FBT001 - parametrised
    expected: DueState,
) -> None:
    """A calendar that never opens must not look like nothing owed."""
    assert due_state(None, None, NOON, unreachable) is expected


@given(st.timedeltas(timedelta(), 400 * DAY), st.timedeltas(-DAY, 400 * DAY))
def test_soon_begins_exactly_where_the_store_is_told(target: timedelta, left: timedelta) -> None:
    """The list's query and the glyph beside the row must never disagree."""
    due = NOON + left

    soon = due_state(due, target, NOON) is DueState.SOON

    assert soon == (soon_from(due, target) <= NOON <= due)


BURST = {0: EventKind.ASKED, 1: EventKind.ASKED, 5: EventKind.ASKED}
BETWEEN = {
    0: EventKind.ASKED,
    1: EventKind.ASKED,
    2: EventKind.ANSWERED,
    5: EventKind.ASKED,
}


@pytest.mark.parametrize(
    ("kinds", "anchor", "due"),
    [
        (BURST, Anchor.FIRST_UNANSWERED, [24]),
        (BURST, Anchor.EVERY_MESSAGE, [29]),
        (BURST, Anchor.FIRST_OF_CONVERSATION, [24]),
        (BETWEEN, Anchor.FIRST_UNANSWERED, [29]),
        (BETWEEN, Anchor.EVERY_MESSAGE, [29]),
        (BETWEEN, Anchor.FIRST_OF_CONVERSATION, []),
        ({-1: EventKind.DONE, 0: EventKind.ASKED}, Anchor.FIRST_OF_CONVERSATION, [24]),
    ],
    ids=["V13", "V13 every", "V13 first", "V14", "V14 every", "V14 first", "done is no answer"],
)
def test_each_anchor_starts_its_clock_at_its_own_message(
    kinds: dict[int, EventKind], anchor: Anchor, due: list[int]
) -> None:
    """Etsy counts first messages, WhatsApp's window the last, Amazon the first without answer."""
    events = [Event(at=at(hour), kind=kind) for hour, kind in kinds.items()]

    assert still_owed(events, replace(PROMISE, anchor=anchor)) == [at(hour) for hour in due]


def test_what_is_late_stays_late_when_the_buyer_asks_again() -> None:
    """A clock that every message restarts must not be restarted by somebody waiting too long."""
    every = replace(PROMISE, anchor=Anchor.EVERY_MESSAGE)

    assert still_owed([asked(0), asked(30)], every) == [at(24)]
    assert still_owed([asked(0), asked(24)], every) == [at(48)]


def test_a_window_opens_anew_with_each_message_of_the_buyer() -> None:
    """WhatsApp lets us write freely for a day after each of them, however late the last was."""
    window = replace(PLATFORM, anchor=Anchor.EVERY_MESSAGE, kind=Duty.WINDOW)

    assert still_owed([asked(0), asked(30)], window) == [at(54)]


def test_a_reply_that_came_back_stops_nothing() -> None:
    """What bounced never reached the buyer."""
    events = [asked(0), replace(answered(1), excluded=BOUNCED)]

    assert still_owed(events) == [at(24)]


def test_what_waits_for_the_services_word_is_not_ended_by_a_reply() -> None:
    """A claim is decided in the service's own form; writing to the buyer is not that."""
    claim = replace(PLATFORM, satisfied_by=SatisfiedBy.SERVICE, no_reply_needed_counts=True)

    assert still_owed([asked(0), answered(1)], claim) == [at(24)]
    assert still_owed([asked(0), answered(1), word(EventKind.SETTLED, 2)], claim) == []
    assert still_owed([asked(0), word(EventKind.NO_REPLY_NEEDED, 2)], claim) == []


def test_what_a_service_states_is_ended_by_a_person_and_began_when_it_was_said_first() -> None:
    """“We are away until Monday” answers no dispute, and a new date makes it no younger."""
    reply = replace(PLATFORM, clock=Clock.STATED)

    def case(due: float) -> StatedDeadline:
        return StatedDeadline(conversation_ref="t1", ref="case", due_at=at(due))

    first, again = (
        Event(at=at(hour), kind=EventKind.STATED, stated=case(due))
        for hour, due in ((0, 48), (2, 72))
    )
    (one,) = obligations([first, again, answered(3, automatic=True)], [reply])
    (met,) = obligations([first, again, answered(3)], [reply])

    assert (one.opened_at, one.due_at, one.met_at) == (at(0), at(72), None)
    assert met.met_at == at(3)


def test_spam_ends_a_platforms_clock_only_where_the_rule_says_so() -> None:
    """Etsy leaves out what is marked as spam; others count on."""
    events = [asked(0), word(EventKind.SPAM, 1)]

    assert still_owed(events, PLATFORM) == [at(24)]
    assert still_owed(events, replace(PLATFORM, spam_counts=True)) == []


def test_ten_thousand_messages_of_one_buyer_are_counted_in_one_go() -> None:
    """Each event is looked at once for each rule, whichever message starts the clock."""
    events = [asked(index / 3600) for index in range(10_000)]

    for anchor in Anchor:
        [one] = obligations(events, [replace(PROMISE, anchor=anchor)])

        assert len(one.counted) == 10_000
