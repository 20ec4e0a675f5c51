"""Run the quality tools as a developer would, and list the project's own files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("inbox", "connectors", "canned")


def run_tool(*words: str) -> tuple[int, str]:
    """Return exit code and output of a tool of this environment, run at the project's root."""
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=170,
    )
    return done.returncode, done.stdout + done.stderr


def python_files(*folders: str) -> Iterator[Path]:
    """Yield every Python file below the folders, other people's suites left out."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "upstream" not in path.relative_to(ROOT).parts:
                yield path
