"""The real program, run as a script runs it: one process for each command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


class Program:
    """The installed program with a home and a keyring of its own."""

    def __init__(self, folder: Path, *packages: Path) -> None:
        """`packages`: folders in which more is installed than what the tests run with."""
        self.home = folder / "home"
        self.environ = {
            **os.environ,
            "INBOX_HOME": str(self.home),
            "TZ": "America/New_York",
            "LC_ALL": "C.UTF-8",
            "PYTHON_KEYRING_BACKEND": "tests.fakes.keyrings.FileKeyring",
            "FAKE_KEYRING": str(folder / "keyring.json"),
            "PYTHONPATH": os.pathsep.join(map(str, (Path(__file__).parents[2], *packages))),
        }

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command and return what came of it."""
        return subprocess.run(
            [sys.executable, "-m", "inbox", *words],
            input=stdin,
            text=True,
            capture_output=True,
            check=False,
            env=self.environ,
        )

    def json(self, *words: str, stdin: str = "") -> Any:
        """Run a command that must succeed and return its JSON."""
        done = self.run(*words, "--json", stdin=stdin)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
