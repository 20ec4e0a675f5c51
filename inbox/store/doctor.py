"""Whether the store is whole: the file, the columns, the verdicts, the index, the references.

Looks and changes nothing. Every check is a function that yields findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from inbox.core.model import ConversationUid
from inbox.core.obligations import Book
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.store import conversations, derive, index_check
from inbox.store.database import Store, Transaction
from inbox.store.faults import StoreDamaged
from inbox.store.rows import decoded, hot_values, quoted
from inbox.store.schema import TABLES, Layout

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    severity: Literal["error", "warning"]
    """error: what is stored contradicts itself; warning: it only waits to be done."""
    sentence: str


def examine(store: Store, book: Book) -> list[Finding]:
    """Return what is wrong with the store, worst first; empty: it is whole."""
    try:
        with store.read() as tx:
            found = list(_integrity(tx))
            # In a broken file nothing else that is found means anything.
            if not found:
                for check in _CHECKS:
                    found += check(tx, book)
        found += index_findings(store)
    except StoreDamaged as exc:
        found = [Finding("error", _("The store's file is damaged: {}").format(exc.detail))]
    return sorted(found, key=lambda finding: finding.severity)


def index_findings(store: Store) -> list[Finding]:
    """Return what is wrong with the full-text index."""
    wrong = index_check.contradictions(store)
    return [_counted(_("The search index does not fit the messages: {}"), wrong)] if wrong else []


def _counted(sentence: str, count: int) -> Finding:
    return Finding("error", sentence.format(count))


def _integrity(tx: Transaction) -> Iterator[Finding]:
    """Ask SQLite whether the file is sound."""
    for (line,) in tx.sql.execute("PRAGMA integrity_check(5)"):
        if line != "ok":
            yield Finding("error", _("The store's file is damaged: {}").format(line))


def _columns(tx: Transaction, book: Book) -> Iterator[Finding]:
    """Compare the hot columns of every row with its document."""
    for layout in TABLES.values():
        wrong = sum(
            list(row[2:]) != hot_values(layout, decoded(row[1])) for row in _rows(tx, layout)
        )
        if wrong:
            yield Finding(
                "error",
                ngettext(
                    "{count} row of {table} does not fit its document.",
                    "{count} rows of {table} do not fit their documents.",
                    wrong,
                ).format(count=wrong, table=layout.name),
            )


def _rows(tx: Transaction, layout: Layout) -> Iterator[tuple[object, ...]]:
    columns = "".join(f', "{name}"' for name in layout.columns)
    yield from tx.sql.execute(f"SELECT doc_id, doc{columns} FROM {quoted(layout.name)}")  # noqa: S608 - names of ours
