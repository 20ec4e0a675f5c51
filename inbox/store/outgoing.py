"""A reply as a message of its conversation, before any service has it."""

from __future__ import annotations

from collections.abc import Sequence

from tinydb import where

from connectors.values import Attachment, Direction, Message, RemoteId, Reply
from inbox.core.linking import keys_of
from inbox.core.model import AccountUid, ConversationUid, Delivery, FileHead, MessageUid
from inbox.core.parties import canonical_address
from inbox.core.snippets import first_words, snippet_of
from inbox.store import contents, search, uids
from inbox.store.database import Transaction
from inbox.store.heads import head_of, words_of
from inbox.store.linking import Links
from inbox.store.outgoing_files import ref_of


def add(
    tx: Transaction,
    account: AccountUid,
    conversation: ConversationUid,
    reply: Reply,
    delivery: Delivery,
    *,
    coming: Sequence[FileHead] = (),
) -> MessageUid:
    """Store the reply's message and return its uid.

    It stands in the conversation it answers whatever its keys say; they only
    lead there what leads nowhere yet (the buyer's answer to it for one).
    """
    conversation = uids.current(uids.followed(tx, [conversation]), conversation)
    found = tx.table("conversations").get(where("uid") == conversation)
    if found is None:
        raise uids.UnknownId(conversation)
    message = message_of(reply, found["service"], found["order_ref"], coming)
    keys = keys_of(message, frozenset({canonical_address(reply.sender.address)}))
    links = Links(tx, account, keys)
    links.add(keys, conversation)
    links.flush()
    uid = MessageUid(uids.new_uid())
    head = head_of(
        message,
        uid=uid,
        account=account,
        conversation=conversation,
        snippet=snippet_of(first_words(reply.text)),
    )
    head |= {"outgoing": reply.key, "delivery": delivery.value}
    doc_id = tx.table("messages").insert(head)
    contents.keep_bodies(tx, [(doc_id, reply.text, None)])
    search.index(tx, [words_of(doc_id, head, reply.text)])
    return uid


def message_of(
    reply: Reply, service: str, order_ref: str | None, coming: Sequence[FileHead] = ()
) -> Message:
    """Return the reply as the message it will be, the files that are coming behind the others."""
    files = [(each.name, each.media_type, len(each.content)) for each in reply.files]
    files += [(each.name, each.media_type, each.size) for each in coming]
    return Message(
        remote_id=RemoteId(f"key:{reply.key}"),
        direction=Direction.OUT,
        accepted_at=reply.created_at,
        sender=reply.sender,
        recipients=(*reply.recipients, *reply.cc),
        copied=len(reply.cc),
        subject=reply.subject,
        text=reply.text,
        attachments=tuple(
            Attachment(ref_of(number), *named) for number, named in enumerate(files, 1)
        ),
        sent_at=reply.created_at,
        seen=True,
        message_id=reply.key,
        in_reply_to=(reply.in_reply_to,) if reply.in_reply_to else (),
        references=reply.references,
        key=reply.key,
        service=service,
        conversation_ref=reply.conversation_ref,
        order_ref=order_ref,
        interim=reply.interim,
    )
