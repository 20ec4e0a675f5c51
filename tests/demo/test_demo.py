"""The demo is the real thing on real servers, and nothing of it stays."""

from __future__ import annotations

import json
import os
import signal
import smtplib
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
from imapclient import IMAPClient

import inbox.demo as inbox_demo
from inbox.errors import said
from inbox.locations import Locations
from inbox.secrets import for_account
from tests.demo.served import account_of, demo, until

INBOX = [sys.executable, "-m", "inbox"]


@contextmanager
def mailbox(home: Path) -> Iterator[IMAPClient]:
    """Log in to the demo's IMAP server with what its configuration says."""
    account = account_of(home)
    host, port = str(account.settings["imap_host"]), int(str(account.settings["imap_port"]))
    with IMAPClient(host, port, ssl=False) as client:
        client.login(str(account.settings["username"]), for_account("", account)("password"))
        yield client


def count(client: IMAPClient, folder: str) -> int:
    """Return how many mails lie in a folder."""
    return int(client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"])


@pytest.mark.slow
def test_the_servers_really_serve(tmp_path: Path) -> None:
    """A mail program finds the shop's mail there, and more keeps coming."""
    with demo(tmp_path, speed=300) as (_, home), mailbox(home) as client:
        begun = count(client, "INBOX")

        assert begun >= 66
        assert count(client, "Sent") == 34
        until(lambda: count(client, "INBOX") > begun + 2, "new buyers")


@pytest.mark.slow
def test_a_buyer_answers_the_sellers_reply(tmp_path: Path) -> None:
    """What leaves by SMTP reaches the invented buyer, who writes again in the same thread."""
    with demo(tmp_path, speed=500) as (_, home), mailbox(home) as client:
        client.select_folder("INBOX")
        newest = max(client.search(["ALL"]))
        asked = client.fetch([newest], ["ENVELOPE"])[newest][b"ENVELOPE"]
        sender = asked.from_[0]
        reply = EmailMessage()
        reply["From"], reply["Message-ID"] = "hello@winterwolle.example", "<mine@shop.example>"
        reply["To"] = f"{sender.mailbox.decode()}@{sender.host.decode()}"
        reply.set_content("On its way.")
        settings = account_of(home).settings

        with smtplib.SMTP("127.0.0.1", int(str(settings["smtp_port"]))) as smtp:
            with pytest.raises(smtplib.SMTPException):
                smtp.send_message(reply)
            smtp.login(str(settings["username"]), for_account("", account_of(home))("password"))
            smtp.send_message(reply)

        def answered() -> bool:
            client.noop()
            return bool(client.search(["HEADER", "In-Reply-To", "mine@shop.example"]))

        until(answered, "the buyer's answer")


@pytest.mark.slow
def test_the_home_is_private_and_goes_away(tmp_path: Path) -> None:
    """Closing the demo leaves no file, and while it lasts nobody else can read it."""
    with demo(tmp_path) as (process, home):
        assert home.parent == tmp_path
        for path in (home, *home.rglob("*")):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
        secret = (home / "password").read_text().strip()
        assert secret not in Locations.under(home).config_file.read_text()

    assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "number",
    [
        signal.SIGKILL,
        *(
            pytest.param(number, marks=pytest.mark.slow)
            for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
        ),
    ],
)
def test_however_the_demo_ends_nothing_stays(tmp_path: Path, number: signal.Signals) -> None:
    """A killed window leaves no servers running and no folder behind."""
    with demo(tmp_path) as (process, home):
        port = int(str(account_of(home).settings["imap_port"]))
        process.send_signal(number)
        process.wait(30)

        until(lambda: not home.exists(), "the home to be gone")
        with pytest.raises(OSError, match="refused"):
            IMAPClient("127.0.0.1", port, ssl=False)


@pytest.mark.slow
def test_a_hang_up_of_the_terminal_ends_the_servers_by_themselves(tmp_path: Path) -> None:
    """SIGHUP to the child alone is enough."""
    command = [sys.executable, "-m", "inbox.demo.child", "1", "1"]
    environ = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, text=True
    ) as child:
        assert child.stdout is not None
        home = Path(json.loads(child.stdout.readline())["home"])
        assert home.is_dir()
        child.send_signal(signal.SIGHUP)
        assert child.wait(30) == 0

    assert list(tmp_path.iterdir()) == []


def test_a_missing_package_is_told_with_the_way_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who installed without the demo learns what to type."""
    monkeypatch.setattr(inbox_demo, "_NEEDED", ("pymap", "not_there_at_all"))

    with pytest.raises(inbox_demo.DemoUnavailable) as caught, inbox_demo.served():
        pass

    told = said(caught.value)
    assert told.known
    assert "not_there_at_all" in told.sentence
    assert "seller-inbox[demo]" in told.hint


def command(home: Path, *arguments: str) -> str:
    """Return what the real command line prints, run in the demo's home."""
    done = subprocess.run(
        [*INBOX, *arguments],
        env={**os.environ, "INBOX_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_product_works_on_the_demo(tmp_path: Path) -> None:
    """The command line pulls the mailbox, lists what is due, and an answer reaches the buyer."""
    with demo(tmp_path, speed=50) as (_, home):
        pulled = json.loads(command(home, "sync", "--json"))["accounts"]
        assert [(one["name"], one["state"], one["quarantined"]) for one in pulled] == [
            (name, "ok", 0)
            for name in (inbox_demo.ACCOUNT, "allegro", "ebay", "kaufland", "mirakl", "paypal")
        ]
        assert pulled[0]["new"] >= 100
        assert min(one["new"] for one in pulled) >= 5

        owed = json.loads(command(home, "list", "is:owed", "--json"))
        late = [one for one in owed if one["due_state"] == "late"]
        assert 40 <= len(owed) <= 80
        assert 4 <= len(late) <= 12
        assert {"email", "amazon", "allegro", "ebay", "kaufland", "mirakl", "paypal"} == {
            one["service"] for one in owed
        }
        assert any(one["order_ref"] for one in owed)

        mail = next(one for one in reversed(owed) if one["service"] == "email")
        command(home, "reply", mail["id"], "--canned", "cancel", "--yes", "--no-delay")
        sent = json.loads(command(home, "sync", inbox_demo.ACCOUNT, "--json"))["accounts"]
        assert [one["sent"] for one in sent] == [1]
        with mailbox(home) as client:
            assert count(client, "Sent") == 35


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder in which a socket's path is short enough to stand in the home itself.

    Else it stands in the temporary folder, which is another one for the demo than for us.
    """
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        yield Path(folder)


@pytest.mark.slow
def test_an_engine_at_work_leaves_too(short_path: Path) -> None:
    """An engine whose home vanished under it would work on for nobody."""
    with demo(short_path) as (process, home):
        locations = Locations.under(home)
        with subprocess.Popen(
            [*INBOX, "sync", "--watch"],
            env={**os.environ, "INBOX_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as engine:
            try:
                until(locations.socket.exists, "the engine")
                process.kill()

                until(lambda: engine.poll() is not None, "the engine to leave")
                until(lambda: not home.exists(), "the home to be gone")
            finally:
                engine.kill()

    assert list(short_path.iterdir()) == []
