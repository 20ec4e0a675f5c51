"""How long 10,000 conversations take to be judged anew, beside sqlite3 and json over the same.

That is what a changed rule or calendar costs. `BENCHMARK_CONVERSATIONS` is about how many.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from connectors.email.mime import parse
from connectors.values import Batch, Checkpoint, Place, Role
from inbox.core.model import ConversationUid
from inbox.core.obligations import Book, make_book
from inbox.store import derive
from inbox.store.database import Store
from inbox.sync.ingest import ingest
from tests.benchmarks.mailbox import mails
from tests.store.making import ACCOUNT, BOOK, ME, NOON, RULE, TERMS

CONVERSATIONS = int(os.environ.get("BENCHMARK_CONVERSATIONS", "10000"))
AT_ONCE = 500
SLOWER = 1.05
"""How much of the yardstick's time deriving may take: it stays one on a busy machine."""
OWED = 1.2
"""The same where all of it is owed."""
OTHER_TERMS = 1.4
"""The same for other terms of an account: every document is derived and written."""
WRITTEN = 1.2
"""The same for a rule that changes every due instant: each is in the list's index and a verdict."""
TOUCHED = 0.5
"""The same for a rule that has a say in few: the others are not looked at."""
ROUNDS = 7


def fill(store: Store) -> None:
    """Take in mails of about that many conversations: two of three mails begin one."""
    letters = list(mails(CONVERSATIONS * 3 // 2, NOON))
    for start in range(0, len(letters), AT_ONCE):
        messages = tuple(
            parse(
                raw,
                place=Place("INBOX", "1", str(number), Role.INBOX),
                accepted_at=taken,
                own=frozenset({ME.address}),
            )
            for number, (raw, taken) in enumerate(letters[start : start + AT_ONCE], start)
        )
        ingest(
            store, ACCOUNT, Batch(checkpoint=Checkpoint("{}"), messages=messages), BOOK, _the_time
        )


def _the_time() -> datetime:
    return NOON


def book(hours: int, *, all_owed: bool, alias: int = 0) -> Book:
    """Return rules under which a reply is due in that many hours; of old mail too if asked.

    `alias` makes other terms of an account by giving it an address more.
    """
    terms = replace(TERMS, owed_since=None) if all_owed else TERMS
    terms = replace(terms, addresses=terms.addresses | {f"shop{alias}@example.org"})
    return make_book([replace(RULE, target=timedelta(hours=hours))], [terms])


def cpu(work: Callable[[], object]) -> float:
    """Return the seconds of the processor that it takes."""
    before = time.process_time()
    work()
    return time.process_time() - before


def same_again(store: Store, wanted: Sequence[ConversationUid], rules: Book) -> None:
    """Derive them anew under the rules they stand under."""
    for start in range(0, len(wanted), AT_ONCE):
        with store.write() as tx:
            derive.derive(tx, wanted[start : start + AT_ONCE], rules)


def plainly(store: Store, wanted: Sequence[ConversationUid]) -> None:
    """Read the same heads and write the same rows, by sqlite3 and json alone, judging nothing."""
    for start in range(0, len(wanted), AT_ONCE):
        some = list(wanted[start : start + AT_ONCE])
        marks = ",".join("?" * len(some))
        with store.write() as tx:
            for table in ("doc_messages WHERE conversation", "doc_conversations WHERE uid"):
                read = tx.sql.execute(
                    f"SELECT doc_id, doc FROM {table} IN ({marks})",  # noqa: S608 - names of ours and marks
                    some,
                )
                rows = [(doc_id, json.loads(raw)) for doc_id, raw in read]
            tx.sql.executemany(
                "UPDATE doc_conversations SET doc = ? WHERE doc_id = ?",
                [(_as_stored(document), doc_id) for doc_id, document in rows],
            )


def _as_stored(document: object) -> str:
    """Return it byte by byte as the store has it: what differs would be written anew after."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.benchmark
@pytest.mark.timeout(1800)
def test_a_changed_rule_is_felt_by_nobody(tmp_path: Path) -> None:
    """The screen waits for it at its start, and mail that comes in meanwhile does too."""
    store = Store.open(tmp_path / "store" / "inbox.db")
    try:
        fill(store)
        with store.read() as tx:
            rows = tx.sql.execute("SELECT uid FROM doc_conversations")
            wanted = [ConversationUid(uid) for (uid,) in rows]
        taken: dict[str, list[float]] = {}
        gc.collect()
        gc.freeze()  # what the test runner holds is in no engine's way
        for all_owed, part in ((False, "most of it history"), (True, "all owed")):
            derive.refresh(store, book(24, all_owed=all_owed))
            for number in range(1, ROUNDS + 1):
                rules = book(24 + number, all_owed=all_owed, alias=number - 1)
                terms = book(24 + number, all_owed=all_owed, alias=number)
                for name, work in (
                    ("sqlite3 and json, nothing judged", partial(plainly, store, wanted)),
                    (f"another rule, {part}", partial(derive.refresh, store, rules)),
                    (f"the same rule, {part}", partial(same_again, store, wanted, rules)),
                    (f"other terms, {part}", partial(derive.refresh, store, terms)),
                ):
                    taken.setdefault(name, []).append(cpu(work) / len(wanted))
    finally:
        store.close()
    for name, each in taken.items():
        print(  # noqa: T201 - a benchmark's product
            f"10,000 conversations, {name:36} median {statistics.median(each) * 10_000:.2f} s"
            f" of the processor, best {min(each) * 10_000:.2f}"
        )

    plain = min(taken["sqlite3 and json, nothing judged"])
    assert min(taken["the same rule, most of it history"]) <= plain * SLOWER
    assert min(taken["the same rule, all owed"]) <= plain * OWED
    assert min(taken["other terms, most of it history"]) <= plain * OTHER_TERMS
    assert min(taken["other terms, all owed"]) <= plain * OTHER_TERMS
    assert min(taken["another rule, most of it history"]) <= plain * TOUCHED
    assert min(taken["another rule, all owed"]) <= plain * WRITTEN
