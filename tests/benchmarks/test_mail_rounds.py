"""What a round through 100,000 mails costs where nothing is new, and where fifty mails changed."""

from __future__ import annotations

import os
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.conformance.wire import Wire
from connectors.contract import Account
from connectors.email import EmailConnector, checkpoint
from connectors.email.uidset import EMPTY, UidSet
from connectors.values import Batch, Checkpoint
from tests.benchmarks.terminal import median
from tests.fakes.dovecot import PASSWORD, Dovecot, give_to_mail
from tests.fakes.phone import Phone
from tests.fakes.ports import HOST

MAILS = int(os.environ.get("BENCHMARK_ROUND_MAILS", "100000"))
CHANGES = 50
ROUNDS = 7

_ONE_FILE = "mail_location = mdbox:~/mdbox"
"""In a Maildir, Dovecot reads the names of all files after each change: its time, not ours."""

PLAIN = "neither"
WAYS = {
    "QRESYNC": rb"",
    "CONDSTORE": rb" QRESYNC(?=[ \]\r])",
    PLAIN: rb" (?:QRESYNC|CONDSTORE|ESEARCH)(?=[ \]\r])|\[HIGHESTMODSEQ \d+\]",
}


_MAIL = (
    b"From: Anna <anna@buyer.example>\nTo: shop@example.org\nSubject: Mail %d\n"
    b"Message-ID: <%d@x.example>\nDate: Mon, 2 Mar 2026 12:00:00 +0000\n\nHello\n"
)


def fill(maildir: Path) -> None:
    """Write small mails: a round looks at no body. Every third one was answered."""
    for part in ("cur", "new", "tmp"):
        (maildir / part).mkdir(parents=True, exist_ok=True)
    for number in range(MAILS):
        flags = "RS" if number % 3 == 0 else "S"
        path = maildir / "cur" / f"{1_700_000_000 + number}.{number}.bench:2,{flags}"
        path.write_bytes(_MAIL % (number, number))
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
    for path in (maildir, *(maildir / part for part in ("cur", "new", "tmp"))):
        give_to_mail(path)


def connector_at(port: int) -> EmailConnector:
    """Return a connector to the mailbox behind the port."""
    settings = {
        "address": "shop@example.org",
        "username": "bench",
        "imap_host": HOST,
        "imap_port": str(port),
        "imap_security": "none",
        "smtp_host": HOST,
        "smtp_port": "9",
        "smtp_security": "none",
        "history": "1d",
    }
    account = Account("uid", "bench", settings, lambda _: PASSWORD)
    return EmailConnector(account, answer_seconds=600)


def timed(
    connector: EmailConnector, since: Checkpoint | None
) -> tuple[float, float, Checkpoint | None, list[Batch]]:
    """Return the seconds and our own CPU seconds of a round, its checkpoint and its batches."""
    cpu, clock = time.thread_time(), time.perf_counter()
    batches = list(connector.pull(since))
    seconds = time.perf_counter() - clock
    last = batches[-1].checkpoint if batches else since
    return seconds, time.thread_time() - cpu, last, batches


def known_at(port: int) -> Checkpoint:
    """Return a checkpoint that knows every mail, without having fetched 100,000 bodies."""
    connector = connector_at(port)
    states = checkpoint.read(timed(connector, None)[2])
    connector.close()
    inbox = states["INBOX"]
    assert len(inbox.there) == MAILS
    states["INBOX"] = replace(
        inbox,
        known=inbox.there,
        passed=EMPTY,
        seen=inbox.there,
        answered=UidSet.of(uid for uid in inbox.there if uid % 3 == 1),
    )
    return checkpoint.write(states)


def change(phone: Phone, turn: int) -> None:
    """Let a phone mark fifty mails all over the folder, as unread or as read."""
    step = MAILS // CHANGES
    phone.flag_uids([1 + index * step + turn // 2 for index in range(CHANGES)], on=turn % 2 == 1)


@pytest.mark.benchmark
@pytest.mark.timeout(1200)
def test_rounds_through_a_large_mailbox() -> None:
    """Once a minute, for years, on a laptop's battery."""
    server = Dovecot.start(extra=_ONE_FILE)
    try:
        server.add_user("bench", PASSWORD)
        fill(server.maildir("bench"))
        server.take_in("bench")
        since = known_at(server.port)
        print(f"\n{MAILS} mails, median of {ROUNDS}: ms by the clock (of them our CPU)")  # noqa: T201 - a benchmark's product
        for way in WAYS:
            print(f"{way:14} {measured(server, since, way)}")  # noqa: T201 - as above
        print(f"{'flags of all':14} {listed(server)}")  # noqa: T201 - as above
    finally:
        server.remove()


def listed(server: Dovecot) -> str:
    """Return what it takes to ask for the flags of every mail, and to look at none of them."""
    taken = []
    with Phone(server.port, "bench", PASSWORD, patience=600) as phone:
        phone.select("INBOX")
        for _ in range(ROUNDS):
            cpu, clock = time.thread_time(), time.perf_counter()
            assert phone.count_flags() == MAILS
            taken.append((time.perf_counter() - clock, time.thread_time() - cpu))
    return " ".join(f"{1000 * median([each[which] for each in taken]):7.1f}" for which in (0, 1))


def measured(server: Dovecot, since: Checkpoint, way: str) -> str:
    """Return what rounds take at a server that hides some of what it can do."""
    hidden = WAYS[way]
    line = Wire(server.port)
    if hidden:
        line.fault.rewrite = lambda said: re.sub(hidden, b"", said)
    connector = connector_at(line.port)
    place = timed(connector, since)[2]
    idle, busy = [], []
    with Phone(server.port, "bench", PASSWORD, patience=600) as phone:
        phone.select("INBOX")
        for turn in range(ROUNDS):
            idle.append(timed(connector, place))
            change(phone, 2 * turn)
            busy.append(timed(connector, place))
            place = busy[-1][2]
            told = sum(len(batch.changes) for batch in busy[-1][3])
            assert told == CHANGES or way == PLAIN  # it compares the newest mails in each round
            change(phone, 2 * turn + 1)
            place = timed(connector, place)[2]
    connector.close()
    line.close()
    return "  ".join(
        f"{name} {1000 * median([each[0] for each in rounds]):7.1f} "
        f"({1000 * median([each[1] for each in rounds]):6.1f})"
        for name, rounds in (("nothing new", idle), (f"{CHANGES} changes", busy))
    )
