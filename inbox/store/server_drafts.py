"""Which drafts stand at a service, and in which version: what was begun here and was put there.

A row is written before the service is asked, and goes only after the draft is
gone there: so nothing of ours stays behind at a service unknown to us.
"""

from __future__ import annotations

from connectors.frozen import frozen
from inbox.core.model import AccountUid, ConversationUid
from inbox.store.database import Transaction
from inbox.store.drafts import Draft, every
from inbox.store.rows import decoded

_PREFIX = "server_draft:"


@frozen
class There:
    """A draft of ours that stands, or may stand, at a service."""

    conversation: ConversationUid
    account: AccountUid
    version: str
    """"" until the service said that it has it."""
    copy: str = ""
    """What the service calls the copy that we put there last, "" where that is not known."""


def known(tx: Transaction, account: AccountUid) -> dict[ConversationUid, There]:
    """Return the drafts of this account that may stand at its service."""
    prefix = f"{_PREFIX}{account}:"
    rows = tx.sql.execute(
        "SELECT name, value FROM meta WHERE name > ? AND name < ?", (prefix, f"{prefix}~")
    )
    found = {ConversationUid(name.removeprefix(prefix)): value for name, value in rows}
    return {uid: _there(uid, account, value) for uid, value in found.items()}


def _there(uid: ConversationUid, account: AccountUid, value: str) -> There:
    version, _blank, copy = value.partition(" ")
    return There(uid, account, version, copy)


def put(tx: Transaction, there: There) -> None:
    """Note a draft that stands there, or is about to."""
    tx.sql.execute(
        "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)",
        (_name(there), f"{there.version} {there.copy}" if there.copy else there.version),
    )


def remove(tx: Transaction, there: There) -> None:
    """Note that a draft stands there no more."""
    tx.sql.execute("DELETE FROM meta WHERE name = ?", (_name(there),))


def _name(there: There) -> str:
    return f"{_PREFIX}{there.account}:{there.conversation}"


def begun(tx: Transaction, account: AccountUid) -> list[Draft]:
    """Return the drafts of this account: its own new mails, and answers in its conversations."""
    drafts = every(tx)
    answering = [draft.conversation for draft in drafts if draft.account is None]
    owners: dict[ConversationUid, str] = {}
    for uid in answering:
        row = tx.sql.execute("SELECT doc FROM doc_conversations WHERE uid = ?", (uid,)).fetchone()
        owners[uid] = "" if row is None else decoded(row[0])["account"]
    return [
        draft
        for draft in drafts
        if (draft.account or owners.get(draft.conversation, "")) == account
    ]
