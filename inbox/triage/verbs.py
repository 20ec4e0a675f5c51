"""The verbs on conversations. Each returns the group under which undo takes it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from inbox.core.model import ConversationUid, Verb
from inbox.core.parties import canonical_pattern
from inbox.core.stated import Subject
from inbox.store import conversations, untold
from inbox.store.derive import derive
from inbox.triage.desk import Desk, each, new_group
from inbox.view.closing import check_closable


class Verbs(Desk):
    """Done, reopen, spam, star, tag, read, not a buyer."""

    def done(self, uids: Sequence[ConversationUid]) -> str:
        """Note that the seller is finished with these and return the group of the facts."""
        return self._note(Verb.DONE, uids)

    def reopen(self, uids: Sequence[ConversationUid]) -> str:
        """Take `done` back for these and return the group of the facts."""
        return self._note(Verb.REOPEN, uids)

    def close(self, uids: Sequence[ConversationUid]) -> str:
        """Be finished with these and close them at their service; return the group of the facts.

        The service is told once the undo window is over: it opens nothing
        again. Raises NotClosedThere if one of them cannot be closed.
        """
        group = new_group()
        with self._store.write(durable=True) as tx:
            found = each(tx, uids)
            for one in found:
                terms = self.book.accounts.get(one.account)
                check_closable(tx, one, terms.name if terms else one.account)
            self._write(tx, Verb.CLOSE, found, {}, group)
            for one in found:
                untold.hold(tx, one.uid, Subject.CLOSED, self._clock() + self._window)
        for account in {one.account for one in found}:
            self._nudge(account)
        return group

    def no_reply_needed(self, uids: Sequence[ConversationUid]) -> str:
        """Note that the last message asks nothing and return the group of the facts."""
        return self._note(Verb.NO_REPLY_NEEDED, uids)

    def happened(
        self, uids: Sequence[ConversationUid], topic: str, *, at: datetime | None = None
    ) -> str:
        """Note what no message tells but starts a clock; it counts from `at`, else from now.

        Returns the group of the facts.
        """
        when = {} if at is None else {"at": at.astimezone(UTC).isoformat()}
        return self._note(Verb.HAPPENED, uids, {"topic": topic, **when})

    def spam(self, uids: Sequence[ConversationUid]) -> str:
        """Put these out of every list but spam and return the group of the facts."""
        return self._note(Verb.SPAM, uids)

    def not_spam(self, uids: Sequence[ConversationUid]) -> str:
        """Bring these back from spam and return the group of the facts."""
        return self._note(Verb.NOT_SPAM, uids)

    def trash(self, uids: Sequence[ConversationUid]) -> str:
        """Throw these away, at the service too where it has a trash; no service's clock stops."""
        return self._note(Verb.TRASH, uids)

    def untrash(self, uids: Sequence[ConversationUid]) -> str:
        """Bring these back from the trash and return the group of the facts."""
        return self._note(Verb.UNTRASH, uids)

    def star(self, uids: Sequence[ConversationUid]) -> str:
        """Star these and return the group of the facts."""
        return self._note(Verb.STAR, uids)

    def unstar(self, uids: Sequence[ConversationUid]) -> str:
        """Take the star off these and return the group of the facts."""
        return self._note(Verb.UNSTAR, uids)

    def tag(self, uids: Sequence[ConversationUid], name: str) -> str:
        """Tag these and return the group of the facts."""
        return self._note(Verb.TAG, uids, {"name": name})

    def untag(self, uids: Sequence[ConversationUid], name: str) -> str:
        """Take a tag off these and return the group of the facts."""
        return self._note(Verb.UNTAG, uids, {"name": name})

    def retag(self, uids: Sequence[ConversationUid], on: Iterable[str], off: Iterable[str]) -> str:
        """Put tags on these and take others off; return the one group of the facts."""
        group = new_group()
        with self._store.write(durable=True) as tx:
            for verb, names in ((Verb.TAG, on), (Verb.UNTAG, off)):
                for name in names:
                    self._write(tx, verb, each(tx, uids), {"name": name}, group)
        return group

    def read(self, uids: Sequence[ConversationUid]) -> str:
        """Mark these read and return the group of the facts."""
        return self._note(Verb.READ, uids)

    def unread(self, uids: Sequence[ConversationUid]) -> str:
        """Mark these unread and return the group of the facts."""
        return self._note(Verb.UNREAD, uids)

    def opened(self, uid: ConversationUid) -> None:
        """Mark one read because it was looked at: a fact that undo leaves alone."""
        with self._store.read() as tx:
            if not conversations.get(tx, uid).unread:
                return
        with self._store.write() as tx:
            self._write(tx, Verb.READ, [conversations.get(tx, uid)], {}, group="")

    def not_a_buyer(self, uids: Sequence[ConversationUid], *, domain: bool = False) -> str:
        """Note that these senders (or their whole domains) never owe an answer.

        Returns the group of the facts. Every conversation of such a sender
        gets its verdict again.
        """
        group = new_group()
        with self._store.write(durable=True) as tx:
            touched: dict[ConversationUid, None] = {}
            for conversation in each(tx, uids):
                address = conversation.party.address
                pattern = canonical_pattern("@" + address.rpartition("@")[2] if domain else address)
                self._write(tx, Verb.NOT_A_BUYER, [conversation], {"pattern": pattern}, group)
                touched.update(dict.fromkeys(self._of_sender(tx, pattern)))
            derive(tx, touched, self.book)
        return group

    def _note(
        self,
        verb: Verb,
        uids: Sequence[ConversationUid],
        arguments: Mapping[str, str] | None = None,
    ) -> str:
        group = new_group()
        with self._store.write(durable=True) as tx:
            self._write(tx, verb, each(tx, uids), arguments or {}, group)
        return group
