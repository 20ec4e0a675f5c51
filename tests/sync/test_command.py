"""`inbox sync`: what it prints, how it ends, and how it shares the store with an engine."""

from __future__ import annotations

import json
import logging
import os
import queue
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from connectors.memory import MemoryService
from connectors.memory_service import now
from inbox import config, logs
from inbox.cli import cli
from inbox.cli.session import Session
from inbox.config import AccountConfig
from inbox.core.model import AccountUid
from inbox.link.client import connect
from inbox.link.keeper import EngineKeeper, EngineStatus
from inbox.link.protocol import StoreChanged, Up
from inbox.locations import Locations
from inbox.store.database import Store
from inbox.sync.lock import EngineLock
from tests.fakes.ports import wait_until
from tests.store.making import stored_counts

_FILLED = [
    word
    for name in ("order.number", "shipping.carrier", "shipping.tracking_number")
    for word in ("--var", f"{name}=1")
]


class Seller:
    """A home with accounts at services that live in files."""

    def __init__(self, home: Path) -> None:
        home.mkdir(mode=0o700)
        self.home = home
        self.locations = Locations.under(home)
        self.children: list[subprocess.Popen[str]] = []

    def account(self, name: str) -> MemoryService:
        """Add an account and return its service."""
        path = self.home / f"{name}.json"
        account = AccountConfig(
            uid=AccountUid(f"uid0{name:0>8}"),
            name=name,
            kind="memory",
            settings={"path": str(path), "password_command": "echo secret"},
            owed_since=now() - timedelta(days=14),
        )
        config.add_account(self.locations.config_file, account)
        return MemoryService(path)

    def run(self, *words: str) -> Result:
        """Run a command in this process."""
        return CliRunner().invoke(cli, words, obj=Session(self.locations), prog_name="inbox")

    def sync(self, *words: str) -> list[dict[str, Any]]:
        """Return what `inbox sync --json` prints of a round that succeeds."""
        done = self.run("sync", *words, "--json")
        assert done.exit_code == 0, done.output
        found: list[dict[str, Any]] = json.loads(done.stdout)["accounts"]
        return found

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command as a process of its own."""
        child = subprocess.Popen(
            [sys.executable, "-m", "inbox", *words],
            env={**os.environ, "INBOX_HOME": str(self.home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.children.append(child)
        return child

    def engine(self) -> subprocess.Popen[str]:
        """Start an engine and return it once it answers."""
        child = self.start("sync", "--watch")
        wait_until(self.locations.socket.exists, "the engine", 20)
        return child

    def close(self) -> None:
        """End what still runs."""
        for child in self.children:
            if child.poll() is None:
                child.kill()
            with child:
                child.wait(10)


@pytest.fixture
def seller(tmp_path: Path) -> Iterator[Seller]:
    """Return a seller without any account."""
    seller = Seller(tmp_path / "home")
    yield seller
    seller.close()
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, logs.PrivateFile)]:
        root.removeHandler(handler)
        handler.close()
    logging.captureWarnings(capture=False)


def line(name: str, **changes: object) -> dict[str, object]:
    """Return an account's line of the JSON."""
    nothing = {"state": "ok", "new": 0, "sent": 0, "quarantined": 0, "error": None}
    return {"name": name, **nothing, **changes}


def test_it_tells_what_every_account_brought(seller: Seller) -> None:
    """A script can go by it: one object for each account, in the configuration's order."""
    one, two = seller.account("one"), seller.account("two")
    one.deliver()
    two.deliver(broken=True)

    assert seller.sync() == [line("one", new=1), line("two", quarantined=1)]
    assert seller.sync("two") == [line("two")]


def test_it_tells_of_answers_that_did_not_leave(seller: Seller) -> None:
    """A script that reads "ok, 0 sent" would believe that there was nothing to send."""
    service = seller.account("one")
    service.deliver()
    seller.sync()
    (row,) = json.loads(seller.run("list", "--json").stdout)
    with service.changing() as contents:
        contents.refusal = "No such mailbox."
    seller.run("reply", row["id"], "--canned", "shipped", *_FILLED, "--yes", "--no-delay")

    said = '1 reply was refused. See "inbox outbox".'
    assert seller.sync() == [line("one", error=said)]
    assert seller.run("sync").stdout == f"one: {said}\n"


def test_an_answer_that_waits_its_time_is_no_trouble(seller: Seller) -> None:
    """Only what needs the seller is told."""
    seller.account("one").deliver()
    seller.sync()
    (row,) = json.loads(seller.run("list", "--json").stdout)
    seller.run("reply", row["id"], "--canned", "shipped", *_FILLED, "--yes", "--at", "2h")

    assert seller.sync() == [line("one")]


def test_without_an_account_it_says_how_to_add_one(seller: Seller) -> None:
    """The first thing a seller tries must not end in an error."""
    done = seller.run("sync", "--json")

    assert done.exit_code == 0
    assert json.loads(done.stdout) == {"accounts": []}
    assert "inbox accounts add" in done.stderr


def test_a_name_that_no_account_has_is_wrong_usage(seller: Seller) -> None:
    """A slip of the keyboard is no failure of the service."""
    seller.account("one")
    done = seller.run("sync", "oen", "--json")

    assert done.exit_code == 2
    assert "oen" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "words",
    [("--accept-gone",), ("--watch", "one"), ("--watch", "--json"), ("--watch", "--accept-gone")],
)
def test_options_that_make_no_sense_together_are_wrong_usage(
    seller: Seller, words: tuple[str, ...]
) -> None:
    """Whatever they would do, it is not what the seller meant."""
    seller.account("one")

    assert seller.run("sync", *words).exit_code == 2


def test_one_account_in_trouble_fails_the_command_and_no_other_account(seller: Seller) -> None:
    """Exit 1 tells a script to look; the others' mail is in all the same."""
    one, two = seller.account("one"), seller.account("two")
    two.deliver()
    with one.changing() as contents:
        contents.down = True

    done = seller.run("sync", "--json")

    assert done.exit_code == 1
    error = "The service does not answer."
    assert json.loads(done.stdout)["accounts"] == [
        line("one", state="offline", error=error),
        line("two", new=1),
    ]


def test_a_refused_password_fails_the_command(seller: Seller) -> None:
    """Only the seller can mend it."""
    service = seller.account("one")
    with service.changing() as contents:
        contents.password = "another"

    done = seller.run("sync", "--json")

    assert done.exit_code == 1
    assert json.loads(done.stdout)["accounts"][0]["state"] == "login"


def test_a_person_reads_words(seller: Seller) -> None:
    """Short and plain: what came, and what is wrong."""
    service = seller.account("one")
    service.deliver()
    service.deliver(broken=True)
    assert seller.run("sync").stdout.splitlines() == [
        'one: 1 new message; 1 message that could not be read is put aside (see "inbox unreadable")'
    ]

    assert seller.run("sync").stdout.splitlines() == ["one: nothing new"]
    with service.changing() as contents:
        contents.down = True
    assert seller.run("sync").stdout.splitlines() == ["one: The service does not answer."]


def test_everything_gone_is_accepted_by_name(seller: Seller) -> None:
    """The sentence tells the command, and the command does it."""
    service = seller.account("one")
    ids = [service.deliver(f"Question {number}") for number in range(20)]
    assert seller.sync()[0]["new"] == 20
    for number in ids:
        service.remove(number)

    (asked,) = seller.sync()
    assert asked["state"] == "asking"
    assert "--accept-gone" in asked["error"]
    assert seller.sync("one", "--accept-gone") == [line("one")]
    assert seller.sync() == [line("one")]


def test_a_running_engine_is_asked_and_answers(seller: Seller) -> None:
    """With a screen open the command still prints what its round brought."""
    service = seller.account("one")
    engine = seller.engine()
    service.deliver()

    (found,) = seller.sync("one")

    assert found["state"] == "ok"
    with_store = Store.open(seller.locations.store_file)
    with with_store.read() as tx:
        assert stored_counts(tx, AccountUid("uid000000one"))[0] == 1
    with_store.close()
    engine.send_signal(signal.SIGTERM)
    assert engine.wait(10) == 0
    assert not seller.locations.socket.exists()


@pytest.mark.slow
def test_a_running_engine_learns_of_a_new_account_by_itself(seller: Seller) -> None:
    """Added beside an open screen, an account can be synced at once."""
    seller.account("one")
    seller.engine()
    seller.account("two").deliver()

    (found,) = seller.sync("two")
    assert found["state"] == "ok"


@pytest.mark.slow
@pytest.mark.parametrize(
    "number",
    [
        signal.SIGINT,
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param(signal.SIGHUP, marks=pytest.mark.slow),
    ],
)
def test_an_engine_ends_cleanly_when_told(seller: Seller, number: signal.Signals) -> None:
    """Ctrl-C, a closed terminal and a shutdown all leave nothing behind."""
    seller.account("one")
    engine = seller.engine()

    engine.send_signal(number)

    assert engine.wait(10) == 0
    assert engine.communicate() == ("", "")
    assert connect(seller.locations) is None
    lock = EngineLock(seller.locations.store_file)
    assert lock.try_acquire()
    lock.release()


@pytest.mark.slow
def test_a_second_engine_is_told_in_one_sentence(seller: Seller) -> None:
    """No traceback, nothing lost, and a hint what to do."""
    seller.account("one")
    seller.engine()
    second = seller.start("sync", "--watch")
    _out, said = second.communicate(timeout=20)

    assert second.returncode == 1
    assert "Traceback" not in said
    assert "Another inbox is at work" in said


@pytest.mark.slow
def test_a_screen_starts_the_real_engine_and_leaves_none_behind(seller: Seller) -> None:
    """Opening the screen brings mail in; closing it leaves nothing running."""
    service = seller.account("one")
    facts: queue.Queue[Up] = queue.Queue()
    statuses: queue.Queue[EngineStatus] = queue.Queue()
    keeper = EngineKeeper(seller.locations, facts=facts.put, status=statuses.put)
    keeper.start()
    while statuses.get(timeout=20) is not EngineStatus.RUNNING:
        pass
    service.deliver()
    while not isinstance(facts.get(timeout=20), StoreChanged):
        pass

    keeper.stop()

    log = seller.locations.log_file
    wait_until(lambda: "no screen needs it" in log.read_text(), "the engine to end", 20)
    assert not seller.locations.socket.exists()


@pytest.mark.slow
def test_two_syncs_at_once_wait_for_each_other(seller: Seller) -> None:
    """A timer's sync and the seller's own never deliver side by side."""
    service = seller.account("one")
    for number in range(5):
        service.deliver(f"Question {number}")
    both = [seller.start("sync", "--json") for _ in range(2)]
    said = [json.loads(child.communicate(timeout=30)[0])["accounts"][0] for child in both]

    assert sorted(found["new"] for found in said) == [0, 5]
    assert [child.returncode for child in both] == [0, 0]
