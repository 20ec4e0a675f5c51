"""A message's head as a document: everything but text, html and source.

Fields at their default are left out, so that a document stays small.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from connectors.values import Attachment, Direction, Kind, Message, Origin, Party, Place, Role
from inbox.core.model import AccountUid, ConversationUid, Delivery, MessageUid, StoredMessage
from inbox.store.folding import Words
from inbox.store.instants import instant, maybe_instant, micros
from inbox.store.rows import encoded

Head = dict[str, Any]

AnyHead = TypeVar("AnyHead", bound=Mapping[str, Any])

# Looked up thousands of times a second; calling the enum takes four times as long.
_DIRECTIONS = {each.value: each for each in Direction}
_ROLES = {each.value: each for each in Role}
_ORIGINS = {each.value: each for each in Origin}
_KINDS = {each.value: each for each in Kind}


def head_of(
    message: Message,
    *,
    uid: MessageUid,
    account: AccountUid,
    conversation: ConversationUid,
    snippet: str,
    language: str = "",
) -> Head:
    """Return the document of a message that was not stored before."""
    names: Head = {"uid": uid, "account": account, "conversation": conversation}
    return names | told(message, snippet, language)


def head_json(
    told_json: bytes, *, uid: MessageUid, account: AccountUid, conversation: ConversationUid
) -> bytes:
    """Return `head_of`'s document in JSON, given what `told` says of the message in JSON."""
    names = {"uid": uid, "account": account, "conversation": conversation}
    return b"%b,%b" % (encoded(names)[:-1], told_json[1:])


def told(message: Message, snippet: str, language: str = "") -> Head:
    """Return of a message's document what it tells by itself, wherever it is stored."""
    head: Head = {
        "remote_id": message.remote_id,
        "digest": message.body_digest,
        "direction": message.direction.value,
        "accepted_at": micros(message.accepted_at),
        "sender": [message.sender.name, message.sender.address],
        "subject": message.subject,
        "service": message.service,
        "places": places_document(message.places),
    }
    optional = {
        "snippet": snippet,
        "language": language,
        "recipients": _parties_document(message.recipients),
        "reply_to": _parties_document(message.reply_to),
        "followup_to": _parties_document(message.followup_to),
        "attachments": [
            [each.ref, each.name, each.media_type, each.size] for each in message.attachments
        ],
        "automatic": message.automatic,
        "claims_to_be_us": message.claims_to_be_us,
        "copied": message.copied,
        "seen": message.seen,
        "answered": message.answered,
        "message_id": message.message_id,
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "key": message.key,
        "kind": message.kind.value if message.kind is not Kind.MESSAGE else None,
        "conversation_ref": message.conversation_ref,
        "buyer_ref": message.buyer_ref,
        "order_ref": message.order_ref,
        "item_ref": message.item_ref,
        "storefront": message.storefront,
        "page": message.page,
        "unanswerable": not message.answerable,
        "interim": message.interim,
        "not_needed_page": message.not_needed_page,
        "reply_reference": message.reply_reference,
        "copy_for": message.copy_for,
        "origin": message.origin.value if message.origin is not Origin.UNKNOWN else None,
    }
    head.update({name: value for name, value in optional.items() if value})
    if message.sent_at is not None:
        head["sent_at"] = micros(message.sent_at)
    return head


def stored(head: Mapping[str, Any]) -> StoredMessage:
    """Return the value a head stands for, its message without text, html and source."""
    delivery = head.get("delivery")
    return StoredMessage(
        uid=head["uid"],
        account=head["account"],
        conversation=head["conversation"],
        message=_message(head),
        gone_at=maybe_instant(head.get("gone_at")),
        delivery=None if delivery is None else Delivery(delivery),
        claimed_due=maybe_instant(head.get("claimed_due")),
        language=head.get("language", ""),
        notice_of=head.get("notice_of"),
    )


def without_twins(heads: Iterable[AnyHead]) -> list[AnyHead]:
    """Return these heads of a conversation without mails of what an API told as well.

    All of them if nothing else is there: no words go unseen.
    """
    every = list(heads)
    return [head for head in every if "twin_of" not in head] or every


def owner_of(heads: Sequence[Mapping[str, Any]]) -> AccountUid:
    """Return the account of a conversation with these heads, at least one: where answers go out.

    Where mail stands beside what an API told, it is the API's.
    """
    told = (head for head in heads if not head.get("message_id"))
    owner: AccountUid = next(told, heads[0])["account"]
    return owner


def of_owner(heads: Sequence[AnyHead]) -> list[AnyHead]:
    """Return those of a conversation's heads that its account's service knows."""
    owner = owner_of(heads) if heads else None
    return [head for head in heads if head["account"] == owner]


def with_body(value: StoredMessage, text: str, html: str | None) -> StoredMessage:
    """Return the value with its message's text and html."""
    return replace(value, message=replace(value.message, text=text, html=html))


def places_document(places: Iterable[Place]) -> list[list[str]]:
    """Return places as a head holds them, each once, in one order whatever order they came in."""
    each = {(place.folder, place.epoch, place.id, place.role.value) for place in places}
    return [list(place) for place in sorted(each)]


def places_of(head: Mapping[str, Any]) -> tuple[Place, ...]:
    """Return where the message lies, or lay last if it is gone."""
    return tuple(
        Place(folder, epoch, number, _ROLES[role]) for folder, epoch, number, role in head["places"]
    )


def words_of(doc_id: int, head: Mapping[str, Any], text: str) -> Words:
    """Return what a message is found by: made of its head (what is `told` there) and text alone.

    Our own name is not in it: it would find every message.
    """
    others = "recipients" if head["direction"] == Direction.OUT.value else "reply_to"
    parties = [*head.get(others, ())]
    if head["direction"] != Direction.OUT.value:
        parties.insert(0, head["sender"])
    return Words(
        doc_id=doc_id,
        subject=head["subject"],
        body=text,
        party="\n".join(" ".join(party) for party in parties),
        files="\n".join(
            [*(name for _, name, *_ in head.get("attachments", ())), *head.get("items", ())]
        ),
        order=head.get("order_ref") or "",
        recipients="\n".join(" ".join(party) for party in head.get("recipients", ())),
    )


_PLAIN = (
    *("copied", "automatic", "claims_to_be_us", "seen", "answered", "message_id", "key"),
    *("conversation_ref", "buyer_ref", "order_ref", "item_ref", "storefront", "page"),
    *("not_needed_page", "reply_reference", "copy_for", "interim"),
)
"""Fields that a head holds as the message does, and only where they say anything."""


def _message(head: Mapping[str, Any]) -> Message:
    given = {name: head[name] for name in _PLAIN if name in head}
    for name in ("recipients", "reply_to", "followup_to"):
        if name in head:
            given[name] = tuple([Party(*each) for each in head[name]])
    for name in ("in_reply_to", "references"):
        if name in head:
            given[name] = tuple(head[name])
    if "attachments" in head:
        given["attachments"] = tuple([Attachment(*each) for each in head["attachments"]])
    if "kind" in head:
        given["kind"] = _KINDS[head["kind"]]
    if "origin" in head:
        given["origin"] = _ORIGINS[head["origin"]]
    if "unanswerable" in head:
        given["answerable"] = not head["unanswerable"]
    if "sent_at" in head:
        given["sent_at"] = maybe_instant(head["sent_at"])
    return Message(
        remote_id=head["remote_id"],
        direction=_DIRECTIONS[head["direction"]],
        accepted_at=instant(head["accepted_at"]),
        sender=Party(*head["sender"]),
        subject=head["subject"],
        service=head["service"],
        places=places_of(head),
        body_digest=head["digest"],
        **given,
    )


def _parties_document(parties: Iterable[Party]) -> list[list[str]]:
    return [[party.name, party.address] for party in parties]
