"""What undo and redo mean: they are facts too, and nothing is ever taken out of the journal.

A group is what one keypress made. A fact without a group is a group of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from inbox.core.model import Conversation, Fact, Verb

TURNS = frozenset({Verb.UNDO, Verb.REDO})
"""The verbs that speak of other facts and change nothing by themselves."""
_NO_STEPS = TURNS | {Verb.STOW, Verb.UNSTOW}
"""Those, and what only moves conversations between the store and its files."""


SAID_BEFORE = "said_before"
"""The argument of a fact that held already: to take it back changes nothing."""

_HELD: Mapping[Verb, Callable[[Conversation], bool]] = {
    Verb.READ: lambda one: not one.unread,
    Verb.UNREAD: lambda one: one.unread,
    Verb.DONE: lambda one: one.done_at is not None,
    Verb.REOPEN: lambda one: one.done_at is None,
    Verb.SPAM: lambda one: one.spam,
    Verb.NOT_SPAM: lambda one: not one.spam,
}


def said_before(verb: Verb, conversation: Conversation) -> dict[str, str]:
    """Return the arguments that note whether a verb says what holds of a conversation already."""
    held = _HELD.get(verb)
    return {SAID_BEFORE: "1"} if held is not None and held(conversation) else {}


def held_before(fact: Fact) -> bool:
    """Return whether what a fact says held already when it was said."""
    return SAID_BEFORE in fact.arguments


def group_of(fact: Fact) -> str:
    """Return the group a fact belongs to (its own uid where it was made alone)."""
    return fact.group or fact.uid


def is_step(fact: Fact) -> bool:
    """Return whether undo and redo count the fact as a step of the seller's.

    Undo and redo are none, nor is what was marked read by being looked at.
    """
    return fact.verb not in _NO_STEPS and (fact.verb is not Verb.READ or bool(fact.group))


def undone(facts: Iterable[Fact]) -> frozenset[str]:
    """Return the groups that are undone now, of facts in the order they were written.

    The last word on a group counts: undone, redone and undone again is undone.
    """
    last: dict[str, Verb] = {}
    for fact in facts:
        if fact.verb in TURNS:
            last[fact.arguments.get("group", "")] = fact.verb
    return frozenset(group for group, verb in last.items() if verb is Verb.UNDO)


def effective(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Return the facts that hold, of facts oldest first: no undone ones, no undo, no redo.

    The order written is trusted, not `at`: a clock may have been set back.
    """
    gone = undone(facts)
    return tuple(fact for fact in facts if fact.verb not in TURNS and group_of(fact) not in gone)


def _always(_fact: Fact) -> bool:
    """Return True: what may be undone where nobody says otherwise."""
    return True


def next_undo(
    newest_first: Sequence[Fact], undoable: Callable[[Fact], bool] = _always
) -> str | None:
    """Return the group that undo takes back next, `None` if there is none.

    It is the newest one not undone, whoever made it. A group with a fact
    that is not `undoable` (a reply already on its way) is passed over whole.
    """
    gone = undone(reversed(newest_first))
    stuck = {group_of(fact) for fact in newest_first if not undoable(fact)}
    for fact in newest_first:
        group = group_of(fact)
        if is_step(fact) and group not in gone and group not in stuck:
            return group
    return None


def next_redo(newest_first: Sequence[Fact]) -> str | None:
    """Return the group that redo brings back next: the one undone last.

    `None` if there is none, or if the seller did something new since: what
    is redone would then land on top of something it never knew.
    """
    gone = undone(reversed(newest_first))
    for fact in newest_first:
        if is_step(fact):
            return None
        group = fact.arguments.get("group", "")
        if fact.verb is Verb.UNDO and group in gone:
            return group
    return None
