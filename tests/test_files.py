"""Files from strangers on disk: never over another, never readable by others, never run."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from inbox.files import FileRefused, open_file, opener, save
from tests.fakes.ports import wait_until


def test_a_file_never_replaces_another(tmp_path: Path) -> None:
    """Two buyers both send photo.jpg."""
    paths = [save(tmp_path, "photo.jpg", content) for content in (b"one", b"two", b"three")]

    assert [path.name for path in paths] == ["photo.jpg", "photo (2).jpg", "photo (3).jpg"]
    assert [path.read_bytes() for path in paths] == [b"one", b"two", b"three"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}


def test_a_link_that_waits_under_the_name_is_not_followed(tmp_path: Path) -> None:
    """What it leads to is somebody else's."""
    target = tmp_path / "precious"
    (tmp_path / "photo.jpg").symlink_to(target)

    path = save(tmp_path, "photo.jpg", b"x")

    assert path.name == "photo (2).jpg"
    assert not target.exists()


def test_a_path_in_the_name_leads_nowhere(tmp_path: Path) -> None:
    """The folder is the seller's choice, not the sender's."""
    folder = tmp_path / "saved"
    path = save(folder, "../../evil.txt", b"x")

    assert path.parent == folder
    assert os.listdir(tmp_path) == ["saved"]  # noqa: PTH208 - hidden ones would count


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """Not a traceback."""
    (tmp_path / "file").write_text("x")

    with pytest.raises(FileRefused) as refused:
        save(tmp_path / "file" / "deeper", "a.txt", b"x")

    assert refused.value.hint == "Choose another folder."


def test_a_harmless_file_is_given_to_the_viewer_by_its_path(tmp_path: Path) -> None:
    """One key shows the photo."""
    viewer = tmp_path / "viewer"
    viewer.write_text('#!/bin/sh\ncp "$1" "$0.seen"\n')
    viewer.chmod(0o700)

    path = open_file(tmp_path / "opened", "photo.jpg", b"\xff\xd8", command=(str(viewer),))

    seen = tmp_path / "viewer.seen"
    wait_until(lambda: seen.exists() and seen.read_bytes() == b"\xff\xd8", "the viewer")
    assert path == tmp_path / "opened" / "photo.jpg"
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_program_is_not_opened_and_nothing_is_written(tmp_path: Path) -> None:
    """It can be saved, by the seller's own key."""
    with pytest.raises(FileRefused) as refused:
        open_file(tmp_path / "opened", "invoice.pdf", b"MZ", command=("true",))

    assert "could run" in refused.value.sentence
    assert not (tmp_path / "opened").exists()


def test_what_was_opened_yesterday_goes_away(tmp_path: Path) -> None:
    """A buyer's photo does not lie about for ever."""
    folder = tmp_path / "opened"
    old = save(folder, "old.jpg", b"\xff\xd8")
    two_days_ago = time.time() - 2 * 86_400
    os.utime(old, (two_days_ago, two_days_ago))

    open_file(folder, "new.jpg", b"\xff\xd8", command=("true",))

    assert [path.name for path in folder.iterdir()] == ["new.jpg"]


def test_a_missing_viewer_is_said_with_the_path(tmp_path: Path) -> None:
    """The seller can open it by hand."""
    with pytest.raises(FileRefused) as refused:
        open_file(tmp_path, "photo.jpg", b"\xff\xd8", command=("no-such-viewer",))

    assert str(tmp_path / "photo.jpg") in refused.value.hint


def test_each_system_has_its_opener() -> None:
    """The seller's own programs are used."""
    assert (opener("linux"), opener("darwin")) == (("xdg-open",), ("open",))
