"""The screen over a store of 100,000 conversations: start, keys, the clock's cost, memory.

CPU time stands beside each time: on a busy machine only that is the program's own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks.bytecode import compile_all
from tests.benchmarks.desk import make_home
from tests.benchmarks.terminal import Terminal, median, p95

CONVERSATIONS = int(os.environ.get("BENCHMARK_CONVERSATIONS", "100000"))
READY_HOME = os.environ.get("BENCHMARK_HOME", "")
"""A home made before by `make_home`, where making one for each run would take minutes."""

ROUNDS = 7
KEYS = 60
IDLE = 40.0
"""Seconds in which nobody touches a key; the countdowns go on."""

SIGN = b"Order"
EMPTY = [sys.executable, "-m", "tests.benchmarks.empty_app"]
OURS = [sys.executable, "-m", "inbox"]
SEARCH = tuple(letter.encode() for letter in "refund yest")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a seller with that many conversations."""
    compile_all()
    if READY_HOME:
        return {"INBOX_HOME": READY_HOME}
    return {"INBOX_HOME": str(make_home(tmp_path_factory.mktemp("large") / "home", CONVERSATIONS))}


@pytest.mark.benchmark
@pytest.mark.timeout(3600)
def test_start_and_memory_beside_an_empty_app(home: dict[str, str]) -> None:
    """The tenth year must not feel slower than the first."""
    rivals = {"empty Textual app": (EMPTY, {}, b"READY-0"), "seller-inbox": (OURS, home, SIGN)}
    walls: dict[str, list[float]] = {name: [] for name in rivals}
    spent: dict[str, list[float]] = {name: [] for name in rivals}
    held: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(ROUNDS):
        for name, (words, environment, sign) in rivals.items():
            with Terminal(words, environment) as terminal:
                walls[name].append(terminal.until(sign))
                spent[name].append(terminal.spent())
                terminal.settle(1.0)
                held[name].append(terminal.resident())
    for name in rivals:
        print(  # noqa: T201 - a benchmark's product
            f"\n{name:18} first paint {median(walls[name]) * 1000:5.0f} ms,"
            f" CPU {median(spent[name]) * 1000:5.0f} ms"
            f" ({median(spent[name]) / median(spent['empty Textual app']):.2f}x the empty app),"
            f" then holds {median(held[name]):.0f} MB"
        )


@pytest.mark.benchmark
@pytest.mark.timeout(3600)
def test_keys_over_many_conversations(home: dict[str, str]) -> None:
    """However many there are, a key is seen at once."""
    with Terminal(OURS, home) as terminal:
        terminal.until(SIGN)
        terminal.settle(2.0)
        for name, keys in (
            ("j", [b"j"] * KEYS),
            ("ctrl+d", [b"\x04"] * KEYS),
            ("G, gg's end", [b"G", b"k"] * (KEYS // 2)),
            ("a search, letter by letter", [b"/", *SEARCH]),
        ):
            before = terminal.spent()
            painted = [each for each in map(terminal.press, keys) if each is not None]
            terminal.settle(0.5)
            cpu = (terminal.spent() - before) / len(keys)
            print(  # noqa: T201 - a benchmark's product
                f"\n{name:28} p50 {median(painted) * 1000:6.1f} ms"
                f"  p95 {p95(painted) * 1000:6.1f} ms  CPU a key {cpu * 1000:5.1f} ms",
                end="",
            )
        print(f"\nholds {terminal.resident():.0f} MB after all that")  # noqa: T201 - as above


@pytest.mark.benchmark
@pytest.mark.timeout(3600)
def test_the_clock_costs_next_to_nothing(home: dict[str, str]) -> None:
    """A terminal that is open all day on a laptop must not be felt in its battery."""
    shares = {}
    for name, (words, environment, sign) in {
        "empty Textual app": (EMPTY, {}, b"READY-0"),
        "seller-inbox": (OURS, home, SIGN),
    }.items():
        with Terminal(words, environment) as terminal:
            terminal.until(sign)
            terminal.settle(3.0)
            before, began = terminal.spent(), time.perf_counter()
            while time.perf_counter() - began < IDLE:
                terminal.settle(1.0)
                time.sleep(0.5)
            shares[name] = (terminal.spent() - before) / (time.perf_counter() - began)
    print("".join(f"\n{name:18} idle: {share:.2%} of one core" for name, share in shares.items()))  # noqa: T201 - a benchmark's product


@pytest.mark.benchmark
@pytest.mark.timeout(3600)
def test_what_the_store_s_side_holds(home: dict[str, str]) -> None:
    """A list of ids is all that may grow with the years."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.store_reader", home["INBOX_HOME"]],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    ).stdout.split()
    rows, opened, paged, searched = (float(each) for each in told)
    print(  # noqa: T201 - a benchmark's product
        f"\n{rows:.0f} conversations: {opened:.0f} MB opened, {paged:.0f} MB paged through,"
        f" {searched:.0f} MB after searching"
    )
