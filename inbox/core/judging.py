"""The verdict that a conversation's document says, and when it need not be given again. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from inbox.core.events import Event
from inbox.core.obligation import Findings, GivenTerms, Obligation, Owing, Standing
from inbox.core.obligations import obligations, opens
from inbox.core.retelling import Course, told
from inbox.core.rulebook import Choice, Duty, Owner

_NEVER = datetime.max.replace(tzinfo=UTC)
_WINDOW = Duty.WINDOW


def judged(events: Sequence[Event], choice: Choice, given: GivenTerms, found: Findings) -> Owing:
    """Return what is owed after these events, and tell `found` all that was found.

    Some rule can find something in them (`opens`).
    """
    found.events, found.rules = events, choice.rules
    found.obligations = owed = obligations(events, choice.rules, given)
    first = _verdict(owed) if owed else None
    if first is None:
        return Owing(choice.hash)
    due_at = first.due_at
    return Owing(
        choice.hash,
        owed=True,
        due_at=due_at,
        target=first.target,
        rule=first.rule.id,
        unreachable=due_at is None,
    )


def judged_unless_it_stands(
    events: Sequence[Event],
    choice: Choice,
    given: Callable[[], GivenTerms],
    found: Findings,
    standing: Standing | None,
) -> tuple[Owing, Course]:
    """Return what is owed after these events, and the events as they are kept.

    Where the same happened under the same rules as when a verdict was given, that verdict
    is the answer, and `found` is told that it stands: given again, it would be the same.
    """
    if not opens(events):
        found.events, found.rules = events, choice.rules
        return Owing(choice.quiet), ()
    course = told(events)
    if (
        standing is not None
        and course
        and course == standing.course
        and choice.same_rules(standing.rule_hash)
    ):
        found.stands = True
        return standing.owing(choice.hash), course
    return judged(events, choice, given(), found), course


def _verdict(found: Iterable[Obligation]) -> Obligation | None:
    """Return the open obligation that sorts the conversation.

    The earliest due; of two at once the service's, whose clock a word of ours
    does not stop; one that never falls due only where there is no other. A
    window that closes asks for nothing.
    """
    asked = [each for each in found if each.met_at is None and each.rule.kind is not _WINDOW]
    if len(asked) == 1:
        return asked[0]
    return min(
        asked,
        key=lambda each: (each.due_at or _NEVER, each.rule.owner is Owner.SELLER, each.rule.id),
        default=None,
    )
