"""Whatever a TinyDB user does, our tables answer as plain ones do."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import closing
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import TinyDB, operations
from tinydb.storages import MemoryStorage
from tinydb.table import Document

from tests.store.queries import anything, documents, made, numbers, queries, words

NAMES = ("things", "other", "Other", 'quo"ted')
"""Tables to work in: with columns, without, told apart by a capital only, and with a quote."""


class CopyingStorage(MemoryStorage):
    """Plain TinyDB in memory, where a change that fails leaves nothing behind, as in a file."""

    def read(self) -> dict[str, dict[str, Any]] | None:
        return copy.deepcopy(super().read())


Act = Callable[[TinyDB, Any], Any]
"""What is done with a database and one of its tables."""


def _numbered(_db: TinyDB, table: Any, fields: dict[str, Any], more: int) -> Any:
    """Insert a document under a number of its own, taken already or not."""
    newest = max((each.doc_id for each in table.all()), default=0)
    return table.insert(Document(fields, doc_id=newest + more))


def _upsert_numbered(_db: TinyDB, table: Any, fields: dict[str, Any], more: int) -> Any:
    newest = max((each.doc_id for each in table.all()), default=0)
    return table.upsert(Document(fields, doc_id=newest + more))


def _iterated(_db: TinyDB, table: Any) -> Any:
    return [(each.doc_id, dict(each)) for each in table], len(table)


def act_on_table(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Act]:
    """Return acts that call this method of a table with random arguments."""
    return st.builds(
        lambda *given: lambda _db, table: getattr(table, name)(*copy.deepcopy(given)), *arguments
    )


def act(function: Callable[..., Any], *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Act]:
    """Return acts that call a function with database, table and random arguments."""
    return st.builds(
        lambda *given: lambda db, table: function(db, table, *copy.deepcopy(given)), *arguments
    )


ids = st.lists(st.integers(1, 8), max_size=3)
changes = st.one_of(
    documents,
    st.builds(operations.delete, st.sampled_from("ab")),
    st.builds(operations.increment, st.just("a")),
    st.builds(operations.subtract, st.just("a"), st.integers(-2, 2)),
    st.builds(operations.add, st.sampled_from("ab"), numbers | words),
    st.builds(operations.set, st.sampled_from("abcn"), anything),
)
looks = st.one_of(
    act_on_table("search", queries),
    act_on_table("get", queries),
    act_on_table("count", queries),
    act_on_table("contains", queries),
    act(lambda _db, table, some: table.get(doc_ids=some), ids),
    act(lambda _db, table, one: table.get(doc_id=one), st.integers(0, 9)),
    act(_iterated),
    act(lambda db, _table: db.tables()),
)
writes = st.one_of(
    act_on_table("insert", documents),
    act_on_table("insert_multiple", st.lists(documents, max_size=5)),
    act(_numbered, documents, st.integers(0, 2)),
    act(_upsert_numbered, documents, st.integers(0, 1)),
    act_on_table("update", changes, queries),
    act_on_table("update", changes),
    act(lambda _db, table, change, some: table.update(change, doc_ids=some), changes, ids),
    act_on_table("update_multiple", st.lists(st.tuples(changes, queries), max_size=2)),
    act_on_table("upsert", documents, queries),
    act_on_table("remove", queries),
    act(lambda _db, table, some: table.remove(doc_ids=some), ids),
    act_on_table("truncate"),
    act(lambda db, table: db.drop_table(table.name)),
    act(lambda db, _table: db.drop_tables()),
)


def outcome(act: Act, db: TinyDB, name: str) -> tuple[Any, Any]:
    """Return what an act gives or raises (by its kind), and all that is there afterwards."""
    said: Any
    try:
        said = act(db, db.table(name))
        if isinstance(said, list) and all(isinstance(each, Document) for each in said):
            said = [(each.doc_id, dict(each)) for each in said]
    except (KeyError, TypeError, ValueError, OverflowError) as exc:
        said = type(exc)
    every = {
        table: {each.doc_id: dict(each) for each in db.table(table).all()}
        for table in NAMES
        if table in db.tables()
    }
    # A table that is declared stays when it is empty: what is in it is what counts.
    return (
        said - {"things"} if isinstance(said, set) else said,
        {table: found for table, found in every.items() if found},
    )


@settings(max_examples=150)
@given(
    st.lists(documents, max_size=6),
    st.lists(st.tuples(st.sampled_from((*NAMES, "things", "things")), looks | writes), max_size=8),
)
def test_every_history_ends_as_in_plain_tinydb(
    stored: list[dict[str, Any]], history: list[tuple[str, Act]]
) -> None:
    """Columns and rows make it fast; a document they hid would be a buyer's message unseen.

    Where plain TinyDB stops because one document cannot be compared with the
    value asked for, ours may have passed it by, so the history ends there.
    """
    plain = TinyDB(storage=CopyingStorage)
    with closing(made()) as ours:
        for db in (plain, ours):
            db.table("things").insert_multiple(copy.deepcopy(stored))

        for name, each in history:
            expected, there = outcome(each, plain, name)
            if expected is TypeError:
                return
            assert outcome(each, ours, name) == (expected, there)


@settings(max_examples=150)
@given(st.lists(documents, max_size=8), queries)
def test_every_query_finds_what_its_condition_says(
    stored: list[dict[str, Any]], query: Any
) -> None:
    """The condition alone decides, asked of each document; columns never do.

    Of documents that it cannot be asked of, those stay unseen that the columns
    rule out; the others stop the search as in plain TinyDB.
    """
    with closing(made()) as ours:
        table = ours.table("things")
        table.insert_multiple(copy.deepcopy(stored))
        expected, unanswered = [], False
        for number, fields in enumerate(stored, 1):
            try:
                if query(fields):
                    expected.append((number, fields))
            except TypeError:
                unanswered = True

        try:
            found = [(each.doc_id, dict(each)) for each in table.search(query)]
        except TypeError:
            assert unanswered
        else:
            assert found == expected
