"""Makers of random documents and TinyDB queries, and of a database of ours to ask them of."""

from __future__ import annotations

import operator
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import strategies as st
from tinydb import Query, where
from tinydb.queries import QueryInstance

from inbox.store.documents import DocumentDB
from inbox.store.schema import Hot, Layout

LAYOUT = Layout("things", (Hot("a"), Hot("b"), Hot("size", len)))
"""The fields `a` and `b` have an indexed column; `c` and `n` have none."""

_TABLE = (
    'CREATE TABLE doc_things (doc_id INTEGER PRIMARY KEY, "a", "b", "size", doc TEXT NOT NULL)',
    "CREATE INDEX things_a ON doc_things (a)",
    "CREATE INDEX things_b ON doc_things (b)",
)


def made() -> DocumentDB:
    """Return a database in memory with indexed columns for its table `things`."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for statement in _TABLE:
        connection.execute(statement)
    return DocumentDB(connection, {"things": LAYOUT})


numbers = st.integers(-3, 3) | st.sampled_from([2**63, -(2**64), 2**53 + 1, 0.5, 3.0, True, False])
words = st.text("abß\u0000", max_size=2)
lists = st.lists(st.integers(-2, 2), max_size=2)
nested = st.fixed_dictionaries({}, optional={"x": numbers, "y": words})
anything = st.one_of(numbers, words, st.none(), lists, nested)

documents = st.fixed_dictionaries(
    {},
    optional={
        "a": numbers | numbers | anything,
        "b": words | words | anything,
        "c": lists | anything,
        "n": nested | anything,
    },
)

_COMPARED: list[Callable[[Any, Any], Any]] = [
    operator.eq,
    operator.ne,
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
]


def _starts_low(value: Any) -> bool:
    return str(value) < "b"


def _fits(value: Any, text: str) -> bool:
    return text in str(value)


def _halved(value: Any) -> Any:
    return value / 2 if isinstance(value, int | float) else value


def _compared(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[QueryInstance]:
    return st.builds(
        lambda compare, value: compare(where(name), value), st.sampled_from(_COMPARED), values
    )


leaves: st.SearchStrategy[QueryInstance] = st.one_of(
    _compared("a", numbers),
    _compared("b", words),
    st.builds(lambda name, value: where(name) == value, st.sampled_from("abcn"), anything),
    st.builds(lambda name, value: where(name) != value, st.sampled_from("abcn"), anything),
    st.builds(
        lambda name, values: where(name).one_of(values),
        st.sampled_from("abc"),
        st.lists(anything, max_size=3),
    ),
    st.builds(lambda text: where("b").one_of(text), words),
    st.builds(lambda name: where(name).exists(), st.sampled_from("abcn")),
    st.builds(lambda name: where(name).test(_starts_low), st.sampled_from("abcn")),
    st.builds(
        lambda name, text: where(name).test(partial(_fits, text=text)), st.sampled_from("ab"), words
    ),
    st.builds(lambda text: where("b").matches(text), st.sampled_from(["a.*", "", "b$"])),
    st.builds(lambda text: where("b").search(text), st.sampled_from(["a", "ß|b"])),
    st.builds(lambda value: where("a").map(_halved) == value, numbers),
    st.builds(lambda values: where("c").any(values), lists),
    st.builds(lambda values: where("c").all(values), lists),
    st.builds(lambda value: Query().n.x == value, numbers),
    st.builds(lambda value: Query().n.any(Query().x == value), numbers),
    st.builds(lambda part: where("n").fragment(part), nested),
    st.builds(lambda part: Query().fragment(part), st.fixed_dictionaries({"a": numbers})),
    st.just(Query().noop()),
)
queries: st.SearchStrategy[QueryInstance] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(operator.and_, inner, inner),
        st.builds(operator.and_, _compared("a", numbers), inner),
        st.builds(operator.or_, inner, inner),
        st.builds(operator.invert, inner),
    ),
    max_leaves=6,
)
