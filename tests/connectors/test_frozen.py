"""`frozen` makes what `dataclass(frozen=True, slots=True)` makes, for less."""

from __future__ import annotations

import copy
import inspect
import pickle
import threading
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.frozen import frozen, replaced


@frozen
class Lamp:
    """Made by ours."""

    watts: int
    name: str = ""
    tags: tuple[str, ...] = ()
    notes: dict[str, str] = field(default_factory=dict)
    secret: str = field(default="s3cret", repr=False)
    seen: int = field(default=0, compare=False)

    @property
    def bright(self) -> bool:
        """Whether it can be read by."""
        return self.watts > 5


@frozen(quick=True)
class QuickLamp:
    """Made by ours, of those made by thousands."""

    watts: int
    name: str = ""
    tags: tuple[str, ...] = ()
    notes: dict[str, str] = field(default_factory=dict)
    secret: str = field(default="s3cret", repr=False)
    seen: int = field(default=0, compare=False)

    @property
    def bright(self) -> bool:
        """Whether it can be read by."""
        return self.watts > 5


BOTH = pytest.mark.parametrize("made", [Lamp, QuickLamp])


@dataclass(frozen=True, slots=True)
class _Lamp:
    watts: int
    name: str = ""
    tags: tuple[str, ...] = ()
    notes: dict[str, str] = field(default_factory=dict)
    secret: str = field(default="s3cret", repr=False)
    seen: int = field(default=0, compare=False)


_Lamp.__qualname__ = "Lamp"
THEIRS = _Lamp

WORDS = st.text(max_size=3)
GIVEN = st.fixed_dictionaries(
    {"watts": st.integers(0, 3)},
    optional={
        "name": WORDS,
        "tags": st.lists(WORDS, max_size=2).map(tuple),
        "notes": st.dictionaries(WORDS, WORDS, max_size=2),
        "secret": WORDS,
        "seen": st.integers(0, 2),
    },
)


@BOTH
@given(one=GIVEN, other=GIVEN)
def test_a_value_is_what_a_dataclass_is(
    made: type[Any], one: dict[str, Any], other: dict[str, Any]
) -> None:
    """A plugin's author knows dataclasses; nothing here may surprise them."""
    ours, theirs = made(**one), THEIRS(**one)
    changed, expected = replace(ours, **other), replace(theirs, **other)

    assert repr(ours).removeprefix("Quick") == repr(theirs)
    assert asdict(ours) == asdict(theirs)
    assert asdict(changed) == asdict(expected)
    assert (ours == made(**other)) is (theirs == THEIRS(**other))
    assert copy.deepcopy(ours) == pickle.loads(pickle.dumps(ours)) == ours  # noqa: S301 - our own bytes
    assert ours.__eq__(theirs) is NotImplemented


@BOTH
def test_the_class_is_described_as_a_dataclass_is(made: type[Any]) -> None:
    """`fields`, signatures and positional patterns read the class, not a value."""
    described = [(each.name, each.type, each.default, each.kw_only) for each in fields(made)]

    assert described == [(e.name, e.type, e.default, e.kw_only) for e in fields(THEIRS)]
    assert list(inspect.signature(made).parameters) == list(inspect.signature(THEIRS).parameters)
    assert made.__match_args__ == THEIRS.__match_args__
    assert str(made.__doc__).startswith("Made by ours")
    assert made(7).bright


@BOTH
def test_a_value_never_changes(made: type[Any]) -> None:
    """What two threads share needs no lock only as long as nobody can write it."""
    lamp, wrong = made(7), FrozenInstanceError if made is Lamp else AttributeError

    with pytest.raises(wrong):
        lamp.watts = 8
    with pytest.raises(wrong):
        del lamp.watts
    with pytest.raises(wrong):
        lamp.other = 8
    assert not hasattr(lamp, "__dict__")
    assert lamp == made(7)


def test_equal_values_are_one_key() -> None:
    """Parties and terms stand in sets and dicts."""

    @frozen(kw_only=True)
    class Pair:
        left: int
        right: str = ""

    @frozen
    class Nothing:
        pass

    assert len({Pair(left=1), Pair(left=1, right=""), Pair(left=2)}) == 2
    assert {Nothing()} == {Nothing()}
    with pytest.raises(TypeError):
        Pair(1)  # type: ignore[call-arg] # the point
    with pytest.raises(TypeError):
        Pair(left=1, middle=2)  # type: ignore[call-arg] # the point


@BOTH
def test_every_value_gets_its_own_dict(made: type[Any]) -> None:
    """One conversation's notes must not turn up in another's."""
    assert made(1).notes is not made(1).notes


def test_what_a_value_cannot_have_is_refused_when_the_class_is_made() -> None:
    """A class that quietly lost a part would lose a buyer's words later."""
    with pytest.raises(TypeError, match="no parents"):

        @frozen
        class _Child(Lamp):
            more: int = 0

    with pytest.raises(TypeError, match="share this default"):

        @frozen
        class _Shared:
            found: list[str] = []  # noqa: RUF012 - the point

    with pytest.raises(TypeError, match="fields only"):

        @frozen
        class _Counted:
            count: ClassVar[int] = 0

    with pytest.raises(TypeError, match="must take it"):

        @frozen
        class _Hidden:
            found: str = field(init=False)

    with pytest.raises(TypeError, match="no __post_init__"):

        @frozen
        class _Later:
            found: str

            def __post_init__(self) -> None:
                """Do what a value has no time for."""


def test_threads_may_make_the_first_value_at_once() -> None:
    """Accounts begin together, each in its thread, with the same classes."""

    @frozen
    class Late:
        number: int
        word: str = "x"

    start, made = threading.Barrier(8), []

    def make(number: int) -> None:
        start.wait()
        made.append(Late(number))

    threads = [threading.Thread(target=make, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(each.number for each in made) == list(range(8))
    assert {each.word for each in made} == {"x"}


@BOTH
@settings(max_examples=50)
@given(given_first=GIVEN, changed=GIVEN)
def test_a_changed_copy_is_what_dataclasses_make(
    made: type[Any], given_first: dict[str, Any], changed: dict[str, Any]
) -> None:
    """The quick copy must not forget a field, nor touch the value it was made of."""
    lamp = made(**given_first)
    before = asdict(lamp)

    assert asdict(replaced(lamp, **changed)) == asdict(replace(lamp, **changed))
    assert asdict(lamp) == before


@BOTH
def test_a_changed_copy_refuses_what_the_value_has_not(made: type[Any]) -> None:
    """A mistyped field must not pass for a change."""
    with pytest.raises(TypeError):
        replaced(made(watts=1), colour="red")
