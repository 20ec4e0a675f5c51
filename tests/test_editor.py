"""The seller writes in their own editor, and no words are ever lost on the way."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from inbox.editor import EditorFailed, Ending, edit
from inbox.locations import Locations


@pytest.fixture
def where(tmp_path: Path) -> Locations:
    return Locations.under(tmp_path / "home")


def _editor(tmp_path: Path, code: str) -> str:
    """Return a command that runs `code` on the file, which is `path` in it."""
    script = tmp_path / "my editor.py"
    head = "import pathlib, sys\npath = pathlib.Path(sys.argv[-1])\n"
    script.write_text(head + code, encoding="utf-8")
    return f"{sys.executable} '{script}' --wait"


def test_the_text_comes_back_as_the_editor_left_it(where: Locations, tmp_path: Path) -> None:
    """Whatever was written is what is sent."""
    command = _editor(tmp_path, "path.write_text(path.read_text() + 'Grüße\\n', 'utf-8')")

    assert edit("Hallo\n", where, {"EDITOR": command}) == "Hallo\nGrüße"
    assert list(where.drafts.iterdir()) == []


def test_visual_comes_before_editor_and_the_setting_before_both(
    where: Locations, tmp_path: Path
) -> None:
    """As every other program does it."""
    good = _editor(tmp_path, "path.write_text('good')")

    assert edit("", where, {"VISUAL": good, "EDITOR": "/nowhere"}) == "good"
    assert edit("", where, {"VISUAL": "/nowhere"}, command=good) == "good"


def test_the_text_travels_in_a_private_file_under_our_home(
    where: Locations, tmp_path: Path
) -> None:
    """Not in a shared temporary folder, where others could read a buyer's address."""
    command = _editor(tmp_path, "path.write_text(f'{path.stat().st_mode & 0o777:o} {path.parent}')")

    assert edit("secret", where, {"EDITOR": command}) == f"600 {where.drafts}"
    assert stat.S_IMODE(where.drafts.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("code", "ending"),
    [
        ("path.write_text('half a reply'); sys.exit(1)", Ending.ERROR),
        ("path.write_bytes(b'half a reply\\xff')", Ending.NO_TEXT),
    ],
    ids=["crashes", "writes no text"],
)
def test_when_the_editor_fails_the_file_stays(
    where: Locations, tmp_path: Path, code: str, ending: Ending
) -> None:
    """Ten minutes of typing are in it."""
    with pytest.raises(EditorFailed) as told:
        edit("", where, {"EDITOR": _editor(tmp_path, code)})

    assert told.value.ending is ending
    assert told.value.path.read_bytes().startswith(b"half a reply")


@pytest.mark.parametrize("command", ["/nowhere/at-all", "unclosed 'quote"])
def test_an_editor_that_cannot_start_is_told(where: Locations, command: str) -> None:
    """And what the text was before is kept, too."""
    with pytest.raises(EditorFailed) as told:
        edit("my draft", where, {"EDITOR": command})

    assert told.value.path.read_text() == "my draft"


def test_a_file_that_is_gone_is_not_promised(where: Locations, tmp_path: Path) -> None:
    """Whoever is sent to a file that is not there believes the words lost."""
    with pytest.raises(EditorFailed) as told:
        edit("my draft", where, {"EDITOR": _editor(tmp_path, "path.unlink()")})

    assert told.value.ending is Ending.NO_FILE
