"""What a store holds, in a form in which two stores can be compared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from inbox.core.model import ConversationUid
from inbox.core.query import parse
from inbox.store import conversations, drafts, journal, messages, outbox
from inbox.store.database import Store, Transaction
from inbox.store.keeping import beside
from tests.store.making import NOON

_NO_UID = ConversationUid("-")


def held(store: Store) -> list[Any]:
    """Return every conversation with its messages, facts and draft, without the store's own ids."""
    with store.read() as tx:
        uids = conversations.ids(tx, parse(""), NOON) + conversations.ids(
            tx, parse("is:spam"), NOON
        )
        return sorted((_conversation(tx, uid) for uid in uids), key=repr)


def held_beside(store: Store) -> dict[str, list[Any]]:
    """Return what a store keeps beside messages and facts, its own ids taken for the services'."""
    with store.read() as tx:
        names = dict(tx.sql.execute("SELECT uid, remote_id FROM doc_messages"))
        firsts = dict(
            tx.sql.execute("SELECT conversation, min(remote_id) FROM doc_messages GROUP BY 1")
        )
        names |= {uid: f"conversation of {first}" for uid, first in firsts.items()}
        found = {
            kind: tx.sql.execute(
                f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608 - names of ours
            ).fetchall()
            for kind, (table, columns) in beside.TABLES.items()
        }
        # On its way in a question may have stood under a rule for a moment: that version stays.
        used = {row[beside.TABLES["verdict"][1].index("rule_hash")] for row in found["verdict"]}
        found["rule_version"] = [row for row in found["rule_version"] if row[0] in used]
        return {
            kind: sorted(([names.get(value, value) for value in row] for row in rows), key=repr)
            for kind, rows in found.items()
        }


def _conversation(tx: Transaction, uid: ConversationUid) -> Any:
    draft = drafts.get(tx, uid)
    return (
        replace(conversations.get(tx, uid), uid=_NO_UID, course=()),  # it names messages by our ids
        [
            (
                replace(each.message, places=()),
                messages.source(tx, each.uid),
                each.delivery,
                each.gone_at,
                each.claimed_due,
            )
            for each in messages.of_conversation(tx, uid)
        ],
        [replace(fact, conversation=None) for fact in journal.of_conversation(tx, uid)],
        None if draft is None else (draft.text, draft.subject, draft.at),
        [
            (item.key, item.state, item.reply, item.settled)
            for item in outbox.of_conversation(tx, uid)
        ],
    )
