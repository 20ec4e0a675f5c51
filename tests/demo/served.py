"""A demo served by a child of its own, as `inbox demo --no-screen` does it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from inbox.config import AccountConfig, load
from inbox.demo import ACCOUNT
from inbox.locations import Locations


@contextmanager
def demo(tmp_path: Path, *, speed: float = 1.0) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Yield the demo's process and its home, which lies under `tmp_path`."""
    command = [
        sys.executable, "-c",
        f"from inbox.demo import run; run(speed={speed}, seed=1, screen=False)",
    ]  # fmt: skip
    environ = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.stdin.close()
            if process.wait(30) is None:
                process.kill()


def account_of(home: Path) -> AccountConfig:
    """Return the mail account that the demo has configured."""
    found = load(Locations.under(home).config_file).account(ACCOUNT)
    assert found is not None
    return found


def until(holds: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    """Wait until something holds; fail with its name if it never does."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, f"waited in vain for {what}"
        time.sleep(0.02)
