"""After acceptance: the copy in Sent and the answered mark. Never sends, and always ends."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.contract import Connector, ConnectorError, LoginRefused, Rejected, Temporary
from connectors.steps import reached
from inbox.core.model import OutboxItem
from inbox.store import outbox
from inbox.store.database import Store
from inbox.sync.backoff import Backoff

log = logging.getLogger(__name__)

PATIENCE = 30
"""Attempts while the line is down: with the backoff's cap more than six hours."""

PATIENCE_WITH_FAULTS = 3
"""Attempts after an error that waiting will hardly mend."""


def settle(
    store: Store,
    connector: Connector,
    item: OutboxItem,
    clock: Callable[[], datetime],
    backoff: Backoff,
) -> OutboxItem:
    """Do what the service leaves to us after it accepted, and return the item as it is now.

    Raises LoginRefused; any other failure is tried again and, in the end,
    given up with one sentence in the item's `error`: the reply itself is out.
    """
    try:
        connector.settle(item.reply)
    except LoginRefused:
        raise
    except Exception as exc:
        if not isinstance(exc, ConnectorError):
            log.exception("a sent reply could not be put in order at %r", connector)
        return _put(store, _after_failure(item, exc, clock, backoff))
    reached("settle.before_commit")
    settled = _put(store, replace(item, settled=True, next_attempt_at=None, error=""))
    reached("settle.committed")
    return settled


def _after_failure(
    item: OutboxItem, exc: Exception, clock: Callable[[], datetime], backoff: Backoff
) -> OutboxItem:
    """Return the item with another attempt planned, or given up."""
    attempts = item.settle_attempts + 1
    temporary = isinstance(exc, Temporary)
    error = str(exc) if isinstance(exc, ConnectorError) else type(exc).__name__
    patience = PATIENCE if temporary else PATIENCE_WITH_FAULTS
    failed = replace(item, settle_attempts=attempts, error=error)
    if isinstance(exc, Rejected) or attempts >= patience:
        log.warning("reply %s was sent, but not put in order: %s", item.key, error)
        return replace(failed, settled=True, next_attempt_at=None)
    retry_after = exc.retry_after if isinstance(exc, Temporary) else None
    wait = timedelta(seconds=backoff.delay(attempts, retry_after))
    return replace(failed, next_attempt_at=clock() + wait)


def _put(store: Store, item: OutboxItem) -> OutboxItem:
    """Store the item for good and return it."""
    with store.write(durable=True) as tx:
        outbox.put(tx, item)
    return item
