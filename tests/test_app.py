"""The app as it is started: light, with its own keys, without an account, beside an engine."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from inbox.app import InboxApp
from inbox.commands import rebound, table
from inbox.link.keeper import EngineStatus
from inbox.link.protocol import AccountChanged, Question, StoreChanged, Synced
from inbox.messages import Asked, Changed, EngineIs, of_fact
from inbox.screens.opening import key_troubles
from inbox.screens.welcome import WelcomeScreen
from tests.hostile.terminal import terminal
from tests.screens.driving import hands_on
from tests.screens.shop import MAIL, Shop, hours, open_shop, wrote

HEAVY = {
    "imapclient",
    "selectolax",
    "keyring",
    "babel",
    "tomlkit",
    "hypothesis",
    "canned",
    "connectors.email",
    "inbox.sync",
    "textual.widgets._text_area",
}
ENVIRONMENT = {"TERM": "xterm-256color", "LANG": "C.UTF-8"}


def test_the_screens_process_loads_nothing_of_a_service() -> None:
    """A start that takes a second is a start put off."""
    code = "import inbox.opening, json, sys; print(json.dumps(sorted(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout

    loaded = set(json.loads(found))
    assert {name for name in HEAVY if name in loaded} == set()


def test_without_an_account_the_first_command_to_type_is_told(tmp_path: Path) -> None:
    """The very first screen says what to do, and q leaves."""
    environment = {**ENVIRONMENT, "INBOX_HOME": str(tmp_path / "home")}
    words = [sys.executable, "-m", "inbox"]
    with terminal(words, environment=environment) as (screen, child):
        screen.read_until(b"inbox accounts add email shop")
        screen.settle()
        screen.send(b"q")
        screen.drain()

        assert child.wait(timeout=20) == 0
    made = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert made
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in made)


@pytest.mark.slow
@pytest.mark.skipif(os.getuid() == 0 and not Path("/proc").is_dir(), reason="needs a terminal")
def test_a_broken_configuration_is_told_without_a_traceback(tmp_path: Path) -> None:
    """The line that is wrong is named, and nothing is drawn over it."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    file = home / "config.toml"
    file.write_text("[settings]\nlanguage = \n")
    file.chmod(0o600)
    words = [sys.executable, "-m", "inbox"]
    with terminal(words, environment={**ENVIRONMENT, "INBOX_HOME": str(home)}) as (screen, child):
        screen.drain()

        assert child.wait(timeout=20) == 1
    assert b"config.toml:2" in screen.out
    assert b"Traceback" not in screen.out


async def test_the_sellers_own_keys_work_and_clashes_are_told(tmp_path: Path) -> None:
    """A changed key is the key; one that cannot be had is said at start."""
    from inbox.config import Config

    config = Config(path=tmp_path / "config.toml", keys={"done": "d", "star": "j"})
    with open_shop(tmp_path, [wrote("Kate", "Where?", ago=hours(1), subject="Lamp")]) as shop:
        desk = replace(shop.desk, commands=rebound(table(), config.keys)[0])
        app = InboxApp(desk, troubles=key_troubles(config))
        async with hands_on(app) as hands:
            await hands.see("The key for star was not changed: j already means")
            await hands.press("e")
            await hands.press("d")
            await hands.see("Done: Kate")
            shop.hands.on(minutes=1)
            await hands.tick()

            await hands.see("d Done")


async def test_the_engine_is_seen(tmp_path: Path) -> None:
    """Without an engine nothing comes in, so its end must be seen."""
    with open_shop(tmp_path) as shop:
        app = shop.app()
        async with hands_on(app, (120, 24)) as hands:
            app.post_message(EngineIs(EngineStatus.LOST))
            await hands.see("engine stopped, starting again")
            app.post_message(EngineIs(EngineStatus.RUNNING))
            await hands.until(lambda: "engine" not in hands.seen())
            app.post_message(Asked(MAIL))

            await hands.see("mail says that all its mail is gone", "--accept-gone")


async def test_a_thousand_facts_of_the_engine_are_few_readings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first sync of a big mailbox must not make the list stutter."""
    with open_shop(tmp_path) as shop:
        readings = _counted(shop, monkeypatch)
        app = shop.app()
        async with hands_on(app) as hands:
            before = len(readings)
            for _each in range(1_000):
                app.post_message(Changed())
            shop.take(wrote("New Nora", "Hello", ago=hours(1), subject="Newest"))
            app.post_message(Changed())
            await hands.see("Newest")

        assert len(readings) - before <= 6


def _counted(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the shop's reader note each reading of the list."""
    readings: list[str] = []
    rows = shop.desk.reader.rows

    def noted(text: str) -> object:
        readings.append(text)
        return rows(text)

    monkeypatch.setattr(shop.desk.reader, "rows", noted)
    return readings


def test_what_the_engine_says_becomes_what_the_screen_needs() -> None:
    """One fact, one message; answers to others are nobody's here."""
    changed = [of_fact(StoreChanged(revision=1)), of_fact(AccountChanged(MAIL, "ok"))]

    assert all(isinstance(each, Changed) for each in changed)
    assert isinstance(of_fact(Question(MAIL, "gone")), Asked)
    assert of_fact(Synced(1, ())) is None
    assert Changed().can_replace(Changed())


async def test_the_welcome_page_has_its_help(tmp_path: Path) -> None:
    """The first question of all is which key leaves."""
    with open_shop(tmp_path, []) as shop:
        app = InboxApp(shop.desk, welcome=True)
        async with hands_on(app) as hands:
            await hands.on(WelcomeScreen)
            await hands.see("inbox demo", "q Quit", "? Help")
            await hands.press("?")
            await hands.see("Keys of this page")


async def test_a_second_that_passes_while_a_page_closes_breaks_nothing(tmp_path: Path) -> None:
    """A page loses its lines before it is gone; the clock ticks in between, once in a while."""
    with open_shop(tmp_path) as shop:
        async with hands_on(shop.app()) as hands:
            await hands.app.screen.query("#bottom, #list").remove()

            hands.app._tick()
            hands.app.on_changed()

            assert hands.app.is_running


async def test_a_mistake_found_once_the_list_is_painted_ends_the_screen_with_it(
    tmp_path: Path,
) -> None:
    """Checks that wait for the first page must not be lost with it."""
    wrong = LookupError("accounts.shop.imap_port")

    def begin() -> None:
        raise wrong

    with open_shop(tmp_path) as shop:
        app = InboxApp(shop.desk, begin=begin)
        await app.run_async(headless=True, size=(80, 24))

    assert app.failure is wrong
