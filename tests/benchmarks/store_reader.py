"""Open a store, page through it and search it: what the store's side holds in memory."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from inbox import config as configuration
from inbox.locations import Locations
from inbox.rules import load_book
from inbox.store.database import Store
from inbox.view.reader import Reader
from tests.benchmarks.terminal import resident

PAGES = 20
WORDS = ("refund", "parc", "order 1", "Łucja", "tracking number", "is:late")


def main(home: Path) -> None:
    """Print the megabytes held when opened, when paged through, and when searched."""
    locations = Locations.under(home)
    book = load_book(configuration.load(locations.config_file))
    store = Store.open(locations.store_file)
    try:
        reader = Reader(store, book, lambda: datetime.now(UTC))
        opened = resident(os.getpid())
        rows = reader.rows("")
        for number in range(PAGES):
            rows.row(number * len(rows) // PAGES)
        paged = resident(os.getpid())
        for words in WORDS:
            reader.typed(words).prepare(None)
        reader.standing()
        print(len(rows), opened, paged, resident(os.getpid()))  # noqa: T201 - its product
    finally:
        store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
