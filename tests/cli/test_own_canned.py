"""`inbox canned new` and `edit`: one's own responses, and never a word of them lost."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from canned import own
from canned.files import Canned, of_text
from canned.library import Library
from tests.cli.shop import Shop
from tests.cli.terminal import Terminal


def test_a_response_that_comes_along_is_changed_in_a_file_of_ones_own(shop: Shop) -> None:
    """An update must not take the seller's words away, nor they what it brings."""
    before = shop.run("canned", "show", "refund", "--language", "de").stdout
    text = before.replace("Schade, dass es diesmal nicht gepasst hat.", "Bis bald!")

    kept = shop.json("canned", "edit", "refund", "--language", "de", "--text", "-", input=text)

    mine = shop.locations.canned / "de" / "refund.md"
    assert kept == {"path": str(mine), "fault": None}
    assert "Bis bald!" in shop.run("canned", "render", "refund", "--language", "de").stdout
    assert "Schade" in before
    assert shop.json("canned", "show", "refund", "--language", "de")["own"]


def test_a_response_begins_with_its_words_or_with_its_whole_file(shop: Shop) -> None:
    """A script has the words; who copies a file has all of it."""
    words = "Hello {{ customer.first_name }},\nit is a gift.\n"
    kept = shop.json(
        *("canned", "new", "gift", "--title", 'The "gift" \\ wrap', "--kind", "product_question"),
        *("--shortcode", "wrap", "--language", "en", "--text", "-"),
        input=words,
    )
    whole = "+++\ntitle = 'Hi'\n+++\nHello"
    hi = shop.json("canned", "new", "hi", "--text", "-", input=whole)
    shown = shop.json("canned", "show", "gift")

    assert kept == {"path": str(shop.locations.canned / "en" / "gift.md"), "fault": None}
    assert hi == {"path": str(shop.locations.canned / "hi.md"), "fault": None}
    assert (shop.locations.canned / "hi.md").read_text() == f"{whole}\n"
    assert {key: shown[key] for key in ("name", "title", "kind", "language", "text", "own")} == {
        "name": "wrap",
        "title": 'The "gift" \\ wrap',
        "kind": "product_question",
        "language": "en",
        "text": words.strip(),
        "own": True,
    }


@pytest.mark.parametrize(
    "words",
    [
        ["new", "refund"],
        ["new", "refund", "--language", "de"],
        ["new", "money", "--shortcode", "refund"],
        ["new", "mine"],
        ["new", "../hi"],
        ["edit", "../hi"],
        ["edit", "hi", "--language", "../de"],
        ["edit", "hi"],
        ["edit", "refund", "--language", "it"],
        ["new", "hi", "--title", "Hi", "--text", "-"],
    ],
    ids=" ".join,
)
def test_nothing_is_written_over_or_outside(shop: Shop, words: list[str]) -> None:
    """Not over what stands there, broken or not, and not outside the folder of responses."""
    shop.locations.canned.mkdir()
    mine = shop.locations.canned / "mine.md"
    mine.write_text("{{ broken")
    text = [] if "--text" in words else ["--text", "-"]

    assert shop.run("canned", *words, *text, input="+++\n+++\nx").exit_code == 2
    assert [path.name for path in shop.locations.canned.rglob("*")] == ["mine.md"]
    assert mine.read_text() == "{{ broken"


def test_a_name_that_is_not_there_is_told_with_those_near_it(shop: Shop) -> None:
    """A slip of the finger must not begin a second answer beside the first."""
    slip = shop.run("canned", "edit", "refnud", "--text", "-", input="x")
    other = shop.run("canned", "edit", "refund", "--language", "it", "--text", "-", input="x")
    render = shop.run("canned", "render", "refnud")

    assert "Nearly so: refund" in slip.stderr
    assert "inbox canned new refnud" in slip.stderr
    assert "inbox canned new refund --language it" in other.stderr
    assert (render.exit_code, "Nearly so: refund" in render.stderr) == (2, True)


def test_a_broken_response_is_told_and_its_words_can_be_mended(shop: Shop) -> None:
    """They are kept either way, and are what is edited, not the one that serves meanwhile."""
    broken = shop.run("canned", "edit", "refund", "--text", "-", input="+++\n+++\n{{ oh")
    mine = shop.locations.canned / "en" / "refund.md"
    library = Library.load([shop.locations.canned])
    serving = library.get("refund", "en")
    assert serving is not None

    assert (broken.exit_code, "refund.md:3" in broken.stderr) == (1, True)
    assert mine.read_text() == "+++\n+++\n{{ oh\n"
    assert own.standing(shop.locations.canned, serving) == (mine, "+++\n+++\n{{ oh\n")


def test_without_a_terminal_the_words_must_be_given(shop: Shop) -> None:
    """A script never waits for an editor."""
    assert shop.run("canned", "edit", "refund").exit_code == 2
    assert shop.run("canned", "new", "hi").exit_code == 2


@pytest.mark.slow
def test_on_a_terminal_a_new_response_is_begun_in_the_editor(shop: Shop, tmp_path: Path) -> None:
    """It begins as a whole answer in the seller's language; one left as it was is not kept."""
    script = tmp_path / "editor.py"
    script.write_text(
        "import pathlib, sys\n"
        "path = pathlib.Path(sys.argv[-1])\n"
        "path.write_text(path.read_text().replace('{{ cursor }}', sys.argv[1]))\n"
    )
    for words, status in (("Gern!", 0), ("{{ cursor }}", 1)):
        environ = {"INBOX_HOME": str(shop.home), "EDITOR": f"{sys.executable} {script} '{words}'"}
        name = "gern" if status == 0 else "nichts"
        with Terminal(["canned", "new", name, "--language", "de"], environ) as terminal:
            assert terminal.end() == status

    (path,) = shop.locations.canned.rglob("*.md")
    begun = of_text(path, path.read_text())
    assert isinstance(begun, Canned)
    assert (begun.shortcode, begun.language, begun.title) == ("gern", "de", "Gern")
    assert "Gern!" in shop.run("canned", "render", "gern", "--language", "de").stdout


@pytest.mark.slow
def test_a_broken_response_is_mended_in_the_editor(shop: Shop, tmp_path: Path) -> None:
    """The editor opens on the seller's words, though they are no UTF-8 either."""
    path = shop.locations.canned / "de" / "gruss.md"
    path.parent.mkdir(parents=True)
    path.write_bytes("+++\n+++\nSchöne Grüße {{ oh".encode("latin-1"))
    script = tmp_path / "editor.py"
    script.write_text(
        "import pathlib, sys\n"
        "path = pathlib.Path(sys.argv[-1])\n"
        "path.write_text(path.read_text('utf-8').replace('{{ oh', '!'), 'utf-8')\n"
    )
    environ = {"INBOX_HOME": str(shop.home), "EDITOR": f"{sys.executable} {script}"}

    with Terminal(["canned", "edit", "gruss"], environ) as terminal:
        assert terminal.end() == 0

    assert path.read_text("utf-8") == "+++\n+++\nSchöne Grüße !\n"
