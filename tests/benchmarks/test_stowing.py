"""How long stowing, looking into the files and bringing back take, and what a writer feels."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from inbox.locations import Locations
from inbox.store.database import Store
from inbox.store.rows import portions
from tests.benchmarks.letters import Letters
from tests.benchmarks.terminal import median, p95
from tests.benchmarks.test_keeping import Writer
from tests.store.keeping.home import CONFIG
from tests.store.making import take

COUNT = int(os.environ.get("BENCHMARK_STORED", "60000"))
_AT_ONCE = 300


def fill(store: Store, count: int) -> None:
    """Put so many messages, read and spread over ten years, into a store."""
    every = list(Letters().conversations(count // 3))
    for some in portions(every, _AT_ONCE):
        take(store, [replace(each, seen=True) for one in some for each in one])


def run(home: Path, *words: str) -> object:
    """Run a command in a process of its own, print what it took, and return its JSON."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "inbox", *words, "--json"],
        env={**os.environ, "INBOX_HOME": str(home)},
        stdout=subprocess.PIPE,
    ) as child:
        out, _ = child.communicate()
        _pid, _status, used = (
            child.pid,
            child.returncode,
            resource.getrusage(resource.RUSAGE_CHILDREN),
        )
    assert child.returncode == 0
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    print(  # noqa: T201 - its purpose
        f"inbox {' '.join(words):40} {time.perf_counter() - started:8.2f} s  (CPU {cpu:.2f} s;"
        f" the largest process so far had {used.ru_maxrss / 1024:.0f} MB)"
    )
    return json.loads(out)


@pytest.mark.benchmark
@pytest.mark.timeout(3600)
def test_stowing_ten_years(tmp_path: Path) -> None:
    """Nobody waits for it, and it needs no more memory the more there is."""
    where = Locations.under(tmp_path / "home")
    where.prepare()
    where.config_file.write_text(f"{CONFIG}owed_since = 2026-11-06\n")
    where.config_file.chmod(0o600)
    with closing(Store.open(where.store_file)) as store:
        fill(store, COUNT)
    home = where.home
    assert home is not None
    print(f"store: {where.store_file.stat().st_size / 1e6:.0f} MB")  # noqa: T201 - its purpose
    run(home, "list", "--limit", "1")
    run(home, "stow", "--older-than", "1y", "--dry-run")
    with Writer(where.store_file) as alone:
        time.sleep(5.0)  # a sample of what writing costs by itself
    with Writer(where.store_file) as beside:
        run(home, "stow", "--older-than", "1y", "--yes")
    for name, writer in (("alone", alone), ("beside it", beside)):
        ms = [1000 * each for each in writer.took]
        told = f"median {median(ms):.1f} ms, p95 {p95(ms):.1f}, max {max(ms):.0f}"
        print(f"a message, {name}: {told}")  # noqa: T201 - its purpose
    size = sum(path.stat().st_size for path in (where.data / "stowed").iterdir())
    print(f"files: {size / 1e6:.0f} MB")  # noqa: T201 - its purpose
    run(home, "compact")
    print(f"store: {where.store_file.stat().st_size / 1e6:.0f} MB")  # noqa: T201 - its purpose
    assert run(home, "list", "--stowed", "subject:nosuchword") == []
    run(home, "doctor")
    run(home, "unstow", "--all")
