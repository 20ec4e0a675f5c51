"""How long the first sync of a mailbox takes, beside mbsync on the same server in the same run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks.mailbox import fill_maildir
from tests.benchmarks.terminal import median
from tests.fakes.dovecot import PASSWORD, Dovecot, give_to_mail

MAILS = int(os.environ.get("BENCHMARK_MAILS", "10000"))
ROUNDS = int(os.environ.get("BENCHMARK_ROUNDS", "3"))

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


@pytest.mark.benchmark
@pytest.mark.timeout(1200)
def test_first_sync_beside_mbsync(tmp_path: Path) -> None:
    """A seller who tries us with ten years of mail sees it all before the coffee is made."""
    if shutil.which("mbsync") is None:
        pytest.skip("mbsync is not installed (Debian: isync): there is nothing to compare with")
    server = Dovecot.start()
    try:
        server.add_user("bench", PASSWORD)
        fill_maildir(server.maildir("bench"), MAILS)
        for path in server.maildir("bench").rglob("*"):
            give_to_mail(path)
        mbsync(tmp_path / "warm", server.port, fsync="no")
        figures: dict[str, list[float]] = {"seller-inbox": [], "mbsync": [], "mbsync, no fsync": []}
        for number in range(ROUNDS):
            figures["mbsync"].append(mbsync(tmp_path / f"m{number}", server.port, fsync="yes"))
            figures["seller-inbox"].append(ours(tmp_path / f"o{number}", server.port))
            figures["mbsync, no fsync"].append(
                mbsync(tmp_path / f"n{number}", server.port, fsync="no")
            )
    finally:
        server.remove()
    mine = median(figures["seller-inbox"])
    print(f"\nfirst sync of {MAILS} mails (median of {ROUNDS}, s)")  # noqa: T201 - a benchmark's product
    for name, seconds in figures.items():
        print(f"{name:20} {median(seconds):7.2f}  ours is {mine / median(seconds):.2f}x")  # noqa: T201 - as above
