"""How a process that takes in mail looks for values that only hold each other.

Python looks each time 700 more values were made than freed. A batch makes
tens of thousands that all live until it is stored, and next to none of them in
a circle: looking so often costs a fifth of the time and finds nothing.
"""

from __future__ import annotations

import gc
from typing import Final

YOUNG: Final = 50_000
"""Values made and not freed before the youngest are looked at: some ten megabytes."""


def expect_batches() -> None:
    """Look less often from now on, and no more at what the program made while it started."""
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
