"""What lies in the files of stowed conversations, as rows: looked for, brought back by nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from inbox.core.obligations import Book
from inbox.core.query import Query
from inbox.store.database import Store
from inbox.store.keeping.workplace import workplace
from inbox.store.stowed import catalogue, finding
from inbox.view.rows import Row, account_name


def anything(store: Store) -> bool:
    """Return whether anything is stowed; cheap."""
    with store.read() as tx:
        return catalogue.anything(tx)


def stowed(
    store: Store, book: Book, query: Query, now: datetime, tell: Callable[[float], object]
) -> Iterator[Row]:
    """Yield the stowed conversations that answer a query, file by file.

    `tell` is called with how much is looked into, 0 to 1; what it raises ends
    it. Raises KeepingBusy, StowDamaged, StoreError.
    """
    with workplace(store.path.parent) as folder:
        for one in finding.matching(store, query, now, folder, tell):
            yield Row(one, account_name(book, one))
