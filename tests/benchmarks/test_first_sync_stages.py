"""Where the first process of a first sync spends the processor: each stage by itself.

The seconds of the processor, not of the clock: a busy machine stretches these
less. `BENCHMARK_MAILS` and `BENCHMARK_ROUNDS` say how many mails and how often.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from connectors.email.imap import Mailbox
from connectors.email.mime import parse
from connectors.email.reading import Head, _groups, heads
from connectors.email.settings import Endpoint, Security
from connectors.values import Message, Place, Role
from inbox.store.prepared import prepared
from inbox.sync.cleaning import cleaned
from inbox.sync.collecting import expect_batches
from inbox.sync.handing import handed, packed
from tests.benchmarks.mailbox import Letters, fill_maildir, mails
from tests.benchmarks.modern import modern_mails
from tests.benchmarks.terminal import median
from tests.fakes.dovecot import PASSWORD, Dovecot, give_to_mail
from tests.fakes.ports import HOST

MAILS = int(os.environ.get("BENCHMARK_MAILS", "5000"))
ROUNDS = int(os.environ.get("BENCHMARK_ROUNDS", "5"))
NOW = datetime(2026, 11, 22, tzinfo=UTC)
OWN = frozenset({"shop@example.org"})
_AT_ONCE = 1000

_Made = TypeVar("_Made")


@contextmanager
def mailbox(letters: Letters) -> Iterator[Mailbox]:
    """Yield a connection to a mailbox that holds the mails, its INBOX open."""
    server = Dovecot.start()
    try:
        server.add_user("bench", PASSWORD)
        fill_maildir(server.maildir("bench"), MAILS, NOW, letters)
        for path in server.maildir("bench").rglob("*"):
            give_to_mail(path)
        line = Mailbox(Endpoint(HOST, server.port, Security.NONE), "bench", PASSWORD)
        try:
            line.examine("INBOX")
            yield line
        finally:
            line.close()
    finally:
        server.remove()


class Stages:
    """Seconds of the processor of each stage, by its name, one for each round."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}

    def timed(self, stage: str, work: Callable[[], _Made]) -> _Made:
        """Do the work and note what it took."""
        began = time.process_time()
        made = work()
        self.seconds.setdefault(stage, []).append(time.process_time() - began)
        return made

    def round(self, line: Mailbox, uids: Sequence[int]) -> None:
        """Take each mail from the server to what is handed over."""
        known = self.timed("heads asked for", lambda: asked(line, uids))
        raw = self.timed("fetched", lambda: fetched(line, known))
        messages = self.timed("read", lambda: [read(head, raw[head.uid]) for head in known])
        clean = self.timed("cleaned", lambda: list(map(cleaned, messages)))
        made = self.timed("prepared", lambda: [prepared(each, OWN) for each in clean])
        carried = self.timed("handed over", lambda: packed(handed(clean, tuple(made))))
        assert carried is not None
        assert len(carried) > MAILS

    def shown(self) -> Iterator[str]:
        """Yield a line for each stage: median and spread."""
        each = [
            *self.seconds.items(),
            ("together", [sum(one) for one in zip(*self.seconds.values(), strict=True)]),
        ]
        for stage, seconds in each:
            took = sorted(1000 * one / MAILS for one in seconds)
            yield f"{stage:16} {median(took):7.4f} ms  ({took[0]:.4f} to {took[-1]:.4f})"


def asked(line: Mailbox, uids: Sequence[int]) -> list[Head]:
    """Return the heads of all mails."""
    return [
        head
        for start in range(0, len(uids), _AT_ONCE)
        for head in heads(line, uids[start : start + _AT_ONCE])
    ]


def fetched(line: Mailbox, known: Sequence[Head]) -> dict[int, bytes]:
    """Return each mail's source."""
    return {
        uid: mail.sections[""]
        for found in line.fetch_each(list(_groups(known)), "BODY.PEEK[]")
        for uid, mail in found.items()
    }


def read(head: Head, raw: bytes) -> Message:
    """Return a mail as the message that it is."""
    assert head.accepted_at is not None
    return parse(
        raw,
        place=Place("INBOX", "1", str(head.uid), Role.INBOX),
        accepted_at=head.accepted_at,
        own=OWN,
    )


@pytest.mark.benchmark
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("letters", [mails, modern_mails], ids=["plain", "modern"])
def test_where_the_first_process_spends_its_time(letters: Letters) -> None:
    """Whoever makes a first sync faster must know where a mail's time goes."""
    expect_batches()
    stages = Stages()
    with mailbox(letters) as line:
        uids = list(line.search("ALL"))
        for _ in range(ROUNDS):
            stages.round(line, uids)

    load = os.getloadavg()[0]
    print(f"\n{MAILS} mails, {ROUNDS} rounds, processor time for each, median and spread")  # noqa: T201 - a benchmark's product
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {load:.1f}")  # noqa: T201 - as above
    for shown in stages.shown():
        print(shown)  # noqa: T201 - as above
