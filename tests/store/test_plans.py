"""A query on an indexed field reads an index, however it is put."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tinydb import Query, where
from tinydb.queries import QueryInstance

from inbox.store.database import Store, Transaction
from inbox.store.schema import TABLES

INDEXED = [(name, field) for name, layout in TABLES.items() for field in sorted(layout.indexed)]
ASKED: dict[str, Callable[[Any], QueryInstance]] = {
    "==": lambda field: field == "x",
    "== None": lambda field: field == None,  # noqa: E711 - how TinyDB is asked
    "<": lambda field: field < "x",
    "<=": lambda field: field <= "x",
    ">": lambda field: field > "x",
    ">=": lambda field: field >= "x",
    "one_of": lambda field: field.one_of(["x", "y"]),
    "one_of, None": lambda field: field.one_of(["x", None]),
    "or": lambda field: (field == "x") | (field > "y"),
    "and": lambda field: (field > "x") & (field <= "y"),
    "and what has no index": lambda field: (field == "x") & Query().n.m.exists(),
    "and what has no column": lambda field: where("subject").matches("x") & (field == "x"),
    "or, and": lambda field: ((field == "x") & where("n").exists()) | (field == "y"),
}


@contextmanager
def plans(tx: Transaction) -> Iterator[list[str]]:
    """Give a list that holds, at the end, how SQLite finds the rows of what is asked inside."""
    asked: list[str] = []
    told: list[str] = []
    tx.sql.set_trace_callback(asked.append)
    try:
        yield told
    finally:
        tx.sql.set_trace_callback(None)
    for sql in asked:
        if sql.startswith("SELECT doc_id, doc"):
            told += [row[3] for row in tx.sql.execute(f"EXPLAIN QUERY PLAN {sql}")]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a store that nothing is written into: plans are those of any store."""
    path: Path = tmp_path_factory.mktemp("plans") / "inbox.db"
    with closing(Store.open(path)) as store:
        yield store


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize(("table", "field"), INDEXED)
def test_an_indexed_field_is_looked_up(empty: Store, table: str, field: str, asked: str) -> None:
    """A walk over a million messages for one of them is seconds in which nothing moves."""
    with empty.read() as tx:
        with plans(tx) as told:
            tx.table(table).search(ASKED[asked](where(field)))

        assert told
        assert not [line for line in told if line.startswith("SCAN")]
        assert [line for line in told if re.match(r"SEARCH .* USING INDEX", line)]


def test_what_no_index_knows_is_found_by_looking_at_everything(empty: Store) -> None:
    """The same words asked of a field without an index: the tests above can tell."""
    with empty.read() as tx:
        with plans(tx) as told:
            tx.table("messages").search(where("subject") == "x")
            tx.table("messages").search((where("uid") == "x") | (where("subject") == "x"))

        assert told == ["SCAN doc_messages"] * 2


def test_the_indexes_are_those_that_the_schema_declares(empty: Store) -> None:
    """A field that is declared as indexed and is not would be slow in silence."""
    with empty.read() as tx:
        built = {
            name: {
                next(iter(tx.sql.execute(f"PRAGMA index_info({index[1]})")))[2]
                for index in tx.sql.execute(f"PRAGMA index_list(doc_{name})")
                if not index[4]
            }
            for name in TABLES
        }

    plain = {
        name: {hot.name for hot in layout.hot if hot.derived is None}
        for name, layout in TABLES.items()
    }
    assert {name: built[name] & plain[name] for name in TABLES} == {
        name: set(layout.indexed) for name, layout in TABLES.items()
    }
