"""Bytecode beside the sources, as a seller has it: no start of theirs compiles anything."""

from __future__ import annotations

import compileall
from pathlib import Path


def compile_all() -> None:
    """Leave bytecode beside the sources, as pip does when it installs the product.

    Where Python is told to write none, a start from a checkout compiles
    everything anew each time: no seller's start does.
    """
    root = Path(__file__).parents[2]
    for folder in ("inbox", "connectors", "canned", "tests/benchmarks"):
        assert compileall.compile_dir(root / folder, quiet=1)
