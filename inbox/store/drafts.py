"""What the seller wrote and has not sent: at most one draft for each conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tinydb import where

from inbox.core.drafting import joined
from inbox.core.model import AccountUid, ConversationUid, MessageUid
from inbox.store import outgoing_files, uids
from inbox.store.database import Transaction
from inbox.store.instants import instant, micros


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer in the making."""

    conversation: ConversationUid
    text: str
    subject: str
    at: datetime
    """When it was last written."""
    to: str | None = None
    """Whom it goes to, as typed; None: whoever is answered."""
    cc: str = ""
    """Who gets it too, as typed."""
    bcc: str = ""
    """Who gets it without the others being told, as typed."""
    account: AccountUid | None = None
    """From which account a mail that answers nothing goes; None: an answer."""
    carries: tuple[tuple[MessageUid, str], ...] = ()
    """Files of messages that go along and were not here yet: the message, and the file's ref."""
    after: Mapping[str, str] = field(default_factory=dict)
    """What a canned response in it asks for once it was accepted."""
    elsewhere: int = 0
    """How often words came in that were written into it by another program."""
    form: str = ""
    """In which form of the service's it was to leave; "": as a plain answer."""


def get(tx: Transaction, conversation: ConversationUid) -> Draft | None:
    """Return the conversation's draft, None without one."""
    found = tx.table("drafts").get(where("conversation") == _now(tx, conversation))
    return None if found is None else draft_of(found)


def every(tx: Transaction) -> list[Draft]:
    """Return all drafts, in no order."""
    return [draft_of(found) for found in tx.table("drafts")]


def begun(tx: Transaction) -> list[ConversationUid]:
    """Return the conversations that hold one, the one written last first."""
    found = sorted(tx.table("drafts").all(), key=lambda draft: -int(draft["at"]))
    return [ConversationUid(draft["conversation"]) for draft in found]


def draft_of(found: Mapping[str, Any]) -> Draft:
    """Return the draft a document stands for."""
    return Draft(
        found["conversation"],
        found["text"],
        found["subject"],
        instant(found["at"]),
        to=found.get("to"),
        cc=found.get("cc", ""),
        bcc=found.get("bcc", ""),
        carries=tuple((message, ref) for message, ref in found.get("carries", ())),
        account=found.get("account"),
        after=dict(found.get("after", {})),
        elsewhere=found.get("elsewhere", 0),
        form=found.get("form", ""),
    )


def put(tx: Transaction, draft: Draft) -> None:
    """Keep the draft instead of the one before."""
    conversation = _now(tx, draft.conversation)
    tx.table("drafts").upsert(
        {**document_of(draft), "conversation": conversation}, where("conversation") == conversation
    )


def document_of(draft: Draft) -> dict[str, Any]:
    """Return a draft as it is kept."""
    return {
        "conversation": draft.conversation,
        "text": draft.text,
        "subject": draft.subject,
        "at": micros(draft.at),
        "to": draft.to,
        "cc": draft.cc,
        "bcc": draft.bcc,
        "carries": [list(each) for each in draft.carries],
        "account": draft.account,
        "after": dict(draft.after),
        "elsewhere": draft.elsewhere,
        "form": draft.form,
    }


def remove(tx: Transaction, conversation: ConversationUid) -> None:
    """Forget the conversation's draft and its files."""
    conversation = _now(tx, conversation)
    tx.table("drafts").remove(where("conversation") == conversation)
    outgoing_files.remove(tx, outgoing_files.of_draft(conversation))


def move(tx: Transaction, old: ConversationUid, target: ConversationUid) -> None:
    """Bring a draft along when its conversation is merged; no words of either are lost."""
    moving = get(tx, old)
    if moving is None:
        return
    outgoing_files.move(tx, outgoing_files.of_draft(old), outgoing_files.of_draft(target))
    tx.table("drafts").remove(where("conversation") == old)
    join(tx, replace(moving, conversation=target))


def join(tx: Transaction, draft: Draft) -> None:
    """Keep a draft below what its conversation has already; no words of either are lost."""
    there = get(tx, draft.conversation)
    if there is None:
        put(tx, draft)
        return
    put(
        tx,
        replace(
            there,
            text=joined(there.text, draft.text),
            subject=there.subject or draft.subject,
            at=max(there.at, draft.at),
            to=there.to or draft.to,
            cc=there.cc or draft.cc,
            bcc=there.bcc or draft.bcc,
            carries=there.carries + draft.carries,
            after={**there.after, **draft.after},
        ),
    )


def _now(tx: Transaction, conversation: ConversationUid) -> ConversationUid:
    """Return the conversation's uid after merges."""
    return uids.current(uids.followed(tx, [conversation]), conversation)
