"""Keep at a service what is begun here, where the seller wants that; take in what changed there.

A draft is put there once it was left alone for a moment, not at each key, and
replaced as it changes. It goes when it was sent or discarded here. Whatever
interrupts is made good in the next round.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from connectors.contract import ChangedDraft, Connector, KnownDraft, LoginRefused, Temporary
from connectors.values import Reply
from inbox.clock import Clock
from inbox.core.addresses import written
from inbox.core.drafting import joined
from inbox.core.model import AccountTerms, ConversationUid
from inbox.core.plaintext import clean
from inbox.store import drafts, outgoing_files, server_drafts
from inbox.store.database import Store, Transaction
from inbox.store.drafts import Draft
from inbox.store.faults import StoreError
from inbox.store.server_drafts import There
from inbox.view.reply_parts import one_line
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
    instead = _taken_in(store, connector, terms, clock()) if wants else {}
    with store.read() as tx:
        known = server_drafts.known(tx, terms.uid)
        begun = server_drafts.begun(tx, terms.uid) if wants else []
        wanted = {
            each.conversation: (each, _version(tx, each)) for each in begun if _says(tx, each)
        }
    for there in known.values():
        if there.conversation not in wanted and not (
            between() and _dropped(store, connector, there)
        ):
            return
    now = clock()
    for uid, (draft, version) in wanted.items():
        same = uid in known and known[uid].version == version
        if same or (now - draft.at < LEFT_ALONE and uid not in instead):
            continue
        there = replace(known[uid], version="") if uid in known else There(uid, terms.uid, "")
        copy = instead.get(uid, "")
        if not (between() and _kept(store, connector, terms, draft, there, instead=copy)):
            return


def _version(tx: Transaction, draft: Draft) -> str:
    files = outgoing_files.heads(tx, outgoing_files.of_draft(draft.conversation))
    return version_of(draft, files)


def _says(tx: Transaction, draft: Draft) -> bool:
    """Return whether there is anything in a draft that is worth keeping."""
    owner = outgoing_files.of_draft(draft.conversation)
    return bool(draft.text.strip() or outgoing_files.heads(tx, owner))


def _taken_in(
    store: Store, connector: Connector, terms: AccountTerms, now: datetime
) -> dict[ConversationUid, str]:
    """Take in what was written into our drafts elsewhere; return the copies that are in them now.

    A draft that was not touched here since is as it is there; else the words
    of both are kept. What is with a copy and not with ours keeps it there.
    """
    with store.read() as tx:
        known = server_drafts.known(tx, terms.uid)
        ours = {each.conversation: each for each in server_drafts.begun(tx, terms.uid)}
        asked = {
            str(uid): KnownDraft(mail_of(tx, ours[uid], terms).in_reply_to, there.copy)
            for uid, there in known.items()
            if there.version and uid in ours
        }
    found: list[ChangedDraft] = []
    if not asked or not _done(lambda: found.extend(connector.changed_drafts(asked))):
        return {}
    instead = {}
    for change in found:
        uid = ConversationUid(change.name)
        with store.write(durable=True) as tx:
            draft = drafts.get(tx, uid)
            if draft is None:
                continue  # sent or thrown away this moment
            before = mail_of(tx, draft, terms)
            untouched = _version(tx, draft) == known[uid].version
            drafts.put(tx, _with(draft, change, before, now, whole=untouched))
            server_drafts.put(tx, replace(known[uid], version=""))
            here = {(each.name, len(each.content)) for each in before.files}
        if {each for each in change.files if each[0]} <= here:
            instead[uid] = change.copy
    return instead


def _with(
    draft: Draft, change: ChangedDraft, before: Reply, now: datetime, *, whole: bool
) -> Draft:
    """Return a draft with what was written elsewhere: as it is there, or below its own words."""
    text, subject = clean(change.text).rstrip(), clean(change.subject, one_line=True)
    to, cc = draft.to, draft.cc
    if whole and (change.to, change.cc) != (before.recipients, before.cc):
        to, cc = one_line(written(change.to)), one_line(written(change.cc))
    return replace(
        draft,
        text=text if whole else joined(draft.text, text),
        subject=subject if whole and subject != before.subject else draft.subject,
        at=now,
        elsewhere=draft.elsewhere + 1,
        to=to,
        cc=cc,
    )


def _kept(
    store: Store,
    connector: Connector,
    terms: AccountTerms,
    draft: Draft,
    there: There,
    *,
    instead: str,
) -> bool:
    """Put a draft there; return whether it makes sense to go on with another."""
    uid = draft.conversation
    with store.write(durable=True) as tx:
        mail, version = mail_of(tx, draft, terms), _version(tx, draft)
        server_drafts.put(tx, there)
    copies: list[str] = []

    def put() -> None:
        copies.append(connector.keep_draft(uid, version, mail, instead, there.copy))

    if not _done(put):
        return False
    with store.write() as tx:
        copy = copies[0] if copies else there.copy
        server_drafts.put(tx, replace(there, version=version, copy=copy))
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
