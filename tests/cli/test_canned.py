"""`inbox canned`: the ready-made answers, as the screen would insert them."""

from __future__ import annotations

import json

import pytest

from tests.cli.shop import Shop, wrote

HEAD = "+++\ntitle = '{name}'\nshortcode = '{name}'\nlanguage = 'en'\ntags = ['x']\n+++\n"


@pytest.fixture
def own(shop: Shop) -> Shop:
    """A shop with two responses of its own, one of them broken."""
    folder = shop.locations.canned
    folder.mkdir()
    text = (
        "Hello {{ customer.first_name | default: 'there' }}, {{ ask.size }} it is. {{ signature }}"
    )
    (folder / "fit.md").write_text(HEAD.format(name="fit") + text)
    (folder / "bad.md").write_text(HEAD.format(name="bad") + "{{ oh ")
    return shop


def test_the_list_holds_ours_and_those_that_come_along(own: Shop) -> None:
    """And a broken file stands in nobody's way, but is told."""
    result = own.run("canned", "list", "--json")
    found = json.loads(result.stdout)

    assert "bad.md" in result.stderr
    (mine,) = [each for each in found if each["own"]]
    assert mine == {
        "name": "fit",
        "language": "en",
        "title": "fit",
        "tags": ["x"],
        "channels": [],
        "kind": None,
        "own": True,
        "path": str(own.locations.canned / "fit.md"),
        "text": mine["text"],
        "fits": None,
    }
    assert len({each["name"] for each in found}) >= 12
    assert {"de", "en", "es", "fr", "pl", "ro", "ru", "zh"} <= {each["language"] for each in found}


def test_words_find_and_a_language_chooses_the_variant(shop: Shop) -> None:
    """As in the screen's picker."""
    found = shop.json("canned", "list", "--language", "de", "refund")

    assert found
    assert {each["language"] for each in found} == {"de"}


def test_a_response_is_filled_in_and_says_what_is_missing(own: Shop) -> None:
    """What is missing stays visible, so that nobody sends a gap."""
    (uid,) = own.deliver(wrote("Kate O'Neil"))

    filled = own.json("canned", "render", "fit", uid)
    whole = own.json("canned", "render", "fit", uid, "--var", "ask.size=M")

    assert filled == {
        "name": "fit",
        "language": "en",
        "text": "Hello Kate, {{ ask.size }} it is. Anna",
        "missing": ["ask.size"],
        "order": None,
    }
    assert (whole["text"], whole["missing"]) == ("Hello Kate, M it is. Anna", [])


def test_a_buyer_s_words_are_never_read_as_a_template(own: Shop) -> None:
    """A name with brackets in it must not run, and must not look like a gap of ours."""
    (uid,) = own.deliver(wrote("Kate"))

    filled = own.json("canned", "render", "fit", uid, "--var", "ask.size={{ customer.name }}")

    assert "{{ customer.name }} it is" in filled["text"]
    assert filled["missing"] == []


@pytest.mark.parametrize("words", [["nosuch"], ["fit", "--var", "x"], ["fit", "--var", "what=1"]])
def test_what_is_not_there_is_wrong_usage(own: Shop, words: list[str]) -> None:
    """With the names there are one command away."""
    assert own.run("canned", "render", *words).exit_code == 2


def test_lint_tells_the_place_and_fails(own: Shop) -> None:
    """It can stand in a repository's checks."""
    result = own.run("canned", "lint")
    data = own.run("canned", "lint", "--json")

    assert (result.exit_code, data.exit_code) == (1, 1)
    assert f"{own.locations.canned / 'bad.md'}:" in result.stdout
    broken = [each for each in json.loads(data.stdout) if each["severity"] == "error"]
    assert [each["path"] for each in broken] == [str(own.locations.canned / "bad.md")]


def test_those_that_come_along_are_fine(shop: Shop) -> None:
    """A newcomer's first lint is clean."""
    assert shop.run("canned", "lint").exit_code == 0


def test_the_likeliest_answers_to_a_conversation_come_first(shop: Shop) -> None:
    """As in the screen's picker: what they ask, in their language; a script can choose by it."""
    (uid,) = shop.deliver(wrote("Jürgen", "Guten Tag, die Lampe kam leider zerbrochen an."))

    found = shop.json("canned", "list", "--for", uid[:6])
    told = shop.run("canned", "list", "--for", uid)

    assert [(each["name"], each["language"]) for each in found][:1] == [("damaged", "de")]
    assert {each["name"] for each in found if each["fits"]} == {"damaged"}
    assert len(found) == 25
    assert "They seem to ask: damaged." in told.stderr
