"""What is owed, when and why: pure. See docs/deadlines.md.

Facts and messages become events, events and rules become obligations. A
verdict is computed anew each time; the terms of one given before are handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from connectors.values import StatedDeadline
from inbox.core.course import Course, due_under
from inbox.core.events import (
    BOUNCED,
    EXCLUDED,
    INTERIM,
    Event,
    EventKind,
    events_of,
    is_history,
    known,
    known_until,
    set_aside_by,
    stated_event,
)
from inbox.core.model import DueState
from inbox.core.obligation import Given, GivenTerms, Obligation, Verdict
from inbox.core.rulebook import (
    STOREFRONT,
    Anchor,
    Book,
    Clock,
    Duty,
    Owner,
    Rule,
    SatisfiedBy,
    choice_for,
    make_book,
    rules_for,
    terms_for,
)

__all__ = [
    "BOUNCED",
    "EXCLUDED",
    "INTERIM",
    "NOTHING_GIVEN",
    "STOREFRONT",
    "Anchor",
    "Book",
    "Clock",
    "Duty",
    "Event",
    "EventKind",
    "Given",
    "GivenTerms",
    "Obligation",
    "Owner",
    "Rule",
    "SatisfiedBy",
    "Verdict",
    "choice_for",
    "due_state",
    "due_under",
    "events_of",
    "is_history",
    "known",
    "known_until",
    "make_book",
    "obligations",
    "opens",
    "rules_for",
    "set_aside_by",
    "soon_before",
    "soon_from",
    "stated_event",
    "terms_for",
]

SOON_AT_LEAST = timedelta(hours=2)
SOON_SHARE = 5
"""Soon is the last fifth of the target, or the last two hours where that is more."""

NOTHING_GIVEN: GivenTerms = MappingProxyType({})

_ASKED = EventKind.ASKED
_HAPPENED = EventKind.HAPPENED
_STATED = EventKind.STATED
_REMEMBERED = 64
_GROUPED: dict[int, tuple[Sequence[Rule], tuple[Sequence[Rule], ...]]] = {}
"""Rules that were asked about and their versions, by the rules' identity: a book chooses them
once, and they are asked about for every conversation."""

STATED = Rule(
    id="stated",
    owner=Owner.SERVICE,
    service="*",
    clock=Clock.STATED,
    target=timedelta(),
    anchor=Anchor.FIRST_UNANSWERED,
    satisfied_by=SatisfiedBy.SERVICE,
    source="the service itself",
)
"""What a stated instant stands under where no rule of the service speaks of it."""


def obligations(
    events: Sequence[Event], rules: Sequence[Rule], given: GivenTerms = NOTHING_GIVEN
) -> tuple[Obligation, ...]:
    """Return every obligation the events opened, oldest first, met ones included.

    Events of one instant count in the order given (`events_of` knows it).
    `given` are the terms of verdicts that stand already. An instant that the
    service states takes the place of what we reckoned for it.
    """
    ordered = sorted(events, key=_stands_at) if len(events) > 1 else events
    found: list[Obligation] = []
    for versions in _versions(rules):
        found += Course(versions, given).run(ordered)
    stated = _stated(ordered, rules)
    if stated:
        wins = {each.kind for each in stated if each.open}
        found = [
            each
            for each in found
            if not (each.open and _yields(each.rule, wins)) and not _is_elsewhere(each)
        ]
    found += stated
    if len(found) > 1:
        found.sort(key=lambda each: (each.opened_at, each.rule.id))
    return tuple(found)


def opens(events: Iterable[Event]) -> bool:
    """Return whether any rule at all can find something in these events."""
    for event in events:  # a loop, since all conversations are asked about at once
        kind = event.kind
        if kind is _ASKED:
            if not event.excluded and not event.automatic:
                return True
        elif kind is _HAPPENED or kind is _STATED:
            return True
    return False


def _stands_at(event: Event) -> datetime:
    """Return the instant by which an event is ordered."""
    return event.order_at or event.at


def _versions(rules: Sequence[Rule]) -> Iterable[Sequence[Rule]]:
    """Return the rules that reckon, the versions of each together, oldest first."""
    found = _GROUPED.get(id(rules))
    if found is None or found[0] is not rules:
        found = rules, tuple(_grouped(rules))
        if isinstance(rules, tuple):
            if len(_GROUPED) >= _REMEMBERED:
                _GROUPED.clear()
            _GROUPED[id(rules)] = found
    return found[1]


def _grouped(rules: Sequence[Rule]) -> Iterable[Sequence[Rule]]:
    """Return the same, reckoned."""
    grouped: dict[tuple[object, ...], list[Rule]] = {}
    for rule in rules:
        if rule.clock in (Clock.ELAPSED, Clock.BUSINESS):
            line = (rule.line or rule.id, rule.owner, rule.about)
            grouped.setdefault(line, []).append(rule)
    ever = datetime.min.replace(tzinfo=UTC)
    for versions in grouped.values():
        versions.sort(key=lambda each: each.valid_from or ever)
    return grouped.values()


def _yields(rule: Rule, wins: Iterable[Duty]) -> bool:
    """Return whether what a rule reckoned gives way to the service's own word."""
    return rule.owner is Owner.SERVICE and rule.kind in wins


def _is_elsewhere(obligation: Obligation) -> bool:
    """Return whether a promise of ours is about what can only be answered at the service."""
    asked = [each for each in obligation.counted if each.kind is EventKind.ASKED]
    return obligation.rule.owner is Owner.SELLER and not any(each.answerable for each in asked)


def _stated(events: Sequence[Event], rules: Sequence[Rule]) -> list[Obligation]:
    """Return what the service stated, each under its own ref; a later word replaces an earlier."""
    found, current = list[Obligation](), dict[str, Obligation]()
    for event in events:  # a loop, since all conversations are asked about at once
        if event.stated is not None:
            break
    else:
        return found
    for event in events:
        if event.kind is EventKind.STATED and event.stated is not None:
            one = event.stated
            standing = current.pop(one.ref, None)
            if one.due_at is not None:
                rule = _rule_of(one, events, rules)
                current[one.ref] = _as_stated(one, event, rule, standing)
            elif standing is not None:
                found.append(_ended(standing, event))
        elif event.kind is EventKind.SETTLED or _answers(event):
            for ref, standing in list(current.items()):
                by_reply = standing.rule.satisfied_by is SatisfiedBy.REPLY
                if event.kind is EventKind.SETTLED or by_reply:
                    found.append(_ended(current.pop(ref), event))
    return found + list(current.values())


def _answers(event: Event) -> bool:
    """Return whether an event is an answer by a person that got there."""
    return event.kind is EventKind.ANSWERED and not event.automatic and not event.excluded


def _rule_of(one: StatedDeadline, events: Sequence[Event], rules: Sequence[Rule]) -> Rule:
    """Return the service's rule for what it states, the general one if it has none."""
    kinds = {event.about for event in events if event.kind is EventKind.ASKED}
    mine = [each for each in rules if each.clock is Clock.STATED and each.kind == one.kind]
    fit = [each for each in mine if not each.about or kinds & set(each.about)]
    best = max(fit, key=lambda each: bool(each.about), default=None)
    return best or replace(STATED, kind=Duty(one.kind))


def _as_stated(
    one: StatedDeadline, event: Event, rule: Rule, standing: Obligation | None
) -> Obligation:
    """Return a stated instant as an obligation, begun when the first word of it said."""
    since = standing.opened_at if standing else event.at
    before = standing.counted if standing else ()
    return Obligation(
        rule=rule,
        opened_by=None,
        opened_at=(one.opened_at or since).astimezone(UTC),
        due_at=one.due_at.astimezone(UTC) if one.due_at else None,
        rule_hash=rule.hash,
        ref=one.ref,
        said=one.said,
        page=one.page,
        counted=(*before, event),
    )


def _ended(standing: Obligation, event: Event) -> Obligation:
    """Return an obligation as met by that event."""
    at, counted = event.at.astimezone(UTC), (*standing.counted, event)
    return replace(standing, met_at=at, met_by=event.message, counted=counted)


def soon_from(due_at: datetime, target: timedelta | None) -> datetime:
    """Return the instant from which something due is due soon."""
    return due_at - soon_before(target)


def soon_before(target: timedelta | None) -> timedelta:
    """Return how long before its due instant something with that target is due soon."""
    return max((target or timedelta()) / SOON_SHARE, SOON_AT_LEAST)


def due_state(
    due_at: datetime | None,
    target: timedelta | None,
    now: datetime,
    unreachable: bool = False,  # noqa: FBT001, FBT002 - the document's own field, passed on
) -> DueState:
    """Return how near the due instant is; the instant itself is not late yet."""
    if due_at is None:
        return DueState.UNREACHABLE if unreachable else DueState.NONE
    if now > due_at:
        return DueState.LATE
    return DueState.SOON if now >= soon_from(due_at, target) else DueState.OK
