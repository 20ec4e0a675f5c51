"""Keep at a service what is begun here, where the seller wants that; never reads any of it in.

A draft is put there once it was left alone for a moment, not at each key, and
replaced as it changes. It goes when it was sent or discarded here. Whatever
interrupts is made good in the next round.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from connectors.contract import Connector, LoginRefused, Temporary
from inbox.clock import Clock
from inbox.core.model import AccountTerms
from inbox.store import server_drafts
from inbox.store.database import Store
from inbox.store.drafts import Draft
from inbox.store.faults import StoreError
from inbox.store.server_drafts import There
from inbox.view.server_draft import mail_of, version_of

log = logging.getLogger(__name__)

LEFT_ALONE: Final = timedelta(seconds=15)
"""After so long without a change a draft is put there."""


def keep_drafts(
    store: Store,
    connector: Connector,
    terms: AccountTerms,
    clock: Clock,
    between: Callable[[], bool],
) -> None:
    """Let the service have the account's drafts as they are now; raises StoreError only.

    Where the seller does not want that (any more), what stands there goes.
    """
    wants = connector.capabilities.drafts
    with store.read() as tx:
        known = server_drafts.known(tx, terms.uid)
        begun = server_drafts.begun(tx, terms.uid) if wants else []
    wanted = {draft.conversation: draft for draft in begun if draft.text.strip()}
    for there in known.values():
        if there.conversation not in wanted and not (
            between() and _dropped(store, connector, there)
        ):
            return
    now = clock()
    for draft in wanted.values():
        before = known.get(draft.conversation)
        same = before is not None and before.version == version_of(draft)
        if same or now - draft.at < LEFT_ALONE:
            continue
        if not (between() and _kept(store, connector, terms, draft)):
            return


def _kept(store: Store, connector: Connector, terms: AccountTerms, draft: Draft) -> bool:
    """Put a draft there; return whether it makes sense to go on with another."""
    version = version_of(draft)
    with store.write(durable=True) as tx:
        mail = mail_of(tx, draft, terms)
        server_drafts.put(tx, There(draft.conversation, terms.uid, ""))
    if not _done(lambda: connector.keep_draft(draft.conversation, version, mail)):
        return False
    with store.write() as tx:
        server_drafts.put(tx, There(draft.conversation, terms.uid, version))
    return True


def _dropped(store: Store, connector: Connector, there: There) -> bool:
    """Take a draft away there; return whether it makes sense to go on with another."""
    if not _done(lambda: connector.drop_draft(there.conversation)):
        return False
    with store.write() as tx:
        server_drafts.remove(tx, there)
    return True


def _done(ask: Callable[[], None]) -> bool:
    """Ask the service; return False where it is to be asked again later."""
    try:
        ask()
    except (StoreError, KeyboardInterrupt):
        raise
    except (Temporary, LoginRefused) as failed:
        log.info("a draft waits: %s", type(failed).__name__)
        return False
    except Exception:
        # A draft is a convenience: it stops nothing, and is tried again once it changes.
        log.exception("a draft could not be kept at the service")
    return True
