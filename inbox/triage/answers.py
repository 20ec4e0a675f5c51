"""Answering: a reply goes into the outbox durably, and leaves it by the engine or by undo."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from connectors import steps
from connectors.values import OutgoingFile, Reply, ReplyKey
from inbox.core.model import ConversationUid, Delivery, FileHead, OutboxItem, Verb
from inbox.core.scheduling import Wish
from inbox.store import accounts, conversations, drafts, journal, messages, outbox, outgoing_files
from inbox.store.database import Transaction
from inbox.store.derive import derive
from inbox.store.drafts import Draft
from inbox.store.uids import new_uid
from inbox.triage.desk import Desk, new_group
from inbox.triage.queue import scheduled
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


class Answers(Desk):
    """Replies and drafts."""

    def reply_parts(self, uid: ConversationUid) -> ReplyParts:
        """Return from whom, to whom and under what subject an answer goes.

        Raises NothingToAnswer.
        """
        with self._store.read() as tx:
            return self._parts(tx, uid)

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
    ) -> OutboxItem:
        """Put an answer into the outbox, durably, and return its item.

        `delay=False` leaves no time to undo; `when` lets it leave later;
        `files` are, by default, those of the draft, and are kept with the
        item. Raises FilesRefused, NothingToAnswer, EmptyReply, TooLong,
        Unfilled (each a ReplyRefused).
        """
        now = self._clock()
        steps.reached("reply.before_queue")
        with self._store.write(durable=True) as tx:
            parts = self._parts(tx, uid)
            if files is None:
                files = outgoing_files.files(tx, outgoing_files.of_draft(parts.conversation))
            reply = _reply_of(parts, text, subject, now, files)
            leaves = now + self._window if delay else now
            schedule = scheduled(tx, parts.conversation, when, leaves) if when else None
            message = messages.add_outgoing(
                tx, parts.account, parts.conversation, reply, Delivery.QUEUED
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
                after=dict(after or {}),
                schedule=schedule,
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
        self._nudge(item.account)
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

    def save_draft(self, uid: ConversationUid, text: str, subject: str = "") -> None:
        """Keep what is written; an empty text removes the draft."""
        with self._store.write(durable=True) as tx:
            uid = conversations.get(tx, uid).uid
            if text.strip() or outgoing_files.heads(tx, outgoing_files.of_draft(uid)):
                drafts.put(tx, Draft(uid, text, subject, self._clock()))
            else:
                drafts.remove(tx, uid)

    def draft_files(self, uid: ConversationUid) -> tuple[FileHead, ...]:
        """Return the files that wait in the draft, without their bytes."""
        with self._store.read() as tx:
            uid = conversations.get(tx, uid).uid
            return outgoing_files.heads(tx, outgoing_files.of_draft(uid))

    def attach(self, uid: ConversationUid, file: OutgoingFile) -> tuple[FileHead, ...]:
        """Put a file into the draft, bytes and all; return the draft's files.

        Raises FilesRefused where the service would not take it, NothingToAnswer.
        """
        with self._store.write(durable=True) as tx:
            parts = self._parts(tx, uid)
            owner = outgoing_files.of_draft(parts.conversation)
            refused = files_refusal(parts.able, [*outgoing_files.heads(tx, owner), _head(file)])
            if refused is not None:
                raise refused
            outgoing_files.put(tx, owner, [file])
            if drafts.get(tx, parts.conversation) is None:
                drafts.put(tx, Draft(parts.conversation, "", "", self._clock()))
            return outgoing_files.heads(tx, owner)

    def detach_last(self, uid: ConversationUid) -> tuple[FileHead, ...]:
        """Take the last file out of the draft; return those that are left."""
        with self._store.write(durable=True) as tx:
            uid = conversations.get(tx, uid).uid
            owner = outgoing_files.of_draft(uid)
            outgoing_files.remove_last(tx, owner)
            left = outgoing_files.heads(tx, owner)
            draft = drafts.get(tx, uid)
            if not left and draft is not None and not draft.text.strip():
                drafts.remove(tx, uid)
            return left

    def _parts(self, tx: Transaction, uid: ConversationUid) -> ReplyParts:
        conversation = conversations.get(tx, uid)
        terms = self.book.accounts.get(conversation.account)
        if terms is None:
            raise NothingToAnswer
        able = accounts.abilities(tx, conversation.account)
        limit = self._limits.get(conversation.account)
        if limit is None and able is not None:
            limit = able.max_reply_chars
        return parts_of(tx, conversation.uid, terms, limit, able)


def _head(file: OutgoingFile) -> FileHead:
    return FileHead(file.name, file.media_type, len(file.content))


def _reply_of(
    parts: ReplyParts,
    text: str,
    subject: str | None,
    now: datetime,
    files: Sequence[OutgoingFile],
) -> Reply:
    """Return the reply to queue; raises what `Triage.reply` promises."""
    refused = refusal(parts, text, subject, [_head(file) for file in files])
    if refused is not None:
        raise refused
    domain = parts.sender.address.rpartition("@")[2]
    safe = domain if domain and domain.isascii() else "seller-inbox.invalid"
    return Reply(
        key=ReplyKey(f"{new_uid()}.{secrets.token_hex(8)}@{safe}"),
        created_at=now,
        sender=parts.sender,
        recipients=parts.recipients,
        subject=parts.subject if subject is None else one_line(subject),
        text=whole_text(parts, text),
        flowed=not parts.relayed,
        html=parts.html and not parts.relayed,
        in_reply_to=parts.in_reply_to,
        references=parts.references,
        answers=parts.answers,
        conversation_ref=parts.conversation_ref,
        files=tuple(files),
    )
