"""Whether the store is whole: the file, the columns, the verdicts, the index, the references.

Looks and changes nothing. Every check is a function that yields findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from inbox.core.model import ConversationUid
from inbox.core.obligations import Book
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.store import conversations, derive, index_check, legible, references
from inbox.store.database import Store, Transaction
from inbox.store.faults import StoreBusy, StoreDamaged, StoreFull, StoreReadOnly
from inbox.store.rows import decoded, hot_reader, portions, quoted
from inbox.store.schema import TABLES, Layout


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    severity: Literal["error", "warning"]
    """error: what is stored contradicts itself; warning: something only waits to be done."""
    sentence: str


def examine(store: Store, book: Book) -> list[Finding]:
    """Return what is wrong with the store, worst first; empty: it is whole.

    Verdicts are compared with what the book gives now.
    """
    try:
        with store.read() as tx:
            found = list(_integrity(tx, book)) or list(_documents(tx))
            # In a broken file nothing else that is found means anything.
            for check in () if found else _CHECKS:
                found += check(tx, book)
        found += _index_structure(store)
    except StoreDamaged as exc:
        found = [_broken(exc.detail)]
    return sorted(found, key=lambda finding: finding.severity)


def _index_structure(store: Store) -> Iterator[Finding]:
    """Ask the index itself whether it is sound; where that cannot be asked, say so."""
    try:
        if not index_check.is_sound(store):
            yield _error(_("The search index is damaged."))
    except (StoreReadOnly, StoreFull, StoreBusy):
        said = _("The store cannot be written now, so its search index was not looked into.")
        yield Finding("warning", said)


def _integrity(tx: Transaction, _book: Book) -> Iterator[Finding]:
    """Ask SQLite whether the file is sound."""
    for (line,) in tx.sql.execute("PRAGMA integrity_check(5)"):
        if line != "ok":
            yield _broken(line)


def _documents(tx: Transaction) -> Iterator[Finding]:
    """Read every document and every text."""
    for table, count in legible.rotten(tx):
        said = ngettext(
            "{count} row of {table} cannot be read any more.",
            "{count} rows of {table} cannot be read any more.",
            count,
        )
        yield _error(said.format(count=count, table=table))


def _columns(tx: Transaction, _book: Book) -> Iterator[Finding]:
    """Compare the hot columns of every row with its document."""
    for layout in TABLES.values():
        values_of = hot_reader(layout)
        wrong = sum(list(columns) != values_of(decoded(raw)) for raw, *columns in _rows(tx, layout))
        if wrong:
            said = ngettext(
                "{count} row of {table} does not fit its document.",
                "{count} rows of {table} do not fit their documents.",
                wrong,
            )
            yield _error(said.format(count=wrong, table=layout.name))


def _verdicts(tx: Transaction, book: Book) -> Iterator[Finding]:
    """Make every conversation's document again and compare."""
    uids = [
        ConversationUid(uid)
        for (uid,) in tx.sql.execute("SELECT uid FROM doc_conversations ORDER BY doc_id")
    ]
    wrong = stale = 0
    for some in portions(uids):
        made = derive.recompute(tx, some, book)
        for stored in conversations.page(tx, some):
            if not derive.is_fresh(stored.rule_hash, stored, book):
                stale += 1
            elif made.get(stored.uid) != stored:
                wrong += 1
    if wrong:
        said = ngettext(
            "{count} conversation is not what its messages say.",
            "{count} conversations are not what their messages say.",
            wrong,
        )
        yield _error(said.format(count=wrong))
    if stale:
        said = ngettext(
            "{count} verdict was made under other rules and waits to be made again.",
            "{count} verdicts were made under other rules and wait to be made again.",
            stale,
        )
        yield Finding("warning", said.format(count=stale))


def _references(tx: Transaction, _book: Book) -> Iterator[Finding]:
    """Look for what refers to nothing, and for places told in two ways."""
    for name, count in references.lost(tx):
        said = ngettext(
            "{count} row of {table} belongs to nothing.",
            "{count} rows of {table} belong to nothing.",
            count,
        )
        yield _error(said.format(count=count, table=name))
    wrong = references.misplaced(tx)
    if wrong:
        said = ngettext(
            "{} place does not fit its message.", "{} places do not fit their messages.", wrong
        )
        yield _error(said.format(wrong))


def _index(tx: Transaction, _book: Book) -> Iterator[Finding]:
    """Compare the full-text index with the messages."""
    missing = index_check.unindexed(tx)
    if missing:
        said = ngettext(
            "{} message is missing in the search index, or in it and nowhere else.",
            "{} messages are missing in the search index, or in it and nowhere else.",
            missing,
        )
        yield _error(said.format(missing))
    wrong = index_check.misfits(tx)
    if wrong:
        said = ngettext(
            "The search index is wrong in {} place.",
            "The search index is wrong in {} places.",
            wrong,
        )
        yield _error(said.format(wrong))


_CHECKS: tuple[Callable[[Transaction, Book], Iterator[Finding]], ...] = (
    _columns,
    _references,
    _verdicts,
    _index,
)


def _rows(tx: Transaction, layout: Layout) -> Iterator[tuple[Any, ...]]:
    columns = "".join(f', "{name}"' for name in layout.columns)
    yield from tx.sql.execute(f"SELECT doc{columns} FROM {quoted(layout.name)}")  # noqa: S608 - names of ours


def _error(sentence: str) -> Finding:
    return Finding("error", sentence)


def _broken(detail: str) -> Finding:
    return _error(_("The store's file is damaged: {}").format(detail))
