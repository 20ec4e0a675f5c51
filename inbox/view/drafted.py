"""The conversations that hold an answer begun and not sent."""

from __future__ import annotations

from inbox.core.model import ConversationUid
from inbox.store.database import Transaction


def drafted(tx: Transaction) -> list[ConversationUid]:
    """Return their ids, the one written last first."""
    found = sorted(tx.table("drafts").all(), key=lambda draft: -int(draft["at"]))
    return [ConversationUid(draft["conversation"]) for draft in found]
