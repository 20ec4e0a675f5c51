"""Fetch the orders that owed conversations are about, in the background, a few in each round.

Asked for once; asked again when what is known is older than six hours, or
older than the newest message and than a quarter of an hour, as long as an
answer is owed; at once where a list of the service told only a part of it.
What a service does not know is asked for again after a day.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from connectors.contract import Connector, LoginRefused, Rejected, Temporary
from inbox.clock import Clock
from inbox.core.model import AccountUid
from inbox.store import orders
from inbox.store.database import Store
from inbox.store.faults import StoreError
from inbox.store.orders import Wanted
from inbox.sync.cleaning import cleaned_order

log = logging.getLogger(__name__)

STALE: Final = timedelta(hours=6)
"""The age at which an order is asked for again."""
NEWS: Final = timedelta(minutes=15)
"""The age at which it is, once the buyer has written since."""
MISSING: Final = timedelta(days=1)
"""How long a service's "no such order" is believed."""
AT_ONCE: Final = 10
"""Orders fetched in one round: nothing waits long for them."""


def fetch_orders(
    store: Store,
    connector: Connector,
    account: AccountUid,
    clock: Clock,
    between: Callable[[], bool],
) -> int:
    """Fetch what is wanted and return how many orders were kept; raises StoreError only.

    `between` is called before each and says whether to go on. A service that
    does not answer is asked again in the next round.
    """
    if not connector.capabilities.orders:
        return 0
    with store.read() as tx:
        every = orders.wanted(tx, account)
    refs = list(dict.fromkeys(each.ref for each in every if is_due(each, clock())))
    kept = 0
    for ref in refs[:AT_ONCE]:
        if not between() or not _fetched(store, connector, account, ref, clock):
            break
        kept += 1
    return kept


def is_due(wanted: Wanted, now: datetime) -> bool:
    """Return whether an order is to be asked for now."""
    if wanted.asked_at is None:
        return True
    age = now - wanted.asked_at
    if not wanted.known:
        return age >= MISSING
    return wanted.partial or age >= STALE or (wanted.last_at > wanted.asked_at and age >= NEWS)


def _fetched(
    store: Store, connector: Connector, account: AccountUid, ref: str, clock: Clock
) -> bool:
    """Fetch one order and keep it; return whether it makes sense to ask for another."""
    try:
        found = connector.order(ref)
        order = None if found is None else cleaned_order(found)
    except (Temporary, LoginRefused) as failed:
        log.info("the orders of %r wait: %s", connector, type(failed).__name__)
        return False
    except Rejected:
        order = None
    except StoreError:
        raise
    except Exception:
        # An order is a help, not a message: the account goes on without it.
        log.exception("an order could not be read at %r", connector)
        order = None
    with store.write() as tx:
        if order is None or order.ref != ref:
            orders.missing(tx, account, ref, clock())
        if order is not None:
            orders.put(tx, account, order, clock())
    return True
