"""A restore brings everything back, deletes nothing and sends nothing a second time."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from inbox.core.model import Delivery
from inbox.store import derive, migrations, outbox
from inbox.store.database import Store
from inbox.store.keeping import bundle
from inbox.store.keeping.backup import make_backup
from inbox.store.keeping.refusals import BackupDamaged, BackupTooNew, NoRoom, StoreInUse
from inbox.store.keeping.restore import restore
from tests.store.keeping.home import CONFIG, Home, asked
from tests.store.making import BOOK, NOON, assert_whole, question

LATER = NOON + timedelta(days=2)


@pytest.fixture
def saved(home: Home, tmp_path: Path) -> Path:
    """A backup of a home with three questions, made at noon."""
    home.take(*asked(3))
    home.write_config()
    home.write_canned("refund.md", "Hello")
    target = tmp_path / "mine.backup"
    make_backup(home.where, target, NOON)
    return target


def contents(home: Home) -> dict[str, bytes]:
    """Return every file of the home but locks."""
    root = home.where.data.parent
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix not in (".lock", ".db-shm")
    }


def test_what_was_backed_up_is_there_again(home: Home, saved: Path) -> None:
    """That is what it is for."""
    home.take(question(7))
    home.write_config(CONFIG + "# changed\n")
    home.write_canned("refund.md", "Changed")

    done = restore(home.where, saved, LATER)

    assert home.remote_ids() == {"remote-0", "remote-1", "remote-2"}
    assert home.where.config_file.read_text() == CONFIG
    assert (home.where.canned / "refund.md").read_text() == "Hello"
    assert (done.manifest.instant, done.held) == (NOON, 0)
    with closing(home.store()) as store:
        assert_whole(store)


def test_what_was_there_is_set_aside_whole(home: Home, saved: Path) -> None:
    """A restore of the wrong file must be possible to take back."""
    home.take(question(7))
    home.write_config(CONFIG + "# changed\n")
    home.write_canned("refund.md", "Changed")

    store_aside, config_aside, canned_aside = restore(home.where, saved, LATER).aside

    assert config_aside.read_text() == CONFIG + "# changed\n"
    assert (canned_aside / "refund.md").read_text() == "Changed"
    home.where.store_file.unlink()
    store_aside.rename(home.where.store_file)
    assert home.remote_ids() == {"remote-0", "remote-1", "remote-2", "remote-7"}


def test_a_new_machine_gets_it_all(saved: Path, tmp_path: Path) -> None:
    """The old one was stolen."""
    fresh = Home(tmp_path / "fresh")

    done = restore(fresh.where, saved, LATER)

    assert done.aside == ()
    assert fresh.remote_ids() == {"remote-0", "remote-1", "remote-2"}
    assert fresh.where.config_file.read_text() == CONFIG
    modes = {path.stat().st_mode & 0o77 for path in fresh.where.data.parent.rglob("*")}
    assert modes == {0}


def test_a_damaged_file_changes_nothing(home: Home, saved: Path) -> None:
    """Verified first, whole, before anything is touched."""
    raw = bytearray(saved.read_bytes())
    middle = slice(len(raw) // 2, len(raw) // 2 + 200)  # one bit more or less can mean the same
    raw[middle] = bytes(each ^ 0xFF for each in raw[middle])
    saved.write_bytes(raw)
    before = contents(home)

    with pytest.raises(BackupDamaged):
        restore(home.where, saved, LATER)
    assert contents(home) == before


def test_a_newer_store_is_refused_and_changes_nothing(
    home: Home, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older program would not know what to do with it."""
    monkeypatch.setattr(migrations, "VERSION", migrations.VERSION - 1)
    before = contents(home)

    with pytest.raises(BackupTooNew):
        restore(home.where, saved, LATER)
    assert contents(home) == before


def test_a_store_that_is_open_is_not_replaced(home: Home, saved: Path) -> None:
    """A screen would go on writing into the file that was set aside."""
    with closing(home.store()) as store, store.read() as tx:
        tx.sql.execute("SELECT 1")
        with pytest.raises(StoreInUse):
            restore(home.where, saved, LATER)

    assert restore(home.where, saved, LATER).held == 0


def test_a_damaged_store_is_replaced_and_kept(home: Home, saved: Path) -> None:
    """That is when a backup is needed most."""
    home.where.store_file.write_bytes(b"rotten" * 1000)

    done = restore(home.where, saved, LATER)

    assert home.remote_ids() == {"remote-0", "remote-1", "remote-2"}
    assert done.aside[0].read_bytes() == b"rotten" * 1000


def test_too_little_room_is_said_before_anything_happens(
    home: Home, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a restore on a full disk is the worst of both."""
    monkeypatch.setattr("inbox.store.keeping.workplace._SPARE", 1 << 60)

    with pytest.raises(NoRoom):
        restore(home.where, saved, LATER)


@pytest.mark.parametrize(
    "state", [Delivery.QUEUED, Delivery.SENDING, Delivery.UNSURE], ids=lambda state: state.value
)
def test_what_waited_in_the_outbox_waits_for_the_sellers_word(
    home: Home, tmp_path: Path, state: Delivery
) -> None:
    """It may have gone out after the backup was made; sent by itself it could go out twice."""
    home.queue(question(1), state)
    with closing(home.store()) as store, store.write() as tx:
        (item,) = outbox.every(tx)
        outbox.put(tx, replace(item, next_attempt_at=NOON))
    saved = tmp_path / "mine.backup"
    make_backup(home.where, saved, NOON)

    done = restore(home.where, saved, LATER)

    (item,) = home.outbox()
    assert (done.held, item.state, item.next_attempt_at) == (1, Delivery.UNSURE, None)
    assert "2026-11-20 12:00" in item.error
    with closing(home.store()) as store:
        derive.refresh(store, BOOK)
        assert_whole(store)
        with store.read() as tx:
            assert outbox.next_at(tx, item.account, NOON) is None


@pytest.mark.parametrize("state", [Delivery.ACCEPTED, Delivery.REFUSED])
def test_what_was_settled_stays_as_it_was(home: Home, tmp_path: Path, state: Delivery) -> None:
    """Nothing is asked that is known."""
    home.queue(question(1), state)
    saved = tmp_path / "mine.backup"
    make_backup(home.where, saved, NOON)

    assert restore(home.where, saved, LATER).held == 0
    assert [item.state for item in home.outbox()] == [state]


def test_an_unpacked_store_of_another_program_is_refused(home: Home, tmp_path: Path) -> None:
    """Only our own stores are put in place."""
    path = tmp_path / "other.db"
    path.write_bytes(b"no database at all")
    sources = [bundle.Source(bundle.STORE, path)]
    manifest = bundle.Manifest(
        format=bundle.FORMAT,
        program="0.1",
        schema=1,
        made_at=NOON.isoformat(),
        store="s",
        counts={},
        files=bundle.parts_of(sources),
    )
    bundle.write(tmp_path / "made", manifest, sources, force=False, go_on=lambda: True)

    with pytest.raises(BackupDamaged):
        restore(home.where, tmp_path / "made", LATER)
    assert not home.where.store_file.exists()


def test_two_restores_in_one_second_set_both_stores_aside(home: Home, saved: Path) -> None:
    """What is set aside is never written over."""
    home.take(question(7))
    first = restore(home.where, saved, LATER).aside[0]
    home.take(question(8))
    second = restore(home.where, saved, LATER).aside[0]

    assert first != second
    for aside, extra in ((first, "remote-7"), (second, "remote-8")):
        with closing(Store.open(aside)) as store, store.read() as tx:
            ids = {each for (each,) in tx.sql.execute("SELECT remote_id FROM doc_messages")}
        assert ids == {"remote-0", "remote-1", "remote-2", extra}


_CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from inbox.locations import Locations
from inbox.store.keeping.restore import restore
print("go", flush=True)
while True:
    restore(Locations.under(Path(sys.argv[1])), Path(sys.argv[2]), datetime.now(UTC))
"""


@pytest.mark.parametrize(
    "after",
    [0.04, *(pytest.param(each, marks=pytest.mark.slow) for each in (0.01, 0.07, 0.1, 0.2))],
)
def test_a_kill_in_the_middle_leaves_one_whole_store(home: Home, saved: Path, after: float) -> None:
    """The old one or the new one under its name, at every moment; never none."""
    home.take(question(7))
    command = [sys.executable, "-c", _CHILD, str(home.where.data.parent), str(saved)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "go\n"
        with suppress(subprocess.TimeoutExpired):
            child.wait(after)
        child.kill()

    assert home.where.store_file.exists()
    assert home.remote_ids() >= {"remote-0", "remote-1", "remote-2"}
    with closing(home.store()) as store:
        derive.refresh(store, BOOK)
        assert_whole(store)
    assert restore(home.where, saved, LATER).held == 0
