"""Say on the terminal how far a store is that an update has to change first.

Ten years of mail take minutes; a start that says nothing for so long is ended
by the person who waits.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from inbox.i18n import gettext as _
from inbox.store.before_migrating import Progress


@contextmanager
def told(out: TextIO | None = None) -> Iterator[Progress]:
    """Give what shows how far it is (0 to 1), on a line that goes away; only on a terminal."""
    out = sys.stderr if out is None else out
    if not out.isatty():
        yield lambda _part: None
        return
    shown = ""

    def show(part: float) -> None:
        nonlocal shown
        text = _("Preparing the store after an update… {} %").format(int(100 * min(part, 1.0)))
        if text != shown:
            shown = text
            out.write(f"\r\x1b[K{text}")
            out.flush()

    show(0.0)
    try:
        yield show
    finally:
        out.write("\r\x1b[K")
        out.flush()
