"""The real command line, killed at a step: `python -m tests.kills.child STEP WHOM LOG ARG...`.

WHOM is `self` or `group` (the whole process group, as a terminal that is
closed does). LOG gets a line for each step passed.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from connectors import steps
from inbox.cli import main


def kill_at(step: str, whom: str, log: Path) -> None:
    """Arrange for a SIGKILL when that step is reached; "" for never."""

    def hook(name: str) -> None:
        with log.open("a", encoding="ascii") as file:
            file.write(name + "\n")
        if name != step:
            return
        if whom == "group":
            os.killpg(os.getpgrp(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)

    steps.hook = hook


if __name__ == "__main__":
    kill_at(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    sys.argv[1:] = sys.argv[4:]
    main()
