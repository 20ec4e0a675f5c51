"""The library: which file serves, which is broken, and what the picker shows first."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from canned.files import of_text
from canned.library import Canned, Context, Fault, Library
from canned.template import Formats


def put(folder: Path, name: str, body: str = "Hello", **front: str) -> Path:
    """Write a response and return its path; front matter values are TOML."""
    lines = [f"{key} = {value}" for key, value in front.items()]
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["+++", *lines, "+++", body, ""]), encoding="utf-8")
    return path


def test_a_file_is_a_response(tmp_path: Path) -> None:
    """Every key of the front matter arrives; what is not written has a sensible value."""
    full = put(
        tmp_path,
        "wismo.de.md",
        "\n\nHallo {{ contact.first_name }}\n\n",
        title='"Wo bleibt es"',
        shortcode='"wo"',
        language='"de"',
        tags='["shipping", "de"]',
        channels='["ebay"]',
        kind='"order_status"',
        after='{ tag = ["a", "b"], snooze = "3d", done = true }',
    )
    bare = put(tmp_path, "thank-you.md")

    library = Library.load([tmp_path], include_starter=False)

    assert library.faults == ()
    thanks, where = library.responses
    assert (where.name, where.title, where.shortcode) == ("wismo.de", "Wo bleibt es", "wo")
    assert (where.language, where.tags, where.channels) == ("de", ("shipping", "de"), ("ebay",))
    assert (where.kind, where.path, where.body_line) == ("order_status", full, 12)
    assert where.after == {"tag": "a,b", "snooze": "3d", "done": "true"}
    assert where.body == "Hallo {{ contact.first_name }}"
    assert (thanks.title, thanks.shortcode, thanks.language) == ("Thank you", "thank-you", "")
    assert (thanks.path, dict(thanks.after)) == (bare, {})


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("Hello", 1, 1, "expected +++"),
        ('+++\ntitle = "x"\nHello', 1, 1, "expected a second +++"),
        ('+++\ntitle = "x"\n+++\n\n', 3, 1, "expected the text"),
        ('+++\ntitle = "x"\ntags = [\n+++\nHello', 3, 1, "the front matter is no TOML"),
        ("+++\ntitle = x\n+++\nHello", 2, 9, "the front matter is no TOML: Invalid value"),
        ("+++\ntitle = 3\n+++\nHello", 2, 1, "title is one line of text"),
        ('+++\ntitle = "x"\nlang = "de"\n+++\nHello', 3, 1, 'unknown key "lang"'),
        ('+++\nshortcode = "a b"\n+++\nHello', 2, 1, "a shortcode is one word"),
        ('+++\nlanguage = "german!"\n+++\nHello', 2, 1, "a language is written"),
        ('+++\ntags = "a"\n+++\nHello', 2, 1, "tags is a list"),
        ('+++\n[after]\nsnooze = "soon"\n+++\nHello', 3, 1, "snooze is a time"),
        ('+++\n[after]\ndone = "yes"\n+++\nHello', 3, 1, "done is true or false"),
        ('+++\n[after]\nsend = "x"\n+++\nHello', 3, 1, 'unknown key "send" in [after]'),
        ('+++\ntitle = "x"\n+++\n\nHello\n  {{ 1 }}', 6, 6, "expected a variable's name"),
    ],
)
def test_a_broken_file_is_told_with_its_place(text: str, line: int, column: int, said: str) -> None:
    """The place is the file's, front matter counted: an editor can jump there."""
    fault = of_text(Path("x.md"), text)

    assert isinstance(fault, Fault)
    assert (fault.line, fault.column) == (line, column), fault.said
    assert fault.said.startswith(said)
    assert str(fault).startswith(f"x.md:{line}:{column}: ")


def test_a_broken_file_is_in_nobodys_way(tmp_path: Path) -> None:
    """One bad file costs that answer, not the others."""
    put(tmp_path, "good.md")
    put(tmp_path, "open.md", "{% if order.number %}")
    put(tmp_path, "lost.md", '\nHi {% include "nothing" %}')
    put(tmp_path, "twice.md", shortcode='"good"')
    (tmp_path / "latin.md").write_bytes(b"+++\n+++\nGr\xfc\xdfe")
    put(tmp_path, "README.md", "not a response")
    put(tmp_path, ".git/hidden.md", "{% if")

    library = Library.load([tmp_path, tmp_path / "missing"], include_starter=False)

    assert [canned.name for canned in library.responses] == ["good"]
    told = {fault.path.name: (fault.line, fault.column) for fault in library.faults}
    assert told == {"latin.md": (1, 1), "lost.md": (4, 15), "open.md": (3, 4), "twice.md": (1, 1)}


def test_the_sellers_file_stands_before_the_starters(tmp_path: Path) -> None:
    """By shortcode and language: the other languages keep the starter's text."""
    put(tmp_path, "mine.md", "Mine", shortcode='"wismo"', language='"de"')

    library = Library.load([tmp_path])

    german, english = library.get("wismo", "de"), library.get("wismo", "en")
    assert german is not None
    assert english is not None
    assert (german.body, english.title) == ("Mine", "Where is my order")


def test_a_sellers_file_for_every_language_stands_before_all(tmp_path: Path) -> None:
    """Who writes one answer for everybody means it."""
    put(tmp_path, "mine.md", "Mine", shortcode='"wismo"')

    library = Library.load([tmp_path])

    assert [one.body for one in library.responses if one.shortcode == "wismo"] == ["Mine"]


def test_a_sellers_footer_stands_under_the_starters_answers(tmp_path: Path) -> None:
    """Changing one part changes every answer that includes it."""
    put(tmp_path, "footer.md", "Cheers, {{ order.number }}", language='"en"', kind='"part"')

    library = Library.load([tmp_path])

    cancel = library.get("cancel", "en")
    assert cancel is not None
    assert library.render(cancel, {"order.number": "7"}).text.endswith("Cheers, 7")


@pytest.mark.parametrize(
    ("language", "found"),
    [("de", "de"), ("de-AT", "de"), ("pt_BR", "pt-BR"), ("pt", "en"), ("", "en"), ("xx", "en")],
)
def test_the_variant_follows_the_language(tmp_path: Path, language: str, found: str) -> None:
    """The conversation's language, its main language, else English."""
    for each in ("de", "en", "pt-BR"):
        put(tmp_path, f"{each}/hi.md", language=f'"{each}"')

    canned = Library.load([tmp_path], include_starter=False).get("hi", language)

    assert canned is not None
    assert canned.language == found


def test_an_unknown_name_is_none(tmp_path: Path) -> None:
    """The command line says so; nothing is guessed."""
    assert Library.load([tmp_path]).get("nonsense") is None


def names(found: list[Canned]) -> list[str]:
    """Return the shortcodes in their order."""
    return [canned.shortcode for canned in found]


def test_the_picker_finds_by_shortcode_title_and_text(tmp_path: Path) -> None:
    """Every word must be found somewhere; the nearer to the shortcode, the higher."""
    put(tmp_path, "a.md", "All about returns", title='"Answer"', shortcode='"aa"')
    put(tmp_path, "b.md", "x", title='"Your return"', shortcode='"bb"')
    put(tmp_path, "c.md", "x", title='"Sending back"', shortcode='"return"')
    put(tmp_path, "d.md", "Grüße", title='"Über uns"', shortcode='"dd"')

    library = Library.load([tmp_path], include_starter=False)

    assert names(library.find("return")) == ["return", "bb", "aa"]
    assert names(library.find("your return")) == ["bb"]
    assert names(library.find("uber GRUSSE")) == ["dd"]
    assert names(library.find("nowhere")) == []


def test_the_picker_puts_use_and_fit_first(tmp_path: Path) -> None:
    """With nothing typed, the answer that fits the question or is used most comes first."""
    for name in ("a", "b", "c", "d"):
        put(tmp_path, f"{name}.md", kind=f'"kind_{name}"', language='"en"')
    put(tmp_path, "e.md", channels='["ebay"]', language='"en"')
    put(tmp_path, "part.md", kind='"part"')
    library = Library.load([tmp_path], include_starter=False)

    assert names(library.find("")) == ["a", "b", "c", "d", "e"]
    assert names(library.find("", Context(kinds=("kind_c", "kind_a")))) == ["c", "a", "b", "d", "e"]
    assert names(library.find("", Context(uses={"d": 9, "b": 1})))[:3] == ["d", "b", "a"]
    assert names(library.find("", Context(channel="ebay")))[0] == "e"
    much = Context(kinds=("kind_c", "kind_a"), uses={"d": 900, "a": 1, "b": 2})
    assert names(library.find("", much)) == ["c", "a", "d", "b", "e"]
    assert names(library.find("b", much))[0] == "b"
    assert "e" not in names(library.find("", Context(channel="amazon")))


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    """The seller edits an answer while the inbox is open."""
    path = put(tmp_path, "hi.md", "One")
    Library.load([tmp_path], include_starter=False)
    path.write_text("+++\n+++\nSecond text\n", encoding="utf-8")

    canned = Library.load([tmp_path], include_starter=False).get("hi")

    assert canned is not None
    assert canned.body == "Second text"


def test_dates_follow_the_responses_own_language() -> None:
    """A German answer with an English date in it would look machine-made."""
    library = Library.load([])
    answer = library.get("wismo", "de")
    assert answer is not None

    text = library.render(answer, {"shipping.shipped_on": "2026-11-03"}).text
    english = library.render(answer, {"shipping.shipped_on": "2026-11-03"}, Formats("en")).text

    assert "3. November 2026" in text
    assert "November 3, 2026" in english


def test_the_picker_opens_without_a_visible_wait(tmp_path: Path) -> None:
    """A thousand answers of one's own are ranked within a tenth of a second."""
    for number in range(1000):
        put(tmp_path, f"r{number}.md", "Thank you for your message. " * 10)
    library = Library.load([tmp_path])

    begun = time.perf_counter()
    assert len(library.find("thank message")) >= 1000
    assert time.perf_counter() - begun < 0.5
