"""What can be wrong with a store, and that it costs nothing that was there."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from inbox.store.database import Store
from inbox.store.faults import (
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreNoFile,
    StoreReadOnly,
    StoreTooNew,
    named,
    named_by_the_system,
)
from inbox.store.rows import decoded

WRITE_UNTIL_FULL = """
import resource, signal, sys
from pathlib import Path
from inbox.store.database import Store
from inbox.store.faults import StoreFull

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Store.open(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
done = 0
try:
    for number in range(10_000):
        with store.write() as tx:
            tx.table("drafts").insert({"conversation": f"c{number}", "text": "x" * 5_000})
        done += 1
except StoreFull:
    print(done)
"""
FILL_A_SMALL_DISK = """
import sys
from pathlib import Path
from inbox.store.database import Store
from inbox.store.faults import StoreFull

store = Store.open(Path(sys.argv[1]) / "inbox.db")
done = 0
try:
    for number in range(10_000):
        with store.write(durable=True) as tx:
            tx.table("drafts").insert({"conversation": f"c{number}", "text": "x" * 5_000})
        done += 1
except StoreFull:
    pass
# A full disk is no reason not to read what is there.
with store.read() as tx:
    assert len(tx.table("drafts")) == done > 0, done
store.close()
# The next start has no room either, and loses nothing by it.
store = Store.open(Path(sys.argv[1]) / "inbox.db")
with store.read() as tx:
    assert len(tx.table("drafts")) == done
    assert tx.sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)
store.close()
print(done)
"""
OPEN_AS_NOBODY = """
import os, sys
from pathlib import Path
from inbox.store.database import Store
from inbox.store.faults import StoreReadOnly

if os.getuid() == 0:
    os.setuid(65534)
try:
    Store.open(Path(sys.argv[1]))
except StoreReadOnly:
    print("read only")
"""


def digest_of(folder: Path) -> dict[str, str]:
    """Return what stands in each file that is not there for the moment only."""
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.iterdir()
        if not file.name.endswith(("-shm", "-wal"))
    }


def a_store(path: Path) -> None:
    """Make a store with something in it."""
    store = Store.open(path)
    with store.write() as tx:
        tx.table("drafts").insert_multiple({"conversation": f"c{n}"} for n in range(500))
    store.close()


def test_a_newer_version_is_refused_and_untouched(tmp_path: Path) -> None:
    """An older program would write into what it does not understand."""
    path = tmp_path / "inbox.db"
    a_store(path)
    with closing(sqlite3.connect(path)) as sql:
        sql.execute("PRAGMA user_version = 999")
    before = digest_of(tmp_path)

    with pytest.raises(StoreTooNew) as caught:
        Store.open(path)

    assert caught.value.path == path
    assert digest_of(tmp_path) == before


@pytest.mark.parametrize("content", [b"this is no store" * 100, b"SQLite format 3\x00" + b"x" * 99])
def test_what_is_no_store_is_refused_and_untouched(tmp_path: Path, content: bytes) -> None:
    """A wrong path must not cost the file that lies there."""
    path = tmp_path / "inbox.db"
    path.write_bytes(content)

    with pytest.raises(StoreDamaged):
        Store.open(path)

    assert path.read_bytes() == content


def test_another_programs_database_is_refused_and_untouched(tmp_path: Path) -> None:
    """It could be a browser's history: we would put our tables beside it."""
    path = tmp_path / "inbox.db"
    with closing(sqlite3.connect(path)) as sql:
        sql.execute("CREATE TABLE history (url)")
    before = digest_of(tmp_path)

    with pytest.raises(StoreDamaged):
        Store.open(path)

    assert digest_of(tmp_path) == before


def test_a_store_cut_short_is_refused_and_untouched(tmp_path: Path) -> None:
    """After a dying disk a backup is wanted, not a second disaster."""
    path = tmp_path / "inbox.db"
    a_store(path)
    path.write_bytes(path.read_bytes()[:9000])
    before = digest_of(tmp_path)

    with pytest.raises(StoreDamaged):
        Store.open(path)

    assert digest_of(tmp_path) == before


def test_a_page_that_rots_is_named_when_it_is_read(tmp_path: Path) -> None:
    """Damage deep inside shows later; it must not look like a bug of ours."""
    path = tmp_path / "inbox.db"
    a_store(path)
    content = bytearray(path.read_bytes())
    for start in range(8192, len(content), 4096):
        content[start : start + 200] = b"\xff" * 200
    path.write_bytes(bytes(content))

    def read_all() -> None:
        store = Store.open(path)
        with closing(store), store.read() as tx:
            tx.table("drafts").all()

    with pytest.raises(StoreDamaged):
        read_all()


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    """The path of the store is a setting, so it can be wrong in every way."""
    (tmp_path / "inbox.db").mkdir()
    (tmp_path / "away.db").symlink_to(tmp_path / "disk" / "inbox.db")
    for name in ("inbox.db", "away.db"):
        with pytest.raises(StoreNoFile):
            Store.open(tmp_path / name)

    (tmp_path / "file").write_text("")
    with pytest.raises(StoreReadOnly):
        Store.open(tmp_path / "file" / "inbox.db")


def test_a_full_disk_costs_the_last_transaction_only(tmp_path: Path) -> None:
    """What was stored before is safe, and the seller is told to make room."""
    path = tmp_path / "inbox.db"
    child = [sys.executable, "-c", WRITE_UNTIL_FULL, str(path)]

    said = subprocess.run(child, check=True, capture_output=True, text=True, timeout=50).stdout

    store = Store.open(path)
    with closing(store), store.read() as tx:
        assert len(tx.table("drafts")) == int(said) > 0
        assert tx.sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_disk_that_is_really_full_costs_the_last_transaction_only(tmp_path: Path) -> None:
    """The same on a disk of two megabytes, where the system itself says that there is no room."""
    script = 'mount -t tmpfs -o size=2m tmpfs "$1" && exec "$2" -c "$3" "$1"'
    alone = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    if (
        shutil.which("unshare") is None
        or subprocess.run(
            [*alone, 'mount -t tmpfs tmpfs "$1"', "sh", str(tmp_path)],
            capture_output=True,
            check=False,
        ).returncode
    ):
        pytest.skip("this system lets nobody mount a small disk of their own")

    done = subprocess.run(
        [*alone, script, "sh", str(tmp_path), sys.executable, FILL_A_SMALL_DISK],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 50


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that everyone can look into."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def test_a_store_of_somebody_else_is_named(open_folder: Path) -> None:
    """Started with the wrong rights once: the seller must read what to mend."""
    path = open_folder / "inbox.db"
    a_store(path)
    if os.getuid() != 0:
        path.chmod(0o400)
        open_folder.chmod(0o500)
    try:
        child = [sys.executable, "-c", OPEN_AS_NOBODY, str(path)]
        said = subprocess.run(child, check=True, capture_output=True, text=True, timeout=50)
    finally:
        open_folder.chmod(0o755)

    assert said.stdout == "read only\n"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, StoreFull),
        (sqlite3.SQLITE_IOERR_READ, StoreDamaged),  # who makes room deletes mail for nothing
        (sqlite3.SQLITE_IOERR_WRITE, StoreFull),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreBusy),
        (sqlite3.SQLITE_CORRUPT_INDEX, StoreDamaged),
        (sqlite3.SQLITE_READONLY_DIRECTORY, StoreReadOnly),
    ],
)
def test_an_error_of_sqlite_is_named_for_what_to_do(code: int, kind: type[StoreError]) -> None:
    """Codes tell it, texts change between versions."""
    error = sqlite3.OperationalError("told by SQLite")
    error.sqlite_errorcode = code

    with pytest.raises(kind) as caught, named(Path("inbox.db")):
        raise error

    assert caught.value.__cause__ is error


@pytest.mark.parametrize("raw", ["CAST(x'ff' AS TEXT)", "'{\"a\":'"])
def test_a_document_that_rotted_is_a_damaged_store(raw: str) -> None:
    """SQLite gives it no code: the file is sound, what stands in it is not."""
    with (
        closing(sqlite3.connect(":memory:")) as sql,
        pytest.raises(StoreDamaged),
        named(Path("inbox.db")),
    ):
        decoded(*sql.execute(f"SELECT {raw}").fetchone())


def test_a_bug_of_ours_keeps_its_own_name() -> None:
    """A misspelt column is not a damaged store."""
    with closing(sqlite3.connect(":memory:")) as sql:
        with pytest.raises(sqlite3.OperationalError), named(Path("inbox.db")):
            sql.execute("SELECT nothing FROM nowhere")
        with pytest.raises(FileNotFoundError), named_by_the_system(Path("inbox.db")):
            raise FileNotFoundError(2, "no such file")
