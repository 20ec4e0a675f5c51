"""A seller with a real mailbox, whose programs get killed."""

from __future__ import annotations

import email
import email.message
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from inbox.cli import cli
from inbox.cli.session import Session
from inbox.config import AccountConfig, add_account
from inbox.core.model import AccountUid
from inbox.locations import Locations
from inbox.store.uids import new_uid
from tests.fakes.dovecot import PASSWORD, Dovecot
from tests.fakes.smtp_server import Envelope, SmtpServer

ACCEPTED_AT = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
"""When the server took the buyer's mail, so that an answer is due in 21 hours."""

QUESTION = (
    "From: Anna <anna@buyers.example>\r\n"
    "To: {shop}\r\n"
    "Subject: Where is my parcel?\r\n"
    "Message-ID: <question.{user}@buyers.example>\r\n"
    # Wrong by a year, and without an offset: it must not matter.
    "Date: Mon, 3 Mar 2025 09:00:00\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "\r\n"
    "Hello, when will it arrive?\r\n"
)


@dataclass
class Seller:
    """One user of the mail servers with a home of their own."""

    home: Path
    dovecot: Dovecot
    smtp: SmtpServer
    user: str
    children: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The shop's own address."""
        return f"{self.user}@shop.example"

    @property
    def log(self) -> Path:
        """Where the children write the steps that they passed."""
        return self.home / "steps"

    def set_up(self) -> None:
        """Add the account, and let a buyer write."""
        self.home.mkdir()
        self.log.touch()
        settings = {
            "imap_host": self.dovecot.host,
            "imap_port": str(self.dovecot.port),
            "imap_security": "none",
            "smtp_host": self.smtp.host,
            "smtp_port": str(self.smtp.port),
            "smtp_security": "none",
            "username": self.user,
            "address": self.address,
            "password_command": f"echo {PASSWORD}",
        }
        account = AccountConfig(
            uid=AccountUid(new_uid()), name="shop", kind="email", settings=settings
        )
        add_account(Locations.under(self.home).config_file, account)
        raw = QUESTION.format(shop=self.address, user=self.user).encode()
        self.dovecot.deliver(self.user, raw, internaldate=ACCEPTED_AT)

    def start(self, *words: str, kill_at: str = "", whom: str = "self") -> subprocess.Popen[str]:
        """Start a command in a process group of its own, on a machine in New York."""
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.kills.child", kill_at, whom, str(self.log), *words],
            env={**os.environ, "INBOX_HOME": str(self.home), "TZ": "America/New_York"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.children.append(child)
        return child

    def run(
        self, *words: str, kill_at: str = "", whom: str = "self", text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end and return what it said."""
        with self.start(*words, kill_at=kill_at, whom=whom) as child:
            out, err = child.communicate(text, timeout=30)
        return subprocess.CompletedProcess(words, child.returncode, out, err)

    def killed(self, *words: str, at: str, whom: str, text: str = "") -> None:
        """Run a command that must not live to its end."""
        done = self.run(*words, kill_at=at, whom=whom, text=text)
        assert done.returncode == -signal.SIGKILL, (at, done.stdout, done.stderr)

    def json(self, *words: str) -> Any:
        """Return what a command that only reads prints, run in this process to save time."""
        session = Session(Locations.under(self.home))
        done = CliRunner().invoke(cli, [*words, "--json"], obj=session)
        assert done.exit_code == 0, (done.stdout, done.stderr)
        return json.loads(done.stdout)

    def sync(self) -> dict[str, Any]:
        """Return the account's line of a sync, whatever its exit status."""
        done = self.run("sync", "--json")
        found: dict[str, Any] = json.loads(done.stdout)["accounts"][0]
        assert done.returncode == (0 if found["state"] == "ok" else 1), done.stderr
        return found

    def question(self) -> dict[str, Any]:
        """Return the one conversation as `inbox list` prints it."""
        (found,) = self.json("list")
        conversation: dict[str, Any] = found
        return conversation

    def answer(self, *, kill_at: str = "", whom: str = "self") -> None:
        """Answer the question; the reply may leave at once."""
        words = ("reply", self.question()["id"], "--text", "-", "--yes", "--no-delay")
        if kill_at:
            self.killed(*words, at=kill_at, whom=whom, text="On its way.\n")
        else:
            done = self.run(*words, text="On its way.\n")
            assert done.returncode == 0, done.stderr

    def delivery(self) -> str | None:
        """Return how the answer stands as `inbox show` prints it, None if there is none."""
        messages = self.json("show", self.question()["id"])["messages"]
        found = [each["delivery"] for each in messages if each["direction"] == "out"]
        assert len(found) <= 1, "one answer is shown as several"
        return found[0] if found else None

    def unsure(self) -> bool:
        """Return whether the outbox says that the seller has to decide."""
        return [item["state"] for item in self.json("outbox")] == ["unsure"]

    def arrived(self) -> list[Envelope]:
        """Return the replies that reached the buyer."""
        return [each for each in self.smtp.received if each.mail_from == self.address]

    def sent_copies(self) -> list[email.message.Message]:
        """Return the mails that lie in Sent, read from the files of the server."""
        return [email.message_from_bytes(raw) for raw in self.dovecot.mails(self.user, "Sent")]

    def close(self) -> None:
        """End what still runs."""
        for child in self.children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
            with child:
                child.wait(10)
