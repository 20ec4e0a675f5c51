"""Find all that is a buyer's: what `inbox forget` shows, and then takes out.

Theirs is every conversation with them, whole, and every message they sent in
others'. Where they are only one of several recipients their address goes and
the message stays. What other people wrote about them is other people's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tinydb import where

from inbox.core.model import ConversationUid, Verb
from inbox.core.parties import canonical_address, canonical_pattern
from inbox.i18n import gettext as _
from inbox.store import held_back, uids
from inbox.store.database import Transaction
from inbox.store.keeping.refusals import KeepingRefused
from inbox.store.rows import decoded


class NothingKnown(KeepingRefused):
    """Nothing is stored under that address or order, as far as can be read."""

    def __init__(self, what: str, unread: Sequence[Path] = ()) -> None:
        hint = _("Give the whole address, or the whole order number.")
        if unread:
            hint = _("But this file of stowed conversations cannot be read: {}.").format(
                ", ".join(map(str, unread))
            )
        super().__init__(_("Nothing is stored of {}.").format(what), hint)


class OwnAddress(KeepingRefused):
    """It is the seller's own address: every answer ever given is sent by it."""

    def __init__(self, what: str) -> None:
        super().__init__(
            _("This is an address of yours: {}.").format(what),
            _("Nothing was erased. Name the buyer: your answers to a buyer go with the buyer."),
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
    last: int = 0
    """The doc_id of the last message that was looked at."""

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to forget."""
        return not (self.messages or self.shared or self.patterns or self.aside)


def find(tx: Transaction, what: str, before: Found | None = None) -> Found:
    """Return everything stored of the buyer with that address, or of that order.

    With what was found before, only what has come in since is looked at: finding
    it all takes seconds in a large store, and whoever writes must not wait for it.
    Raises NothingKnown for what names nobody: it would fit all that have no order.
    """
    if not any(letter.isalnum() for letter in what):
        raise NothingKnown(what)
    wanted = canonical_address(what)
    (last,) = tx.sql.execute("SELECT coalesce(max(doc_id), 0) FROM doc_messages").fetchone()
    whole, candidates = _first(tx, wanted) if before is None else _since(tx, wanted, before)
    theirs: dict[int, ConversationUid] = {}
    shared: dict[int, ConversationUid] = {}
    for doc_id, head in candidates:
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
    mentions = _mentions(tx, what, theirs) if before is None else before.counts["mentions"]
    touched = {*theirs.values(), *shared.values()} - whole
    return Found(
        what=what,
        conversations=tuple(sorted(whole)),
        messages=tuple(sorted(theirs)),
        touched=tuple(sorted(touched)),
        shared=tuple(sorted(shared)),
        patterns=_patterns(tx, wanted),
        aside=_aside(tx, what),
        counts=_counted(tx, whole, theirs) | {"mentions": mentions},
        last=last,
    )


_Candidates = Iterator[tuple[int, dict[str, Any]]]


def _first(tx: Transaction, wanted: str) -> tuple[set[ConversationUid], _Candidates]:
    """Return the conversations with them, and every message that may be theirs."""
    whole = {uid for uid, document in _conversations(tx, wanted) if _is_with(document, wanted)}
    return whole, _heads(tx, wanted)


def _since(tx: Transaction, wanted: str, before: Found) -> tuple[set[ConversationUid], _Candidates]:
    """Return the same as `_first`, by what was found before and what came in since."""
    moved = uids.followed(tx, list(before.conversations))
    whole = {uids.current(moved, uid) for uid in before.conversations}
    fresh = list(_heads(tx, wanted, before.last))
    for uid in {head["conversation"] for _doc_id, head in fresh} - whole:
        document = tx.table("conversations").get(where("uid") == uid)
        if document is not None and _is_with(document, wanted):
            whole.add(uid)
    known = tx.table("messages").get(doc_ids=[*before.messages, *before.shared])
    return whole, iter([*((head.doc_id, head) for head in known), *fresh])


def _conversations(
    tx: Transaction, wanted: str
) -> Iterator[tuple[ConversationUid, dict[str, Any]]]:
    rows = tx.sql.execute(
        "SELECT uid, doc FROM doc_conversations WHERE instr(lower(doc), ?)", (core_of(wanted),)
    )
    for uid, raw in rows.fetchall():
        yield uid, decoded(raw)


def _heads(tx: Transaction, wanted: str, since: int = 0) -> _Candidates:
    rows = tx.sql.execute(
        "SELECT doc_id, doc FROM doc_messages WHERE doc_id > ? AND instr(lower(doc), ?)",
        (since, core_of(wanted)),
    )
    for doc_id, raw in rows.fetchall():
        yield doc_id, decoded(raw)


def core_of(wanted: str) -> str:
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
    named = whole_word(what)
    return tuple(
        held.uid
        for held in held_back.every(tx)
        if named.search(held_back.source(tx, held.uid).decode("utf-8", "replace"))
    )


def whole_word(what: str) -> re.Pattern[str]:
    """Return what finds an address or a number, and not as a part of a longer one."""
    return re.compile(rf"(?<![\w.+%-]){re.escape(what)}(?!\.?[\w-])", re.IGNORECASE)


def _counted(tx: Transaction, whole: Collection[str], messages: Collection[int]) -> dict[str, int]:
    """Return how much it is, for the seller to see before saying yes."""
    uids = list(whole)
    heads = tx.table("messages").get(doc_ids=list(messages)) if messages else []
    return {
        "conversations": len(uids),
        "messages": len(messages),
        "attachments": sum(len(head.get("attachments", ())) for head in heads),
        "drafts": tx.table("drafts").count(where("conversation").one_of(uids)),
        "replies": tx.table("outbox").count(where("conversation").one_of(uids)),
    }


def _mentions(tx: Transaction, what: str, messages: Collection[int]) -> int:
    """Return how many other messages have the address or order in their text."""
    named = whole_word(what)
    rows = tx.sql.execute(
        "SELECT message, text FROM bodies WHERE instr(lower(text), ?)", (what.lower(),)
    )
    return sum(doc_id not in messages and bool(named.search(text)) for doc_id, text in rows)
