"""Mails that answer nothing: each begins as the draft of a conversation of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo

from inbox.core.model import AccountUid, ConversationUid, MessageUid
from inbox.store import accounts, attachments, carried, conversations, drafts, outgoing_files
from inbox.store.attachments import Held
from inbox.store.database import Transaction
from inbox.store.derive import derive
from inbox.store.drafts import Draft
from inbox.store.uids import new_uid
from inbox.triage.desk import Desk
from inbox.view.addressing import Addressees
from inbox.view.beginning import Forward, forward_of
from inbox.view.refusals import NotAddressed
from inbox.view.replying import files_refusal


class Beginning(Desk):
    """New mails, and messages passed on."""

    def writers(self) -> tuple[tuple[AccountUid, str], ...]:
        """Return the accounts that can write to any address, by uid and name."""
        with self._store.read() as tx:
            return self._writers(tx)

    def begin(
        self,
        account: AccountUid | None = None,
        to: Addressees | None = None,
        *,
        subject: str = "",
        text: str = "",
    ) -> ConversationUid:
        """Begin a mail from an account (by default the first that can); return its conversation.

        Raises NotAddressed.
        """
        with self._store.write(durable=True) as tx:
            uid = self._begin(tx, account, to or Addressees(), subject, text)
            derive(tx, [uid], self.book)
        return uid

    def forward(
        self,
        conversation: ConversationUid,
        message: MessageUid | None = None,
        *,
        to: Addressees | None = None,
        text: str = "",
        whole: bool = False,
        signed: bool = False,
        zone: tzinfo | None = None,
    ) -> ConversationUid:
        """Begin a mail that passes a message on, `text` above it; return its own conversation.

        By default the last message that came in; `whole`: as a file; `signed`:
        with room for words and the signature above. Files that are not here are
        asked for. The conversation it comes from is left as
        it is: passing on answers nobody. Raises NotAddressed, NothingToForward,
        NotWhole, FilesRefused.
        """
        with self._store.write(durable=True) as tx:
            source = conversations.get(tx, conversation)
            able = [uid for uid, _name in self._writers(tx)]
            account = source.account if source.account in able else None
            found = forward_of(tx, source.uid, message, whole=whole, zone=zone)
            chosen = account or next(iter(able), None)
            if signed and chosen is not None:
                text = f"{text}\n\n{self.book.accounts[chosen].signature.strip()}"
            words = f"{text.rstrip()}\n\n{found.text}" if text.strip() else f"{text}{found.text}"
            uid = self._begin(tx, account, to or Addressees(), found.subject, words)
            wanted = self._carry(tx, uid, found)
            derive(tx, [uid], self.book)
        for each in wanted:
            self._nudge(each)
        return uid

    def _begin(
        self,
        tx: Transaction,
        account: AccountUid | None,
        to: Addressees,
        subject: str,
        text: str,
    ) -> ConversationUid:
        able = dict(self._writers(tx))
        chosen = account or next(iter(able), None)
        if chosen is None or chosen not in able:
            terms = self.book.accounts.get(chosen) if chosen is not None else None
            raise NotAddressed(terms.name if terms is not None else "")
        uid = ConversationUid(new_uid())
        draft = Draft(uid, text, subject, self._clock(), account=chosen)
        drafts.put(tx, replace(draft, to=to.to or "", cc=to.cc or "", bcc=to.bcc or ""))
        return uid

    def _carry(self, tx: Transaction, uid: ConversationUid, found: Forward) -> set[AccountUid]:
        """Let files go along; return the accounts whose engine has to fetch some."""
        if found.whole is not None:
            outgoing_files.put(tx, outgoing_files.of_draft(uid), [found.whole])
        draft = drafts.get(tx, uid)
        if draft is not None and found.files:
            carries = tuple((each.message, each.attachment.ref) for each in found.files)
            drafts.put(tx, replace(draft, carries=carries))
        there = carried.bring(tx, uid)
        account = draft.account if draft is not None else None
        able = accounts.abilities(tx, account) if account is not None else None
        refused = files_refusal(able, there)
        if refused is not None:
            raise refused
        return attachments.want(tx, [each for each in found.files if each.held is not Held.KEPT])

    def _writers(self, tx: Transaction) -> tuple[tuple[AccountUid, str], ...]:
        return tuple(
            (uid, terms.name)
            for uid, terms in self.book.accounts.items()
            if (able := accounts.abilities(tx, uid)) is not None and able.addressed
        )
