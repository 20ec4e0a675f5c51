"""A start does nothing that the first list does not need. Times are measured in benchmarks/."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shop import Shop, wrote
from tests.hostile.terminal import terminal

MOST_MODULES = 90
"""How many modules of our own the first list may load: a new one is a deed, not an accident."""

MOST_BEFORE = 500
"""Characters that set up a terminal; a painted page would be thousands."""

LATER = frozenset(
    {
        # what answering, the engine and the command line need
        "canned", "click", "connectors.contract", "connectors.registry", "filelock",
        "inbox.cli", "inbox.core.conversations", "inbox.core.quoting", "inbox.demo",
        "inbox.link.client", "inbox.link.keeper",
        "inbox.screens.composer", "inbox.screens.pages", "inbox.screens.picker",
        "inbox.screens.reading", "inbox.store.intake", "inbox.sync", "inbox.triage",
        "inbox.view.reading", "inbox.view.replying", "keyring", "tomlkit",
        # what connectors need
        "connectors.email", "connectors.html", "connectors.http", "email.message", "holidays",
        "httpx2", "imapclient", "selectolax", "smtplib",
        # slow parts of libraries
        "babel", "importlib.metadata", "logging.handlers", "pygments.lexers", "textual.demo",
        "textual.widgets._markdown", "textual.widgets._text_area",
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a real start on a terminal had done when the first list was painted."""
    folder = tmp_path_factory.mktemp("start")
    (home := folder / "home").mkdir(mode=0o700)
    shop = Shop(home)
    shop.add_account()
    shop.deliver(wrote("Kate", subject="Broken lamp"))
    noted = folder / "noted.json"
    environment = {
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "INBOX_HOME": str(home),
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "TEXTUAL_DRIVER": "tests.fakes.noting_driver:NotingDriver",
        "NOTED_FILE": str(noted),
        "NOTED_SIGN": "Broken lamp",
    }
    with terminal([sys.executable, "-m", "inbox"], environment=environment) as (screen, child):
        screen.read_until(b"Broken lamp")
        screen.settle()
        screen.send(b"\x11")  # ctrl+q
        screen.drain()
        child.wait(timeout=20)
    found: dict[str, Any] = json.loads(noted.read_text())
    return found


def test_the_first_list_needs_few_of_our_modules(start: dict[str, Any]) -> None:
    """Each costs about half a millisecond of every start, and they come one by one."""
    ours = [name for name in start["modules"] if name.split(".")[0] in {"inbox", "connectors"}]

    assert len(ours) <= MOST_MODULES, "\n".join(ours)


def test_what_the_first_list_does_not_need_comes_after_it(start: dict[str, Any]) -> None:
    """A start that takes a second is a start put off."""
    assert LATER & set(start["modules"]) == set()


def test_the_list_is_the_first_thing_painted(start: dict[str, Any]) -> None:
    """An empty page before it is twice the work, and it flickers."""
    assert start["before"] <= MOST_BEFORE
