"""Forget again: take out of a store that comes from a backup what was forgotten since."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from tinydb import where

from inbox.core.model import ConversationUid, Verb
from inbox.core.parties import canonical_address
from inbox.store import discarded, held_back, orders, outgoing_names
from inbox.store.database import Transaction
from inbox.store.keeping import keys, tombstones
from inbox.store.keeping.forget import erase_conversations, erase_messages, take_out_of
from inbox.store.rows import decoded


def erase_forgotten(tx: Transaction, hashes: Collection[str]) -> set[ConversationUid] | None:
    """Take out what has these hashes; None if nothing was there.

    Returns the conversations that lost a message, or an address, and are still
    there. What the store itself has noted as forgotten came in anew afterwards.
    """
    store_uid = tombstones.uid_of(tx)
    since = set(hashes) - tombstones.every(tx)

    @cache
    def gone(account: str, name: str) -> bool:
        return tombstones.hash_of(store_uid, account, name) in since

    touched: set[ConversationUid] = set()
    messages: list[int] = []
    named: list[tuple[int, ConversationUid, set[str]]] = []
    for doc_id, head in _heads(tx) if since else ():
        if any(gone(head["account"], name) for name in _names(head)):
            messages.append(doc_id)
            touched.add(head["conversation"])
        elif addresses := {each for each in _addresses(head) if gone("", each)}:
            named.append((doc_id, head["conversation"], addresses))
    patterns = [
        fact.doc_id
        for fact in tx.table("journal").search(where("verb") == Verb.NOT_A_BUYER.value)
        if gone("", canonical_address(fact["arguments"]["pattern"]))
    ]
    aside = [
        (held.account, held.place)
        for held in held_back.every(tx)
        if gone(held.account, tombstones.source_name(held_back.source(tx, held.uid)))
    ]
    if not messages and not patterns and not named and not aside:
        return None
    erase_messages(tx, messages)
    tx.table("journal").remove(doc_ids=patterns)
    for account, place in aside:
        held_back.release(tx, account, [place])
    _take_out(tx, named)
    touched |= {uid for _doc_id, uid, _addresses in named}
    empty = {uid for uid in touched if not tx.table("messages").count(where("conversation") == uid)}
    erase_conversations(tx, empty)
    tombstones.add(tx, hashes)
    return touched - empty


def _heads(tx: Transaction) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield every message's head by its doc_id."""
    for doc_id, raw in tx.sql.execute("SELECT doc_id, doc FROM doc_messages"):
        yield doc_id, decoded(raw)


def _names(head: dict[str, Any]) -> list[str]:
    """Return the names under which a message may have been forgotten."""
    key = head.get("outgoing")
    return [head["remote_id"], *([] if key is None else [tombstones.key_name(key)])]


def _addresses(head: dict[str, Any]) -> set[str]:
    """Return to whom a message was sent."""
    return {canonical_address(address) for _name, address in head.get("recipients", ())}


def _take_out(tx: Transaction, named: list[tuple[int, ConversationUid, set[str]]]) -> None:
    """Take the addresses out of messages to several people, and of what else names them."""
    for doc_id, _uid, addresses in named:
        for address in addresses:
            take_out_of(tx, doc_id, address)
    for address in {each for _doc_id, _uid, addresses in named for each in addresses}:
        outgoing_names.take_out(tx, address)
        discarded.forget(tx, (), address)
        orders.forget_buyer(tx, address)
        keys.take_out(tx, address, ())
