"""Make what was copied out of a damaged store fit together again.

Nothing that can be read is dropped, with one exception: a message without its
text that the service still has comes in again whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from inbox.core.linking import keys_of
from inbox.core.model import AccountUid, ConversationUid, Delivery, OutboxItem
from inbox.core.obligations import Book
from inbox.i18n import gettext as _
from inbox.store import contents, derive, drafts, messages, outbox, presence, search
from inbox.store.database import Store, Transaction
from inbox.store.drafts import Draft
from inbox.store.heads import Head, places_of, stored
from inbox.store.rows import encoded, portions

_MOVING = (Delivery.QUEUED, Delivery.SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What had to be changed so that the rest fits together."""

    textless: int = 0
    """Messages whose text is lost; they are shown and say so."""
    again: int = 0
    """Messages whose text is lost and that the service still has: they come in again."""
    faded: int = 0
    """Messages whose HTML or source is lost; their text is there."""
    held: int = 0
    """Replies that wait for the seller's word, because they may have gone out."""
    drafts: tuple[Draft, ...] = ()
    """Drafts whose conversation is lost."""


def mend(store: Store, book: Book, *, doubtful: bool) -> Mended:
    """Make the copied rows a whole store and return what had to be changed.

    `doubtful`: the newest changes are lost, so a reply that waits may have
    gone out since; it is held for the seller.
    """
    with store.write(durable=True) as tx:
        faded = contents.drop_rotten(tx)
        textless, again = _missing_bodies(tx)
        _drop_what_belongs_to_nothing(tx)
        search.rebuild(tx)
        numbers = _numbers(tx)
        for some in portions(numbers):
            _place(tx, some, book)
        _show_what_waits(tx)
        held = _hold(tx, doubtful=doubtful)
        every = [
            ConversationUid(uid)
            for (uid,) in tx.sql.execute(
                "SELECT conversation FROM doc_messages UNION SELECT uid FROM doc_conversations"
                " UNION SELECT conversation FROM doc_drafts"
            )
        ]
        tx.sql.execute("DELETE FROM redirects WHERE uid IN (SELECT conversation FROM doc_messages)")
        tx.sql.execute("DELETE FROM redirects WHERE target IN (SELECT uid FROM redirects)")
        derive.derive(tx, every, book, anew=True)
        lost = _lost_drafts(tx)
    return Mended(textless=textless, again=again, faded=faded, held=held, drafts=lost)


def _numbers(tx: Transaction) -> list[int]:
    return [doc_id for (doc_id,) in tx.sql.execute("SELECT doc_id FROM doc_messages")]


def _missing_bodies(tx: Transaction) -> tuple[int, int]:
    """Drop messages without a text that come in again, mark the others; return how many each."""
    missing = [
        doc_id
        for (doc_id,) in tx.sql.execute(
            "SELECT doc_id FROM doc_messages WHERE doc_id NOT IN (SELECT message FROM bodies)"
        )
    ]
    table = tx.table("messages")
    drafted = {draft["conversation"] for draft in tx.table("drafts")}
    again: list[int] = []
    for head in table.get(doc_ids=missing):
        if not head["places"] or "gone_at" in head or "outgoing" in head:
            continue
        if head["conversation"] in drafted:
            # Its conversation stays for the draft; what comes in again stands beside it.
            table.put({head.doc_id: {**head, "digest": ""}})
        else:
            again.append(head.doc_id)
    table.remove(doc_ids=again)
    said = _("(The text of this message could not be read in the damaged store.)")
    kept = sorted(set(missing) - set(again))
    contents.keep_bodies(tx, ((doc_id, said, None) for doc_id in kept))
    return len(kept), len(again)


def _drop_what_belongs_to_nothing(tx: Transaction) -> None:
    """Remove parts whose whole is lost."""
    there = "(SELECT doc_id FROM doc_messages)"
    tx.sql.execute(f"DELETE FROM bodies WHERE message NOT IN {there}")  # noqa: S608 - a fixed text
    tx.sql.execute(f"DELETE FROM sources WHERE message NOT IN {there}")  # noqa: S608 - a fixed text
    tx.sql.execute(f"DELETE FROM files WHERE message NOT IN {there}")  # noqa: S608 - a fixed text
    tx.sql.execute(f"DELETE FROM named WHERE message NOT IN {there}")  # noqa: S608 - a fixed text
    tx.sql.execute(f"DELETE FROM alike WHERE message NOT IN {there}")  # noqa: S608 - a fixed text
    tx.sql.execute(f"DELETE FROM matters WHERE message NOT IN {there}")  # noqa: S608 - a fixed text
    tx.sql.execute(
        "DELETE FROM quarantine_sources WHERE item NOT IN (SELECT doc_id FROM doc_quarantine)"
    )
    # The service has it still: it is read again.
    tx.sql.execute(
        "DELETE FROM doc_quarantine WHERE doc_id NOT IN (SELECT item FROM quarantine_sources)"
    )


def _place(tx: Transaction, doc_ids: list[int], book: Book) -> None:
    """Note where messages lie and what links them."""
    for head in tx.table("messages").get(doc_ids=doc_ids):
        account = AccountUid(head["account"])
        if "gone_at" not in head:
            presence.occupy(tx, ((account, place, head.doc_id) for place in places_of(head)))
        _link(tx, account, head, book)


def _link(tx: Transaction, account: AccountUid, head: Head, book: Book) -> None:
    """Let what answers this message join its conversation."""
    own = book.addresses_at(account)
    tx.sql.executemany(
        'INSERT OR IGNORE INTO thread_keys (account, "key", conversation) VALUES (?, ?, ?)',
        [(account, key, head["conversation"]) for key in keys_of(stored(head).message, own)],
    )


def _show_what_waits(tx: Transaction) -> None:
    """Show replies of the outbox in their conversations again where their message is lost."""
    known = {uid for (uid,) in tx.sql.execute("SELECT uid FROM doc_messages")}
    for item in outbox.every(tx):
        if item.message not in known:
            _let_there_be(tx, item)
            uid = messages.add_outgoing(tx, item.account, item.conversation, item.reply, item.state)
            if item.accepted_at is not None:
                messages.set_delivery(tx, uid, item.state, item.accepted_at, item.remote_id)
            outbox.put(tx, replace(item, message=uid))


def _let_there_be(tx: Transaction, item: OutboxItem) -> None:
    """Give a reply's conversation a document to stand in until it is made anew."""
    there = "SELECT 1 FROM doc_conversations WHERE uid = ?"
    if tx.sql.execute(there, (item.conversation,)).fetchone() is None:
        document = {"uid": item.conversation, "service": "email", "order_ref": None}
        tx.sql.execute(
            "INSERT INTO doc_conversations (uid, doc) VALUES (?, ?)",
            (item.conversation, encoded(document).decode()),
        )


def _hold(tx: Transaction, *, doubtful: bool) -> int:
    """Let replies of which nobody knows any more wait for the seller; return how many those are."""
    said = _(
        "The store was damaged, and it is not known whether this went out."
        " Look in your Sent folder before you send it again."
    )
    every = {item.message: item for item in outbox.every(tx)}
    held = 0
    for item in every.values():
        if doubtful and item.state in _MOVING:
            held += 1
            changes = {"state": Delivery.UNSURE, "left": True, "next_attempt_at": None}
            outbox.put(tx, _changed(item, said, changes))
            messages.set_delivery(tx, item.message, Delivery.UNSURE)
    for head in tx.table("messages").all():
        waits = head.get("delivery") in [state.value for state in _MOVING]
        if waits and head["uid"] not in every:
            held += 1
            messages.set_delivery(tx, head["uid"], Delivery.UNSURE)
    return held


def _changed(item: OutboxItem, said: str, changes: dict[str, object]) -> OutboxItem:
    return replace(item, error=said, **changes)  # type: ignore[arg-type] # fields of an item


def _lost_drafts(tx: Transaction) -> tuple[Draft, ...]:
    """Take out and return the drafts whose conversation is lost."""
    rows = tx.sql.execute(
        "SELECT conversation FROM doc_drafts"
        " WHERE conversation NOT IN (SELECT uid FROM doc_conversations)"
    ).fetchall()
    lost = [drafts.get(tx, ConversationUid(uid)) for (uid,) in rows]
    tx.sql.execute(
        "DELETE FROM doc_drafts WHERE conversation NOT IN (SELECT uid FROM doc_conversations)"
    )
    return tuple(draft for draft in lost if draft is not None)
