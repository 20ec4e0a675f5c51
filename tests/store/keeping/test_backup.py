"""A backup is one whole file of one instant, private, and without a secret in it."""

from __future__ import annotations

import stat
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from inbox.store import accounts, doctor
from inbox.store.database import Store
from inbox.store.faults import StoreDamaged
from inbox.store.keeping import bundle, snapshot
from inbox.store.keeping.backup import make_backup
from inbox.store.keeping.refusals import BackupDamaged, BackupThere, BackupTooNew, Stopped
from tests.store.keeping.home import CONFIG, Home, asked
from tests.store.making import ACCOUNT, BOOK, NOON, question, stored_counts, take


def names_in(path: Path) -> list[str]:
    """Return what any other program finds in the file."""
    with tarfile.open(path) as tar:
        return tar.getnames()


def test_a_backup_holds_everything_and_says_what(home: Home, tmp_path: Path) -> None:
    """Whoever finds the file in three years knows what it is and that it is private."""
    home.take(*asked(3))
    home.write_config()
    home.write_canned("de/refund.md", "Guten Tag")
    target = tmp_path / "mine.backup"

    made = make_backup(home.where, target, NOON)

    assert names_in(target) == [
        "READ-ME.txt",
        "manifest.json",
        "inbox.db",
        "config.toml",
        "canned/de/refund.md",
    ]
    assert made.manifest.counts == {"conversations": 3, "messages": 3, "outbox": 0, "drafts": 0}
    assert made.manifest.instant == NOON
    assert bundle.read_manifest(target) == made.manifest
    with tarfile.open(target) as tar:
        page = tar.extractfile("READ-ME.txt")
        assert page is not None
        assert b"BUYERS' PERSONAL DATA" in page.read()


def test_only_the_seller_may_read_it(home: Home, tmp_path: Path) -> None:
    """It holds everything that buyers ever wrote."""
    home.take(*asked(1))
    target = tmp_path / "mine.backup"

    made = make_backup(home.where, target, NOON)

    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert made.size == target.stat().st_size
    assert sorted(tmp_path.iterdir()) == [home.where.data.parent, target]
    assert not (home.where.data / "keeping.tmp").exists()


def test_a_file_of_that_name_is_not_replaced_unless_asked(home: Home, tmp_path: Path) -> None:
    """It may be the only good backup there is."""
    home.take(*asked(1))
    target = tmp_path / "mine.backup"
    target.write_text("something else")

    with pytest.raises(BackupThere):
        make_backup(home.where, target, NOON)
    assert target.read_text() == "something else"

    make_backup(home.where, target, NOON, force=True)
    assert "inbox.db" in names_in(target)


def test_a_configuration_with_a_password_in_it_stays_out(home: Home, tmp_path: Path) -> None:
    """We never write one there, but somebody's hand may have."""
    home.take(*asked(1))
    home.write_config(CONFIG + 'password = "hunter2hunter2"\n')
    target = tmp_path / "mine.backup"

    made = make_backup(home.where, target, NOON)

    assert "password" in made.left_out
    assert "config.toml" not in names_in(target)


def test_a_damaged_store_is_no_backup(home: Home, tmp_path: Path) -> None:
    """It would push the last good one out."""
    home.take(*asked(40))
    path = home.where.store_file
    raw = bytearray(path.read_bytes())
    raw[8192:40960] = b"\xff" * (40960 - 8192)
    path.write_bytes(raw)
    target = tmp_path / "mine.backup"

    with pytest.raises(StoreDamaged):
        make_backup(home.where, target, NOON)
    assert not target.exists()


def test_a_copy_is_of_one_instant_while_others_write(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup made while mail comes in must not hold half a conversation."""
    monkeypatch.setattr(snapshot, "_PAGES", 3)
    home.take(*asked(50))
    lots = 0
    with closing(home.store()) as store:

        def write_more() -> bool:
            nonlocal lots
            lots += 1
            take(store, [question(1000 + lots)])
            return True

        snapshot.snapshot(home.where.store_file, tmp_path / "copy.db", go_on=write_more)

    assert lots > 10
    with closing(Store.open(tmp_path / "copy.db")) as copy:
        assert doctor.examine(copy, BOOK) == []
        with copy.read() as tx:
            assert stored_counts(tx, ACCOUNT) == (50, 50)


def test_a_backup_taken_while_another_process_writes_is_whole(home: Home, tmp_path: Path) -> None:
    """The engine does not stop for it."""
    home.take(question(100_000))
    command = [sys.executable, "-m", "tests.store.busy_child", str(home.where.store_file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        before = [int(next(child.stdout)) for _ in range(3)][-1]
        make_backup(home.where, tmp_path / "mine.backup", NOON)
        after = int(next(child.stdout))
        child.kill()
        child.stdout.read()
        child.wait()

    bundle.unpack(tmp_path / "mine.backup", tmp_path / "out")
    with closing(Store.open(tmp_path / "out" / "inbox.db")) as copy:
        assert doctor.examine(copy, BOOK) == []
        with copy.read() as tx:
            done = int(accounts.checkpoint(tx, ACCOUNT) or -1)
    assert before <= done <= after + 1


def test_one_that_is_stopped_leaves_nothing_behind(home: Home, tmp_path: Path) -> None:
    """Quitting the screen in the middle of the daily backup costs nothing."""
    home.take(*asked(3))
    folder = tmp_path / "backups"
    folder.mkdir()

    with pytest.raises(Stopped):
        make_backup(home.where, folder / "mine.backup", NOON, go_on=lambda: False)
    assert list(folder.iterdir()) == []
    assert not (home.where.data / "keeping.tmp").exists()


def test_looking_at_a_large_copy_can_be_stopped_too(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that is told to end has two seconds."""
    home.take(*asked(20))
    monkeypatch.setattr(snapshot, "_STEPS", 10)

    with pytest.raises(Stopped):
        snapshot.is_sound(home.where.store_file, lambda: False)
    assert snapshot.is_sound(home.where.store_file) == ""


@pytest.mark.parametrize("cut", [0.0, 0.05, 0.5, 0.98])
def test_a_file_cut_short_is_found_out(home: Home, tmp_path: Path, cut: float) -> None:
    """A full stick, a copy that was interrupted."""
    home.take(*asked(5))
    target = tmp_path / "mine.backup"
    make_backup(home.where, target, NOON)
    raw = target.read_bytes()
    target.write_bytes(raw[: int(len(raw) * cut)])

    with pytest.raises(BackupDamaged):
        bundle.unpack(target, tmp_path / "out")


def test_a_flipped_bit_anywhere_is_found_out(home: Home, tmp_path: Path) -> None:
    """Disks rot; a restore must not put rot in place of what is whole."""
    home.take(*asked(5))
    target = tmp_path / "mine.backup"
    make_backup(home.where, target, NOON)
    bundle.unpack(target, tmp_path / "whole")
    whole = (tmp_path / "whole" / "inbox.db").read_bytes()
    raw = target.read_bytes()
    places = range(20, len(raw) - 8, len(raw) // 25)
    found_out = 0
    for number, at in enumerate(places):
        target.write_bytes(raw[:at] + bytes([raw[at] ^ 0x10]) + raw[at + 1 :])
        out = tmp_path / f"out{number}"
        try:
            bundle.unpack(target, out)
        except BackupDamaged:
            found_out += 1
        else:  # a bit that means the same either way, in a run of zeros
            assert (out / "inbox.db").read_bytes() == whole
    assert found_out > len(places) // 2  # how many mean the same is chance: uids and hashes differ


@pytest.mark.parametrize("name", ["../inbox.db", "canned/../../x", "/etc/x", "canned", "other.txt"])
def test_a_name_that_leaves_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    """A file from elsewhere may have been made to do harm."""
    path = tmp_path / "file"
    path.write_text("words")
    sources = [bundle.Source(name, path)]
    manifest = _manifest(sources)
    bundle.write(tmp_path / "made", manifest, sources, force=False, go_on=lambda: True)

    with pytest.raises(BackupDamaged):
        bundle.unpack(tmp_path / "made", tmp_path / "deep" / "out")
    assert not (tmp_path / "deep" / "inbox.db").exists()


def test_a_file_of_a_newer_kind_is_said_to_be(tmp_path: Path) -> None:
    """The hint is another than for a damaged one: nothing is lost."""
    manifest = _manifest([], format=bundle.FORMAT + 1)
    bundle.write(tmp_path / "made", manifest, [], force=False, go_on=lambda: True)

    with pytest.raises(BackupTooNew):
        bundle.read_manifest(tmp_path / "made")


def _manifest(sources: list[bundle.Source], format: int = bundle.FORMAT) -> bundle.Manifest:  # noqa: A002 - the field's name
    return bundle.Manifest(
        format=format,
        program="9.9",
        schema=1,
        made_at=NOON.isoformat(),
        store="s",
        counts={},
        files=bundle.parts_of(sources),
    )
