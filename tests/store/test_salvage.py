"""Reading a damaged file comes to an end, whatever its pages say."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inbox.store.salvage import Reading

PAGE = 4096
_LEAF = 13
"""The type of a page that holds rows of a table."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with a table of many pages."""
    path = tmp_path / "damaged.db"
    with closing(sqlite3.connect(path)) as sql:
        sql.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, words TEXT)")
        sql.executemany("INSERT INTO rows VALUES (?, ?)", [(n, "x" * 500) for n in range(1, 301)])
        sql.commit()
    return path


def leaves(path: Path) -> list[int]:
    """Return where the pages begin that hold rows."""
    content = path.read_bytes()
    return [at for at in range(PAGE, len(content), PAGE) if content[at] == _LEAF]


def test_pages_in_each_others_place_lead_to_no_circle(file: Path) -> None:
    """A repair that never ends is a store that is lost."""
    content, found = bytearray(file.read_bytes()), leaves(file)
    first, last, bad = found[1], found[-3], found[-6]
    content[first : first + PAGE], content[last : last + PAGE] = (
        content[last : last + PAGE],
        content[first : first + PAGE],
    )
    content[bad : bad + PAGE] = bytes(PAGE)
    file.write_bytes(content)

    with closing(sqlite3.connect(file)) as sql:
        reading = Reading(sql, "rows", ["number", "words"])
        numbers = [row[0] for row in reading.by_key("number")]

    assert len(set(numbers)) == len(numbers)
    assert len(numbers) > 200
    assert reading.unread
