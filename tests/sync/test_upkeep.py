"""The daily backup: made by the engine when nothing else is going on, and never in the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inbox.core.model import AccountState, Verb
from inbox.locations import Locations
from inbox.store import accounts, derive, journal
from inbox.store.database import Store
from inbox.store.keeping import bundle, rotation
from inbox.store.stowed import bringing, catalogue, settling, taking
from inbox.sync.upkeep import Upkeep
from tests.store.making import ACCOUNT, BOOK, question, take

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Kept:
    """A store with its upkeep and a clock that the test moves."""

    def __init__(self, where: Locations, store: Store) -> None:
        self.where = where
        self.store = store
        self.now = NOON
        self.folder = where.data / "backups"

    @contextmanager
    def upkeep(self, first: float = 0.0) -> Iterator[Upkeep]:
        """Give a fresh upkeep, as an engine that was just started has."""
        made = Upkeep(self.where, self.store, lambda: self.now, first=first)
        try:
            yield made
        finally:
            assert made.stop()

    def backups(self) -> list[datetime]:
        """Return when the backups there are were made."""
        return list(rotation.found(self.folder, self.store.uid))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    """A store with one question in it."""
    where = Locations.under(tmp_path / "home")
    where.prepare()
    with closing(Store.open(where.store_file)) as store:
        take(store, [question(1)])
        yield Kept(where, store)


def until(holds: Callable[[], bool]) -> None:
    """Wait until it is so."""
    end = time.monotonic() + 10.0
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_backup_is_made_each_day_and_old_ones_go(kept: Kept) -> None:
    """Nobody has to think of it."""
    kept.folder.mkdir(mode=0o700)
    for day in range(9):
        (kept.folder / rotation.name_of(kept.store.uid, NOON + timedelta(days=day))).touch()
    kept.now += timedelta(days=9)
    with kept.upkeep() as upkeep:
        upkeep.tick()
        until(lambda: len(kept.backups()) == 8)

    made = kept.backups()
    assert len(made) == 8  # seven days, and the Sunday of the week before
    newest = rotation.found(kept.folder, kept.store.uid)[made[-1]]
    assert bundle.read_manifest(newest).counts["messages"] == 1
    assert kept.folder.stat().st_mode & 0o77 == 0


def test_old_ones_stay_while_only_they_have_a_stowed_file(kept: Kept) -> None:
    """Backups that lack it would push out, day by day, all that hold the only copy."""
    kept.folder.mkdir(mode=0o700)
    for day in range(9):
        (kept.folder / rotation.name_of(kept.store.uid, NOON + timedelta(days=day))).touch()
    with kept.store.write() as tx:
        tx.sql.execute("INSERT INTO stowed_files VALUES ('gone.jsonl.gz', 0, 1, 'x', 1)")
    kept.now += timedelta(days=9)
    with kept.upkeep() as upkeep:
        upkeep.tick()
        until(lambda: len(kept.backups()) == 10)

    assert len(kept.backups()) == 10


def test_the_same_day_makes_no_second_one(kept: Kept) -> None:
    """A screen opened forty times a day."""
    with kept.upkeep() as upkeep:
        upkeep.tick()
        until(lambda: bool(kept.backups()))
    kept.now += timedelta(hours=6)
    with kept.upkeep() as upkeep:
        upkeep.tick()

    assert len(kept.backups()) == 1


def test_not_at_once_and_not_while_a_first_sync_runs(kept: Kept) -> None:
    """What is owed comes first."""
    with kept.upkeep(first=60.0) as upkeep:
        upkeep.tick()
    with kept.store.write() as tx:
        state = AccountState(account=ACCOUNT, state="syncing", remaining=9, checked_at=NOON)
        accounts.set_state(tx, state)
    with kept.upkeep() as upkeep:
        upkeep.tick()

    assert not kept.folder.exists()


def test_it_can_be_switched_off_and_sent_elsewhere(kept: Kept, tmp_path: Path) -> None:
    """A seller who has better backups, or another disk."""
    config = kept.where.config_file
    config.write_text("[settings]\nauto_backup = false\n")
    config.chmod(0o600)
    with kept.upkeep() as upkeep:
        upkeep.tick()
    assert not kept.folder.exists()

    kept.folder = tmp_path / "other disk"
    config.write_text(f'[settings]\nbackup_folder = "{kept.folder}"\n')
    with kept.upkeep() as upkeep:
        upkeep.tick()
        until(lambda: bool(kept.backups()))


def test_a_folder_that_cannot_be_written_ends_no_engine(kept: Kept, tmp_path: Path) -> None:
    """The disk was taken away; mail goes on."""
    (tmp_path / "file").touch()
    kept.where.config_file.write_text(f'[settings]\nbackup_folder = "{tmp_path / "file" / "x"}"\n')
    kept.where.config_file.chmod(0o600)

    with kept.upkeep() as upkeep:
        upkeep.tick()
        assert upkeep.stop()


def test_what_is_old_is_stowed_where_the_seller_said_so(kept: Kept) -> None:
    """Off by default; on, it is looked for once a month, and nobody has to think of it."""
    year = timedelta(days=365)
    old = question(5, accepted_at=NOON - 4 * year, seen=True)
    take(kept.store, [old])
    config = kept.where.config_file
    config.write_text("[settings]\nauto_backup = false\n")
    config.chmod(0o600)
    with kept.upkeep() as upkeep:
        upkeep.tick()
    assert not (kept.where.data / "stowed").exists()

    config.write_text('[settings]\nauto_backup = false\nstow_after = "3y"\n')
    with kept.upkeep() as upkeep:
        upkeep.tick()
        until(lambda: stowed(kept.store) == (1, NOON))
    with kept.store.read() as tx:
        assert [fact.verb for fact in journal.newest(tx, 9)] == [Verb.STOW]

    take(kept.store, [question(6, accepted_at=NOON - 4 * year, seen=True)])
    kept.now += timedelta(days=29)
    with kept.upkeep() as upkeep:
        upkeep.tick()
        assert upkeep.stop()
    assert stowed(kept.store) == (1, NOON)
    kept.now += timedelta(days=2)
    with kept.upkeep() as upkeep:
        upkeep.tick()
        until(lambda: stowed(kept.store) == (2, kept.now))


@pytest.mark.slow
def test_what_came_back_does_not_lie_in_a_file_for_long(kept: Kept) -> None:
    """Who stowed by hand once has it cleared up too."""
    kept.where.config_file.write_text("[settings]\nauto_backup = false\n")
    kept.where.config_file.chmod(0o600)
    before = NOON - timedelta(days=365)
    old = [question(each, accepted_at=before - timedelta(days=each), seen=True) for each in (5, 6)]
    taken = take(kept.store, old)
    taking.stow(kept.where, kept.store, {}, before, NOON)
    with kept.store.write() as tx:
        derive.derive(tx, bringing.bring_back(tx, [taken[0].conversation]), BOOK)
    assert settling.is_needed(kept.store)

    with kept.upkeep() as upkeep:
        upkeep.tick()
        until(lambda: not settling.is_needed(kept.store))


def stowed(store: Store) -> tuple[int, datetime | None]:
    """Return how many conversations lie in files, and when the engine last looked for some."""
    with store.read() as tx:
        return catalogue.count(tx)[0], catalogue.last_run(tx)
