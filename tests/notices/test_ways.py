"""The ways of telling: what reaches the terminal, what reaches the seller's command."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inbox.core.alerts import LATE, SUMMARY, Alert, Change
from inbox.core.model import AccountUid, ConversationUid
from inbox.notices.command import run
from inbox.notices.terminal import sequence, way_of

CHANGE = Change(
    conversation=ConversationUid("7k2m9x4qwz3b"),
    account=AccountUid("shop"),
    party="Kate; $(touch gone)",
    subject="`touch gone`\nLamp",
    state=LATE,
    due_at=datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
    since=datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
)
ALERT = Alert(state=LATE, text="Late by 5m: Kate; Lamp", late=1, soon=0, change=CHANGE)


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        ({"TERM": "xterm-kitty"}, "osc99"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "osc99"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "osc9"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "osc777"),
        ({"TERM": "foot"}, "osc777"),
        ({"TERM": "rxvt-unicode-256color"}, "osc777"),
        ({"TERM": "tmux-256color", "TMUX": "here", "TERM_PROGRAM": "tmux"}, "bell"),
        ({"TERM": "xterm-kitty", "TMUX": "here"}, "bell"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, "bell"),
        ({}, "bell"),
    ],
)
def test_a_terminal_gets_what_it_understands(environ: dict[str, str], way: str) -> None:
    """A sequence that a terminal does not know may be painted as rubbish."""
    assert way_of("auto", environ) == way


def test_the_seller_has_the_last_word() -> None:
    """There are more terminals than we know."""
    assert way_of("osc777", {"TERM": "xterm-kitty"}) == "osc777"
    assert sequence(ALERT, "off") == ""


@pytest.mark.parametrize(
    ("way", "written"),
    [
        ("bell", "\a"),
        ("osc9", "\a\x1b]9;inbox: Late by 5m: Kate; Lamp\x1b\\"),
        ("osc777", "\a\x1b]777;notify;inbox;Late by 5m: Kate, Lamp\x1b\\"),
        (
            "osc99",
            "\a\x1b]99;i=inbox:d=0;inbox\x1b\\\x1b]99;i=inbox:p=body;Late by 5m: Kate; Lamp\x1b\\",
        ),
    ],
)
def test_each_sequence_is_written_as_its_terminals_describe_it(way: str, written: str) -> None:
    """Byte for byte."""
    assert sequence(ALERT, way) == written


@pytest.mark.parametrize("way", ["osc9", "osc777", "osc99"])
def test_a_buyers_name_ends_no_sequence(way: str) -> None:
    """One escape in a subject would be a command to the terminal."""
    hostile = Alert(state=LATE, text="Kate\x1b\\\x1b]52;c;eA==\a\x9c\n", late=1, soon=0)

    written = sequence(hostile, way)

    assert "]52" not in written
    assert written.count("\a") == 1
    assert "\x9c" not in written


def script(folder: Path, text: str) -> str:
    """Return the command that runs a Python text; the folder's name holds a space."""
    path = folder / "my scripts" / "tell.py"
    path.parent.mkdir()
    path.write_text(text)
    return f"{sys.executable} '{path}' fixed-word"


def test_a_command_gets_its_text_in_its_environment_and_nothing_in_its_line(tmp_path: Path) -> None:
    """A subject in a command line is a command of the buyer's."""
    out = tmp_path / "out"
    command = script(
        tmp_path,
        "import os, sys\n"
        "names = sorted(name for name in os.environ if name.startswith('INBOX_'))\n"
        f"open({str(out)!r}, 'w').write(repr((sys.argv[1:], [os.environ[n] for n in names])))",
    )

    assert run(command, ALERT, "shop", environ={"PATH": "/bin"}) == ""

    assert out.read_text() == repr(
        (
            ["fixed-word"],
            [
                "shop",
                "2026-11-20T12:00:00+00:00",
                "7k2m9x4qwz3b",
                "1",
                "Kate; $(touch gone)",
                "0",
                "late",
                "`touch gone` Lamp",
                "Late by 5m: Kate; Lamp",
            ],
        )
    )


def test_a_summary_has_the_same_names_and_leaves_empty_what_it_cannot_say(tmp_path: Path) -> None:
    """A script must not fail on a missing name."""
    out = tmp_path / "out"
    command = script(
        tmp_path,
        "from os import environ\n"
        f"open({str(out)!r}, 'w').write(environ['INBOX_ID'] + environ['INBOX_LATE'])",
    )

    assert run(command, Alert(state=SUMMARY, text="Much.", late=4, soon=0)) == ""
    assert out.read_text() == "4"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("/nowhere/at-all", "notify_command could not be started: No such file or directory."),
        ("unclosed '", "notify_command could not be started: No closing quotation."),
        (f"{sys.executable} -c 'raise SystemExit(3)'", "notify_command ended with 3."),
    ],
)
def test_why_a_command_failed_is_a_sentence(command: str, said: str) -> None:
    """Only the seller can mend it."""
    assert run(command, ALERT) == said


@pytest.mark.slow
def test_a_command_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    """It must not pile up, one for each late answer."""
    alive = tmp_path / "alive"
    child = f"import time, pathlib; time.sleep(2); pathlib.Path({str(alive)!r}).touch()"
    command = script(
        tmp_path,
        "import subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', {child!r}])\n"
        "time.sleep(60)",
    )
    began = time.monotonic()

    said = run(command, ALERT, timeout=1.0)

    assert said == "notify_command took longer than 1 s and was ended."
    assert time.monotonic() - began < 30
    while time.monotonic() - began < 4:  # the child would have written by then
        assert not alive.exists()
        time.sleep(0.1)
