"""What happened can be read afterwards, by the seller alone."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox import logs


@pytest.fixture(autouse=True)
def quiet_after() -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    logging.captureWarnings(capture=False)
    for handler in [each for each in root.handlers if each not in before]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def test_the_log_is_private(tmp_path: Path) -> None:
    """It names accounts, servers and times."""
    path = tmp_path / "log" / "inbox.log"
    logs.start(path)
    logging.getLogger("inbox.sync").info("shop: 3 new")

    assert "shop: 3 new" in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_stranger_s_text_cannot_forge_a_line_or_command_a_terminal(tmp_path: Path) -> None:
    """A log is read with `less` and `tail`; a server's words get into it."""
    path = tmp_path / "inbox.log"
    logs.start(path)
    logging.getLogger("x").warning("server said: %s", "no\n2026-11-01 ERROR all lost\x1b[2J")

    lines = path.read_text().splitlines()
    assert len(lines) == 1
    assert "\x1b" not in lines[0]


def test_a_traceback_is_whole(tmp_path: Path) -> None:
    """It is what a mistake of ours is found by."""
    path = tmp_path / "inbox.log"
    logs.start(path)
    try:
        int("deep")
    except ValueError:
        logging.getLogger("x").exception("a command failed")

    assert "Traceback" in path.read_text()
    assert "ValueError: invalid literal" in path.read_text()


def test_the_log_never_grows_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine runs for months."""
    monkeypatch.setattr(logs, "_BYTES", 2000)
    path = tmp_path / "inbox.log"
    logs.start(path)
    for number in range(200):
        logging.getLogger("x").info("round %d", number)

    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == [
        "inbox.log",
        "inbox.log.1",
        "inbox.log.2",
        "inbox.log.3",
    ]
    assert all(file.stat().st_size <= 2000 for file in files)
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)


def test_two_processes_go_on_in_the_new_file_when_one_has_rotated(tmp_path: Path) -> None:
    """Screen and engine share the log; a line must not land in a file that is soon thrown away."""
    path = tmp_path / "inbox.log"
    logs.start(path)
    path.rename(tmp_path / "inbox.log.1")

    logging.getLogger("x").info("after the other one rotated")

    assert "after the other one" in path.read_text()


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    """Mail comes in on a full disk's last bytes, too."""
    (tmp_path / "log").write_text("a file where the folder should be")
    logs.start(tmp_path / "log" / "inbox.log")

    logging.getLogger("x").error("nobody hears this")
