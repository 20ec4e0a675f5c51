"""A stranger's package (tests/plugin) is a channel like ours once it is installed."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Program

PLUGIN = Path(__file__).parents[1] / "plugin"
KEY = "stall-key"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return a folder into which pip installed the package, as it would from an index."""
    source, target = tmp_path / "source", tmp_path / "installed"
    shutil.copytree(PLUGIN, source, ignore=shutil.ignore_patterns("__pycache__"))
    words = ["install", "--quiet", "--target", str(target), "--no-deps", "--no-build-isolation"]
    subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *words, str(source)],
        check=True,
    )
    return target


def simulator(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the package's own far side, running."""
    monkeypatch.syspath_prepend(str(installed))
    return importlib.import_module("fleamarket.simulator").FleaMarketSimulator(KEY)


@pytest.mark.slow
def test_a_strangers_channel_works_from_its_entry_point_to_the_buyer(
    tmp_path: Path, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Added, listed by its own deadline, answered: nobody had to change a line of ours."""
    far = simulator(installed, monkeypatch)
    program = Program(tmp_path, installed)
    asked = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
    chat = far.open("Ann Buyer", "The brass lamp")
    far.say(chat, "buyer", "Is it still there?", asked)

    added = program.run(
        "accounts", "add", "fleamarket", "stall", "--set", f"base_url={far.base_url}",
        "--secret", "key=-", stdin=KEY,
    )  # fmt: skip
    found = program.json("accounts", "check", "stall")
    first = program.json("sync")["accounts"]
    (row,) = program.json("list", "is:owed")
    why = program.json("explain", row["id"])
    program.json("reply", row["id"], "--text", "-", "--yes", "--no-delay", stdin="Yes, it is.")
    second, third = program.json("sync")["accounts"], program.json("sync")["accounts"]
    owed = program.json("list", "is:owed")
    far.close()

    assert (added.returncode, added.stderr.count("Saved")) == (0, 1), added.stderr
    assert found["lines"] == ["Chats at the stall: 1."]
    assert [(each[0]["new"], each[0]["sent"]) for each in (first, second, third)] == [
        (1, 0), (0, 1), (0, 0)
    ]  # fmt: skip
    assert (row["subject"], row["service"]) == ("The brass lamp", "fleamarket")
    assert datetime.fromisoformat(row["due_at"]) == asked + timedelta(hours=12)
    assert "fleamarket.reply" in str(why)
    assert [said["text"].strip() for said in chat["said"]] == ["Is it still there?", "Yes, it is."]
    assert owed == []
    assert KEY not in (tmp_path / "home" / "config.toml").read_text()


@pytest.mark.slow
def test_a_stranger_can_run_the_suites_that_ours_pass(installed: Path) -> None:
    """The promises are checked where the plugin is written, with nothing of this checkout."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
         f"--rootdir={installed}", "fleamarket/test_fleamarket.py"],
        cwd=installed, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
    assert "failed" not in done.stdout
