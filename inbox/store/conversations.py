"""The small documents that the list is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec
from msgspec.structs import asdict
from tinydb import where

from connectors.values import Kind, Party
from inbox.core.model import AccountUid, Conversation, ConversationUid, Delivery, Held
from inbox.core.obligation import Owing
from inbox.core.obligations import soon_before
from inbox.store import uids
from inbox.store.database import Transaction
from inbox.store.faults import UNFIT, Unfit
from inbox.store.instants import instant, maybe_instant, maybe_micros, micros
from inbox.store.listing import counts, ids, owed_counts
from inbox.store.rows import Patch, decoded, encoded, portions
from inbox.store.schema import Scalar, rank

__all__ = ["counts", "forget", "get", "ids", "owed_counts", "page", "put", "put_owing"]

_MICROSECOND = timedelta(microseconds=1)
_OWED, _COURSE = b'"owed":', b',"course":'
"""Between these stands what `Owed` has: inside a string no quotation mark stands without a
backslash."""


def get(tx: Transaction, uid: ConversationUid) -> Conversation:
    """Return a conversation, merges followed; raises UnknownId."""
    table = tx.table("conversations")
    found = table.get(where("uid") == uid)
    if found is None:
        current = uids.current(uids.followed(tx, [uid]), uid)
        found = table.get(where("uid") == current) if current != uid else None
    if found is None:
        raise uids.UnknownId(uid)
    return _value_of(found)


def page(tx: Transaction, wanted: Sequence[ConversationUid]) -> list[Conversation]:
    """Return these conversations in the order asked; one that is no more is left out."""
    found = _documents(tx, wanted)
    missing = [uid for uid in wanted if uid not in found]
    moved = uids.followed(tx, missing) if missing else {}
    for old, target in moved.items():
        document = tx.table("conversations").get(where("uid") == target)
        if document is not None:
            found[old] = document
    return [_value_of(found[uid]) for uid in wanted if uid in found]


def samples(tx: Transaction) -> list[tuple[str, Conversation]]:
    """Return what verdicts are known by, each once, with a conversation that is known by it."""
    rows = tx.sql.execute(
        "WITH RECURSIVE each (hash) AS (SELECT min(rule_hash) FROM doc_conversations UNION ALL"
        " SELECT (SELECT min(rule_hash) FROM doc_conversations WHERE rule_hash > each.hash)"
        " FROM each WHERE each.hash IS NOT NULL)"
        " SELECT hash, (SELECT doc FROM doc_conversations WHERE rule_hash = each.hash LIMIT 1)"
        " FROM each WHERE hash IS NOT NULL"
    )
    return [(rule_hash, _value_of(decoded(raw))) for rule_hash, raw in rows]


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


def put(
    tx: Transaction,
    values: Collection[Conversation],
    stored: Mapping[ConversationUid, Kept] | None = None,
) -> None:
    """Write these documents over those of the same uid, which the caller may have read already."""
    if stored is None:
        stored = {row.uid: row for row in kept(tx, [value.uid for value in values])}
    table = tx.table("conversations")
    changed: dict[int, dict[str, Any]] = {}
    before: dict[int, bytes] = {}
    patches: list[Patch] = []
    new: list[dict[str, Any]] = []
    for value in values:
        document = _written(value)
        row = stored.get(value.uid)
        if row is None:
            new.append(asdict(document))
            continue
        raw = encoded(document)
        if raw == row.raw:
            continue
        if _is_told_alike(row, raw):
            patches.append((row.doc_id, _columns_of(row, document), raw))
        else:
            changed[row.doc_id], before[row.doc_id] = asdict(document), row.raw
    table.patch(patches)
    table.put(changed, before)
    table.put_new(new)


def outdate(tx: Transaction, wanted: Iterable[ConversationUid]) -> None:
    """Let the verdicts on these be made again by whoever opens the store next."""
    tx.sql.executemany(
        "UPDATE doc_conversations SET rule_hash = '', doc = json_set(doc, '$.rule_hash', '')"
        " WHERE uid = ?",
        [(uid,) for uid in wanted],
    )


class Kept(msgspec.Struct, gc=False):
    """A conversation's document, as far as judging it anew goes."""

    uid: ConversationUid = ConversationUid("")
    account: AccountUid = AccountUid("")
    service: str = ""
    storefront: str = ""
    last_at: int = 0
    owed: bool = False
    due_at: int | None = None
    soon_at: int | None = None
    target: int | None = None
    rule: str | None = None
    rule_hash: str = ""
    unreachable: bool = False
    course: tuple[tuple[Any, ...], ...] = ()
    unsent: str | None = None
    doc_id: int = msgspec.field(default=0, name="-")
    raw: bytes = msgspec.field(default=b"", name="--")
    """The document as it is stored."""

    def owing(self, rule_hash: str) -> Owing:
        """Return the verdict that stands there, known by that hash from now on."""
        return Owing(
            rule_hash,
            owed=self.owed,
            due_at=maybe_instant(self.due_at),
            target=None if self.target is None else _span(self.target),
            rule=self.rule,
            unreachable=self.unreachable,
        )


_kept = msgspec.json.Decoder(Kept).decode


def kept(tx: Transaction, wanted: Sequence[ConversationUid]) -> list[Kept]:
    """Return the documents of these, those there are, in the order of their rows."""
    return _read(tx, "uid", wanted)


def kept_in(tx: Transaction, rows: Sequence[int]) -> list[Kept]:
    """Return the documents of these rows, those there are, in their order."""
    return _read(tx, "doc_id", rows)


def _read(tx: Transaction, column: str, wanted: Sequence[Scalar]) -> list[Kept]:
    """Return the documents whose rows have one of these values in a column."""
    found: list[Kept] = []
    for some in portions(wanted):
        rows = tx.sql.execute(
            "SELECT doc_id, uid, CAST(doc AS BLOB) FROM doc_conversations"  # noqa: S608 - a column and marks
            f" WHERE {column} IN ({','.join('?' * len(some))})",
            some,
        )
        for doc_id, uid, raw in rows:
            try:
                one = _kept(raw)
            except msgspec.DecodeError:  # damaged, or of another form: nothing in it stands
                one = Kept()
            one.uid, one.doc_id, one.raw = uid, doc_id, raw
            found.append(one)
    found.sort(key=attrgetter("doc_id"))
    return found


def put_owing(tx: Transaction, judged: Iterable[tuple[Kept, Owing]]) -> None:
    """Write what is owed into these rows; a row that says so already stays untouched.

    Only into documents that `put` wrote in this form: those with a hash of this form.
    """
    changes: list[Patch] = []
    for row, owing in judged:
        said = Owed(*_owing_of(owing))
        raw = spliced(row.raw, said)
        if raw != row.raw:
            changes.append((row.doc_id, _columns_of(row, said), raw))
    tx.table("conversations").patch(changes)


def _is_told_alike(row: Kept, raw: bytes) -> bool:
    """Return whether a row's document and a new one differ only behind what `Owed` begins with."""
    goes_on = raw.rindex(_OWED) + len(_OWED)
    return bool(row.rule_hash) and row.raw.startswith(raw[:goes_on])


def _columns_of(row: Kept, said: Owed | _Written) -> dict[str, Scalar]:
    """Return the hot columns of a row that differ where its document says this from `Owed` on."""
    columns: dict[str, Scalar] = {}
    due_at, soon_at = said.due_at, said.soon_at
    if row.rule_hash != said.rule_hash:
        columns["rule_hash"] = said.rule_hash
    if row.due_at != due_at or row.soon_at != soon_at:
        placed = rank({"due_at": due_at, "last_at": row.last_at})
        columns |= {"due_at": due_at, "soon_at": soon_at, "rank": placed}
    if row.owed != said.owed:
        columns["owed"] = said.owed
    if isinstance(said, _Written) and row.unsent != said.unsent:
        columns["unsent"] = said.unsent
    return columns


def forget(tx: Transaction, gone: Sequence[ConversationUid]) -> None:
    """Remove the documents of these."""
    if gone:
        tx.table("conversations").remove(where("uid").one_of(list(gone)))


class Owed(msgspec.Struct, gc=False):
    """The part of a document that hangs on rules; it stands there in one piece."""

    owed: bool
    due_at: int | None
    soon_at: int | None
    target: int | None
    rule: str | None
    rule_hash: str
    unreachable: bool


class _Written(msgspec.Struct, gc=False):
    """A conversation's document: its fields in the order in which they are stored."""

    uid: str
    account: str
    service: str
    storefront: str
    kind: str
    party: tuple[str, str]
    subject: str
    order_ref: str | None
    last_at: int
    snippet: str
    message_count: int
    unread: bool
    starred: bool
    spam: bool
    gone: bool
    attached: bool
    language: str
    tags: tuple[str, ...]
    done_at: int | None
    snoozed_until: int | None
    their_turn: bool
    # What `Owed` has, in its order.
    owed: bool
    due_at: int | None
    soon_at: int | None
    target: int | None
    rule: str | None
    rule_hash: str
    unreachable: bool
    course: tuple[tuple[object, ...], ...]
    unsent: str | None
    leaves_at: int | None
    held: str | None


def _written(value: Conversation) -> _Written:
    """Return a conversation as its document."""
    party = value.party
    return _Written(
        value.uid,
        value.account,
        value.service,
        value.storefront,
        value.kind,
        (party.name, party.address),
        value.subject,
        value.order_ref,
        micros(value.last_at),
        value.snippet,
        value.message_count,
        value.unread,
        value.starred,
        value.spam,
        value.gone,
        value.attached,
        value.language,
        value.tags,
        maybe_micros(value.done_at),
        maybe_micros(value.snoozed_until),
        value.their_turn,
        *_owing_of(value),
        value.course,
        value.unsent,
        maybe_micros(value.leaves_at),
        value.held,
    )


def _owing_of(
    value: Conversation | Owing,
) -> tuple[bool, int | None, int | None, int | None, str | None, str, bool]:
    """Return what `Owed` holds."""
    target = value.target
    due_at = maybe_micros(value.due_at)
    return (
        value.owed,
        due_at,
        None if due_at is None else due_at - _soon_before(target),
        None if target is None else target // _MICROSECOND,
        value.rule,
        value.rule_hash,
        value.unreachable,
    )


@lru_cache
def _span(micros: int) -> timedelta:
    """Return a target of so many microseconds."""
    return timedelta(0, 0, micros)


@lru_cache
def _soon_before(target: timedelta | None) -> int:
    """Return the same as `soon_before`, in microseconds: few targets, asked for every document."""
    return soon_before(target) // _MICROSECOND


def spliced(raw: bytes, owed: Owed) -> bytes:
    """Return a document (JSON, as stored) with that part in the place of its own."""
    # From behind: what stands before is longer.
    return raw[: raw.rindex(_OWED)] + encoded(owed)[1:-1] + raw[raw.rindex(_COURSE) :]


def _value_of(document: Mapping[str, Any]) -> Conversation:
    """Return the conversation a document stands for; raises Unfit if it stands for none."""
    try:
        return conversation_of(document)
    except UNFIT as exc:
        raise Unfit(str(document.get("uid", ""))) from exc


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
