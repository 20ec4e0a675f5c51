"""How long the first sync of a mailbox takes, beside mbsync and offlineimap in the same run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks.bytecode import compile_all
from tests.benchmarks.mailbox import fill_maildir
from tests.benchmarks.terminal import median
from tests.fakes.dovecot import PASSWORD, Dovecot, give_to_mail
from tests.fakes.slow_line import SlowLine

MAILS = int(os.environ.get("BENCHMARK_MAILS", "20000"))
ROUNDS = int(os.environ.get("BENCHMARK_ROUNDS", "3"))
FAR = 0.04
"""Seconds there and back over the longer line."""

MBSYNC = """
FSync {fsync}

IMAPAccount bench
Host 127.0.0.1
Port {port}
User bench
Pass {password}
SSLType None
AuthMechs LOGIN

IMAPStore far
Account bench

MaildirStore near
Path {folder}/
Inbox {folder}/INBOX
SubFolders Verbatim

Channel bench
Far :far:
Near :near:
Patterns INBOX
Sync Pull New
Create Near
SyncState *
"""


OFFLINEIMAP = """
[general]
accounts = bench
metadata = {folder}/metadata
fsync = {fsync}

[Account bench]
localrepository = near
remoterepository = far

[Repository near]
type = Maildir
localfolders = {folder}/mails

[Repository far]
type = IMAP
remotehost = 127.0.0.1
remoteport = {port}
remoteuser = bench
remotepass = {password}
ssl = no
starttls = no
readonly = yes
folderfilter = lambda name: name == "INBOX"
"""


def timed(words: list[str], environment: dict[str, str]) -> tuple[float, str]:
    """Return the seconds a program took, and what it printed."""
    started = time.perf_counter()
    done = subprocess.run(
        words, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return time.perf_counter() - started, done.stdout


def mbsync(folder: Path, port: int, *, fsync: str) -> float:
    """Return the seconds mbsync takes to fetch everything into an empty folder."""
    folder.mkdir()
    config = folder / "mbsyncrc"
    config.write_text(MBSYNC.format(port=port, password=PASSWORD, folder=folder, fsync=fsync))
    return timed(["mbsync", "-q", "-c", str(config), "bench"], {})[0]


def ours(home: Path, port: int) -> float:
    """Return the seconds until everything is parsed, stored and searchable."""
    environment = {"INBOX_HOME": str(home)}
    settings = {
        "imap_host": "127.0.0.1",
        "imap_port": str(port),
        "imap_security": "none",
        "smtp_host": "127.0.0.1",
        "smtp_port": "9",
        "smtp_security": "none",
        "username": "bench",
        "address": "shop@example.org",
        "password_command": f"echo {PASSWORD}",
    }
    words = [sys.executable, "-m", "inbox"]
    sets = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
    timed([*words, "accounts", "add", "email", "bench", *sets], environment)
    seconds, printed = timed([*words, "sync", "bench", "--json"], environment)
    assert json.loads(printed)["accounts"][0]["new"] == MAILS
    return seconds


def offlineimap(folder: Path, port: int) -> float:
    """Return the seconds offlineimap takes to fetch everything into an empty folder."""
    (folder / "mails").mkdir(parents=True)
    config = folder / "offlineimaprc"
    config.write_text(
        OFFLINEIMAP.format(port=port, password=PASSWORD, folder=folder, fsync="False")
    )
    return timed(["offlineimap", "-o", "-u", "quiet", "-c", str(config)], {})[0]


@pytest.mark.benchmark
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("seconds", [0.0, FAR], ids=["near", "far"])
def test_first_sync_beside_others(tmp_path: Path, seconds: float) -> None:
    """A seller who tries us with ten years of mail sees it all before the coffee is made."""
    if shutil.which("mbsync") is None:
        pytest.skip("mbsync is not installed (Debian: isync): there is nothing to compare with")
    compile_all()
    server = Dovecot.start()
    try:
        server.add_user("bench", PASSWORD)
        fill_maildir(server.maildir("bench"), MAILS)
        for path in server.maildir("bench").rglob("*"):
            give_to_mail(path)
        with SlowLine(server.port, seconds) as line:
            figures = compared(tmp_path, line.port if seconds else server.port)
    finally:
        server.remove()
    mine = median(figures["seller-inbox"])
    print(f"\nfirst sync of {MAILS} mails over {1000 * seconds:g} ms (median of {ROUNDS}, s)")  # noqa: T201 - a benchmark's product
    for name, taken in figures.items():
        print(f"{name:22} {median(taken):7.2f}  ours is {mine / median(taken):.2f}x")  # noqa: T201 - as above


def compared(folder: Path, port: int) -> dict[str, list[float]]:
    """Return the seconds of each program, one after the other in turn."""
    mbsync(folder / "warm", port, fsync="no")
    figures: dict[str, list[float]] = {}
    for number in range(ROUNDS):
        ways: dict[str, Callable[[Path], float]] = {
            "mbsync": lambda below: mbsync(below, port, fsync="yes"),
            "seller-inbox": lambda below: ours(below, port),
            "mbsync, no fsync": lambda below: mbsync(below, port, fsync="no"),
        }
        if shutil.which("offlineimap") is not None:
            ways["offlineimap, no fsync"] = lambda below: offlineimap(below, port)
        for name, way in ways.items():
            figures.setdefault(name, []).append(way(folder / f"run{len(name)}-{number}"))
    return figures
