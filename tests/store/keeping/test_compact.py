"""The file becomes small, and stays whole whatever happens on the way."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from inbox.store.keeping.compact import compact
from inbox.store.keeping.forget import erase_messages
from inbox.store.keeping.refusals import KeepingBusy, NoRoom
from inbox.store.keeping.workplace import workplace
from tests.store.keeping.home import Home, texts
from tests.store.making import assert_whole, question, take


def full_of_holes(home: Home, count: int = 300) -> None:
    """Fill the store and take most of it out again."""
    with closing(home.store()) as store:
        take(store, [question(number, text=f"word{number} " * 400) for number in range(count)])
        with store.write() as tx:
            rows = tx.sql.execute("SELECT doc_id FROM doc_messages WHERE doc_id > 5")
            erase_messages(tx, [doc_id for (doc_id,) in rows.fetchall()])
            tx.sql.execute(
                "DELETE FROM doc_conversations"
                " WHERE uid NOT IN (SELECT conversation FROM doc_messages)"
            )
            tx.sql.execute("DELETE FROM thread_keys")


def test_room_is_won_and_nothing_lost(home: Home) -> None:
    """And it is told how much."""
    full_of_holes(home)

    won = compact(home.where)

    assert won.after * 5 < won.before
    assert won.after == home.where.store_file.stat().st_size
    assert won.emptied
    with closing(home.store()) as store:
        assert len(texts(store)) == 5
        assert_whole(store)
    assert not (home.where.data / "keeping.tmp").exists()


def test_others_may_have_the_store_open(home: Home) -> None:
    """The engine and the screen do not have to end for it."""
    full_of_holes(home)
    with closing(home.store()) as store:
        with store.read() as tx:
            tx.sql.execute("SELECT count(*) FROM doc_messages").fetchone()
        compact(home.where)
        take(store, [question(1000)])
        assert len(texts(store)) == 6
        assert_whole(store)


def test_a_second_one_waits_for_nobody(home: Home) -> None:
    """Two at once would need twice the room and win nothing."""
    full_of_holes(home)

    with workplace(home.where.data), pytest.raises(KeepingBusy):
        compact(home.where)


def test_too_little_room_is_said_first(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk in the middle helps nobody."""
    full_of_holes(home, 10)
    monkeypatch.setattr("inbox.store.keeping.workplace._SPARE", 1 << 60)

    with pytest.raises(NoRoom):
        compact(home.where)


_CHILD = """
import sys
from pathlib import Path
from inbox.locations import Locations
from inbox.store.keeping.compact import compact
print("go", flush=True)
for _ in range(1000):
    compact(Locations.under(Path(sys.argv[1])))
"""


@pytest.mark.parametrize(
    "after",
    [0.03, *(pytest.param(each, marks=pytest.mark.slow) for each in (0.0, 0.06, 0.11, 0.2))],
)
def test_a_kill_leaves_a_whole_store(home: Home, after: float) -> None:
    """At whatever moment; the next one clears what was left lying about."""
    full_of_holes(home, 60)
    command = [sys.executable, "-c", _CHILD, str(home.where.data.parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "go\n"
        try:
            child.wait(after)
        except subprocess.TimeoutExpired:
            child.kill()
        child.wait()

    with closing(home.store()) as store:
        assert_whole(store)
        assert len(texts(store)) == 5
    compact(home.where)
    assert sorted(path.name for path in Path(home.where.data).iterdir() if path.is_dir()) == [
        "drafts"
    ]
