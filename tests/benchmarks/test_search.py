"""Views, pages and search as you type in a large store, beside plain SQLite and notmuch."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from email.message import EmailMessage
from pathlib import Path

import pytest

from connectors.values import Message
from inbox.store import derive, messages
from inbox.store.database import Store
from inbox.view.reader import Reader
from tests.benchmarks.letters import Letters
from tests.benchmarks.searching import NOW, timed
from tests.benchmarks.terminal import median, p95
from tests.store.making import ACCOUNT, BOOK

CONVERSATIONS = int(os.environ.get("BENCHMARK_CONVERSATIONS", "100000"))
BESIDE = int(os.environ.get("BENCHMARK_BESIDE", "10000"))
"""Conversations that notmuch and plain SQLite are given too."""
ASKED = 40


def fill(path: Path, count: int) -> tuple[float, int]:
    """Put conversations into a new store; return processor seconds and how many messages."""
    store = Store.open(path)
    begun, total = time.process_time(), 0
    for some in in_parts(Letters().conversations(count)):
        with store.write() as tx:
            taken = messages.ingest_messages(tx, ACCOUNT, some, BOOK)
            derive.derive(tx, [each.conversation for each in taken], BOOK)
        total += len(some)
    took = time.process_time() - begun
    store.close()
    return took, total


def in_parts(conversations: Iterable[list[Message]]) -> Iterable[list[Message]]:
    """Yield the messages of three hundred conversations at a time."""
    some: list[Message] = []
    for each in conversations:
        some += each
        if len(some) >= 900:
            yield some
            some = []
    if some:
        yield some


def line(name: str, values: Sequence[float]) -> str:
    """Return a line of the report; a single value has no spread."""
    return (
        f"{name:44} n {len(values):5}  median {median(values):8.2f}  p95 {p95(values):8.2f}"
        f"  max {max(values):8.2f} ms"
    )


@pytest.mark.benchmark
@pytest.mark.timeout(7200)
def test_views_and_search_in_a_large_store(tmp_path: Path) -> None:
    """Ten years of a busy seller must answer each key as if they were ten days."""
    path = tmp_path / "inbox.db"
    took, total = fill(path, CONVERSATIONS)
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.searching", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)

    report = [
        f"\n{CONVERSATIONS} conversations, {total} messages, {path.stat().st_size >> 20} MB",
        f"stored in {took:.0f} s of processor time: {total / took:.0f} messages a second",
        f"SQLite {sqlite3.sqlite_version}, Python {sys.version.split()[0]}; processor time",
        *(line(f"ids of the view {view or 'all'}", each) for view, each in found["views"].items()),
        line("a page of a hundred", found["pages"]),
        line("counts of all views and accounts", found["counts"]),
        line("search as typed, with rows", list(found["typed"].values())),
        *(
            f"    slowest: {text!r} {value:.1f} ms"
            for text, value in sorted(found["typed"].items(), key=lambda each: -each[1])[:5]
        ),
        f"resident memory at most {found['memory']:.0f} MB, {found['begun']:.0f} before opening",
    ]
    print("\n".join(report))  # noqa: T201 - a benchmark's product
    assert found["typed"]


@pytest.mark.benchmark
@pytest.mark.timeout(7200)
def test_whole_words_beside_notmuch_and_plain_sqlite(tmp_path: Path) -> None:
    """The same mail and the same words; each way finds messages of a word, all of them."""
    if shutil.which("notmuch") is None:
        pytest.skip("notmuch is not installed")
    path = tmp_path / "inbox.db"
    ours, total = fill(path, BESIDE)
    plain, plain_took = plain_sqlite(tmp_path / "plain.db")
    environment, notmuch_took = notmuch(tmp_path / "mail")
    letters, chosen = Letters(13), random.Random(3)
    words = [word for word in letters.words(4 * ASKED) if len(word) > 3]
    asked = chosen.sample(sorted(set(words)), ASKED)
    store = Store.open(path)
    reader = Reader(store, BOOK, lambda: NOW)
    here = [timed(lambda: reader.typed(f"{word} ").prepare(None)) for word in asked]  # noqa: B023 - called at once
    counted = {word: len(reader.rows(word)) for word in asked}
    store.close()
    sql = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT 50"
    beside = [timed(lambda: plain.execute(sql, (f'"{word}"',)).fetchall()) for word in asked]  # noqa: B023 - as above
    plain.close()
    outside = [
        command(["notmuch", "search", "--limit=50", "--output=summary", word], environment)
        for word in asked
    ]
    again = {
        word: int(
            subprocess.run(
                ["notmuch", "count", "--output=threads", word],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
        for word in asked[:10]
    }

    report = [
        f"\n{BESIDE} conversations, {total} messages; {ASKED} words, the 50 newest hits",
        f"processor seconds to store and index, here: {ours:.0f}",
        f"to index only: plain SQLite {plain_took:.0f}, notmuch {notmuch_took:.0f}",
        line("here, rows included", here),
        line("plain SQLite FTS5, ids only", beside),
        line("notmuch search, its process included", outside),
        f"hits of ten words: here {[counted[word] for word in again]}, notmuch {[*again.values()]}",
    ]
    print("\n".join(report))  # noqa: T201 - a benchmark's product
    assert [counted[word] for word in again] == [*again.values()]


def plain_sqlite(path: Path) -> tuple[sqlite3.Connection, float]:
    """Return the same texts in a plain FTS5 table, a row a message, and the seconds it took."""
    sql = sqlite3.connect(path, isolation_level=None)
    sql.execute("CREATE VIRTUAL TABLE words USING fts5(subject, body, party, content = '')")
    took = 0.0
    for some in in_parts(Letters().conversations(BESIDE)):
        begun = time.process_time()
        sql.execute("BEGIN")
        sql.executemany(
            "INSERT INTO words (subject, body, party) VALUES (?, ?, ?)",
            [
                (each.subject, each.text, f"{each.sender.name} {each.sender.address}")
                for each in some
            ],
        )
        sql.execute("COMMIT")
        took += time.process_time() - begun
    return sql, took


def notmuch(folder: Path) -> tuple[dict[str, str], float]:
    """Write the same letters as a Maildir, let notmuch index them; return what it needs to run."""
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    number = 0
    for some in in_parts(Letters().conversations(BESIDE)):
        for each in some:
            mail = EmailMessage()
            mail["From"] = f"{each.sender.name} <{each.sender.address}>"
            mail["To"] = ", ".join(party.address for party in each.recipients)
            mail["Subject"], mail["Message-ID"] = each.subject, f"<{each.message_id}>"
            mail["Date"] = each.accepted_at
            if each.in_reply_to:
                mail["In-Reply-To"] = f"<{each.in_reply_to[0]}>"
                mail["References"] = " ".join(f"<{ref}>" for ref in each.references)
            mail.set_content(each.text)
            (folder / "cur" / f"{number}.host:2,S").write_bytes(mail.as_bytes())
            number += 1
    settings = folder.parent / "notmuch-config"
    settings.write_text(f"[database]\npath={folder}\n[user]\nprimary_email=shop@lamps.example\n")
    environment = {**os.environ, "NOTMUCH_CONFIG": str(settings)}
    took = command(["notmuch", "new", "--quiet"], environment) / 1000
    return environment, took


def command(words: Sequence[str], environment: dict[str, str]) -> float:
    """Run a command and return the milliseconds of processor time of its process."""
    before = os.times()
    subprocess.run(words, env=environment, check=True, capture_output=True)
    after = os.times()
    used = after.children_user + after.children_system
    return (used - before.children_user - before.children_system) * 1000
