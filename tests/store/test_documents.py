"""It stays a true TinyDB."""

from __future__ import annotations

import operator
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import Query, TinyDB, where
from tinydb.operations import increment
from tinydb.queries import QueryInstance
from tinydb.storages import MemoryStorage
from tinydb.table import Document

from inbox.store.documents import DocumentDB
from inbox.store.schema import Hot, Layout
from inbox.store.storage import SqliteStorage

LAYOUT = Layout("things", (Hot("a"), Hot("b"), Hot("size", len)))
TABLE = 'CREATE TABLE doc_things (doc_id INTEGER PRIMARY KEY, "a", "b", "size", doc TEXT NOT NULL)'


@pytest.fixture
def db(tmp_path: Path) -> Iterator[DocumentDB]:
    with DocumentDB(tmp_path / "plain.db") as opened:
        yield opened


def made() -> DocumentDB:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute(TABLE)
    connection.execute("CREATE INDEX things_a ON doc_things (a)")
    return DocumentDB(connection, {"things": LAYOUT})


def _positive(value: Any) -> bool:
    return bool(value > 0)


numbers = st.integers(-3, 3) | st.sampled_from([2**63, -(2**64), 0.5])
words = st.text("abß\u0000", max_size=2)
documents = st.fixed_dictionaries(
    {}, optional={"a": numbers, "b": words | st.none(), "c": st.lists(numbers, max_size=2)}
)
compared: list[Callable[[Any, Any], Any]] = [
    operator.eq,
    operator.ne,
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
]
leaves = st.one_of(
    st.builds(
        lambda compare, value: compare(where("a"), value), st.sampled_from(compared), numbers
    ),
    st.builds(lambda value: where("b") == value, words | st.none()),
    st.builds(lambda values: where("a").one_of(values), st.lists(numbers | st.none(), max_size=3)),
    st.builds(lambda values: where("b").one_of(values), st.lists(words, max_size=3)),
    st.builds(lambda text: where("b").one_of(text), words),
    st.builds(lambda value: where("c") == value, st.lists(numbers, max_size=2)),
    st.builds(lambda value: where("size") == value, numbers),
    st.just(where("a").exists()),
    st.just(where("a").test(_positive)),
)
queries = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(operator.and_, inner, inner),
        st.builds(operator.or_, inner, inner),
        st.builds(operator.invert, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)  # the machine may be busy
@given(st.lists(documents, max_size=8), queries, st.lists(documents, max_size=1))
def test_every_query_finds_what_plain_tinydb_finds(
    stored: list[dict[str, Any]], query: QueryInstance, changes: list[dict[str, Any]]
) -> None:
    """Columns only make it fast: a document they hid would be a buyer's message unseen."""
    plain = TinyDB(storage=MemoryStorage).table("things")
    ours = made()
    table = ours.table("things")
    plain.insert_multiple(stored)
    table.insert_multiple(stored)

    acts: list[Callable[[Any], Any]] = [
        lambda one: one.search(query),
        lambda one: one.search(query),
        lambda one: one.get(query),
        lambda one: one.count(query),
        lambda one: one.contains(query),
        *(operator.methodcaller("update", change, query) for change in changes),
        lambda one: one.search(query),
        lambda one: one.remove(query),
        lambda one: [(document.doc_id, document) for document in one.all()],
    ]
    with closing(ours):
        for act in acts:
            try:
                expected = act(plain)
            except TypeError:
                return  # It compares a number with a text only to fail; columns may skip that.
            assert act(table) == expected


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
