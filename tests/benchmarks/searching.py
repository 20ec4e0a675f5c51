"""What the search benchmark runs in a process of its own: views, pages, searches; prints JSON."""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from inbox.store.database import Store
from inbox.view.reader import Reader
from tests.benchmarks.letters import FIRST, Letters
from tests.store.making import BOOK

NOW = FIRST + timedelta(days=3660)
VIEWS = ("", "is:owed", "is:done", "is:waiting", "is:late")
PAGES = 200
SEARCHES = 150


def timed(work: Callable[[], object]) -> float:
    """Return the milliseconds of processor time that this took."""
    before = time.process_time()
    work()
    return (time.process_time() - before) * 1000


def strokes(letters: Letters) -> list[str]:
    """Return what stands in the search line at each key of many searches."""
    chosen = random.Random(3)
    found = []
    for number in range(SEARCHES):
        text = " ".join(letters.words(chosen.choice((1, 2, 2, 3))))
        if number % 5 == 0:
            text = letters.order()[4:11]
        if number % 10 == 1:
            text += " is:done"
        found += [text[:end] for end in range(1, len(text) + 1)]
    return found


def main(path: Path) -> None:
    """Print how long each thing took (milliseconds of processor time) and the memory (MB)."""
    begun = getrusage(RUSAGE_SELF).ru_maxrss / 1024
    store = Store.open(path)
    reader = Reader(store, BOOK, lambda: NOW)
    result: dict[str, object] = {
        "views": {view: [timed(lambda: reader.rows(view)) for _ in range(7)] for view in VIEWS}  # noqa: B023 - called at once
    }
    rows = reader.rows("")
    chosen = random.Random(5)
    spots = [chosen.randrange(len(rows)) for _ in range(PAGES)]
    result["pages"] = [timed(lambda: rows.row(spot)) for spot in spots]  # noqa: B023 - as above
    result["counts"] = [timed(reader.standing) for _ in range(7)]
    typed = {}
    for text in strokes(Letters(11)):

        def search(text: str = text) -> None:
            try:
                reader.typed(text).prepare(None)
            except Exception as refused:
                if type(refused).__name__ != "QueryError":
                    raise

        typed[text] = timed(search)
    result["typed"] = typed
    result["begun"] = begun
    result["memory"] = getrusage(RUSAGE_SELF).ru_maxrss / 1024
    store.close()
    print(json.dumps(result))  # noqa: T201 - the answer of this process


if __name__ == "__main__":
    main(Path(sys.argv[1]))
