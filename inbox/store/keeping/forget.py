"""Forget a buyer: find all that is theirs, and take it out of the store.

Theirs is every conversation with them, whole, and every message they sent in
others'. Where they are only one of several recipients their address goes and
the message stays. What other people wrote about them is other people's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tinydb import where

from inbox.core.linking import beginnings
from inbox.core.model import ConversationUid, Delivery, Verb
from inbox.core.parties import canonical_address, canonical_pattern
from inbox.i18n import gettext as _
from inbox.store import (
    contents,
    conversations,
    held_back,
    orders,
    outbox,
    outgoing_files,
    search,
)
from inbox.store.database import Transaction
from inbox.store.heads import words_of
from inbox.store.keeping import tombstones
from inbox.store.keeping.refusals import KeepingRefused
from inbox.store.rows import PREFIX, decoded
from inbox.store.schema import TABLES

_AT_ONCE = 500
_HANDLED = ("doc_conversations", "doc_messages")


class NothingKnown(KeepingRefused):
    """Nothing is stored under that address or order."""

    def __init__(self, what: str) -> None:
        super().__init__(
            _("Nothing is stored of {}.").format(what),
            _("Give the whole address, or the whole order number."),
        )


class ReplyUnderWay(KeepingRefused):
    """A reply to them is on its way."""

    def __init__(self) -> None:
        super().__init__(
            _("A reply to them is on its way."),
            _('Wait until it is sent, or take it out: "inbox outbox cancel KEY".'),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is theirs."""

    what: str
    conversations: tuple[ConversationUid, ...] = ()
    """To go whole."""
    messages: tuple[int, ...] = ()
    """doc_ids of all messages to go."""
    touched: tuple[ConversationUid, ...] = ()
    """Other people's conversations that lose a message of theirs, or their address."""
    shared: tuple[int, ...] = ()
    """doc_ids of messages to several people, theirs among them."""
    patterns: tuple[int, ...] = ()
    """doc_ids of facts that name their address."""
    aside: tuple[str, ...] = ()
    """Uids of mails that could not be read and name their address."""
    counts: dict[str, int] = field(default_factory=dict)
    """For the seller: conversations, messages, attachments, drafts, replies, mentions."""

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to forget."""
        return not (self.messages or self.shared or self.patterns or self.aside)


def find(tx: Transaction, what: str) -> Found:
    """Return everything stored of the buyer with that address, or of that order."""
    wanted = canonical_address(what)
    whole = {uid for uid, document in _conversations(tx, wanted) if _is_with(document, wanted)}
    theirs: dict[int, ConversationUid] = {}
    shared: dict[int, ConversationUid] = {}
    for doc_id, head in _heads(tx, wanted):
        if _is_of_order(head, what) or head.get("buyer_ref") == what:
            whole.add(head["conversation"])
        elif _wrote(head, wanted):
            theirs[doc_id] = head["conversation"]
        elif any(canonical_address(address) == wanted for _, address in _parties(head)):
            shared[doc_id] = head["conversation"]
    for uid in whole:
        found = tx.table("messages").search(where("conversation") == uid)
        theirs.update((document.doc_id, uid) for document in found)
    shared = {doc_id: uid for doc_id, uid in shared.items() if doc_id not in theirs}
    touched = {*theirs.values(), *shared.values()} - whole
    return Found(
        what=what,
        conversations=tuple(sorted(whole)),
        messages=tuple(sorted(theirs)),
        touched=tuple(sorted(touched)),
        shared=tuple(sorted(shared)),
        patterns=_patterns(tx, wanted),
        aside=_aside(tx, what),
        counts=_counted(tx, whole, theirs, what),
    )


def refuse_while_sending(tx: Transaction, found: Found) -> None:
    """Raise ReplyUnderWay if the engine has something to do for a reply to them."""
    unsettled = outbox.unsettled(tx)
    at_rest = (Delivery.REFUSED, Delivery.UNSURE)
    if any(i.conversation in found.conversations and i.state not in at_rest for i in unsettled):
        raise ReplyUnderWay


def erase(tx: Transaction, found: Found) -> set[str]:
    """Take it all out and return the hashes of what was; `derive` is left to the caller.

    What stays in the file's unused pages is `inbox.store.keeping.compact`'s work.
    """
    hashes = erase_messages(tx, found.messages)
    orders.forget_buyer(tx, found.what)
    store_uid = tombstones.uid_of(tx)
    hashes.add(tombstones.hash_of(store_uid, "", canonical_address(found.what)))
    for doc_id in found.shared:
        _take_out_of(tx, doc_id, canonical_address(found.what))
    tx.table("journal").remove(doc_ids=list(found.patterns))
    for held in held_back.every(tx):
        if held.uid in found.aside:
            name = tombstones.source_name(held_back.source(tx, held.uid))
            hashes.add(tombstones.hash_of(store_uid, held.account, name))
            held_back.release(tx, held.account, [held.place])
    _take_out_keys(tx, canonical_address(found.what))
    erase_conversations(tx, found.conversations)
    tombstones.add(tx, hashes)
    return hashes


def erase_messages(tx: Transaction, doc_ids: Sequence[int]) -> set[str]:
    """Remove messages with all that is kept of them; return their hashes."""
    store_uid = tombstones.uid_of(tx)
    hashes: set[str] = set()
    table = tx.table("messages")
    heads = {doc_id: table.get(doc_id=doc_id) for doc_id in doc_ids}
    texts = contents.bodies(tx, doc_ids)
    nothing = ("", None)
    search.unindex(
        tx, [words_of(each, head, texts.get(each, nothing)[0]) for each, head in heads.items()]
    )
    for doc_id, head in heads.items():
        contents.forget(tx, doc_id)
        tx.sql.execute("DELETE FROM places WHERE message = ?", (doc_id,))
        tx.sql.execute("DELETE FROM redirects WHERE target = ?", (head["uid"],))
        tx.table("outbox").remove(where("message") == head["uid"])
        if "order_ref" in head:
            orders.forget(tx, head["account"], head["order_ref"])
        if "outgoing" in head:
            outgoing_files.remove(tx, outgoing_files.of_reply(head["outgoing"]))
        names = [head["remote_id"]]
        names += [tombstones.key_name(head[key]) for key in ("outgoing", "key") if key in head]
        hashes |= {tombstones.hash_of(store_uid, head["account"], name) for name in names}
    table.remove(doc_ids=list(doc_ids))
    return hashes


def erase_conversations(tx: Transaction, gone: Collection[ConversationUid]) -> None:
    """Remove every row of every table that belongs to these conversations."""
    for uid in gone:
        rows = tx.sql.execute("SELECT uid FROM redirects WHERE target = ?", (uid,))
        names = [uid, *(old for (old,) in rows)]
        for name in names:
            outgoing_files.remove(tx, outgoing_files.of_draft(name))
        for table in _tables_with(tx, "conversation"):
            if table.removeprefix(PREFIX) in TABLES:
                tx.table(table.removeprefix(PREFIX)).remove(where("conversation").one_of(names))
            else:
                marks = ",".join("?" * len(names))
                tx.sql.execute(
                    f'DELETE FROM "{table}" WHERE conversation IN ({marks})',  # noqa: S608 - names of our schema
                    names,
                )
        tx.sql.execute("DELETE FROM redirects WHERE target = ?", (uid,))
    conversations.forget(tx, list(gone))


def erase_forgotten(tx: Transaction, hashes: Collection[str]) -> set[ConversationUid] | None:
    """Take out of a restored store what was forgotten since; None if nothing was there.

    Returns the conversations that lost a message and are still there.
    """
    store_uid = tombstones.uid_of(tx)
    gone: list[int] = []
    touched: set[ConversationUid] = set()
    rows = tx.sql.execute(
        "SELECT doc_id, account, remote_id, outgoing, conversation FROM doc_messages"
    )
    for doc_id, account, remote_id, key, uid in rows:
        names = [remote_id] if key is None else [remote_id, tombstones.key_name(key)]
        if any(tombstones.hash_of(store_uid, account, name) in hashes for name in names):
            gone.append(doc_id)
            touched.add(uid)
    patterns = [
        fact.doc_id
        for fact in tx.table("journal").search(where("verb") == Verb.NOT_A_BUYER.value)
        if tombstones.hash_of(store_uid, "", fact["arguments"]["pattern"]) in hashes
    ]
    if not gone and not patterns:
        return None
    erase_messages(tx, gone)
    tx.table("journal").remove(doc_ids=patterns)
    empty = {uid for uid in touched if not tx.table("messages").count(where("conversation") == uid)}
    erase_conversations(tx, empty)
    tombstones.add(tx, hashes)
    return touched - empty


def _conversations(
    tx: Transaction, wanted: str
) -> Iterator[tuple[ConversationUid, dict[str, Any]]]:
    rows = tx.sql.execute(
        "SELECT uid, doc FROM doc_conversations WHERE instr(lower(doc), ?)", (_core_of(wanted),)
    )
    for uid, raw in rows.fetchall():
        yield uid, decoded(raw)


def _heads(tx: Transaction, wanted: str) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = tx.sql.execute(
        "SELECT doc_id, doc FROM doc_messages WHERE instr(lower(doc), ?)", (_core_of(wanted),)
    )
    for doc_id, raw in rows.fetchall():
        yield doc_id, decoded(raw)


def _core_of(wanted: str) -> str:
    """Return what stands in every spelling of an address: a relay's may have a `+case` in it."""
    return wanted.rpartition("@")[0].lower() or wanted.lower()


def _is_with(document: dict[str, Any], wanted: str) -> bool:
    return canonical_address(document["party"][1]) == wanted


def _is_of_order(head: dict[str, Any], what: str) -> bool:
    order: str = head.get("order_ref") or ""
    return order.casefold() == what.casefold()


def _wrote(head: dict[str, Any], wanted: str) -> bool:
    """Return whether a message that came in is theirs, by sender or by whom answers go to."""
    parties = (head["sender"], *head.get("reply_to", ()))
    return any(canonical_address(address) == wanted for _, address in parties)


def _parties(head: dict[str, Any]) -> list[list[str]]:
    return [head["sender"], *head.get("reply_to", ()), *head.get("recipients", ())]


def _patterns(tx: Transaction, wanted: str) -> tuple[int, ...]:
    """Return the facts that call this very address no buyer."""
    found = tx.table("journal").search(where("verb") == Verb.NOT_A_BUYER.value)
    return tuple(
        fact.doc_id for fact in found if canonical_pattern(fact["arguments"]["pattern"]) == wanted
    )


def _aside(tx: Transaction, what: str) -> tuple[str, ...]:
    """Return the mails in quarantine that name the address."""
    if "@" not in what:
        return ()
    named = _whole(what)
    return tuple(
        held.uid
        for held in held_back.every(tx)
        if named.search(held_back.source(tx, held.uid).decode("utf-8", "replace"))
    )


def _whole(what: str) -> re.Pattern[str]:
    """Return what finds an address or a number, and not as a part of a longer one."""
    return re.compile(rf"(?<![\w.+%-]){re.escape(what)}(?!\.?[\w-])", re.IGNORECASE)


def _counted(
    tx: Transaction, whole: Collection[str], messages: Collection[int], what: str
) -> dict[str, int]:
    """Return how much it is, for the seller to see before saying yes."""
    uids = list(whole)
    heads = tx.table("messages").get(doc_ids=list(messages)) if messages else []
    return {
        "conversations": len(uids),
        "messages": len(messages),
        "attachments": sum(len(head.get("attachments", ())) for head in heads),
        "drafts": tx.table("drafts").count(where("conversation").one_of(uids)),
        "replies": tx.table("outbox").count(where("conversation").one_of(uids)),
        "mentions": _mentions(tx, what, set(messages)),
    }


def _mentions(tx: Transaction, what: str, messages: Collection[int]) -> int:
    """Return how many other messages have the address or order in their text."""
    named = _whole(what)
    rows = tx.sql.execute(
        "SELECT message, text FROM bodies WHERE instr(lower(text), ?)", (what.lower(),)
    )
    return sum(doc_id not in messages and bool(named.search(text)) for doc_id, text in rows)


def _take_out_of(tx: Transaction, doc_id: int, wanted: str) -> None:
    """Take an address out of a message to several people; its source names it, so that goes."""
    table = tx.table("messages")
    head = dict(table.get(doc_id=doc_id))
    text, _html = contents.bodies(tx, [doc_id]).get(doc_id, ("", None))
    search.unindex(tx, [words_of(doc_id, head, text)])
    head["recipients"] = [
        party for party in head.get("recipients", ()) if canonical_address(party[1]) != wanted
    ]
    tx.sql.execute("DELETE FROM sources WHERE message = ?", (doc_id,))
    table.put({doc_id: head})
    search.index(tx, [words_of(doc_id, head, text)])


def _take_out_keys(tx: Transaction, wanted: str) -> None:
    """Remove the threading keys that are made of the address."""
    alone, *_others = every = beginnings(wanted)
    for beginning in every:
        tx.sql.execute(
            'DELETE FROM thread_keys WHERE substr("key", 1, ?) = ?', (len(beginning), beginning)
        )
    # Where one sender writes for many, the address stands behind the sender's.
    tx.sql.execute('DELETE FROM thread_keys WHERE instr("key", ?)', (f">{alone}",))


def _tables_with(tx: Transaction, column: str) -> list[str]:
    """Return the tables that have such a column, whoever made them, but those handled by name."""
    rows = tx.sql.execute(
        "SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c"
        " WHERE m.type = 'table' AND c.name = ?",
        (column,),
    )
    return [name for (name,) in rows.fetchall() if name not in _HANDLED]
