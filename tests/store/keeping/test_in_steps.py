"""What works on the whole store lets others in after each step, and still leaves no trace."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from inbox.store.keeping import compact as compacting
from inbox.store.keeping import forget as forgetting
from inbox.store.keeping.compact import compact, gives_back
from inbox.triage.forgetting import forget
from tests.store.keeping.home import Home, texts
from tests.store.keeping.test_compact import full_of_holes
from tests.store.keeping.test_forget import TRACES, ZYX, bytes_of, theirs
from tests.store.making import BOOK, NOON, assert_whole, question, take


class OtherProcess:
    """Another process that writes when it is told to, and says when it has."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child = child
        self.written = 0

    def writes(self) -> None:
        """Let it write one message; returns when that is committed."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write("\n")
        self._child.stdin.flush()
        assert self._child.stdout.readline().strip().isdecimal()
        self.written += 1


@contextmanager
def other_process(store: Path) -> Iterator[OtherProcess]:
    """Give a process that writes into that store."""
    command = [sys.executable, "-m", "tests.store.keeping.writing_child", str(store)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        other = OtherProcess(child)
        other.writes()
        yield other


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a small store need several steps."""
    monkeypatch.setattr(compacting, "MERGED", 2)
    monkeypatch.setattr(compacting, "FREED", 40)


@pytest.mark.slow
@pytest.mark.usefixtures("small_steps")
def test_others_write_between_any_two_steps_of_making_it_small(home: Home) -> None:
    """A buyer's message that waits a minute for the store's file is a minute late on the list."""
    full_of_holes(home)
    with other_process(home.where.store_file) as other:
        won = compact(home.where, rest=other.writes)

    assert other.written > 10
    assert won.after * 3 < won.before
    with closing(home.store()) as store:
        assert len(texts(store)) == 5 + other.written
        assert_whole(store)


@pytest.mark.slow
@pytest.mark.usefixtures("small_steps")
def test_others_write_while_a_buyer_is_forgotten(home: Home) -> None:
    """And what the buyer writes between the look and the erasing is erased as well."""
    with closing(home.store()) as store:
        take(store, [question(number, text=f"word{number} " * 50) for number in range(100)])
        take(store, [theirs(200), theirs(201, text="again, abracadabrant")])
        with store.read() as tx:
            found = forgetting.find(tx, ZYX.address)
        take(store, [theirs(202, subject="And my velociraptor?")])
        with other_process(home.where.store_file) as other:
            done = forget(
                store,
                found,
                where=home.where,
                folder=home.where.data / "backups",
                book=BOOK,
                now=NOON,
                rest=other.writes,
            )
        assert other.written > 2
        assert done.counts["messages"] == 3
        assert len(texts(store)) == 100 + other.written
        assert_whole(store)

    raw = bytes_of(home.where.data).lower()
    assert [trace for trace in TRACES if trace.lower() in raw] == []


def test_a_copy_in_an_unused_part_of_the_file_is_found_and_goes(home: Home) -> None:
    """A page that was split long ago may hold what was moved away from it."""
    with closing(home.store()) as store:
        take(store, [theirs(1), question(2)])
        with closing(sqlite3.connect(store.path)) as careless:
            careless.execute("PRAGMA secure_delete = OFF")
            careless.execute("INSERT INTO meta VALUES ('x', ?)", (ZYX.address + "." * 900,))
            careless.commit()
            careless.execute("DELETE FROM meta WHERE name = 'x'")
            careless.commit()
        with store.read() as tx:
            found = forgetting.find(tx, ZYX.address)
        forget(
            store,
            found,
            where=home.where,
            folder=home.where.data / "backups",
            book=BOOK,
            now=NOON,
        )
        assert texts(store) == {"Is lamp number 2 still there?"}
        assert_whole(store)

    assert ZYX.address.encode() not in bytes_of(home.where.data)


def test_a_file_that_cannot_give_back_is_written_anew_once(home: Home) -> None:
    """A store of the first days cannot be made small in steps; the next time it can."""
    full_of_holes(home, 60)
    with closing(sqlite3.connect(home.where.store_file)) as sql:
        sql.execute("PRAGMA auto_vacuum = NONE")
        sql.execute("VACUUM")
    assert not gives_back(home.where.store_file)

    compact(home.where)

    assert gives_back(home.where.store_file)
    with closing(home.store()) as store:
        assert len(texts(store)) == 5
        assert_whole(store)


_KILLED = """
import os, signal, sys
from pathlib import Path
from inbox.locations import Locations
from inbox.store.keeping import compact as compacting
compacting.MERGED, compacting.FREED = 2, 40
left = int(sys.argv[2])
def rest():
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
compacting.compact(Locations.under(Path(sys.argv[1])), rest=rest)
"""


@pytest.mark.parametrize(
    "after", [pytest.param(each, marks=pytest.mark.slow) for each in (1, 2, 3, 4, 8)]
)
def test_a_kill_between_two_steps_loses_nothing(home: Home, after: int) -> None:
    """Each step is whole by itself; the next compaction goes on."""
    full_of_holes(home)
    told = subprocess.run(
        [sys.executable, "-c", _KILLED, str(home.where.data.parent), str(after)], check=False
    )
    assert told.returncode < 0

    with closing(home.store()) as store:
        assert len(texts(store)) == 5
        assert_whole(store)
    assert compact(home.where).emptied
