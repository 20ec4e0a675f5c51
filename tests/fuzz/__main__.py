"""Feed one reader with ever stranger input: `python -m tests.fuzz mail|page|reply|pack [SECONDS]`.

Needs `pip install atheris`, which is no dependency of ours. It begins with our
corpora. What breaks a reader is written into the current folder as `crash-*`:
it stays as a test of tests/connectors/test_reading_fuzz.py.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["connectors", "inbox"]):
    from tests.connectors.test_reading_fuzz import READERS, SEEDS


def main(kind: str, seconds: str = "600") -> None:
    """Fuzz until the time is over or something breaks."""
    read = READERS[kind]
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(SEEDS[kind]):
            (Path(folder) / str(number)).write_bytes(seed)
        options = [f"-max_total_time={seconds}", "-max_len=20000", "-timeout=20", folder]
        atheris.Setup([sys.argv[0], *options], read)
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
