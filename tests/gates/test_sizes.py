"""A file does one thing: its size says when it has become two."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.gates.tools import PACKAGES, ROOT, python_files

MOST_LINES = 400
MOST_TEST_LINES = 500
MOST_APP_LINES = 200

SUPPRESSION = re.compile(r"# (?:noqa|type: ignore)(?P<what>[^#\n]*)(?P<comment># \S)?")
"""A silenced warning: its reason stands behind a dash, or (as mypy wants it) in a comment."""

MACHINE_PATH = re.compile(r"(^|[^A-Za-z0-9_./-])/(root|work|home/\w+)/[A-Za-z]", re.MULTILINE)


def silenced_without_a_reason(line: str) -> bool:
    """Return whether the line silences a warning and does not say why."""
    found = SUPPRESSION.search(line)
    return found is not None and " - " not in found["what"] and found["comment"] is None


def test_no_file_outgrows_one_subject() -> None:
    """A newcomer reads a file in one sitting."""
    too_long = {
        str(path.relative_to(ROOT)): lines
        for folder, most in ((PACKAGES, MOST_LINES), (("tests",), MOST_TEST_LINES))
        for path in python_files(*folder)
        if (lines := len(path.read_text().splitlines()))
        > (MOST_APP_LINES if path == ROOT / "inbox" / "app.py" else most)
    }

    assert too_long == {}


def test_every_suppression_says_why() -> None:
    """A silenced warning without a reason is a bug that waits."""
    unexplained = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in python_files(*PACKAGES, "tests")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if silenced_without_a_reason(line)
    ]

    assert unexplained == []


def test_the_project_names_no_machine_of_its_makers() -> None:
    """What is shipped works anywhere, so it may not know where it was written."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: there is no list of what is shipped")
    naming = [
        name
        for name in listed.split("\0")
        if name
        and (ROOT / name).is_file()
        and MACHINE_PATH.search((ROOT / name).read_text(errors="replace"))
    ]

    assert naming == []
