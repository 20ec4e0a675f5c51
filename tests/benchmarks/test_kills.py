"""How many kills at random moments a store under load outlives; `BENCHMARK_KILLS` says how many."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.store.test_kills import look_at

KILLS = int(os.environ.get("BENCHMARK_KILLS", "300"))
LONGEST = 0.2
"""Seconds after its last word within which the child is killed."""


@pytest.mark.benchmark
@pytest.mark.timeout(7200)
def test_kills_at_random_moments(tmp_path: Path) -> None:
    """After each one the doctor finds nothing and all that was said to be done is there."""
    chance = random.Random(7)
    path = tmp_path / "inbox.db"
    rounds = 0
    for _ in range(KILLS):
        command = [sys.executable, "-m", "tests.store.busy_child", str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            told = [int(next(child.stdout))]
            time.sleep(chance.uniform(0, LONGEST))  # the moment is what is random here
            child.kill()
            told += [int(line) for line in child.stdout if line.endswith("\n")]
        look_at(path, told)
        rounds += len(told)
        if path.stat().st_size > 20_000_000:
            # The doctor reads everything each time: begin again before that is all it does.
            path = path.with_name(f"inbox-{rounds}.db")
    print(f"\n{KILLS} kills in {rounds} rounds of writing: nothing lost, nothing half")  # noqa: T201 - a benchmark's product
