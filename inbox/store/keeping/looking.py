"""Run by itself: print which of the byte strings given (hex, a line each) a file holds.

Imports nothing of ours, so that it has begun in an instant.
"""

from __future__ import annotations

import sys
from pathlib import Path

LOT = 1 << 23
"""Bytes read at once."""


def main() -> None:
    """Read the whole file once and print what was found."""
    wanted = {bytes.fromhex(line) for line in sys.stdin.read().split()}
    found: set[bytes] = set()
    longest = max(map(len, wanted))
    kept = b""
    with Path(sys.argv[1]).open("rb", buffering=0) as file:
        while lot := file.read(LOT):
            kept += lot
            found |= {each for each in wanted - found if each in kept}
            kept = kept[-longest:]
    print("\n".join(each.hex() for each in found))  # noqa: T201 - the answer of this process


if __name__ == "__main__":
    main()
