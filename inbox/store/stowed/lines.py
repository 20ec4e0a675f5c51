"""One conversation as lines of our own export, and such lines back into the store as they were.

Back in the store everything has the id it had: facts, verdicts and links
name it by that.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tinydb import where

from inbox.core.model import AccountUid, ConversationUid
from inbox.store import contents, presence, search, uids
from inbox.store.database import Transaction
from inbox.store.heads import places_of, stored, with_body, words_of
from inbox.store.intake import note_finds
from inbox.store.keeping import beside, export, files
from inbox.store.keeping.export import Line
from inbox.store.rows import decoded

CONVERSATION = "conversation"
KEY = "thread_key"
_MESSAGES = ("message", "reply")
MESSAGES = tuple(f'{{"type":"{kind}"'.encode() for kind in _MESSAGES)
"""How the lines of messages begin."""
_AT_ONCE = 50
"""Messages written together."""

Head = dict[str, Any]
Key = tuple[str, str]
"""Account and threading key."""


def lines_of(tx: Transaction, uid: ConversationUid, keys: Iterable[Key]) -> Iterator[Line]:
    """Yield all that the store has of one conversation; the same again as long as nothing changes.

    Its document comes first, so that a list needs nothing else of it. `keys` are
    its threading keys: see `keys_of`.
    """
    document = tx.table("conversations").get(where("uid") == uid)
    yield {"type": CONVERSATION, CONVERSATION: dict(document)}
    orders: set[tuple[str, str]] = set()
    found = tx.sql.execute(
        "SELECT doc_id, doc FROM doc_messages WHERE conversation = ? ORDER BY doc_id", (uid,)
    )
    for doc_id, raw in found.fetchall():
        head = decoded(raw)
        if "order_ref" in head:
            orders.add((head["account"], head["order_ref"]))
        yield export.message_line(tx, doc_id, head, _item_of(tx, head))
    for fact in sorted(
        tx.table("journal").search(where("conversation") == uid), key=lambda each: each.doc_id
    ):
        yield {"type": "fact", "fact": dict(fact)}
    for kind, row in beside.of_conversation(tx, uid, orders):
        yield {"type": kind, kind: row}
    for account, key in keys:
        yield {"type": KEY, KEY: {"account": account, "key": key, "conversation": uid}}
    yield from files.of_conversation(tx, uid)


def keys_of(tx: Transaction, wanted: Sequence[ConversationUid]) -> dict[ConversationUid, list[Key]]:
    """Return the threading keys that lead to each of these conversations, in one order.

    One walk through all keys: no index knows them by their conversation. A key
    is added with a message only, so they hold as long as its messages do.
    """
    found: dict[ConversationUid, list[Key]] = {uid: [] for uid in wanted}
    rows = tx.sql.execute(
        'SELECT account, "key", coalesce(target, conversation) FROM thread_keys'
        " LEFT JOIN redirects ON uid = conversation"
    )
    for account, key, uid in rows:
        if uid in found:
            found[uid].append((account, key))
    return found


def _item_of(tx: Transaction, head: Head) -> dict[str, dict[str, Any]]:
    """Return a reply's place in the outbox by its key; nothing for any other message."""
    key = head.get("outgoing")
    item = None if key is None else tx.table("outbox").get(where("key") == key)
    return {} if item is None else {str(key): dict(item)}


def put_back(tx: Transaction, uid: ConversationUid, lines: Iterable[bytes]) -> list[Head]:
    """Write a conversation's lines back and return its messages' heads; `derive` is the caller's.

    One that was merged meanwhile comes back into the conversation it is part of.
    """
    target = uids.current(uids.followed(tx, [uid]), uid)
    heads: list[Head] = []
    waiting: list[Line] = []
    for raw in lines:
        line: Line = decoded(raw)
        if line["type"] in _MESSAGES:
            waiting.append(line)
            if len(waiting) < _AT_ONCE:
                continue
        elif not waiting:
            _put(tx, line, target)
            continue
        heads += _put_messages(tx, waiting, target)
        if line["type"] not in _MESSAGES:
            _put(tx, line, target)
        waiting = []
    return heads + _put_messages(tx, waiting, target)


def _put(tx: Transaction, line: Line, target: ConversationUid) -> None:
    """Write one line that is no message; of a kind that we do not know nothing is taken."""
    kind = line["type"]
    value: dict[str, Any] = line.get(kind, {})
    if kind == CONVERSATION:
        if tx.table("conversations").get(where("uid") == target) is None:
            # Of no book: whoever opens the store next judges it anew, were we killed before.
            tx.table("conversations").put_new([{**value, "uid": target, "rule_hash": ""}])
    elif kind == "fact":
        if tx.table("journal").get(where("uid") == value["uid"]) is None:
            tx.table("journal").insert({**value, "conversation": target})
    elif kind == KEY:
        tx.sql.execute(
            'INSERT OR IGNORE INTO thread_keys (account, "key", conversation) VALUES (?, ?, ?)',
            (value["account"], value["key"], target),
        )
    elif kind == files.RECEIVED:
        files.put(tx, value, {value["message"]: value["message"]})
    elif kind == files.OUTGOING:
        files.put_outgoing(tx, value, value["key"])
    elif kind in beside.TABLES:
        account = AccountUid(value.get("account", ""))
        here = beside.Here({account: account}, {}, (), lambda _uid: target)
        beside.put(tx, kind, value, here)


def _put_messages(tx: Transaction, lines: Iterable[Line], target: ConversationUid) -> list[Head]:
    """Write messages with all that belongs to each, and make them findable."""
    rows = [
        (line, {**line["head"], "conversation": target})
        for line in lines
        if tx.table("messages").get(where("uid") == line["head"]["uid"]) is None
    ]
    for _line, head in rows:
        _settle_places(tx, head)
    doc_ids = tx.table("messages").put_new([head for _line, head in rows])
    made = [(doc_id, *each) for doc_id, each in zip(doc_ids, rows, strict=True)]
    contents.keep_bodies(tx, [(doc_id, line["text"], line["html"]) for doc_id, line, _head in made])
    contents.keep_sources(
        tx,
        [
            (doc_id, base64.b64decode(line["source"]))
            for doc_id, line, _head in made
            if line["source"] is not None
        ],
    )
    search.index(tx, [words_of(doc_id, head, line["text"]) for doc_id, line, head in made])
    for doc_id, line, head in made:
        _note(tx, doc_id, line, head)
        if "outbox" in line:
            tx.table("outbox").insert({**line["outbox"], "conversation": target})
    return [head for _line, head in rows]


def _note(tx: Transaction, doc_id: int, line: Line, head: Head) -> None:
    """Note where a message lies, and by what others find it."""
    account = AccountUid(head["account"])
    if "gone_at" not in head:
        presence.occupy(tx, [(account, place, doc_id) for place in places_of(head)])
    if "outgoing" not in head:
        message = with_body(stored(head), line["text"], line["html"]).message
        note_finds(tx, account, [(doc_id, message)])


def _settle_places(tx: Transaction, head: Head) -> None:
    """Leave out the places of a message that are void or taken by now."""
    if "gone_at" in head:
        return
    account = AccountUid(head["account"])
    taken = presence.owners(tx, account, places_of(head))
    head["places"] = [
        list(place)
        for place in head["places"]
        if tuple(place[:3]) not in taken and not _is_void(tx, account, place[0], place[1])
    ]


def _is_void(tx: Transaction, account: AccountUid, folder: str, epoch: str) -> bool:
    """Return whether a folder is known under other numbers only, as after a rebuilt mailbox."""
    there = "EXISTS (SELECT 1 FROM places WHERE account = :account AND folder = :folder AND epoch"
    same, other = tx.sql.execute(
        # Two ranges: "<>" would walk through the whole folder.
        f"SELECT {there} = :epoch), {there} < :epoch) OR {there} > :epoch)",
        {"account": account, "folder": folder, "epoch": epoch},
    ).fetchone()
    return bool(other and not same)
