"""Paint the README's picture of the running demo: `python -m tests.picture docs/demo.svg`."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.terminal import Terminal

SECONDS = 30
"""When the picture is taken: the first sync is over by then, and the keys stand at the bottom."""

REMOTE_FONTS = re.compile(r"\s*@font-face \{.*?\n    \}\n", re.DOTALL)
"""The picture must not fetch anything: any monospaced font of the reader's will do."""


def painted() -> str:
    """Return the demo's first screen as SVG, taken from the real program on a terminal."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "TEXTUAL_SCREENSHOT": str(SECONDS),
            "TEXTUAL_SCREENSHOT_LOCATION": folder,
            "TEXTUAL_SCREENSHOT_FILENAME": "demo.svg",
            "COLORTERM": "truecolor",
            "TZ": "Europe/Berlin",
        }
        words = [sys.executable, "-m", "inbox", "demo"]
        with Terminal(words, environment) as terminal:
            while terminal.child.poll() is None:
                terminal.settle()
        svg = (Path(folder) / "demo.svg").read_text(encoding="utf-8")
    return REMOTE_FONTS.sub("", svg)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(painted(), encoding="utf-8")
