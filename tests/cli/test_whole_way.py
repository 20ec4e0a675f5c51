"""The whole way by the command line alone: mail in, answer out, on real servers.

Every step is the real program in a process of its own, as a script has it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.fakes.dovecot import Dovecot
from tests.fakes.mails import mail
from tests.fakes.smtp_server import SmtpServer

PASSWORD = "secret"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    server = Dovecot.start()
    yield server
    server.remove()


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    server = SmtpServer({"anna": PASSWORD}).start()
    yield server
    server.stop()


def _settings(dovecot: Dovecot, smtp: SmtpServer, **more: str) -> list[str]:
    settings = {
        "imap_host": dovecot.host,
        "imap_port": str(dovecot.port),
        "imap_security": "none",
        "smtp_host": smtp.host,
        "smtp_port": str(smtp.port),
        "smtp_security": "none",
        "username": "anna",
        "address": "anna@lamps.example",
        **more,
    }
    return [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]


def test_from_nothing_to_an_answer_that_is_out_once(
    tmp_path: Path, dovecot: Dovecot, smtp: SmtpServer
) -> None:
    """What the README promises a script, typed line by line."""
    program = Program(tmp_path)
    dovecot.add_user("anna", PASSWORD)
    asked = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
    dovecot.deliver(
        "anna",
        mail("Wo ist mein Paket?", "Hallo,\n\nwo ist die Lampe?\n", to="anna@lamps.example",
             message_id="q1@buyer.example"),
        internaldate=asked,
    )  # fmt: skip

    added = program.run(
        "accounts", "add", "email", "shop", *_settings(dovecot, smtp),
        "--secret", "password=-", stdin=PASSWORD,
    )  # fmt: skip
    found = program.json("accounts", "check", "shop")
    first = program.json("sync")
    (row,) = program.json("list", "is:owed")
    uid = row["id"]
    program.json("reply", uid, "--text", "-", "--yes", "--no-delay", stdin="Sie ist unterwegs.\n")
    second, third = program.json("sync", "shop"), program.json("sync")

    assert (added.returncode, found["ok"], len(found["lines"]) > 2) == (0, True, True)
    assert [each["accounts"] for each in (first, second, third)] == [
        [{"name": "shop", "state": "ok", "new": new, "sent": sent, "quarantined": 0, "error": None}]
        for new, sent in ((1, 0), (0, 1), (0, 0))
    ]
    due = datetime.fromisoformat(row["due_at"])
    assert due == asked + timedelta(hours=24)
    assert due.utcoffset() in (timedelta(hours=-5), timedelta(hours=-4))
    (sent,) = smtp.received
    header = message_from_bytes(sent.content, policy=policy.default)
    assert (sent.mail_from, sent.rcpt_tos) == ("anna@lamps.example", ("ann@buyer.example",))
    assert header["In-Reply-To"] == "<q1@buyer.example>"
    assert header["Subject"] == "Re: Wo ist mein Paket?"
    assert len(dovecot.mails("anna", "Sent")) == 1
    shown = program.json("show", uid)
    assert [(each["direction"], each["delivery"]) for each in shown["messages"]] == [
        ("in", None),
        ("out", "accepted"),
    ]
    assert (shown["state"], shown["owed"]) == ("waiting", False)
    assert program.json("outbox") == []
    assert program.run("doctor").returncode == 0


@pytest.mark.slow
def test_what_is_wrong_with_a_login_is_said_in_a_sentence(
    tmp_path: Path, dovecot: Dovecot, smtp: SmtpServer
) -> None:
    """Each in its own words, because each is mended elsewhere; and `sync` fails for it."""
    program = Program(tmp_path)
    user = dovecot.new_user(PASSWORD)
    wrong = {
        "password": {"username": user},
        "certificate": {
            "username": user,
            "imap_security": "tls",
            "imap_port": str(dovecot.tls_port),
        },
        "found": {"username": user, "imap_host": "nowhere.invalid", "imap_security": "tls"},
    }
    for name, settings in wrong.items():
        words = _settings(dovecot, smtp, **settings)
        done = program.run(
            "accounts", "add", "email", name, *words, "--set", "password_command=echo wrong"
        )
        assert done.returncode == 0, done.stderr

    said = {name: program.run("accounts", "check", name) for name in wrong}
    synced = program.run("sync", "certificate", "found", "--json")

    assert [done.returncode for done in said.values()] == [1, 1, 1]
    assert len({done.stderr for done in said.values()}) == 3
    assert "password" in said["password"].stderr.lower()
    assert "certificate" in said["certificate"].stderr.lower()
    assert "nowhere.invalid" in said["found"].stderr
    assert "Traceback" not in "".join(done.stderr for done in said.values())
    assert "echo" not in "".join(done.stderr for done in said.values())
    states = {one["name"]: one["state"] for one in json.loads(synced.stdout)["accounts"]}
    assert synced.returncode == 1
    assert states == {"certificate": "login", "found": "offline"}
