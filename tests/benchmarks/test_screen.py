"""How soon the list is painted and how soon a key is seen, beside an empty app and neomutt."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.benchmarks.bytecode import compile_all
from tests.benchmarks.desk import make_home
from tests.benchmarks.mailbox import fill_maildir
from tests.benchmarks.terminal import Terminal, median, p95

MESSAGES = int(os.environ.get("BENCHMARK_MESSAGES", "10000"))
ROUNDS = 7
KEYS = 120
WARM = 10

NEOMUTT = """
set folder={folder}
set spoolfile={folder}
set mbox_type=Maildir
set sort=reverse-date-received
set header_cache={cache}
set quit=yes
set beep=no
"""


def measured(
    words: Sequence[str], environment: Mapping[str, str], sign: bytes
) -> tuple[float, list[float]]:
    """Return seconds to the first paint of `sign`, and those from each key to its repaint."""
    with Terminal(words, environment) as terminal:
        first = terminal.until(sign)
        terminal.settle()
        for _ in range(WARM):
            terminal.press(b"j")
        keys = [terminal.press(b"j") for _ in range(KEYS)]
        return first, [each for each in keys if each is not None]


@pytest.mark.benchmark
@pytest.mark.timeout(900)
def test_first_paint_and_keys_beside_others(tmp_path: Path) -> None:
    """Opening the inbox and moving in it must feel like nothing at all."""
    compile_all()
    home = make_home(tmp_path / "home", MESSAGES)
    rivals: dict[str, tuple[list[str], dict[str, str], bytes]] = {
        "empty Textual app": (
            [sys.executable, "-m", "tests.benchmarks.empty_app"],
            {},
            b"READY-0",
        ),
        "seller-inbox": ([sys.executable, "-m", "inbox"], {"INBOX_HOME": str(home)}, b"order"),
    }
    if shutil.which("neomutt"):
        fill_maildir(tmp_path / "maildir", MESSAGES)
        config = tmp_path / "neomuttrc"
        config.write_text(
            NEOMUTT.format(folder=tmp_path / "maildir", cache=tmp_path / "headers.db")
        )
        rivals["neomutt"] = (["neomutt", "-n", "-F", str(config)], {}, b"Order")
    starts: dict[str, list[float]] = {name: [] for name in rivals}
    keys: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(ROUNDS):
        for name, (words, environment, sign) in rivals.items():
            first, pressed = measured(words, environment, sign)
            starts[name].append(first)
            keys[name].extend(pressed)
    empty = median(starts["empty Textual app"])
    print(f"\n{MESSAGES} messages; start: median of {ROUNDS}; keys: {KEYS} x {ROUNDS}")  # noqa: T201 - a benchmark's product
    for name in rivals:
        print(  # noqa: T201 - as above
            f"{name:18} start {median(starts[name]) * 1000:6.0f} ms"
            f" ({median(starts[name]) / empty:.2f}x the empty app)"
            f"   key to repaint p50 {median(keys[name]) * 1000:5.1f} ms"
            f" p95 {p95(keys[name]) * 1000:5.1f} ms"
        )
