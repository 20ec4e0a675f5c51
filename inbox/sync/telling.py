"""Tell a service what the seller did here: read, done, spam, no reply needed. Never sends.

Marks may be told twice. What the service does not keep, or refuses, is
dropped; what it could not be told now is told later. Replies come first.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from connectors.contract import Connector, ConnectorError, LoginRefused, Rejected, Temporary
from connectors.steps import reached
from connectors.values import Mark, Place
from inbox.clock import Clock
from inbox.core.model import AccountUid
from inbox.core.stated import Subject
from inbox.store import stated, untold
from inbox.store.database import Store
from inbox.store.faults import StoreError
from inbox.store.untold import Untold
from inbox.sync.backoff import Backoff

log = logging.getLogger(__name__)

AT_ONCE: Final = 100
"""Marks told in one round."""
PATIENCE: Final = 5
"""Attempts after errors that waiting will hardly mend."""
LATER: Final = Backoff(first=30.0, cap=3600.0)

_SAID = {
    Mark.SEEN: (Subject.SEEN, True),
    Mark.UNSEEN: (Subject.SEEN, False),
    Mark.ARCHIVED: (Subject.ARCHIVED, True),
    Mark.UNARCHIVED: (Subject.ARCHIVED, False),
    Mark.NO_REPLY_NEEDED: (Subject.REPLY_NEEDED, False),
}
"""What the service will say of the conversation once it was told: its echo, which is no news.

That it is closed is news all the same: only the service's own word ends its clock.
"""


def tell_marks(  # noqa: PLR0917 - one account and how far to go
    store: Store,
    connector: Connector,
    account: AccountUid,
    clock: Clock,
    on_done: str,
    between: Callable[[], bool],
    *,
    looked: bool = False,
) -> int:
    """Tell what waits and return how many marks the service took; raises StoreError only.

    `looked`: a pull just told where everything lies. What takes a message back
    from where it may have been moved waits for that: who was killed between
    the moving and the pull does not know where it went.
    """
    told = 0
    with store.read() as tx:
        waiting = untold.due(tx, account, clock(), AT_ONCE)
    for each in waiting:
        mark = _mark_of(each, on_done)
        if mark is None or mark not in connector.capabilities.marks:
            with store.write() as tx:
                untold.is_over(tx, each)
            continue
        places = _places(store, connector, account, each, mark, looked=looked)
        if places is None:
            continue
        if not between() or not _told(store, connector, account, each, mark, clock, places):
            break
        told += 1
    return told


def _places(
    store: Store,
    connector: Connector,
    account: AccountUid,
    each: Untold,
    mark: Mark,
    *,
    looked: bool,
) -> Callable[[], Sequence[Place]] | None:
    """Return what finds the places to tell of, None to wait until it is known where they are."""
    with store.read() as tx:
        lying = untold.lying(tx, each.conversation, account, mark)
    if each.places or not connector.capabilities.moves or mark not in untold.BACK:
        known = each.places or lying.fit or lying.other
        return lambda: known
    if not looked and (lying.other or lying.lost):
        return None
    # What was never moved lies where it lay, and need not come back.
    return lambda: (*lying.fit, *(connector.find(lying.lost) if lying.lost else ()))


def _mark_of(each: Untold, on_done: str) -> Mark | None:
    """Return what is told: of "done" only what the seller wants to be told."""
    if each.subject != Subject.ARCHIVED or on_done == "archive":
        return each.mark
    return Mark.CLOSED if on_done == "close" and each.mark is Mark.ARCHIVED else None


def _told(  # noqa: PLR0917 - one mark and whom it is told
    store: Store,
    connector: Connector,
    account: AccountUid,
    each: Untold,
    mark: Mark,
    clock: Clock,
    found: Callable[[], Sequence[Place]],
) -> bool:
    """Tell one mark; return whether it makes sense to tell another."""
    with store.read() as tx:
        refs = stated.refs_of(tx, account, each.conversation)
    try:
        reached("mark.telling")
        if places := found():
            connector.mark(places, mark)
        reached("mark.told")
    except StoreError:
        raise
    except Exception as failed:  # noqa: BLE001 - each kind has its answer, and none stops the account
        return _failed(store, each, failed, clock)
    with store.write() as tx:
        untold.is_over(tx, each)
        if mark in _SAID:
            subject, value = _SAID[mark]
            for ref in refs:
                stated.told(tx, account, ref, subject, value=value, at=clock())
    return True


def _failed(store: Store, each: Untold, failed: Exception, clock: Clock) -> bool:
    """Plan another attempt or give up; return whether others may still be told."""
    log.info("a mark was not told: %s", type(failed).__name__)
    if not isinstance(failed, ConnectorError):
        log.error("a mark could not be told", exc_info=failed)
    line = isinstance(failed, (Temporary, LoginRefused))
    hopeless = isinstance(failed, Rejected) or (not line and each.attempts + 1 >= PATIENCE)
    wait = LATER.delay(each.attempts + 1, getattr(failed, "retry_after", None))
    with store.write() as tx:
        if hopeless:
            untold.is_over(tx, each)
        else:
            untold.again(tx, each, clock() + timedelta(seconds=wait))
    return not line
