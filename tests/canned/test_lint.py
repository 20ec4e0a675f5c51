"""Lint: what is wrong with a library is found before a buyer sees it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from canned.library import Library
from canned.lint import Finding, lint
from canned.wording import against, rules
from tests.canned.test_library import put


def found(folder: Path) -> list[tuple[str, int, int, str, str]]:
    """Return what lint says of a folder, as plain values."""
    return [
        (one.path.name, one.line, one.column, one.severity, one.said)
        for one in lint(Library.load([folder]))
    ]


def test_a_variable_that_nothing_fills_is_an_error(tmp_path: Path) -> None:
    """A misspelt name would be a hole in every answer."""
    put(tmp_path, "a.md", 'Hi\n{{ custmer.name }}{% if ask.size == "M" %}{% endif %}')

    ((name, line, column, severity, said),) = found(tmp_path)

    assert (name, line, column, severity) == ("a.md", 4, 4, "error")
    assert said.startswith('unknown variable "custmer.name"')


def test_faults_are_findings_too(tmp_path: Path) -> None:
    """One command tells everything."""
    path = put(tmp_path, "a.md", "{% if")

    findings = lint(Library.load([tmp_path]))

    assert findings == [Finding(path, 3, 6, "error", "expected a variable's name")]
    assert str(findings[0]) == f"{path}:3:6: error: expected a variable's name"


def test_wording_that_services_take_for_a_machine_is_told(tmp_path: Path) -> None:
    """An answer taken for automatic stops no clock."""
    put(tmp_path, "a.md", "Hello,\nthis is an Automatic Reply.")

    ((_, line, column, severity, said),) = found(tmp_path)

    assert (line, column, severity) == (4, 12, "warning")
    assert "automatic reply" in said


def test_what_a_service_forbids_is_told_for_that_service(tmp_path: Path) -> None:
    """Links and addresses lead buyers off the service; elsewhere they are fine."""
    text = "See https://shop.example or write to me@shop.example, +49 30 1234567."
    put(tmp_path, "a.md", text, channels='["ebay"]')
    put(tmp_path, "b.md", text)
    put(tmp_path, "c.md", "x" * 2001, channels='["ebay"]')

    told = [(name, said.partition(":")[0]) for name, _, _, _, said in found(tmp_path)]

    assert told == [
        ("a.md", '"https'),
        ("a.md", '"me@shop.e"'),
        ("a.md", '"+49 30 1234567"'),
        ("c.md", "2001 characters; ebay takes 2000"),
    ]


def test_an_answer_for_all_channels_is_held_against_those_the_seller_is_on(tmp_path: Path) -> None:
    """It will go out there; what nobody sells on needs no warning, nor what comes along."""
    path = put(tmp_path, "a.md", "See https://shop.example", language='"en"')

    library = Library.load([tmp_path])
    (told,) = lint(library, services={"ebay", "email"})

    assert (told.path, told.said.endswith("(ebay)")) == (path, True)
    assert lint(library, services={"email"}) == []


def test_every_rule_says_where_it_comes_from() -> None:
    """Rules of services change: who doubts one must be able to read it."""
    for rule in rules():
        assert rule.source, rule.said
        assert rule.url.startswith("https://"), rule.said
        assert date(2026, 11, 1) <= date.fromisoformat(rule.checked), rule.said


@pytest.mark.parametrize("service", sorted({each for rule in rules() for each in rule.services}))
def test_what_comes_along_goes_against_no_service(service: str) -> None:
    """But the voucher, which Amazon calls promotion: nobody is led into trouble by a starter."""
    answers = Library.load([]).answers()
    badly = [answer.shortcode for answer in answers if any(against(answer.body, {service}))]

    assert badly == (["voucher"] * 8 if service == "amazon" else [])


def test_a_missing_language_is_told(tmp_path: Path) -> None:
    """In the seller's own languages only: nobody must write eight."""
    put(tmp_path, "a.de.md", shortcode='"a"', language='"de"')
    put(tmp_path, "b.en.md", shortcode='"b"', language='"en"')
    put(tmp_path, "b.de.md", shortcode='"b"', language='"de"')
    put(tmp_path, "c.md")

    assert found(tmp_path) == [("a.de.md", 1, 1, "warning", '"a" is not there in en')]
