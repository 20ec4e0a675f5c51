"""Write what is in the store: as an mbox for every mail program, or whole as lines of JSON."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

from connectors.values import Direction
from inbox.core.model import Delivery
from inbox.store import contents
from inbox.store.database import Store, Transaction
from inbox.store.heads import stored, with_body
from inbox.store.keeping import export
from inbox.store.keeping.export import Chosen
from inbox.store.keeping.refusals import BackupThere
from inbox.sync.carrying import mbox

Format = Literal["mbox", "jsonl"]


def pieces(
    tx: Transaction, form: Format, names: Mapping[str, str], now: datetime, chosen: Chosen
) -> Iterator[bytes]:
    """Yield the export message by message; `names` are the accounts' names by uid."""
    if form == "jsonl":
        return map(export.encoded, export.lines(tx, names, now, chosen))
    return _mails(tx, chosen)


def _mails(tx: Transaction, chosen: Chosen) -> Iterator[bytes]:
    """Yield every message that came in or went out as an mbox has it, in the store's order."""
    for doc_id, head in export.heads(tx, chosen):
        value = stored(head)
        if value.delivery not in (None, Delivery.ACCEPTED):
            continue  # not sent as far as is known: in a mail file it would say that it was
        raw = contents.source(tx, doc_id)
        if raw is None:
            text, html = contents.bodies(tx, [doc_id]).get(doc_id, ("", None))
            raw = mbox.rebuilt(with_body(value, text, html).message)
        yield mbox.entry(raw, Direction(value.message.direction), value.message.accepted_at)


def write_file(
    store: Store,
    path: Path,
    form: Format,
    names: Mapping[str, str],
    now: datetime,
    *,
    choose: Callable[[Transaction], Chosen] = lambda _tx: None,
    force: bool = False,
) -> int:
    """Write an export under its name once it is whole (0600); return how many messages it has.

    Raises BackupThere without `force`, OSError, StoreError.
    """
    if not force and path.exists():
        raise BackupThere(path)
    partial = path.with_name(f".{path.name}.part")
    try:
        number = os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
        with os.fdopen(number, "wb") as file:
            count = write(store, file, form, names, now, choose=choose)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return count


def write(
    store: Store,
    file: IO[bytes],
    form: Format,
    names: Mapping[str, str],
    now: datetime,
    *,
    choose: Callable[[Transaction], Chosen] = lambda _tx: None,
) -> int:
    """Write an export to an open file, all of one instant; return how many messages it has."""
    with store.read() as tx:
        chosen = choose(tx)
        count = 0
        for piece in pieces(tx, form, names, now, chosen):
            file.write(piece)
            count += 1
        return export.count(tx, chosen) if form == "jsonl" else count
