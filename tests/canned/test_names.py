"""A buyer is greeted by their first name only where it is surely one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canned.names import Person, person_of


@pytest.mark.parametrize(
    ("display", "first", "last"),
    [
        ("Kate O'Neil", "Kate", "O'Neil"),
        ("Müller, Anna", "Anna", "Müller"),
        ('"Müller, Anna"', "Anna", "Müller"),
        ("Kate", "Kate", ""),
        ("Jean-Pierre Dupont", "Jean-Pierre", "Dupont"),
        ("Mary Ann Smith", "Mary", "Smith"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Anna von der Heide", "Anna", "von der Heide"),
        ("van Beethoven, Ludwig", "Ludwig", "van Beethoven"),
        ("van Beethoven", "", "van Beethoven"),
        ("Dr. Kate O'Neil, PhD", "Kate", "O'Neil"),
        ("Frau Müller", "", "Müller"),
        ("Frau Anna Müller", "Anna", "Müller"),
        ("LeBron James", "LeBron", "James"),
        ("Kate Smith (via eBay)", "Kate", "Smith"),
        ("Kate O'Neil - Amazon Marketplace", "Kate", "O'Neil"),
        ("Иван Петров", "Иван", "Петров"),
        ("Петров Иван Сергеевич", "Иван", "Петров"),
        ("Иван Сергеевич Петров", "Иван", "Петров"),
        ("Петрова Анна", "Анна", "Петрова"),
        ("Яков Петров", "Яков", "Петров"),
        ("Popescu Ion", "Ion", "Popescu"),
        ("J. Smith", "", "Smith"),
        ("O'Brien", "", "O'Brien"),
        ("Franziska Müller", "Franziska", "Müller"),
        ("Anna Kowalska", "Anna", "Kowalska"),
        ("Kowalska Anna", "", ""),
        ("ANNA MÜLLER", "", "MÜLLER"),
        ("anna müller", "", "müller"),
    ],
)
def test_a_display_name_gives_the_names_it_surely_holds(
    display: str, first: str, last: str
) -> None:
    """The greeting is right or impersonal, never wrong, and never re-cased."""
    person = person_of(display, "someone@mail.example")

    assert (person.first, person.last) == (first, last)


@pytest.mark.parametrize(
    ("display", "service", "username"),
    [
        ("kate_1987", "ebay", "kate_1987"),
        ("Kate", "ebay", "Kate"),
        ("KateSmith", "allegro", "KateSmith"),
        ("a1b2c3d4e5f6@marketplace.amazon.com", "amazon", "a1b2c3d4e5f6@marketplace.amazon.com"),
        ("kate_1987", "email", ""),
        ("kate", "email", ""),
    ],
)
def test_a_user_name_or_alias_is_no_name(display: str, service: str, username: str) -> None:
    """`Dear kate_1987` tells a buyer that no human wrote."""
    assert person_of(display, "kate@x.example", service=service) == Person(username=username)


@pytest.mark.parametrize(
    "display", ["", ",", "Sign in with Apple user", "Amazon customer", "Kate 🌸", "x" * 100]
)
def test_what_says_nothing_gives_nothing(display: str) -> None:
    """Marketplaces fill in for a name they do not have; decorations and novels are none."""
    assert person_of(display, "") == Person()


@pytest.mark.parametrize("display", ["Familie Berg", "Smith Family"])
def test_families_are_greeted_whole(display: str) -> None:
    """Nobody is called Familie."""
    assert person_of(display, "") == Person(whole=display)


@pytest.mark.parametrize("display", ["Blumen Müller GmbH", "Anna & Tom Berg", "ООО Ромашка"])  # noqa: RUF001 - Russian letters, as meant
def test_companies_and_couples_are_greeted_whole(display: str) -> None:
    """There is a name to use, but nobody's first name."""
    assert person_of(display, "") == Person(whole=display)


@pytest.mark.parametrize(
    ("display", "language"),
    [
        ("王小明", "zh"),
        ("山田 太郎", "en"),
        ("김민수", ""),
        ("Wang Xiaoming", "zh-TW"),
        ("Nagy Anna", "hu"),
    ],
)
def test_names_that_begin_with_the_family_are_used_whole(display: str, language: str) -> None:
    """Greeting somebody by half of the family name is worse than by the whole name."""
    assert person_of(display, "", language=language) == Person(whole=display)


def test_where_the_language_says_so_the_family_stands_first() -> None:
    """A Pole who signs as in a register is greeted by the first name all the same."""
    assert person_of("Kowalska Anna", "", language="pl").first == "Anna"


@given(st.text(max_size=120), st.text(max_size=30), st.sampled_from(["email", "ebay", "amazon"]))
def test_no_name_is_invented(display: str, address: str, service: str) -> None:
    """Whatever comes in a header, each part of the result stands in it letter for letter."""
    import unicodedata

    person = person_of(display, address, service=service)

    source = unicodedata.normalize("NFC", display)
    for part in (person.first, *person.last.split(), *person.whole.split()):
        assert part in source
