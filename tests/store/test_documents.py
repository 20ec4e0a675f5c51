"""It stays a true TinyDB."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tinydb import Query, where
from tinydb.operations import increment
from tinydb.table import Document

from inbox.store.documents import DocumentDB
from inbox.store.rows import hot_reader
from inbox.store.storage import SqliteStorage
from tests.store.queries import LAYOUT, documents, made


@pytest.fixture
def db(tmp_path: Path) -> Iterator[DocumentDB]:
    with DocumentDB(tmp_path / "plain.db") as opened:
        yield opened


def test_a_query_on_a_hot_field_reads_only_its_rows() -> None:
    """With 100,000 documents the list must come up at once."""
    ours = made()
    table = ours.table("things")
    table.insert_multiple({"a": number} for number in range(100))
    read: list[int] = []

    def seen(value: Any) -> bool:
        read.append(value)
        return True

    found = table.search((where("a") == 42) & where("a").test(seen))

    assert [document["a"] for document in found] == [42]
    assert read == [42]
    ours.close()


def test_one_document_that_cannot_be_written_leaves_the_table_as_it_was(db: DocumentDB) -> None:
    """Half of an insert would be a store that nobody can trust."""
    with pytest.raises(TypeError):
        db.insert_multiple([{"a": 1}, {"a": object()}])

    assert db.all() == []


@pytest.mark.parametrize(
    "value",
    [datetime(2026, 11, 1, tzinfo=UTC), b"x", {1, 2}, Decimal("1.5"), {(1, 2): 3}, nan, inf],
    ids=lambda value: type(value).__name__,
)
def test_what_json_cannot_say_is_refused_as_by_tinydb(db: DocumentDB, value: Any) -> None:
    """A date silently become a text, or a number nothing, would be found out years later."""
    with pytest.raises((TypeError, ValueError)) as plainly:
        json.dumps(value, allow_nan=False)

    with pytest.raises(plainly.type):
        db.insert({"a": [value]})
    assert db.insert({"a": [(1,)], "b": {1: 2}}) == 1
    with pytest.raises(plainly.type):
        db.update({"a": value})
    assert db.all() == [{"a": [[1]], "b": {"1": 2}}]


def test_what_is_no_number_of_a_document_finds_none(db: DocumentDB) -> None:
    """TinyDB compares numbers as they are written; one that is too large is no crash."""
    db.insert({"a": 1})

    assert [db.get(doc_id=each) for each in (True, 1.0, 2**70, "x")] == [None] * 4
    assert db.get(doc_ids=[2**70, "1", True]) == [{"a": 1}]
    assert (db.remove(doc_ids=[2**70]), db.update({"b": 1}, doc_ids=[2**70])) == ([], [])
    for odd in (None, 2.5, "x"):
        with pytest.raises(ValueError, match="invalid literal"):
            db.insert(Document({}, doc_id=odd))  # type: ignore[arg-type] # the same
    assert db.all() == [{"a": 1}]


def test_an_update_that_raises_leaves_the_table_as_it_was(db: DocumentDB) -> None:
    """The same for changes: all or nothing."""
    db.insert_multiple([{"a": 1}, {"b": 1}])

    with pytest.raises(KeyError):
        db.update(increment("a"))

    assert db.all() == [{"a": 1}, {"b": 1}]


def test_another_connection_is_noticed(tmp_path: Path) -> None:
    """Screen, engine and command line work on one file: nobody may go on with old answers."""
    with DocumentDB(tmp_path / "one.db") as one, DocumentDB(tmp_path / "one.db") as two:
        one.insert({"a": 1})
        assert two.search(where("a") == 1) == [{"a": 1}]

        one.insert({"a": 1})
        assert two.search(where("a") == 1) == [{"a": 1}, {"a": 1}]
        assert two.insert({"a": 2}) == 3
        assert one.insert({"a": 3}) == 4


def test_a_number_taken_by_name_is_not_given_again(db: DocumentDB) -> None:
    """TinyDB lets a caller choose the id of a document."""
    db.insert(Document({"a": 1}, doc_id=7))

    assert db.insert({"a": 2}) == 8
    with pytest.raises(ValueError, match="already exists"):
        db.insert(Document({"a": 1}, doc_id=7))


def test_tables_come_and_go(db: DocumentDB) -> None:
    """Whatever its name: a table is a table."""
    odd = 'a "quoted" name'
    db.table(odd).insert({"a": 1})
    db.table("empty", persist_empty=True)
    assert db.tables() == {odd, "empty"}

    db.drop_table(odd)
    assert db.tables() == {"empty"}
    assert len(db.table(odd)) == 0
    db.drop_tables()
    assert db.tables() == set()


def test_a_declared_table_is_emptied_and_never_dropped() -> None:
    """Its columns are made by a migration, which runs once."""
    ours = made()
    ours.table("things").insert({"a": 1})

    ours.drop_tables()
    ours.table("things").insert({"a": 2})

    assert ours.table("things").search(where("a") == 2) == [{"a": 2}]
    ours.close()


def test_everything_can_be_read_and_written_at_once(db: DocumentDB) -> None:
    """A storage is what TinyDB's middlewares are put around."""
    db.insert({"a": 1})
    storage = db.storage
    assert isinstance(storage, SqliteStorage)
    assert storage.read() == {"_default": {"1": {"a": 1}}}

    storage.write({"other": {"3": {"b": 2}}})

    assert db.table("other").get(doc_id=3) == {"b": 2}
    assert db.all() == []


def test_whole_documents_are_written_only_where_they_differ() -> None:
    """What is so already must not wake every screen."""
    ours = made()
    table = ours.table("things")
    table.insert_multiple([{"a": 1}, {"a": 2}])
    storage = ours.storage
    assert isinstance(storage, SqliteStorage)
    before = storage.connection.total_changes

    table.put({1: {"a": 1}, 2: {"a": 2}})
    assert storage.connection.total_changes == before

    table.put({1: {"a": 1}, 2: {"a": 5}})
    assert storage.connection.total_changes == before + 1
    assert table.search(Query().a == 5) == [{"a": 5}]
    ours.close()


@given(st.lists(st.tuples(documents, documents), min_size=1, max_size=4))
def test_a_rewritten_row_has_the_columns_of_its_document(pairs: list[tuple[Any, Any]]) -> None:
    """Only the columns that differ are written: one forgotten would hide a document for ever."""
    ours = made()
    table = ours.table("things")
    table.put_new([old for old, _new in pairs])
    table.put({number: new for number, (_old, new) in enumerate(pairs, start=1)})
    storage = ours.storage
    assert isinstance(storage, SqliteStorage)

    rows = storage.connection.execute("SELECT a, b, size FROM doc_things ORDER BY doc_id")

    assert rows.fetchall() == [tuple(hot_reader(LAYOUT)(new)) for _old, new in pairs]
    ours.close()


def test_a_column_that_had_gone_astray_is_mended_with_its_row() -> None:
    """What is compared is the row, not what it should have been."""
    ours = made()
    table = ours.table("things")
    table.put_new([{"a": 1, "b": "x"}])
    storage = ours.storage
    assert isinstance(storage, SqliteStorage)
    storage.connection.execute("UPDATE doc_things SET a = 7")

    table.put({1: {"a": 1, "b": "y"}})

    assert table.search(Query().a == 1) == [{"a": 1, "b": "y"}]
    ours.close()
