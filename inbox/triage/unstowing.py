"""A stowed conversation brought back by the seller's word."""

from __future__ import annotations

from inbox.core.model import ConversationUid
from inbox.store.stowed import bringing
from inbox.triage.desk import Desk


class Unstowing(Desk):
    """Out of the file, into the store."""

    def unstow(self, uid: ConversationUid) -> ConversationUid:
        """Bring a conversation back and return where it is now; raises StowDamaged.

        One that came back by itself meanwhile is where it is.
        """
        return next(iter(bringing.unstow(self._store, [uid], self.book, self._clock())), uid)
