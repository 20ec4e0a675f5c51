"""Five marketplaces of 20,000 conversations each: when the first owed stand, and at what cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors import registry
from connectors.contract import Account
from connectors.pace import Rate
from inbox.config import AccountConfig, add_account
from inbox.core.model import AccountUid
from inbox.core.query import Query, Term
from inbox.locations import Locations
from inbox.secrets import for_account
from inbox.store import conversations
from inbox.store.database import Store
from inbox.store.uids import new_uid

COUNT = int(os.environ.get("BENCHMARK_CONVERSATIONS", "20000"))
KINDS = ("allegro", "ebay", "kaufland", "mirakl", "paypal")
LATEST = 300.0
"""Seconds after which the first owed ones must be there."""
GOES_ON = float(os.environ.get("BENCHMARK_SECONDS", "60"))
"""Seconds that the first sync is watched further."""
FAST = Rate(100_000, 1.0)


class Far:
    """The marketplaces in their process."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child = child
        self.accounts: list[dict[str, Any]] = json.loads(self._line())

    def _line(self) -> str:
        assert self._child.stdout is not None
        return self._child.stdout.readline()

    def asked(self) -> dict[str, int]:
        """Return how many requests each of them got."""
        assert self._child.stdin is not None
        self._child.stdin.write("\n")
        self._child.stdin.flush()
        counts: dict[str, int] = json.loads(self._line())
        return counts


@contextmanager
def served(folder: Path, *kinds: str) -> Iterator[Far]:
    """Serve the marketplaces of these kinds."""
    words = [sys.executable, "-m", "tests.benchmarks.channels", str(COUNT), str(folder), *kinds]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        try:
            yield Far(child)
        finally:
            assert child.stdin is not None
            child.stdin.close()


def configured(far: Far, home: Path) -> list[AccountConfig]:
    """Write the configuration of a seller at all of them, and return the accounts."""
    locations = Locations.under(home)
    locations.prepare()
    locations.config_file.touch(mode=0o600)
    made = []
    for one in far.accounts:
        account = AccountConfig(
            uid=AccountUid(new_uid()), name=one["kind"], kind=one["kind"],
            owed_since=datetime.now(UTC) - timedelta(days=14), settings=one["settings"],
        )  # fmt: skip
        add_account(locations.config_file, account)
        made.append(account)
    return made


def of_process(pid: int) -> tuple[float, float, float]:
    """Return a process's resident memory now and at its most (MB), and its CPU time (s)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    sizes = {line.split(":")[0]: line.split()[1] for line in status.splitlines() if "kB" in line}
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    ticks = os.sysconf("SC_CLK_TCK")
    cpu = (int(fields[11]) + int(fields[12])) / ticks
    return int(sizes["VmRSS"]) / 1024, int(sizes["VmHWM"]) / 1024, cpu


def owed(store: Store, account: AccountConfig) -> int:
    """Return how many conversations of an account are listed as owed."""
    query = Query((Term(field="is", value="owed"), Term(field="account", value=account.uid)))
    with store.read() as tx:
        return len(conversations.ids(tx, query, datetime.now(UTC)))


@pytest.mark.benchmark
@pytest.mark.timeout(1200)
def test_the_first_owed_ones_of_five_marketplaces_stand_in_seconds(tmp_path: Path) -> None:
    """The seller begins to answer while years of history still come in."""
    home = tmp_path / "home"
    with served(tmp_path, *KINDS) as far:
        accounts = configured(far, home)
        environ = {**os.environ, "INBOX_HOME": str(home)}
        words = [sys.executable, "-m", "inbox", "sync", "--watch"]
        begun = time.monotonic()
        with subprocess.Popen(
            words, env=environ, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as engine:
            try:
                first = first_owed(home, accounts, begun)
                time.sleep(GOES_ON)
                now, most, cpu = of_process(engine.pid)
            finally:
                engine.terminate()
        with closing(Store.open(Locations.under(home).store_file)) as store:
            there = {each.name: owed(store, each) for each in accounts}
        asked = far.asked()
    told = [
        f"{name}: first owed listed after {seconds:.1f} s; then {there[name]} owed"
        for name, seconds in sorted(first.items(), key=lambda pair: pair[1])
    ]
    told.append(f"engine: {now:.0f} MB, at most {most:.0f} MB, {cpu:.1f} s of CPU; asked {asked}")
    print("\n".join(told))  # noqa: T201 - the figures are what this is for

    assert set(first) == {each.name for each in accounts}


def first_owed(home: Path, accounts: list[AccountConfig], begun: float) -> dict[str, float]:
    """Return after how many seconds each account has something owed in the list."""
    file = Locations.under(home).store_file
    found: dict[str, float] = {}
    while not file.exists():
        time.sleep(0.05)
    with closing(Store.open(file)) as store:
        while len(found) < len(accounts) and time.monotonic() - begun < LATEST:
            for account in accounts:
                if account.name not in found and owed(store, account):
                    found[account.name] = time.monotonic() - begun
            time.sleep(0.1)
    return found


@pytest.mark.benchmark
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", KINDS)
def test_a_quiet_round_asks_little_however_much_there_is(tmp_path: Path, kind: str) -> None:
    """Services count what we ask; a phone's line does too."""
    with served(tmp_path, kind) as far:
        (account,) = configured(far, tmp_path / "home")
        made: Any = registry.load(kind)
        given = Account(account.uid, account.name, account.settings, for_account("", account))
        connector = made(given, rate=FAST)
        place, messages = None, 0
        begun, spent = time.monotonic(), time.process_time()
        for batch in connector.pull(None):
            place, messages = batch.checkpoint, messages + len(batch.messages)
        lasted, spent = time.monotonic() - begun, time.process_time() - spent
        whole = far.asked()[kind]
        quiet = []
        for _ in range(3):
            before = far.asked()[kind]
            assert [batch for batch in connector.pull(place) if batch.messages] == []
            quiet.append(far.asked()[kind] - before)
        connector.close()
    told = (
        f"{kind}: {messages} messages by {whole} requests in {lasted:.0f} s"
        f" ({spent:.1f} s of CPU); quiet rounds {quiet}"
    )
    print(told)  # noqa: T201 - the figures are what this is for

    assert messages >= COUNT
    assert quiet[-1] <= 2
