"""A pull that stops half way for good: `python -m tests.sync.beside_child STORE`."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from inbox.sync.pulling import Pulled, pull
from tests.sync.desk import SHOP, Desk

MAILS = 60


def fill(desk: Desk) -> None:
    """Let the service have its mails."""
    for number in range(MAILS):
        desk.far.write(f"Question {number}")


def main(path: Path) -> None:
    """Pull half of the mails, say so, and wait to be killed."""
    desk = Desk(path.parent, path.name)
    fill(desk)
    batches = 0

    def between() -> bool:
        nonlocal batches
        batches += 1
        if batches == MAILS // desk.far.batch_size // 2:
            print("half way", flush=True)  # noqa: T201 - what the test waits for
            threading.Event().wait()
        return True

    pull(
        *(desk.store, desk.connector, SHOP, Pulled()),
        book=desk.book,
        clock=desk.watch,
        accept_gone=False,
        between=between,
        beginning=lambda: None,
        backlog=4,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
