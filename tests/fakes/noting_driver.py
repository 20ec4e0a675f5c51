"""A terminal driver that writes down what a start had done when the first list was painted.

Textual takes it by name from TEXTUAL_DRIVER: nothing of ours is replaced.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from textual.drivers.linux_driver import LinuxDriver


class NotingDriver(LinuxDriver):
    """Paints as ever; the first time it paints NOTED_SIGN it writes NOTED_FILE.

    The file holds `modules`, the names of all that was loaded, and `before`,
    how many characters had been sent to the terminal by then.
    """

    _before = 0
    _noted = False

    def write(self, data: str) -> None:
        """Write to the terminal, and once to the file."""
        super().write(data)
        if not self._noted and os.environ["NOTED_SIGN"] in data:
            self._noted = True
            file = Path(os.environ["NOTED_FILE"])
            part = file.with_suffix(".part")
            part.write_text(json.dumps({"modules": sorted(sys.modules), "before": self._before}))
            part.replace(file)
        self._before += len(data)
