"""Throwing away what was begun and not sent, and bringing it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from inbox.core.model import ConversationUid, Fact, Verb
from inbox.i18n import gettext as _
from inbox.store import conversations, discarded, drafts
from inbox.store.database import Transaction
from inbox.store.derive import derive
from inbox.triage.desk import Desk, each, new_group
from inbox.view.refusals import ReplyRefused

KEPT_FOR: Final = timedelta(days=30)
"""How long what was thrown away can come back."""


class NoDraft(ReplyRefused):
    """Nothing was begun there."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = _("Nothing was begun here that could be thrown away.")
        self.hint = _("g d shows what you began.")


class Discarding(Desk):
    """Drafts that are not wanted."""

    def discard(self, uids: Sequence[ConversationUid]) -> str:
        """Throw the drafts of these away, files and all; return the group for undo.

        Raises NoDraft where there is none.
        """
        group, now = new_group(), self._clock()
        with self._store.write(durable=True) as tx:
            discarded.expire(tx, now - KEPT_FOR)
            found = each(tx, uids)
            begun = {one.uid: draft for one in found if (draft := drafts.get(tx, one.uid))}
            if not begun:
                raise NoDraft
            for draft in begun.values():
                discarded.put_aside(tx, draft, group, now)
            emptied = [one for one in found if one.uid in begun]
            self._write(tx, Verb.DISCARD, emptied, {}, group)
        for account in {one.account for one in emptied}:
            self._nudge(account)
        return group

    def forget_draft(self, conversation: ConversationUid) -> None:
        """Forget a draft that nobody would want back, words, files and all."""
        with self._store.write(durable=True) as tx:
            uid = conversations.get(tx, conversation).uid
            drafts.remove(tx, uid)
            derive(tx, [uid], self.book)

    def _turn_draft(self, tx: Transaction, fact: Fact, verb: Verb) -> None:
        """Bring back a draft that was thrown away, or throw away again what stands there."""
        if fact.conversation is None:
            return
        if verb is Verb.UNDO:
            discarded.bring_back(tx, fact.conversation, fact.group)
        elif (draft := drafts.get(tx, fact.conversation)) is not None:
            discarded.put_aside(tx, draft, fact.group, self._clock())


def can_come_back(tx: Transaction, fact: Fact) -> bool:
    """Return whether what a fact says was thrown away is still there."""
    return fact.conversation is not None and discarded.holds(tx, fact.conversation, fact.group)
