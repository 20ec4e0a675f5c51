"""A process that writes one message into a store each time it is told to.

Run as `python -m tests.store.keeping.writing_child PATH`.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from inbox.store.database import Store
from tests.store.making import question, take


def main() -> None:
    """Write a message for each line read, and say so once it is committed."""
    with closing(Store.open(Path(sys.argv[1]))) as store:
        for number, _line in enumerate(sys.stdin, 10_000):
            take(store, [question(number)])
            print(number, flush=True)  # noqa: T201 - its word


if __name__ == "__main__":
    main()
