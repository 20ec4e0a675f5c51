"""The small documents that the list is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

import msgspec
from tinydb import where

from connectors.values import Kind, Party
from inbox.core.model import AccountUid, Conversation, ConversationUid, Delivery, Held
from inbox.core.obligation import Owing
from inbox.core.obligations import soon_from
from inbox.store import uids
from inbox.store.database import Transaction
from inbox.store.instants import instant, maybe_instant, maybe_micros, micros
from inbox.store.listing import counts, ids, owed_counts
from inbox.store.rows import decoded, encoded, portions
from inbox.store.schema import Scalar, rank

__all__ = ["counts", "forget", "get", "ids", "owed_counts", "page", "put", "put_owing"]

_MICROSECOND = timedelta(microseconds=1)


def get(tx: Transaction, uid: ConversationUid) -> Conversation:
    """Return a conversation, merges followed; raises UnknownId."""
    table = tx.table("conversations")
    found = table.get(where("uid") == uid)
    if found is None:
        current = uids.current(uids.followed(tx, [uid]), uid)
        found = table.get(where("uid") == current) if current != uid else None
    if found is None:
        raise uids.UnknownId(uid)
    return conversation_of(found)


def page(tx: Transaction, wanted: Sequence[ConversationUid]) -> list[Conversation]:
    """Return these conversations in the order asked; one that is no more is left out."""
    found = _documents(tx, wanted)
    missing = [uid for uid in wanted if uid not in found]
    moved = uids.followed(tx, missing) if missing else {}
    for old, target in moved.items():
        document = tx.table("conversations").get(where("uid") == target)
        if document is not None:
            found[old] = document
    return [conversation_of(found[uid]) for uid in wanted if uid in found]


def samples(tx: Transaction) -> list[tuple[str, Conversation]]:
    """Return what verdicts are known by, each once, with a conversation that is known by it."""
    rows = tx.sql.execute(
        "WITH RECURSIVE each (hash) AS (SELECT min(rule_hash) FROM doc_conversations UNION ALL"
        " SELECT (SELECT min(rule_hash) FROM doc_conversations WHERE rule_hash > each.hash)"
        " FROM each WHERE each.hash IS NOT NULL)"
        " SELECT hash, (SELECT doc FROM doc_conversations WHERE rule_hash = each.hash LIMIT 1)"
        " FROM each WHERE hash IS NOT NULL"
    )
    return [(rule_hash, conversation_of(decoded(raw))) for rule_hash, raw in rows]


def _documents(
    tx: Transaction, wanted: Sequence[ConversationUid]
) -> dict[ConversationUid, dict[str, Any]]:
    """Return the documents of these, read without TinyDB's copies: a page is read at each key."""
    found: dict[ConversationUid, dict[str, Any]] = {}
    for some in portions(wanted):
        rows = tx.sql.execute(
            f"SELECT uid, doc FROM doc_conversations WHERE uid IN ({','.join('?' * len(some))})",  # noqa: S608 - marks only
            some,
        )
        found.update((uid, decoded(document)) for uid, document in rows)
    return found


def put(tx: Transaction, values: Iterable[Conversation]) -> None:
    """Write these documents over those of the same uid."""
    documents = {value.uid: document_of(value) for value in values}
    table = tx.table("conversations")
    known: dict[int, dict[str, Any]] = {}
    before: dict[int, bytes] = {}
    names = list(documents)
    for some in portions(names):
        rows = tx.sql.execute(
            "SELECT doc_id, uid, CAST(doc AS BLOB) FROM doc_conversations"  # noqa: S608 - marks only
            f" WHERE uid IN ({','.join('?' * len(some))})",
            some,
        )
        for doc_id, uid, raw in rows:
            known[doc_id], before[doc_id] = documents.pop(uid), raw
    table.put(known, before)
    table.put_new(list(documents.values()))


class Kept(NamedTuple):
    """A conversation's row, as far as judging it anew goes."""

    doc_id: int
    uid: ConversationUid
    account: AccountUid
    rule_hash: str
    last_at: int
    owed: bool
    due_at: int | None
    soon_at: int | None
    raw: bytes
    """Its document."""


_kept: Callable[[Any], Kept] = partial(tuple.__new__, Kept)
"""`Kept._make` without its check: thousands are made when a rule changes."""


class Happened(msgspec.Struct, gc=False):
    """What of a document verdicts hang on."""

    service: str
    storefront: str
    course: list[tuple[Any, ...]]
    unsent: str | None


happened: Callable[[bytes], Happened] = msgspec.json.Decoder(Happened).decode


def kept(tx: Transaction, wanted: Sequence[ConversationUid]) -> list[Kept]:
    """Return the rows of these, those there are."""
    found: list[Kept] = []
    for some in portions(wanted):
        rows = tx.sql.execute(
            "SELECT doc_id, uid, account, rule_hash, last_at, owed, due_at, soon_at,"  # noqa: S608 - marks only
            f" CAST(doc AS BLOB) FROM doc_conversations WHERE uid IN ({','.join('?' * len(some))})"
            " ORDER BY +doc_id",
            some,
        )
        found += map(_kept, rows)
    return found


def put_owing(tx: Transaction, judged: Iterable[tuple[Kept, Owing]]) -> None:
    """Write what is owed into these rows; a row that says so already stays untouched.

    Only into documents that `document_of` wrote in this form: those with a hash of this form.
    """
    changes: list[tuple[int, dict[str, Scalar], bytes]] = []
    for row, owing in judged:
        said = _owing_of(owing)
        raw = spliced(row.raw, said)
        if raw != row.raw:
            due_at, soon_at = said["due_at"], said["soon_at"]
            columns: dict[str, Scalar] = {"rule_hash": owing.rule_hash}
            if (row.due_at, row.soon_at) != (due_at, soon_at):
                placed = rank({"due_at": due_at, "last_at": row.last_at})
                columns |= {"due_at": due_at, "soon_at": soon_at, "rank": placed}
            if row.owed != owing.owed:
                columns["owed"] = owing.owed
            changes.append((row.doc_id, columns, raw))
    tx.table("conversations").patch(changes)


def forget(tx: Transaction, gone: Sequence[ConversationUid]) -> None:
    """Remove the documents of these."""
    if gone:
        tx.table("conversations").remove(where("uid").one_of(list(gone)))


def document_of(value: Conversation) -> dict[str, Any]:
    """Return a conversation as its document."""
    return {
        "uid": value.uid,
        "account": value.account,
        "service": value.service,
        "storefront": value.storefront,
        "kind": value.kind.value,
        "party": [value.party.name, value.party.address],
        "subject": value.subject,
        "order_ref": value.order_ref,
        "last_at": micros(value.last_at),
        "snippet": value.snippet,
        "message_count": value.message_count,
        "unread": value.unread,
        "starred": value.starred,
        "spam": value.spam,
        "gone": value.gone,
        "attached": value.attached,
        "language": value.language,
        "tags": list(value.tags),
        "done_at": maybe_micros(value.done_at),
        "snoozed_until": maybe_micros(value.snoozed_until),
        "their_turn": value.their_turn,
        **_owing_of(value),
        "course": value.course,
        "unsent": None if value.unsent is None else value.unsent.value,
        "leaves_at": maybe_micros(value.leaves_at),
        "held": None if value.held is None else value.held.value,
    }


def _owing_of(value: Conversation | Owing) -> dict[str, Any]:
    """Return the part of a document that hangs on rules; it stands there in one piece."""
    due_at, target = value.due_at, value.target
    return {
        "owed": value.owed,
        "due_at": maybe_micros(due_at),
        "soon_at": None if due_at is None else micros(soon_from(due_at, target)),
        "target": None if target is None else target // _MICROSECOND,
        "rule": value.rule,
        "rule_hash": value.rule_hash,
        "unreachable": value.unreachable,
    }


def spliced(raw: bytes, owing: Mapping[str, Any]) -> bytes:
    """Return a document (JSON, as stored) with that part in the place of its own.

    The names are found as bytes: inside a string no quotation mark stands without a backslash.
    """
    return raw[: raw.index(b'"owed":')] + encoded(owing)[1:-1] + raw[raw.index(b',"course":') :]


def conversation_of(document: Mapping[str, Any]) -> Conversation:
    """Return the conversation a document stands for."""
    target, unsent, held = document["target"], document["unsent"], document.get("held")
    return Conversation(
        uid=document["uid"],
        account=document["account"],
        service=document["service"],
        storefront=document.get("storefront", ""),
        kind=Kind(document["kind"]),
        party=Party(*document["party"]),
        subject=document["subject"],
        order_ref=document["order_ref"],
        last_at=instant(document["last_at"]),
        snippet=document["snippet"],
        message_count=document["message_count"],
        unread=document["unread"],
        starred=document["starred"],
        spam=document["spam"],
        gone=document["gone"],
        attached=document.get("attached", False),
        language=document.get("language", ""),
        tags=tuple(document["tags"]),
        done_at=maybe_instant(document["done_at"]),
        snoozed_until=maybe_instant(document["snoozed_until"]),
        their_turn=document["their_turn"],
        owed=document["owed"],
        due_at=maybe_instant(document["due_at"]),
        target=None if target is None else timedelta(microseconds=target),
        rule=document["rule"],
        rule_hash=document["rule_hash"],
        unreachable=document["unreachable"],
        course=tuple(map(tuple, document.get("course", ()))),
        unsent=None if unsent is None else Delivery(unsent),
        leaves_at=maybe_instant(document.get("leaves_at")),
        held=None if held is None else Held(held),
    )
