"""Forget a buyer: take out of the store all that was found to be theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tinydb import where

from inbox.core.model import ConversationUid, Delivery
from inbox.core.parties import canonical_address
from inbox.i18n import gettext as _
from inbox.store import (
    contents,
    conversations,
    discarded,
    held_back,
    journal,
    orders,
    outbox,
    outgoing_files,
    outgoing_names,
    search,
    verdicts,
)
from inbox.store.database import Transaction
from inbox.store.heads import words_of
from inbox.store.keeping import keys, tombstones
from inbox.store.keeping.finding import Found, NothingKnown, OwnAddress, find
from inbox.store.keeping.refusals import KeepingRefused
from inbox.store.keeping.renewing import renew
from inbox.store.rows import PREFIX, encoded
from inbox.store.schema import TABLES

__all__ = [
    "Found",
    "NothingKnown",
    "OwnAddress",
    "ReplyUnderWay",
    "Tally",
    "add_counts",
    "erase",
    "erase_conversations",
    "erase_messages",
    "find",
    "refuse_while_sending",
    "remove_conversations",
    "remove_messages",
    "take_out_of",
]

Tally = Counter[tuple[str, str, str, str]]
"""How many, by account, service, month (`2026-11`) and what is counted."""

_HANDLED = ("doc_conversations", "doc_messages")


class ReplyUnderWay(KeepingRefused):
    """A reply to them is on its way."""

    def __init__(self) -> None:
        super().__init__(
            _("A reply to them is on its way."),
            _('Wait until it is sent, or take it out: "inbox outbox cancel KEY".'),
        )


def refuse_while_sending(tx: Transaction, found: Found) -> None:
    """Raise ReplyUnderWay if the engine has something to do for a reply to them."""
    wanted = canonical_address(found.what)
    moving = [
        each
        for each in outbox.unsettled(tx)
        if each.state not in {Delivery.REFUSED, Delivery.UNSURE}
    ]
    if any(
        each.conversation in found.conversations or outgoing_names.names(each.reply, wanted)
        for each in moving
    ):
        raise ReplyUnderWay


def add_counts(tx: Transaction, tally: Tally) -> None:
    """Keep how much there was of what is forgotten, beside what was kept of others."""
    tx.sql.executemany(
        "INSERT INTO forgotten_counts (account, service, month, name, count)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(*key, count) for key, count in tally.items()],
    )


def erase(tx: Transaction, found: Found) -> set[str]:
    """Take it all out and return the hashes of what was; `derive` is left to the caller.

    What stays in the file's unused pages is `inbox.store.keeping.compact`'s work.
    """
    hashes = erase_messages(tx, found.messages)
    orders.forget_buyer(tx, found.what)
    store_uid = tombstones.uid_of(tx)
    hashes.add(tombstones.hash_of(store_uid, "", canonical_address(found.what)))
    for doc_id in found.shared:
        take_out_of(tx, doc_id, canonical_address(found.what))
    outgoing_names.take_out(tx, canonical_address(found.what))
    discarded.forget(tx, found.conversations, canonical_address(found.what))
    tx.table("journal").remove(doc_ids=list(found.patterns))
    for held in held_back.every(tx):
        if held.uid in found.aside:
            name = tombstones.source_name(held_back.source(tx, held.uid))
            hashes.add(tombstones.hash_of(store_uid, held.account, name))
            held_back.release(tx, held.account, [held.place])
    keys.take_out(tx, canonical_address(found.what), found.conversations)
    erase_conversations(tx, found.conversations)
    tombstones.add(tx, hashes)
    return hashes


def erase_messages(tx: Transaction, doc_ids: Sequence[int]) -> set[str]:
    """Remove messages with all that is kept of them; return their hashes."""
    store_uid = tombstones.uid_of(tx)
    hashes: set[str] = set()
    heads = remove_messages(tx, doc_ids)
    _delete(tx, "places", "message", doc_ids)
    _delete(tx, "redirects", "target", [head["uid"] for head in heads.values()])
    for head in heads.values():
        if "order_ref" in head:
            orders.forget(tx, head["account"], head["order_ref"])
        hashes |= tombstones.hashes_of(store_uid, head)
    renew(tx, "doc_messages", [(doc_id,) for doc_id in heads])
    return hashes


def remove_messages(tx: Transaction, doc_ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """Take messages out of every table, what leads to them stays; return their heads by doc_id.

    Where they lie is read in their heads: no index knows a place by its message.
    """
    table = tx.table("messages")
    heads = {head.doc_id: head for head in table.get(doc_ids=list(doc_ids))}
    texts = contents.bodies(tx, doc_ids)
    nothing = ("", None)
    search.unindex(
        tx, [words_of(each, head, texts.get(each, nothing)[0]) for each, head in heads.items()]
    )
    for name in _tables_with(tx, "message"):
        if not name.startswith(PREFIX) and name != "places":  # a document names it by its uid
            _delete(tx, name, "message", doc_ids)
    tx.sql.executemany(
        "DELETE FROM places WHERE account = ? AND folder = ? AND epoch = ? AND id = ?"
        " AND message = ?",
        [
            (head["account"], *place[:3], doc_id)
            for doc_id, head in heads.items()
            for place in head["places"]
        ],
    )
    for doc_id, head in heads.items():
        contents.forget(tx, doc_id)
        if "outgoing" in head:
            tx.table("outbox").remove(where("key") == head["outgoing"])
            outgoing_files.remove(tx, outgoing_files.of_reply(head["outgoing"]))
    table.remove(doc_ids=list(heads))
    return {**heads}


def erase_conversations(tx: Transaction, gone: Collection[ConversationUid]) -> None:
    """Remove every row of every table that belongs to these conversations.

    How their questions ended stays, as numbers of nobody.
    """
    _keep_endings(tx, gone)
    ids = tx.table("conversations").search(where("uid").one_of(list(gone)))
    remove_conversations(tx, gone)
    _delete(tx, "redirects", "target", list(gone))
    renew(tx, "doc_conversations", [(each.doc_id,) for each in ids])


def _keep_endings(tx: Transaction, gone: Collection[ConversationUid]) -> None:
    """Let the platforms' measures count on what was decided, but for what none of them counts."""
    left_out = journal.said_not_owed(tx, gone)
    verdicts.of_nobody(
        tx,
        [
            row
            for rows in verdicts.of_conversations(tx, list(gone)).values()
            for row in rows.values()
            if row.missed is not None and (row.conversation, row.met_at) not in left_out
        ],
    )


def remove_conversations(
    tx: Transaction, gone: Collection[ConversationUid], staying: Collection[str] = ()
) -> None:
    """Remove the rows of these conversations from every table but those named."""
    rows = tx.sql.execute(
        "SELECT uid FROM redirects WHERE target IN (SELECT value FROM json_each(?))",
        (encoded(list(gone)).decode(),),
    )
    names = [*gone, *(old for (old,) in rows)]
    for name in names:
        outgoing_files.remove(tx, outgoing_files.of_draft(name))
    for table in _tables_with(tx, "conversation"):
        if table in staying:
            continue
        if table.removeprefix(PREFIX) in TABLES:
            tx.table(table.removeprefix(PREFIX)).remove(where("conversation").one_of(names))
        else:
            _delete(tx, table, "conversation", names)
    conversations.forget(tx, list(gone))


def _delete(tx: Transaction, table: str, column: str, values: Sequence[str | int]) -> None:
    """Remove the rows that have one of these there; one walk where no index knows the column."""
    tx.sql.execute(
        f'DELETE FROM "{table}" WHERE "{column}" IN (SELECT value FROM json_each(?))',  # noqa: S608 - names of our schema
        (encoded(list(values)).decode(),),
    )


def take_out_of(tx: Transaction, doc_id: int, wanted: str) -> None:
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


def _tables_with(tx: Transaction, column: str) -> list[str]:
    """Return the tables that have such a column, whoever made them, but those handled by name."""
    rows = tx.sql.execute(
        "SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c"
        " WHERE m.type = 'table' AND c.name = ?",
        (column,),
    )
    return [name for (name,) in rows.fetchall() if name not in _HANDLED]
