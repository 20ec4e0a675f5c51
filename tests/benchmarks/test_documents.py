"""What TinyDB's API costs over our storage, beside plain sqlite3 and beside TinyDB's own file.

CPU time of this process: the machine may be busy with other things.
`BENCHMARK_DOCUMENTS=10000,100000,1000000` names the sizes.
"""

from __future__ import annotations

import json
import os
import platform
import random
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import tinydb
from tinydb import TinyDB, where

from inbox.store import migrations
from inbox.store.connections import connect, make_file, use_wal
from inbox.store.database import Store
from inbox.store.documents import DocumentDB, Table
from inbox.store.schema import TABLES

SIZES = [int(size) for size in os.environ.get("BENCHMARK_DOCUMENTS", "10000,100000").split(",")]
JSON_SIZES = (10_000, 100_000)
ROUNDS = 7
OPERATIONS = 1000
COLUMNS = TABLES["messages"].columns
_NAMES = ", ".join(f'"{column}"' for column in COLUMNS)
_MARKS = ", ".join("?" * (len(COLUMNS) + 2))
_CHANGES = ", ".join(f'"{column}" = ?' for column in COLUMNS)
INSERT = f"INSERT INTO doc_messages (doc_id, {_NAMES}, doc) VALUES ({_MARKS})"  # noqa: S608 - names of ours
UPDATE = f"UPDATE doc_messages SET {_CHANGES}, doc = ? WHERE doc_id = ?"  # noqa: S608 - names of ours


def document(number: int) -> dict[str, Any]:
    """Return a message's head as the store keeps it, about 600 bytes."""
    return {
        "uid": f"{number:012d}",
        "account": "shop00000001",
        "remote_id": f"{number * 7919 % 1000003:032x}",
        "conversation": f"{number // 3:012d}",
        "accepted_at": 1_700_000_000_000_000 + number * 60_000_000,
        "digest": f"{number:064x}",
        "direction": "in",
        "sender": ["Anna Nowak", f"buyer{number % 4000}@buyers.example"],
        "recipients": [["Lamp Shop", "shop@lamps.example"]],
        "subject": f"Order {100000 + number}: when will it come",
        "service": "email",
        "places": [["INBOX", "1", str(number), "inbox"]],
        "message_id": f"q{number}@buyers.example",
        "references": [f"a{number}@lamps.example"],
        "snippet": "Hello, the parcel has not arrived yet and the tracking number says nothing.",
    }


class Plain:
    """The same table by hand, with the same columns and indexes, in sqlite3 and json."""

    def __init__(self, sql: sqlite3.Connection) -> None:
        self.sql = sql

    def fill(self, numbers: Iterable[int]) -> None:
        """Insert many in one transaction."""
        self.sql.execute("BEGIN IMMEDIATE")
        for number in numbers:
            self.write(number)
        self.sql.execute("COMMIT")

    def write(self, number: int) -> None:
        """Insert one inside a transaction."""
        fields = document(number)
        values = [fields.get(column) for column in COLUMNS]
        self.sql.execute(INSERT, (number, *values, json.dumps(fields)))

    def insert(self, number: int) -> None:
        """Insert one in a transaction of its own."""
        self.sql.execute("BEGIN IMMEDIATE")
        self.write(number)
        self.sql.execute("COMMIT")

    def get(self, number: int) -> None:
        """Read one by its number."""
        self._read(number)

    def find(self, number: int) -> None:
        """Read one by an indexed column."""
        rows = self.sql.execute("SELECT doc FROM doc_messages WHERE uid = ?", (f"{number:012d}",))
        assert [json.loads(raw)["accepted_at"] for (raw,) in rows]

    def update(self, number: int) -> None:
        """Change one field of one."""
        self.sql.execute("BEGIN IMMEDIATE")
        fields = self._read(number)
        fields["seen"] = not fields.get("seen", False)
        values = [fields.get(column) for column in COLUMNS]
        self.sql.execute(UPDATE, (*values, json.dumps(fields), number))
        self.sql.execute("COMMIT")

    def _read(self, number: int) -> dict[str, Any]:
        (raw,) = self.sql.execute(
            "SELECT doc FROM doc_messages WHERE doc_id = ?", (number,)
        ).fetchone()
        fields: dict[str, Any] = json.loads(raw)
        return fields


class Ours:
    """TinyDB's API, of ours or of TinyDB itself."""

    def __init__(self, table: Table | tinydb.table.Table) -> None:
        self.table = table

    def fill(self, numbers: Iterable[int]) -> None:
        """Insert many at once."""
        self.table.insert_multiple(document(number) for number in numbers)

    def write(self, number: int) -> None:
        """Insert one."""
        self.table.insert(document(number))

    insert = write

    def get(self, number: int) -> None:
        """Read one by its number."""
        assert self.table.get(doc_id=number)

    def find(self, number: int) -> None:
        """Read one by a query."""
        assert self.table.get(where("uid") == f"{number:012d}")

    def update(self, number: int) -> None:
        """Change one field of one."""

        def turn(fields: Any) -> None:
            fields["seen"] = not fields.get("seen", False)

        self.table.update(turn, doc_ids=[number])


def opened(path: Path) -> sqlite3.Connection:
    """Return a connection to a store's file, as the engine writes to it."""
    make_file(path)
    sql = connect(path, "rw")
    use_wal(sql)
    sql.execute("PRAGMA synchronous = NORMAL")
    migrations.migrate(sql)
    return sql


def spent(act: Callable[[int], None], numbers: Iterable[int]) -> float:
    """Return the microseconds of CPU time that one act took, on average."""
    every = list(numbers)
    started = time.process_time()
    for number in every:
        act(number)
    return (time.process_time() - started) / len(every) * 1e6


def within(sql: sqlite3.Connection, act: Callable[[int], None]) -> Callable[[int], None]:
    """Return the act, begun in one transaction that ends with the last number of a round."""
    count = 0

    def acted(number: int) -> None:
        nonlocal count
        if count % OPERATIONS == 0:
            sql.execute("BEGIN IMMEDIATE")
        act(number)
        count += 1
        if count % OPERATIONS == 0:
            sql.execute("COMMIT")

    return acted


def portions(count: int, most: int = 5000) -> Iterator[range]:
    """Yield the numbers from 1 to count in portions."""
    for start in range(1, count + 1, most):
        yield range(start, min(start + most, count + 1))


def tell(name: str, plain: list[float], ours: list[float]) -> None:
    """Print both sides of one comparison, with the spread of ours."""
    middle, other = statistics.median(ours), statistics.median(plain)
    print(  # noqa: T201 - a benchmark's product
        f"{name:28} {other:9.1f} us {middle:9.1f} us ({min(ours):.1f}-{max(ours):.1f})"
        f" {middle / other:6.2f}x"
    )


def compare(size: int, plain: Plain, ours: Ours, mine: sqlite3.Connection) -> None:
    """Measure every operation on both sides, turn about."""
    chance = random.Random(size)
    fresh = size
    sides: dict[str, tuple[list[float], list[float]]] = {}
    for _ in range(ROUNDS):
        some = [chance.randint(1, size) for _ in range(OPERATIONS)]
        more = [range(fresh + 1, fresh + 1 + OPERATIONS)] * 2
        last = [range(fresh + 1 + OPERATIONS, fresh + 1 + 2 * OPERATIONS)] * 2
        fresh += 2 * OPERATIONS
        pairs: dict[str, tuple[Any, Any, Iterable[int]]] = {
            "get": (plain.get, ours.get, some),
            "get by an indexed field": (plain.find, ours.find, some),
            "insert": (plain.insert, ours.insert, more[0]),
            "insert in a transaction": (
                within(plain.sql, plain.write),
                within(mine, ours.write),
                last[0],
            ),
            "update": (plain.update, ours.update, some),
        }
        for name, (theirs, we, numbers) in pairs.items():
            found = sides.setdefault(name, ([], []))
            found[0].append(spent(theirs, numbers))
            found[1].append(spent(we, numbers))
    for name, (theirs_took, we_took) in sides.items():
        tell(name, theirs_took, we_took)


@pytest.mark.benchmark
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("size", SIZES)
def test_documents_beside_plain_sqlite(tmp_path: Path, size: int) -> None:
    """A true TinyDB must not cost what TinyDB's own file costs, at any size."""
    with closing(opened(tmp_path / "plain.db")) as theirs:
        plain = Plain(theirs)
        for numbers in portions(size):
            plain.fill(numbers)
        with DocumentDB(opened(tmp_path / "inbox.db"), TABLES) as database:
            ours = Ours(database.table("messages"))
            for numbers in portions(size):
                ours.fill(numbers)
            print(  # noqa: T201 - a benchmark's product
                f"\n{size} documents; CPU time of an operation, median of {ROUNDS} x {OPERATIONS};"
                f" Python {platform.python_version()}, SQLite {sqlite3.sqlite_version},"
                f" TinyDB {metadata.version('tinydb')}\n{'':28} {'sqlite3':>12} {'ours':>12}"
            )
            mine = database.storage.connection
            compare(size, plain, ours, mine)
    opening(tmp_path / "inbox.db")


def opening(path: Path) -> None:
    """Print what opening the store costs until the first document was read."""
    took = []
    for _ in range(21):
        started = time.process_time()
        with closing(Store.open(path)) as store, store.read() as tx:
            assert tx.table("messages").get(doc_id=1)
        took.append((time.process_time() - started) * 1000)
    print(  # noqa: T201 - a benchmark's product
        f"{'open, read one, close':28} {statistics.median(took):.1f} ms"
        f" ({min(took):.1f}-{max(took):.1f})"
    )


@pytest.mark.benchmark
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("size", JSON_SIZES)
def test_tinydbs_own_file(tmp_path: Path, size: int) -> None:
    """The figures for which we have a storage of our own."""
    path = tmp_path / "tinydb.json"
    path.write_text(
        json.dumps({"messages": {str(number): document(number) for number in range(1, size + 1)}})
    )
    rounds = 3
    started = time.process_time()
    with TinyDB(path) as database:
        table = Ours(database.table("messages"))
        found: dict[str, list[float]] = {"open and get": []}
        table.get(1)
        found["open and get"].append((time.process_time() - started) * 1e6)
        for number in range(rounds):
            for name, act, key in (
                ("get", table.get, 7 + number),
                ("insert", table.insert, size + 1 + number),
                ("update", table.update, 9 + number),
            ):
                found.setdefault(name, []).append(spent(act, [key]))
    with suppress(FileNotFoundError):
        path.unlink()
    print(f"\nTinyDB's JSONStorage, {size} documents; CPU time, median of {rounds}")  # noqa: T201 - a benchmark's product
    for name, took in found.items():
        print(f"{name:28} {statistics.median(took) / 1000:9.1f} ms")  # noqa: T201 - as above
