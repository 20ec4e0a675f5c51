"""Write anew what stands beside rows that were erased.

Where SQLite has once split a page, a copy of a row may have stayed in the unused
part of the next one. A page that loses all its rows is overwritten, so those
beside what was erased are taken out and put in again.
"""

from __future__ import annotations

from collections.abc import Sequence

from inbox.store.database import Transaction

_BESIDE = {"thread_keys": 150, "doc_messages": 30, "doc_conversations": 30}
"""Rows on each side, by table: some pages of 4 kB."""
_MOST = 200
"""Erased rows that this is done for; where there were more, whole pages went."""
_ORDER = {"thread_keys": ("account", "key")}

Key = tuple[str | int, ...]


def renew(tx: Transaction, table: str, gone: Sequence[Key]) -> None:
    """Write the neighbours of erased rows anew; a row is named by its key, `doc_id` by default."""
    columns = _ORDER.get(table, ("doc_id",))
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    near: dict[tuple[object, ...], None] = {}
    for key in gone[:_MOST]:
        for sign, order in (("<", "DESC"), (">", "ASC")):
            ordered = ", ".join(f'"{column}" {order}' for column in columns)
            rows = tx.sql.execute(
                f"SELECT {names}, * FROM {table} WHERE ({names}) {sign} ({marks})"  # noqa: S608 - names of ours
                f" ORDER BY {ordered} LIMIT {_BESIDE[table]}",
                key,
            )
            near |= dict.fromkeys(rows)
    if not near:
        return
    named = " AND ".join(f'"{column}" = ?' for column in columns)
    tx.sql.executemany(
        f"DELETE FROM {table} WHERE {named}",  # noqa: S608 - names of ours
        [row[: len(columns)] for row in near],
    )
    every = sorted((row[len(columns) :] for row in near), key=lambda row: row[: len(columns)])
    values = ", ".join("?" * len(every[0]))
    tx.sql.executemany(f"INSERT INTO {table} VALUES ({values})", every)  # noqa: S608 - as above
