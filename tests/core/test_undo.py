"""Undo and redo as facts: nothing leaves the journal, and the newest goes first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inbox.core.model import Fact, Verb
from inbox.core.undo import effective, group_of, next_redo, next_undo, undone
from tests.core.making import said


def entry(name: str, verb: Verb = Verb.DONE) -> Fact:
    return said(verb, group=name)


def undo(name: str) -> Fact:
    return said(Verb.UNDO, arguments={"group": name})


def redo(name: str) -> Fact:
    return said(Verb.REDO, arguments={"group": name})


def holding(facts: list[Fact]) -> list[str]:
    return [group_of(fact) for fact in effective(facts)]


def test_one_keypress_is_undone_whole() -> None:
    """Twelve conversations done at once are one mistake, not twelve."""
    facts = [entry("a"), entry("b"), entry("b"), undo("b")]

    assert holding(facts) == ["a"]


def test_the_last_word_on_a_group_counts() -> None:
    """Back and forth as often as the seller likes."""
    facts = [entry("a"), undo("a"), redo("a")]

    assert (holding(facts), holding([*facts, undo("a")])) == (["a"], [])


def test_a_fact_without_a_group_is_a_group_of_its_own() -> None:
    """What was written without one can be taken back all the same."""
    alone, other = entry(""), entry("")

    assert effective([alone, other, undo(alone.uid)]) == (other,)


def test_undo_takes_the_newest_that_is_not_undone() -> None:
    """Pressed three times it goes back three steps."""
    facts = [entry("a"), entry("b"), entry("c"), undo("c")]

    assert next_undo(facts[::-1]) == "b"
    assert next_undo([*facts, undo("b"), undo("a")][::-1]) is None


def test_undo_passes_over_what_cannot_be_taken_back() -> None:
    """A reply that left is not called back; the step before it can be."""
    facts = [entry("a"), entry("b", Verb.REPLY), entry("b", Verb.TAG)]

    assert next_undo(facts[::-1], lambda fact: fact.verb is not Verb.REPLY) == "a"


def test_redo_brings_back_the_one_undone_last_and_then_the_next() -> None:
    """It retraces the steps that undo took."""
    facts = [entry("a"), entry("b"), undo("b"), undo("a")]

    assert next_redo(facts[::-1]) == "a"
    facts.append(redo("a"))
    assert next_redo(facts[::-1]) == "b"
    facts.append(redo("b"))
    assert next_redo(facts[::-1]) is None


def test_something_new_ends_what_could_be_redone() -> None:
    """What comes back then would land on something it never knew."""
    facts = [entry("a"), undo("a"), entry("b")]

    assert next_redo(facts[::-1]) is None


def test_looking_at_a_conversation_is_no_step() -> None:
    """What is marked read by being opened is neither undone nor in the way of redo."""
    looked = said(Verb.READ)
    facts = [entry("a"), entry("b"), undo("b"), looked]

    assert (next_undo(facts[::-1]), next_redo(facts[::-1])) == ("a", "b")
    assert holding(facts) == ["a", looked.uid]


def test_an_empty_journal_has_nothing_to_undo_or_redo() -> None:
    """The first key pressed may be `z`."""
    assert (next_undo([]), next_redo([]), effective([])) == (None, None, ())


@given(st.lists(st.sampled_from(["new", "undo", "redo"]), max_size=30))
def test_undo_and_redo_move_along_one_line(presses: list[str]) -> None:
    """However the keys are pressed, what holds is the line of entries up to a point in it."""
    facts, line, position = list[Fact](), list[str](), 0
    for number, press in enumerate(presses):
        newest_first = facts[::-1]
        if press == "new":
            line, position = [*line[:position], f"g{number}"], position + 1
            facts.append(entry(f"g{number}"))
        elif press == "undo":
            group = next_undo(newest_first)
            assert group == (line[position - 1] if position else None)
            facts += [undo(group)] if group else []
            position -= bool(group)
        else:
            group = next_redo(newest_first)
            assert group == (line[position] if position < len(line) else None)
            facts += [redo(group)] if group else []
            position += bool(group)

        assert holding(facts) == line[:position]
        assert not undone(facts) & set(line[:position])
