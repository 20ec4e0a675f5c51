"""A screen at which nobody sits any more ends, and keeps what was written on it."""

from __future__ import annotations

import gc
import os
import pty
import signal
import sys
from pathlib import Path

import pytest

from inbox.screens import hangup
from inbox.screens.composer import ComposerScreen
from inbox.store import drafts
from inbox.store.database import Store
from tests.cli.shop import Shop as Home
from tests.cli.shop import wrote
from tests.hostile.terminal import terminal
from tests.screens.driving import hands_on
from tests.screens.shop import Shop


async def test_a_terminal_that_vanishes_ends_the_screen_and_keeps_the_draft(shop: Shop) -> None:
    """Text that was typed in the last second must not go with the window."""
    master, slave = pty.openpty()
    app = shop.app()
    try:
        async with hands_on(app) as hands:
            hangup.watch(app, app._pages, slave)
            await hands.press("r")
            await hands.on(ComposerScreen)
            await hands.write("It is on its way")
            os.close(master)
            await hands.until(lambda: app._exit)
    finally:
        os.close(slave)

    with shop.store.read() as tx:
        assert [each.text.strip() for each in drafts.every(tx)] == ["It is on its way"]


@pytest.mark.slow
@pytest.mark.parametrize("end", [None, signal.SIGHUP, signal.SIGTERM])
def test_the_program_ends_with_its_terminal(tmp_path: Path, end: signal.Signals | None) -> None:
    """It used to take a whole processor for ever, with nobody to see it."""
    (folder := tmp_path / "home").mkdir(mode=0o700)
    home = Home(folder)
    home.add_account()
    home.deliver(wrote("Kate", subject="Broken lamp"))
    environment = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "INBOX_HOME": str(folder)}
    with terminal([sys.executable, "-m", "inbox"], environment=environment) as (screen, child):
        screen.read_until(b"Broken lamp")
        screen.settle()
        screen.send(b"r")
        screen.read_until(b"Subject")
        screen.settle()
        screen.send(b"Half a wo")
        screen.read_until(b"Half a wo")
        if end is None:
            screen.vanish()
        else:
            child.send_signal(end)
            screen.drain()
        assert child.wait(timeout=20) == 0

    store = Store.open(home.locations.store_file)
    try:
        with store.read() as tx:
            kept = [each.text.strip() for each in drafts.every(tx)]
    finally:
        store.close()
    assert kept == ["Half a wo\n\nAnna"]


async def test_a_signal_and_a_window_that_goes_at_once_are_one_leaving(shop: Shop) -> None:
    """A terminal that is closed sends both; the second must find nothing half begun."""
    app = shop.app()
    async with hands_on(app) as hands:
        page = app._pages()[-1]
        page.action_quit_now()
        await hands.until(lambda: app._exit)
        page.action_quit_now()
        app.workers.cancel_all()
    gc.collect()
