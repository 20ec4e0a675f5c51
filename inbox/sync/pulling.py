"""Take what a connector has that is new, batch by batch, until it has no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from connectors.contract import CheckpointLost, Connector
from connectors.values import Batch
from inbox.clock import Clock
from inbox.core.model import AccountUid
from inbox.core.obligations import Book
from inbox.i18n import gettext as _
from inbox.store import accounts
from inbox.store.database import Store
from inbox.sync.ingest import Trust, ingest


@dataclass(slots=True)
class Pulled:
    """What came in so far; filled while pulling: an error does not hide what came before."""

    new: int = 0
    quarantined: int = 0
    question: str = ""
    """A sentence, when the seller has to say that everything is really gone."""


def pull(
    store: Store,
    connector: Connector,
    account: AccountUid,
    pulled: Pulled,
    *,
    book: Book,
    clock: Clock,
    accept_gone: bool,
    between: Callable[[], bool],
    beginning: Callable[[], None],
) -> None:
    """Store every batch, from the checkpoint or, if that is lost, from the start.

    `between` is called after each batch and says whether to go on;
    `beginning` before a first pull, which takes long.
    """
    with store.read() as tx:
        since = accounts.checkpoint(tx, account)

    def take(batches: Iterator[Batch]) -> None:
        try:
            for batch in batches:
                counts = ingest(
                    store,
                    account,
                    batch,
                    book,
                    clock,
                    trust=Trust(
                        accept_gone=accept_gone, hold=bool(pulled.question), newly=pulled.new
                    ),
                )
                pulled.new += counts.new
                pulled.quarantined += counts.quarantined
                if counts.vanished:
                    pulled.question = _question(counts.vanished)
                if not between():
                    return
        finally:
            close = getattr(batches, "close", None)
            if close is not None:
                close()

    if since is None:
        beginning()
    try:
        take(connector.pull(since))
    except CheckpointLost:
        with store.write() as tx:
            accounts.clear_checkpoint(tx, account)
        take(connector.pull(None))


def _question(vanished: int) -> str:
    """Return what the seller is asked."""
    said = _(
        "The service says that all {count} messages are gone. Nothing was changed here."
        ' If that is right, run "inbox sync --accept-gone" with the account\'s name.'
    )
    return said.format(count=vanished)
