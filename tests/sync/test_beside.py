"""A long pull is stored by a second process, and whatever becomes of that one nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from connectors.values import Batch, Checkpoint, Place, Quarantined, Role
from inbox.store import accounts, held_back, messages
from inbox.store.database import Store
from inbox.sync.beside import Beside, Parcel, wrapped
from inbox.sync.ingest import Counts, Trust
from inbox.sync.pulling import Pulled, pull
from tests.sync import beside_child
from tests.sync.desk import SHOP, Desk

DEADLINE = 30.0


def pulled(desk: Desk, between: Callable[[], bool] = lambda: True, *, backlog: int = 4) -> Pulled:
    """Pull what there is."""
    found = Pulled()
    pull(
        *(desk.store, desk.connector, SHOP, found),
        book=desk.book,
        clock=desk.watch,
        accept_gone=False,
        between=between,
        beginning=lambda: None,
        backlog=backlog,
    )
    return found


def carried(batch: Batch) -> Parcel:
    """Return a batch as it is handed over."""
    parcel = wrapped(batch, frozenset())
    assert parcel is not None
    return parcel


def besides(parent: int | None = None) -> list[int]:
    """Return the processes that store batches for this one (or for that parent)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
            status = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        if b"inbox.sync.beside" in words and int(status[1]) == (parent or os.getpid()):
            found.append(int(folder.name))
    return found


def held(store: Store) -> list[tuple[object, ...]]:
    """Return what a store holds of every message, but for the random uids."""
    with store.read() as tx:
        rows = tx.sql.execute(
            "SELECT remote_id, accepted_at, text FROM doc_messages JOIN bodies ON message = doc_id"
        ).fetchall()
    return sorted(rows)


def test_a_second_process_stores_what_one_would(desk: Desk, tmp_path: Path) -> None:
    """Years of mail come in faster, and are the same mail."""
    other = Desk(tmp_path, "other.db")
    for number in range(12):
        message = desk.far.write(f"Question {number % 5}", text=f"Words of {number}. \x1b[2J")
        other.far.mails.append(message)
    helpers: set[int] = set()

    def between() -> bool:
        helpers.update(besides())
        return True

    try:
        found, alone = pulled(desk, between), pulled(other, backlog=1000)

        assert (found.new, found.quarantined) == (alone.new, alone.quarantined) == (12, 0)
        assert held(desk.store) == held(other.store)
        assert len(helpers) == 1
        assert besides() == []
    finally:
        other.store.close()


def test_a_killed_helper_costs_nothing_but_time(desk: Desk) -> None:
    """The system may end it at any moment; what it did not answer for is stored here."""
    for number in range(15):
        desk.far.write(f"Question {number}")

    def between() -> bool:
        for helper in besides():
            os.kill(helper, signal.SIGKILL)
        return True

    found = pulled(desk, between)

    # A batch that was committed before the kill and is stored again is not new the second time.
    assert found.new <= 15
    assert len(held(desk.store)) == 15
    assert besides() == []


def test_a_helper_that_stands_still_is_not_waited_for_for_ever(desk: Desk) -> None:
    """A process can hang; the buyers' mail must not."""
    beside = Beside(desk.path, SHOP, desk.book, patience=0.2)
    try:
        os.kill(beside.pid, signal.SIGSTOP)
        batch = Batch(checkpoint=Checkpoint("1"), messages=(desk.far.write("Where is it?"),))
        beside.store(carried(batch), Trust(), desk.watch())

        assert beside.counts() is None
    finally:
        beside.end()


def test_a_helper_counts_and_puts_aside_as_we_do(desk: Desk) -> None:
    """Counts, doubts and what cannot be read mean the same wherever a batch is stored."""
    place = Place("INBOX", "1", "7", Role.INBOX)
    at_the_end = datetime(9999, 12, 31, 23, tzinfo=UTC)
    first = Batch(
        checkpoint=Checkpoint("1"),
        messages=(
            *(desk.far.write(f"Question {number}", html="<p>Where?") for number in range(20)),
            desk.far.write("Poison", accepted_at=at_the_end, text="due when no calendar goes on"),
        ),
        quarantined=(Quarantined(place, "no header", b"?"),),
    )
    gone = Batch(
        checkpoint=Checkpoint("2"),
        gone=tuple(place for message in first.messages for place in message.places),
    )
    beside = Beside(desk.path, SHOP, desk.book)
    try:
        beside.store(carried(first), Trust(), desk.watch())
        brought = beside.counts()
        beside.store(carried(gone), Trust(), desk.watch())
        doubted = beside.counts()
    finally:
        beside.end()

    assert brought == Counts(new=20, quarantined=2)
    assert doubted == Counts(vanished=20)
    with desk.store.read() as tx:
        assert accounts.checkpoint(tx, SHOP) == "1"
        assert messages.present(tx, SHOP) == 20
        aside = {held_back.source(tx, one.uid) for one in held_back.every(tx, SHOP)}
        sources = [row[0] for row in tx.sql.execute("SELECT source FROM sources")]
        pages = [row[0] for row in tx.sql.execute("SELECT html FROM bodies")]
    assert aside == {b"?", b"due when no calendar goes on"}
    assert list(map(zlib.decompress, sources)) == [b"When will it arrive?"] * 20
    assert list(map(zlib.decompress, pages)) == [b"<p>Where?"] * 20


def test_what_cannot_travel_is_stored_here(desk: Desk) -> None:
    """A stranger's connector may put anything into a message; its mail comes in all the same."""
    for number in range(9):
        desk.far.write(f"Question {number}")
    odd = type("Odd", (str,), {})  # of a class that no other process can find
    desk.far.mails[4] = replace(desk.far.mails[4], text=odd("Where is it?"))

    found = pulled(desk)

    assert found.new == 9


def test_nothing_is_stored_behind_a_batch_that_was_not(desk: Desk) -> None:
    """The checkpoint of the later one would say that the earlier one is here: it would be lost."""
    nowhere = Place(cast("str", 7), "1", "7", Role.INBOX)
    odd = Batch(checkpoint=Checkpoint("1"), messages=(desk.far.write("Odd", places=(nowhere,)),))
    good = Batch(checkpoint=Checkpoint("2"), messages=(desk.far.write("Where is it?"),))
    beside = Beside(desk.path, SHOP, desk.book)
    try:
        for batch in (odd, good):
            beside.store(carried(batch), Trust(), desk.watch())
        assert beside.counts() is None
    finally:
        beside.end()

    with desk.store.read() as tx:
        assert accounts.checkpoint(tx, SHOP) is None


@pytest.mark.parametrize(
    "odd", [4, *(pytest.param(number, marks=pytest.mark.slow) for number in (0, 2, 6, 8))]
)
def test_what_the_helper_cannot_read_is_stored_here_and_what_is_behind_it(
    desk: Desk, odd: int
) -> None:
    """Two batches are on their way at once: nothing of either gets lost, nothing comes twice."""
    for number in range(9):
        desk.far.write(f"Question {number}")
    moved = Place(cast("str", 7), "1", str(odd), Role.INBOX)
    desk.far.mails[odd] = replace(desk.far.mails[odd], places=(moved,))

    found = pulled(desk)

    assert (found.new, found.quarantined) == (8, 1)  # nobody can read that one
    assert len(held(desk.store)) == 8
    assert pulled(desk).new == 0
    assert besides() == []


@pytest.mark.slow
def test_a_helper_ends_with_who_started_it(tmp_path: Path) -> None:
    """After a kill -9 of the engine no process goes on writing, and the next engine takes it up."""
    path = tmp_path / "killed.db"
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.sync.beside_child", str(path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "half way\n"
    (helper,) = besides(child.pid)
    child.kill()
    child.wait()
    child.stdout.close()
    until = time.monotonic() + DEADLINE
    while Path(f"/proc/{helper}").exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert not Path(f"/proc/{helper}").exists()

    desk = Desk(tmp_path, path.name)
    try:
        beside_child.fill(desk)
        found = pulled(desk)

        assert 0 < found.new < beside_child.MAILS
        assert len(held(desk.store)) == beside_child.MAILS
    finally:
        desk.store.close()
