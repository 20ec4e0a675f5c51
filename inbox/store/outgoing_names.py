"""Whom mails of ours name beside those whose conversation it is, for forgetting one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from connectors.values import Party, Reply
from inbox.core.addresses import typed, written
from inbox.core.model import ConversationUid
from inbox.core.parties import canonical_address
from inbox.store import drafts, outbox
from inbox.store.database import Transaction


def names(reply: Reply, wanted: str) -> bool:
    """Return whether a reply goes to that canonical address, openly or not."""
    everybody = (*reply.recipients, *reply.cc, *reply.bcc)
    return any(canonical_address(party.address) == wanted for party in everybody)


def take_out(tx: Transaction, wanted: str) -> None:
    """Take an address out of every mail that was sent or refused, and out of drafts."""
    for item in outbox.every(tx):
        if names(item.reply, wanted):
            reply = item.reply
            reply = replace(
                reply,
                recipients=_others(reply.recipients, wanted),
                cc=_others(reply.cc, wanted),
                bcc=_others(reply.bcc, wanted),
            )
            outbox.put(tx, replace(item, reply=reply))
    for document in tx.table("drafts").all():
        draft = drafts.get(tx, ConversationUid(document["conversation"]))
        if draft is not None:
            kept = [_without(line, wanted) for line in (draft.to, draft.cc, draft.bcc)]
            if kept != [draft.to, draft.cc, draft.bcc]:
                drafts.put(tx, replace(draft, to=kept[0], cc=kept[1] or "", bcc=kept[2] or ""))


def _others(parties: Iterable[Party], wanted: str) -> tuple[Party, ...]:
    return tuple(party for party in parties if canonical_address(party.address) != wanted)


def _without(line: str | None, wanted: str) -> str | None:
    """Return a line of addresses without that one; as it is where it does not stand in it."""
    parties = typed(line or "").parties
    others = _others(parties, wanted)
    return line if len(others) == len(parties) else written(others)
