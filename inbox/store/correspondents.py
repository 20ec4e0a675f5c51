"""With whom there are conversations, for completing an address that is typed."""

from __future__ import annotations

from connectors.values import Party
from inbox.core.addresses import is_address, is_relay
from inbox.core.parties import canonical_address
from inbox.store.database import Transaction
from inbox.store.rows import decoded

_NEWEST = 3000
"""Conversations looked at: a few milliseconds, and nobody remembers more people."""


def newest(tx: Transaction, own: frozenset[str]) -> tuple[Party, ...]:
    """Return the parties of the newest conversations that mail can go to, each once; not us."""
    found: dict[str, Party] = {}
    for (raw,) in tx.sql.execute(
        "SELECT json_object('party', json_extract(doc, '$.party')) FROM doc_conversations"
        " ORDER BY doc_id DESC LIMIT ?",
        (_NEWEST,),
    ):
        party = Party(*decoded(raw)["party"])
        canonical = canonical_address(party.address)
        if canonical in own or not is_address(party.address) or is_relay(party.address):
            continue
        known = found.get(canonical)
        if known is None or not known.name:
            found[canonical] = party
    return tuple(found.values())
