"""Stores of past versions as small SQL texts: how one is made, written down and brought back.

When a step of migrations is about to be added, the version before it is
written down first: `python -m tests.store.past` makes tests/store/versions/N.sql.
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from connectors.values import Checkpoint, Quarantined
from inbox.core.model import AccountState, Verb
from inbox.store import accounts, canned_use, derive, drafts, journal, linking, messages
from inbox.store.database import Store
from inbox.store.drafts import Draft
from inbox.store.migrations import VERSION
from tests.store.making import (
    ACCOUNT,
    BOOK,
    HOUR,
    NOON,
    answer,
    inbox_place,
    question,
    queue,
    reply_to,
    take,
)

VERSIONS = Path(__file__).parent / "versions"
_SHADOWS = re.compile(r"words_(data|idx|content|docsize|config)")


def fill(store: Store) -> None:
    """Put a little of everything that a store can hold into an empty one."""
    asked = [question(number) for number in range(1, 7)]
    asked[1] = question(2, text="Czy żółta lampa jest jeszcze dostępna?", order_ref="PL-4711")
    taken = take(store, [*asked, answer(1, asked[0])])
    one, two, three, four, five, six, _ = [each.conversation for each in taken]
    with store.write(durable=True) as tx:
        queue(tx, three, reply_to(asked[2], "k3@lamps.example", "Yes, until Friday."))
        journal.add(tx, at=NOON + HOUR, verb=Verb.TAG, conversation=four, arguments={"name": "b2b"})
        journal.add(tx, at=NOON + HOUR, verb=Verb.STAR, conversation=four, group="g1")
        journal.add(tx, at=NOON + HOUR, verb=Verb.DONE, conversation=five, group="g2")
        drafts.put(tx, Draft(two, "Tak, mamy", "Re: lampa", NOON + HOUR))
        linking.merge(tx, six, one)
        messages.ingest_gone(tx, ACCOUNT, asked[3].places, NOON + HOUR)
        messages.quarantine(tx, ACCOUNT, Quarantined(inbox_place(99), "broken", b"\x00\xff"))
        canned_use.used(tx, "where", NOON)
        accounts.set_checkpoint(tx, ACCOUNT, Checkpoint('{"INBOX": 6}'))
        accounts.set_state(
            tx, AccountState(account=ACCOUNT, state="ok", checked_at=NOON + timedelta(days=1))
        )
        derive.derive(tx, [one, two, three, four, five], BOOK)


def dump(path: Path) -> Iterator[str]:
    """Yield the statements that make a database like this one, the full-text index included."""
    with closing(sqlite3.connect(path)) as sql:
        for pragma in ("application_id", "user_version"):
            (value,) = sql.execute(f"PRAGMA {pragma}").fetchone()
            yield f"PRAGMA {pragma} = {value};"
        made = sql.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
        ).fetchall()
        for name, statement in made:
            if not _SHADOWS.fullmatch(name):
                yield f"{statement};"
        for name, statement in made:
            if statement.startswith("CREATE TABLE"):
                yield from _rows(sql, name)


def _rows(sql: sqlite3.Connection, table: str) -> Iterator[str]:
    """Yield what fills a table; the index's own tables are not empty when they are made."""
    if _SHADOWS.fullmatch(table):
        yield f"DELETE FROM {table};"  # noqa: S608 - names of a store of ours
    columns = [row[1] for row in sql.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(f'quote("{column}")' for column in columns)
    for row in sql.execute(f"SELECT {values} FROM {table}"):  # noqa: S608 - as above
        yield f"INSERT INTO {table} VALUES ({', '.join(row)});"  # noqa: S608 - as above


def load(version: int, path: Path) -> None:
    """Make a database of that version out of its text."""
    with closing(sqlite3.connect(path, isolation_level=None)) as sql:
        sql.execute("PRAGMA journal_mode = WAL")
        sql.execute("BEGIN")
        for statement in _statements((VERSIONS / f"{version}.sql").read_text("utf-8")):
            sql.execute(statement)
        sql.execute("COMMIT")


def _statements(text: str) -> Iterator[str]:
    """Yield whole statements: some are longer than a line."""
    held = ""
    for line in text.splitlines(keepends=True):
        held += line
        if sqlite3.complete_statement(held):
            yield held
            held = ""
    assert not held.strip()


def main() -> None:
    """Write the present version down."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "inbox.db"
        with closing(Store.open(path, device="bench")) as store:
            fill(store)
        text = "\n".join(dump(path)) + "\n"
    (VERSIONS / f"{VERSION}.sql").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
