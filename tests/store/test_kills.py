"""A power cut at any moment leaves a store that is whole, with all that was committed."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from inbox.store import accounts, outbox
from inbox.store.database import Store
from tests.store.making import ACCOUNT, assert_whole, stored_counts


def killed_after(path: Path, lines: int) -> list[int]:
    """Let a child work, kill it in the middle of a round, return the rounds it said were done."""
    command = [sys.executable, "-m", "tests.store.busy_child", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        told = [int(next(child.stdout)) for _ in range(lines)]
        child.kill()
        told += [int(line) for line in child.stdout if line.endswith("\n")]
        child.wait()
    return told


def look_at(path: Path, told: list[int]) -> None:
    """Assert that what was told is there and that nothing is half.

    A round is two transactions: a kill between them leaves it without its reply.
    """
    with closing(Store.open(path)) as store:
        assert_whole(store)
        with store.read() as tx:
            done = int(accounts.checkpoint(tx, ACCOUNT) or -1)
            replies = {item.key for item in outbox.every(tx)}
            stored, _ = stored_counts(tx, ACCOUNT)
    assert done in (told[-1], told[-1] + 1)
    assert replies >= {f"k{number}@lamps.example" for number in told}
    assert stored == (done + 1) * 11 + len(replies)


@pytest.mark.slow
def test_a_kill_in_the_middle_of_writing_leaves_a_whole_store(tmp_path: Path) -> None:
    """Again and again on the same file, as a bad week would."""
    path = tmp_path / "inbox.db"
    for lines in (1, 3, 2):
        look_at(path, killed_after(path, lines))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_many_kills_leave_a_whole_store(tmp_path: Path) -> None:
    """Rare moments need many tries."""
    path = tmp_path / "inbox.db"
    for number in range(60):
        look_at(path, killed_after(path, 1 + number % 7))
