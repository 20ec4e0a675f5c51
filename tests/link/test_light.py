"""What the screen's process loads for the link."""

from __future__ import annotations

import subprocess
import sys

_HEAVY = ("inbox.sync", "connectors.email", "connectors.registry", "imapclient", "selectolax")


def test_the_link_loads_nothing_of_the_engine() -> None:
    """Key to repaint stays short because the screen's process does not carry the connectors."""
    script = (
        "import sys, inbox.link.client, inbox.link.keeper\n"
        f"print([name for name in sys.modules if name.startswith({_HEAVY!r})])"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
