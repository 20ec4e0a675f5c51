"""What the seller did, as facts: only ever added to. State is derived from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from tinydb import where

from inbox.core.model import ConversationUid, Fact, FactUid, Verb
from inbox.core.undo import TURNS, effective, group_of, undone
from inbox.store import uids, untold
from inbox.store.database import Transaction
from inbox.store.instants import instant, micros
from inbox.store.rows import decoded, portions


def add(
    tx: Transaction,
    *,
    at: datetime,
    verb: Verb,
    conversation: ConversationUid | None = None,
    arguments: Mapping[str, str] | None = None,
    group: str = "",
) -> Fact:
    """Write one fact and return it; `derive` afterwards makes the conversation follow it.

    What it means to the service waits to be told there.
    """
    if conversation is not None:
        conversation = uids.current(uids.followed(tx, [conversation]), conversation)
    fact = Fact(
        uid=FactUid(uids.new_uid()),
        device=tx.device,
        at=at,
        verb=verb,
        conversation=conversation,
        arguments=dict(arguments or {}),
        group=group,
    )
    tx.table("journal").insert(_document_of(fact))
    turned = of_group(tx, fact.arguments.get("group", "")) if verb in TURNS else ()
    untold.note(tx, fact, turned)
    return fact


_NOT_OWED = frozenset({Verb.NO_REPLY_NEEDED, Verb.SPAM})
"""What the seller may say so that a platform leaves a message out of its measures."""


def said_not_owed(
    tx: Transaction, wanted: Iterable[ConversationUid]
) -> frozenset[tuple[ConversationUid, int]]:
    """Return where and when (microseconds) the seller said, and did not take back, such a word."""
    return frozenset(
        (uid, micros(fact.at))
        for uid, facts in of_conversations(tx, sorted(wanted)).items()
        for fact in effective(facts)
        if fact.verb in _NOT_OWED
    )


def of_conversation(tx: Transaction, uid: ConversationUid) -> list[Fact]:
    """Return a conversation's facts, oldest first, with every undo and redo of their groups."""
    return of_conversations(tx, [uid]).get(uid, [])


def of_conversations(
    tx: Transaction, wanted: Sequence[ConversationUid]
) -> dict[ConversationUid, list[Fact]]:
    """Return the facts of each of these that has any, as `of_conversation` does."""
    numbered: dict[ConversationUid, dict[int, Fact]] = {}
    groups: dict[str, set[ConversationUid]] = {}
    for some in portions(wanted):
        rows = tx.sql.execute(
            "SELECT doc_id, conversation, doc FROM doc_journal"  # noqa: S608 - marks only
            f" WHERE conversation IN ({','.join('?' * len(some))})",
            some,
        )
        for doc_id, uid, raw in rows:
            fact = fact_of(decoded(raw))
            numbered.setdefault(uid, {})[doc_id] = fact
            groups.setdefault(group_of(fact), set()).add(uid)
    if not numbered:
        return {}
    for doc_id, fact in _turns(tx, groups).items():
        for uid in groups[fact.arguments["group"]]:
            numbered[uid][doc_id] = fact
    return {uid: [facts[key] for key in sorted(facts)] for uid, facts in numbered.items()}


def newest(tx: Transaction, limit: int) -> list[Fact]:
    """Return the last facts of the whole journal, newest first."""
    rows = tx.sql.execute("SELECT doc_id FROM doc_journal ORDER BY doc_id DESC LIMIT ?", (limit,))
    found = tx.table("journal").get(doc_ids=[doc_id for (doc_id,) in rows])
    return [fact_of(document) for document in reversed(found)]


def groups(tx: Transaction, limit: int) -> list[tuple[Fact, ...]]:
    """Return the last facts as they were made, group by group, newest group first."""
    made: dict[str, list[Fact]] = {}
    for fact in newest(tx, limit):
        made.setdefault(group_of(fact), []).append(fact)
    return [tuple(reversed(facts)) for facts in made.values()]


def of_group(tx: Transaction, group: str) -> list[Fact]:
    """Return the facts that one keypress made, in the order written."""
    found = tx.table("journal").search(where("group") == group)
    return [fact_of(each) for each in sorted(found, key=lambda each: each.doc_id)]


def is_undone(tx: Transaction, group: str) -> bool:
    """Return whether the last word on a group is that it is taken back."""
    turns = _turns(tx, [group])
    return bool(undone(turns[doc_id] for doc_id in sorted(turns)))


def not_buyers(tx: Transaction) -> frozenset[str]:
    """Return the patterns in force ("a@b" or "@domain") of senders who are no buyers."""
    found = tx.table("journal").search(where("verb") == Verb.NOT_A_BUYER.value)
    if not found:
        return frozenset()
    numbered = {document.doc_id: fact_of(document) for document in found}
    numbered |= _turns(tx, {group_of(fact) for fact in numbered.values()})
    facts = effective([numbered[doc_id] for doc_id in sorted(numbered)])
    return frozenset(fact.arguments["pattern"] for fact in facts)


def move(tx: Transaction, old: ConversationUid, target: ConversationUid) -> None:
    """Let the facts of a merged conversation be facts of the one it became part of."""
    tx.table("journal").update({"conversation": target}, where("conversation") == old)


def _turns(tx: Transaction, wanted: Iterable[str]) -> dict[int, Fact]:
    """Return every undo and redo of these groups, by its place in the journal."""
    table = tx.table("journal")
    names = list(wanted)
    found: dict[int, Fact] = {}
    for some in portions(names):
        rows = tx.sql.execute(
            f"SELECT doc_id FROM doc_journal WHERE group_meant IN ({','.join('?' * len(some))})",  # noqa: S608 - marks only
            some,
        )
        for document in table.get(doc_ids=[doc_id for (doc_id,) in rows]):
            found[document.doc_id] = fact_of(document)
    return {doc_id: fact for doc_id, fact in found.items() if fact.verb in TURNS}


def _document_of(fact: Fact) -> dict[str, Any]:
    return {
        "uid": fact.uid,
        "device": fact.device,
        "at": micros(fact.at),
        "verb": fact.verb.value,
        "conversation": fact.conversation,
        "arguments": dict(fact.arguments),
        "group": fact.group,
    }


def fact_of(document: Mapping[str, Any]) -> Fact:
    """Return the fact a document stands for."""
    return Fact(
        uid=document["uid"],
        device=document["device"],
        at=instant(document["at"]),
        verb=Verb(document["verb"]),
        conversation=document["conversation"],
        arguments=document["arguments"],
        group=document["group"],
    )
