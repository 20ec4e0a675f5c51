"""TinyDB's own tests over our storage and table class. The only file here that is ours.

Every other file is that of TinyDB 4.9.0's source distribution, whose minor
version pyproject.toml pins. Their `db` fixture is ours: in a file and in
memory, with indexed columns and without. So is what the tests of TinyDB itself
open by a path alone or in memory. Tests of a storage that they name
(`JSONStorage`, middlewares) run as they are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tinydb
from tinydb.middlewares import CachingMiddleware
from tinydb.storages import MemoryStorage, Storage

from inbox.store.documents import DocumentDB
from inbox.store.schema import Hot, Layout

NOT_APPLYING = {
    "test_tables.py::test_table_repr": "matches the names of TinyDB's own storage classes",
}
"""Tests that say something else than what a user of TinyDB sees, with the reason."""

LAYOUT = Layout("_default", (Hot("int"), Hot("char")))
"""The fields that these tests ask for, as indexed columns."""

OURS = type("TinyDB", (DocumentDB,), {})
"""Ours under the name that one test reads in its repr."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark these tests as slow; warnings are errors in our own code, not in theirs."""
    here = Path(__file__).parent
    for item in items:
        if item.path.parent != here:
            continue
        item.add_marker(pytest.mark.slow)
        item.add_marker(pytest.mark.filterwarnings("default"))
        name = f"{item.path.name}::{getattr(item, 'originalname', item.name)}"
        if name in NOT_APPLYING:
            item.add_marker(pytest.mark.skip(reason=NOT_APPLYING[name]))


def with_columns(path: Path | str) -> DocumentDB:
    """Return a database whose default table has indexed columns."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(
        'CREATE TABLE doc__default (doc_id INTEGER PRIMARY KEY, "int", "char", doc TEXT NOT NULL)'
    )
    connection.execute('CREATE INDEX default_int ON doc__default ("int")')
    connection.execute('CREATE INDEX default_char ON doc__default ("char")')
    return DocumentDB(connection, {"_default": LAYOUT})


@pytest.fixture(params=["file", "memory", "columns"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DocumentDB]:
    """Return a database with three documents, as TinyDB's own fixture does."""
    if request.param == "columns":
        opened = with_columns(tmp_path / "test.db")
    else:
        opened = DocumentDB(tmp_path / "test.db" if request.param == "file" else ":memory:")
    opened.drop_tables()
    opened.insert_multiple({"int": 1, "char": c} for c in "abc")
    yield opened
    opened.close()


@pytest.fixture
def storage() -> Storage:
    """Return the storage that TinyDB's tests of its middlewares ask for."""
    return CachingMiddleware(MemoryStorage)()


@pytest.fixture(autouse=True)
def ours_where_none_is_named(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Let what TinyDB's tests of itself open by its path alone be one of ours."""
    made: list[DocumentDB] = []
    about_storages = request.node.name in ("test_access_storage", "test_storage_access")

    def opened(*given: Any, **options: Any) -> tinydb.TinyDB:
        storage = options.get("storage")
        if storage is None or (storage is MemoryStorage and not about_storages):
            made.append(OURS(*(given or [":memory:"])))
            return made[-1]
        return tinydb.TinyDB(*given, **options)

    if request.path.name == "test_tinydb.py":
        monkeypatch.setattr(request.module, "TinyDB", opened)
    yield
    for each in made:
        each.close()
