"""A seller's home with many messages in its store, made without a mail server."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from connectors.email.mime import parse
from connectors.values import Batch, Checkpoint, Place, Role
from inbox import config as configuration
from inbox.locations import Locations
from inbox.rules import load_book
from inbox.store.database import Store
from inbox.sync.ingest import ingest
from tests.benchmarks.mailbox import mails

NEWEST = "Newest of all"
"""The subject that stands on the first screen."""

_AT_ONCE = 500


def make_home(home: Path, count: int) -> Path:
    """Return a home whose store holds that many messages; its account's server is not there."""
    settings = {
        "imap_host": "127.0.0.1",
        "imap_port": "9",
        "imap_security": "none",
        "smtp_host": "127.0.0.1",
        "smtp_port": "9",
        "smtp_security": "none",
        "username": "bench",
        "address": "shop@example.org",
        "password_command": "echo secret",
    }
    sets = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
    subprocess.run(
        [sys.executable, "-m", "inbox", "accounts", "add", "email", "bench", *sets],
        env={**os.environ, "INBOX_HOME": str(home)},
        check=True,
        capture_output=True,
    )
    locations = Locations.under(home)
    config = configuration.load(locations.config_file)
    book = load_book(config)
    now = datetime.now(UTC)
    batch = [
        parse(
            raw
            if number < count - 1
            else raw.replace(b"Subject: ", f"Subject: {NEWEST} ".encode()),
            place=Place("INBOX", "1", str(number + 1), Role.INBOX),
            accepted_at=taken,
            seen=False,
            answered=False,
            own=frozenset({"shop@example.org"}),
        )
        for number, (raw, taken) in enumerate(mails(count, now))
    ]
    store = Store.open(locations.store_file)
    try:
        (account,) = book.accounts
        for start in range(0, count, _AT_ONCE):
            part = Batch(
                checkpoint=Checkpoint("{}"), messages=tuple(batch[start : start + _AT_ONCE])
            )
            ingest(store, account, part, book, lambda: now)
    finally:
        store.close()
    return home
