"""Ctrl+Z leaves the terminal to the shell, and `fg` finds everything as it was."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.shop import Shop as Home
from tests.cli.shop import wrote
from tests.hostile.terminal import terminal
from tests.screens.driving import hands_on
from tests.screens.shop import Shop

_AS_A_JOB = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "os.execvp('bash', ['bash', '--norc', '-m', '-c', sys.argv[1], *sys.argv[2:]])"
)
"""A shell with job control on this terminal, as a person has one."""


async def test_where_no_shell_waits_it_is_said_and_nothing_stops(shop: Shop) -> None:
    """A screen that is its terminal's only program would never be woken again."""
    async with hands_on(shop.app()) as hands:
        await hands.press("ctrl+z")

        await hands.see("There is no shell here to go back to. Ctrl+Q leaves.")


@pytest.mark.slow
def test_ctrl_z_gives_the_shell_back_and_fg_the_screen(tmp_path: Path) -> None:
    """One look at the parcel list, and back: the cursor, the list and the keys are as they were."""
    (folder := tmp_path / "home").mkdir(mode=0o700)
    home = Home(folder)
    home.add_account()
    home.deliver(wrote("Kate", subject="Broken lamp"))
    environment = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "INBOX_HOME": str(folder)}
    script = '"$0" -m inbox; echo away; read word; bg; echo "still $word"; fg; echo over'
    words = [sys.executable, "-c", _AS_A_JOB, script, sys.executable]
    with terminal(words, environment=environment) as (screen, shell):
        screen.read_until(b"Broken lamp")
        screen.settle()
        screen.send(b"\x1a")
        screen.read_until(b"away")
        before = len(screen.out)
        screen.send(b"at the parcels\n")
        screen.read_until(b"still at the parcels", before)
        screen.read_until(b"Broken lamp", before)
        screen.settle()
        screen.send(b"\x11")
        screen.read_until(b"over", before)

        assert shell.wait(timeout=20) == 0


@pytest.mark.slow
def test_a_screen_that_nobody_would_see_is_not_opened(tmp_path: Path) -> None:
    """Errors sent to a file took the whole screen with them: a black terminal that waits."""
    environment = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "INBOX_HOME": str(tmp_path)}
    words = ["sh", "-c", '"$0" -m inbox 2>"$1"; echo over $?', sys.executable]
    told = tmp_path / "told"
    with terminal([*words, str(told)], environment=environment) as (screen, _shell):
        screen.read_until(b"over 2")

    assert "painted where errors go" in told.read_text()
