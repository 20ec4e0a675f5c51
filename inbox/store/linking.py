"""Which conversation a message belongs to: the connected component of its keys.

Keys are made by `inbox.core.linking` of one message alone. A message whose
keys stand in several conversations makes one of them: the one that was here
first keeps its uid, the others redirect to it for ever. So the partition is
the same in whatever order messages come in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tinydb import where

from inbox.core.model import AccountUid, ConversationUid
from inbox.store import contents, drafts, journal, outbox, search, stated, uids, untold, verdicts
from inbox.store.database import Transaction
from inbox.store.heads import Head, words_of
from inbox.store.rows import portions


class Links:
    """The keys of one account that a batch of messages is about; all of them are given."""

    def __init__(self, tx: Transaction, account: AccountUid, keys: Iterable[str]) -> None:
        self._tx = tx
        self._account = account
        self._known: dict[str, ConversationUid] = {}
        self._fresh: list[tuple[AccountUid, str, ConversationUid]] = []
        wanted = list(dict.fromkeys(keys))
        for some in portions(wanted):
            marks = ",".join("?" * len(some))
            rows = self._tx.sql.execute(
                'SELECT "key", coalesce(target, conversation) FROM thread_keys'  # noqa: S608 - marks only
                " LEFT JOIN redirects ON uid = conversation"
                f' WHERE account = ? AND "key" IN ({marks})',
                (self._account, *some),
            )
            self._known.update(rows)

    def of(self, keys: Sequence[str]) -> list[ConversationUid]:
        """Return the conversations in which any of these keys stands."""
        known = self._known
        found = [known[key] for key in keys if key in known]
        return list(dict.fromkeys(found)) if found else found

    def add(self, keys: Sequence[str], conversation: ConversationUid) -> None:
        """Let keys that lead nowhere yet lead to this conversation; written by `flush`."""
        for key in keys:
            if key not in self._known:
                self._known[key] = conversation
                self._fresh.append((self._account, key, conversation))

    def flush(self) -> None:
        """Write the keys that were added."""
        self._tx.sql.executemany(
            'INSERT OR IGNORE INTO thread_keys (account, "key", conversation) VALUES (?, ?, ?)',
            self._fresh,
        )
        self._fresh = []

    def merge(self, found: Sequence[ConversationUid]) -> ConversationUid:
        """Make one conversation of these, messages and all, and return its uid."""
        self.flush()
        target, *others = _oldest_first(self._tx, found)
        for old in others:
            merge(self._tx, old, target)
        gone = set(others)
        for key, conversation in self._known.items():
            if conversation in gone:
                self._known[key] = target
        return target


def merge(tx: Transaction, old: ConversationUid, target: ConversationUid) -> None:
    """Move all that belongs to `old` to `target` and let its uid lead there."""
    tx.table("messages").update({"conversation": target}, where("conversation") == old)
    search.moved(tx, old, target)
    journal.move(tx, old, target)
    verdicts.move(tx, old, target)
    stated.move(tx, old, target)
    untold.move(tx, old, target)
    outbox.move(tx, old, target)
    drafts.move(tx, old, target)
    tx.table("conversations").remove(where("uid") == old)
    uids.redirect(tx, old, target)


def carry(tx: Transaction, doc_id: int, target: ConversationUid) -> None:
    """Move one message to another conversation; the one it leaves keeps its other messages."""
    head: Head = dict(tx.table("messages").get(doc_id=doc_id))
    words = words_of(doc_id, head, contents.bodies(tx, [doc_id])[doc_id][0])
    search.unindex(tx, [words])
    head["conversation"] = target
    tx.table("messages").put({doc_id: head})
    search.index(tx, [words])


def _oldest_first(tx: Transaction, found: Sequence[ConversationUid]) -> list[ConversationUid]:
    """Return these in the order in which their first messages came into the store."""

    def first(uid: ConversationUid) -> tuple[bool, int, str]:
        (doc_id,) = tx.sql.execute(
            "SELECT min(doc_id) FROM doc_messages WHERE conversation = ?", (uid,)
        ).fetchone()
        # One that lost its last message (a reply taken back) comes last: nobody knows it.
        return (doc_id is None, doc_id or 0, uid)

    return sorted(found, key=first)
