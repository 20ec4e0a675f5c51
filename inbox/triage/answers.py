"""Answering: a reply goes into the outbox durably, and leaves it by the engine or by undo."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from connectors import steps
from connectors.values import OutgoingFile, Reply, ReplyKey
from inbox.core.drafting import joined
from inbox.core.model import (
    AccountUid,
    ConversationUid,
    Delivery,
    FileHead,
    OutboxItem,
    Verb,
)
from inbox.core.scheduling import Wish
from inbox.store import (
    accounts,
    carried,
    conversations,
    drafts,
    journal,
    messages,
    outbox,
    outgoing_files,
)
from inbox.store.database import Transaction
from inbox.store.derive import derive
from inbox.store.drafts import Draft
from inbox.store.uids import new_uid
from inbox.triage.desk import Desk, new_group
from inbox.triage.queue import scheduled
from inbox.view.addressing import Addressees, addressed_by, typed_in
from inbox.view.beginning import begun_parts
from inbox.view.refusals import FilesLost
from inbox.view.reply_forms import form_named
from inbox.view.replying import (
    AlreadyLeft,
    NothingToAnswer,
    ReplyParts,
    files_refusal,
    one_line,
    parts_of,
    refusal,
    whole_text,
)

if TYPE_CHECKING:
    from connectors.forms import ReplyForm


class Answers(Desk):
    """Replies and drafts."""

    def reply_parts(self, uid: ConversationUid, *, everyone: bool = False) -> ReplyParts:
        """Return from whom, to whom and under what subject an answer, or a mail begun, goes.

        `everyone`: with copies to those who got one of what is answered.
        Raises NothingToAnswer, NotAddressed.
        """
        with self._store.read() as tx:
            return self._parts(tx, uid, everyone=everyone)

    def reply(
        self,
        uid: ConversationUid,
        text: str,
        *,
        subject: str | None = None,
        delay: bool = True,
        after: Mapping[str, str] | None = None,
        files: Sequence[OutgoingFile] | None = None,
        when: Wish | None = None,
        to: Addressees | None = None,
        everyone: bool = False,
        form: str = "",
    ) -> OutboxItem:
        """Put an answer, or a mail begun, into the outbox, durably, and return its item.

        `delay=False` leaves no time to undo; `when` lets it leave later; `after`
        is what happens once it is accepted, by default what the draft asks for;
        `files` are, by default, those of the draft, and are kept with the
        item; `to` is whom it goes to, by default whoever is answered, and with
        `everyone` all who got the mail answered; `form` is one of those the
        service takes here. Raises a ReplyRefused.
        """
        now = self._clock()
        steps.reached("reply.before_queue")
        with self._store.write(durable=True) as tx:
            parts = self._parts(tx, uid, everyone=everyone)
            draft = drafts.get(tx, parts.conversation)
            begins = draft is not None and draft.account is not None
            parts = addressed_by(parts, to or typed_in(draft if begins else None))
            asked = after if after is not None else draft.after if draft is not None else {}
            coming: Sequence[FileHead] = ()
            if files is None:
                coming = _coming(carried.bring(tx, parts.conversation))
                draft = drafts.get(tx, parts.conversation)
                files = outgoing_files.files(tx, outgoing_files.of_draft(parts.conversation))
            reply = _reply_of(
                parts, text, subject, now, files, form=form_named(parts, form), coming=coming
            )
            leaves = now + self._window if delay else now
            schedule = scheduled(tx, parts.conversation, when, leaves) if when else None
            message = messages.add_outgoing(
                tx, parts.account, parts.conversation, reply, Delivery.QUEUED, coming=coming
            )
            item = OutboxItem(
                key=reply.key,
                account=parts.account,
                conversation=parts.conversation,
                message=message,
                reply=reply,
                state=Delivery.QUEUED,
                created_at=now,
                send_after=leaves,
                after=_after(asked, reply),
                schedule=schedule,
                awaits=draft.carries if draft is not None and coming else (),
            )
            outbox.add(tx, item)
            journal.add(
                tx,
                at=now,
                verb=Verb.REPLY,
                conversation=parts.conversation,
                arguments={"key": reply.key},
                group=new_group(),
            )
            drafts.remove(tx, parts.conversation)
            derive(tx, [parts.conversation], self.book)
            item = outbox.get(tx, item.key) if schedule else item
        steps.reached("reply.queued")
        self._nudge(item.account)
        return item

    def retry(self, key: ReplyKey) -> OutboxItem:
        """Queue a refused, unsure or waiting reply again, now; raises AlreadyLeft if it is out.

        For an unsure one this is the seller's word that it did not arrive.
        """
        with self._store.write(durable=True) as tx:
            item = outbox.get(tx, key)
            if item.state in {Delivery.SENDING, Delivery.ACCEPTED}:
                raise AlreadyLeft
            item = replace(
                item,
                state=Delivery.QUEUED,
                send_after=min(item.send_after, self._clock()),
                next_attempt_at=None,
                error="",
                left=False,
                schedule=None,
            )
            outbox.put(tx, item)
            messages.set_delivery(tx, item.message, Delivery.QUEUED)
            derive(tx, [item.conversation], self.book)
            accounts = {item.account} | carried.want(tx, item)
        for account in accounts:
            self._nudge(account)
        return item

    def cancel(self, key: ReplyKey) -> ConversationUid:
        """Take a reply out of the outbox; its words become the draft. Raises AlreadyLeft."""
        with self._store.write(durable=True) as tx:
            item = outbox.get(tx, key)
            if item.state in {Delivery.SENDING, Delivery.ACCEPTED}:
                raise AlreadyLeft
            self._withdraw(tx, item)
            derive(tx, [item.conversation], self.book)
        return item.conversation

    def draft(self, uid: ConversationUid) -> Draft | None:
        """Return what was written and not sent."""
        with self._store.read() as tx:
            return drafts.get(tx, conversations.get(tx, uid).uid)

    def save_draft(
        self,
        uid: ConversationUid,
        text: str,
        subject: str = "",
        to: Addressees | None = None,
        account: AccountUid | None = None,
        *,
        form: str | None = None,
        knew: int | None = None,
        after: Mapping[str, str] | None = None,
    ) -> None:
        """Keep what is written, and to whom; of an answer nothing is kept without any words.

        A mail begun is kept until it is discarded: it may be gone on with. `to`,
        `form` and `account`, from which a mail goes that answers nothing: as they
        were where they are None. `knew`: how often words of another program had
        come in when this was written; what came in since is kept below it.
        """
        with self._store.write(durable=True) as tx:
            uid = conversations.get(tx, uid).uid
            before = drafts.get(tx, uid) or Draft(uid, "", "", self._clock())
            if knew is not None and before.elsewhere != knew:
                text = joined(text, before.text)
            to = to or Addressees(before.to, before.cc, before.bcc)
            kept = replace(
                before,
                text=text,
                subject=subject,
                at=self._clock(),
                to=to.to,
                cc=to.cc or "",
                bcc=to.bcc or "",
                account=before.account and (account or before.account),
                form=before.form if form is None else form,
                after=before.after if after is None else dict(after),
            )
            filed = before.carries or outgoing_files.heads(tx, outgoing_files.of_draft(uid))
            if filed or before.account is not None or text.strip():
                drafts.put(tx, kept)
            else:
                drafts.remove(tx, uid)
            if before.account is not None:
                derive(tx, [uid], self.book)

    def draft_files(self, uid: ConversationUid) -> tuple[FileHead, ...]:
        """Return the files that wait in the draft, without their bytes."""
        with self._store.read() as tx:
            uid = conversations.get(tx, uid).uid
            draft = drafts.get(tx, uid)
            if draft is None or not draft.carries:
                return outgoing_files.heads(tx, outgoing_files.of_draft(uid))
        with self._store.write(durable=True) as tx:
            return carried.bring(tx, uid)

    def attach(self, uid: ConversationUid, file: OutgoingFile) -> tuple[FileHead, ...]:
        """Put a file into the draft, bytes and all; return the draft's files.

        Raises FilesRefused where the service would not take it, NothingToAnswer.
        """
        with self._store.write(durable=True) as tx:
            parts = self._parts(tx, uid)
            owner = outgoing_files.of_draft(parts.conversation)
            there = carried.bring(tx, parts.conversation)
            refused = files_refusal(parts.able, [*there, _head(file)])
            if refused is not None:
                raise refused
            outgoing_files.put(tx, owner, [file])
            if drafts.get(tx, parts.conversation) is None:
                drafts.put(tx, Draft(parts.conversation, "", "", self._clock()))
            return carried.bring(tx, parts.conversation)

    def detach_last(self, uid: ConversationUid) -> tuple[FileHead, ...]:
        """Take the last file out of the draft; return those that are left."""
        with self._store.write(durable=True) as tx:
            uid = conversations.get(tx, uid).uid
            left = carried.take_last(tx, uid)
            draft = drafts.get(tx, uid)
            if not left and draft is not None and not draft.text.strip() and not draft.account:
                drafts.remove(tx, uid)
            return left

    def _parts(
        self, tx: Transaction, uid: ConversationUid, *, everyone: bool = False
    ) -> ReplyParts:
        conversation = conversations.get(tx, uid)
        terms = self.book.accounts.get(conversation.account)
        if terms is None:
            raise NothingToAnswer
        able = accounts.abilities(tx, conversation.account)
        limit = None if able is None else able.max_reply_chars
        draft = drafts.get(tx, conversation.uid)
        if draft is not None and draft.account is not None:
            return begun_parts(draft, terms, limit, able)
        return parts_of(tx, conversation.uid, terms, limit, able, everyone=everyone)


def _coming(files: Sequence[FileHead]) -> tuple[FileHead, ...]:
    """Return the files that are not here yet; raises FilesLost if one of them cannot be had."""
    coming = tuple(each for each in files if each.coming)
    lost = [each for each in coming if each.error]
    if lost:
        raise FilesLost([each.name for each in lost], lost[0].error)
    return coming


def _after(wanted: Mapping[str, str], reply: Reply) -> dict[str, str]:
    """Return what is to happen once it is accepted: with what answers nothing, nobody is done."""
    aside = ("done", "snooze") if reply.interim else ()
    return {name: value for name, value in wanted.items() if name not in aside}


def _head(file: OutgoingFile) -> FileHead:
    return FileHead(file.name, file.media_type, len(file.content))


def _reply_of(
    parts: ReplyParts,
    text: str,
    subject: str | None,
    now: datetime,
    files: Sequence[OutgoingFile],
    *,
    form: ReplyForm | None,
    coming: Sequence[FileHead] = (),
) -> Reply:
    """Return the reply to queue; raises what `Triage.reply` promises."""
    refused = refusal(parts, text, subject, [*map(_head, files), *coming])
    if refused is not None:
        raise refused
    domain = parts.sender.address.rpartition("@")[2]
    safe = domain if domain and domain.isascii() else "seller-inbox.invalid"
    return Reply(
        key=ReplyKey(f"{new_uid()}.{secrets.token_hex(8)}@{safe}"),
        created_at=now,
        sender=parts.sender,
        recipients=parts.recipients,
        cc=parts.cc,
        bcc=parts.bcc,
        subject=parts.subject if subject is None else one_line(subject),
        text=whole_text(parts, text if parts.answered else text.lstrip("\n")),
        flowed=not parts.relayed,
        html=parts.html and not parts.relayed,
        in_reply_to=parts.in_reply_to,
        references=parts.references,
        answers=parts.answers,
        conversation_ref=parts.conversation_ref,
        files=tuple(files),
        form=form.name if form else "",
        interim=form is not None and not form.answers,
    )
