"""What eBay's conversations mean, as values. Pure."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from connectors.ebay.answers import Conversation, Media, Problem, Said
from connectors.html import text_of
from connectors.instants import utc
from connectors.values import (
    Attachment,
    ConversationChange,
    Direction,
    FlagChange,
    Kind,
    Message,
    Party,
    Place,
    Quarantined,
    RemoteId,
    Role,
)
from connectors.walking import Listed


class Sort(StrEnum):
    """The two lists of conversations."""

    MEMBERS = "FROM_MEMBERS"
    EBAY = "FROM_EBAY"


PAGE = "https://mesg.ebay.com/mesgweb/ViewMessages/0"
"""Where the seller sees messages at eBay; it has no documented address of one conversation."""
_PUT_AWAY = frozenset({"ARCHIVE", "DELETE"})
_TYPES = {
    "IMAGE": "image/*",
    "PDF": "application/pdf",
    "DOC": "application/msword",
    "TXT": "text/plain",
}
_NEVER = datetime.fromtimestamp(0, UTC)
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

Row = Conversation | Quarantined
"""A row of a list of conversations, or what stands there instead of one."""


@dataclass(frozen=True, slots=True)
class Link:
    """The order that a conversation belongs to."""

    order_ref: str | None = None
    storefront: str = ""


NO_LINK = Link()


def ref_of(sort: str, conversation: str) -> str:
    """Return our name of a conversation; it says of which list it is."""
    return f"{Sort.EBAY} {conversation}" if sort == Sort.EBAY else conversation


def sort_and_id(ref: str) -> tuple[Sort, str]:
    """Return of which list a conversation is, and eBay's id of it."""
    first, _blank, rest = ref.partition(" ")
    return (Sort.EBAY, rest) if first == Sort.EBAY else (Sort.MEMBERS, ref)


def words_of(body: bytes) -> str:
    """Return what an error's body says, "" if it says nothing."""
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except _BROKEN:
        return ""
    said = [str(each.get("longMessage") or each.get("message") or "") for each in problem.errors]
    return " ".join(one if one.endswith(".") else f"{one}." for one in said if one)[:300]


def is_json(body: bytes) -> bool:
    """Return whether a body is JSON at all: then it came whole, whatever it says."""
    try:
        msgspec.json.decode(body)
    except _BROKEN:
        return False
    return True


def listed(rows: Sequence[msgspec.Raw], *, below: datetime | None) -> tuple[Listed[Row], ...]:
    """Return a page's rows as the walk knows them; one that cannot be read is an item too.

    `below` is the lowest instant of the page before: eBay does not document
    the order of its list, and a walk takes a row above it for one it has had.
    """
    read = [(bytes(raw), _conversation(raw)) for raw in rows]
    instants = [changed_at(each) for _raw, each in read if isinstance(each, Conversation)]
    lowest = min([*instants, *([below] if below else [])], default=None)
    found: list[Listed[Row]] = []
    for raw, each in read:
        if isinstance(each, Conversation):
            at = changed_at(each)
            latest = each.latest_message
            state = (latest.message_id or "") if latest else ""
            name = ref_of(each.conversation_type, each.conversation_id)
            found.append(Listed(name, min(at, below) if below else at, each, state))
        elif lowest is not None:
            found.append(_unread_row(raw, each, lowest))
    return tuple(sorted(found, key=_at, reverse=True))


def in_order(rows: Sequence[msgspec.Raw]) -> bool:
    """Return whether eBay gave a page the newest first."""
    read = [each for each in map(_conversation, rows) if isinstance(each, Conversation)]
    instants = [changed_at(each) for each in read]
    return instants == sorted(instants, reverse=True)


def all_before(rows: Sequence[msgspec.Raw], since: datetime) -> bool:
    """Return whether a page of messages, the newest first, ends before an instant."""
    try:
        instants = [utc(msgspec.json.decode(raw, type=Said).created_date) for raw in rows]
    except _BROKEN:
        return False
    return bool(instants) and instants == sorted(instants, reverse=True) and instants[-1] < since


def changed_at(row: Conversation) -> datetime:
    """Return when somebody wrote last in a conversation."""
    latest = row.latest_message.created_date if row.latest_message else None
    return utc(latest or row.created_date or _NEVER)


def seller_in(rows: Iterable[Row], known: frozenset[str]) -> frozenset[str]:
    """Return the name that stands for the seller where none of the known ones does.

    eBay replaces names by ids for some people. Who is in every conversation
    of several is the seller; names are compared without case.
    """
    pairs = {
        frozenset({latest.sender_username.casefold(), latest.recipient_username.casefold()})
        for row in rows
        if isinstance(row, Conversation) and (latest := row.latest_message) is not None
        if latest.sender_username and latest.recipient_username
    }
    if len(pairs) < 2 or any(pair & known for pair in pairs):  # noqa: PLR2004 - two can differ
        return frozenset()
    common = frozenset.intersection(*pairs)
    return common if len(common) == 1 else frozenset()


def buyer_of(row: Conversation, us: frozenset[str]) -> str:
    """Return with whom the seller talks, "" if that is not known."""
    latest = row.latest_message
    names = (latest.sender_username, latest.recipient_username) if latest else ()
    return next((name for name in names if name and name.casefold() not in us), "")


def state_of(row: Conversation) -> str:
    """Return what differs when the conversation was read or put away elsewhere."""
    return f"{row.conversation_status or ''} {row.unread_count or 0}"


def change_of(row: Conversation) -> ConversationChange:
    """Return how a conversation stands at eBay."""
    return ConversationChange(
        conversation_ref=ref_of(row.conversation_type, row.conversation_id),
        seen=None if row.unread_count is None else row.unread_count == 0,
        archived=row.conversation_status in _PUT_AWAY if row.conversation_status else None,
    )


def flag_of(row: Conversation, us: frozenset[str]) -> FlagChange | None:
    """Return whether the newest message is read, if it is one that came in."""
    latest = row.latest_message
    if latest is None or not latest.message_id or latest.read_status is None:
        return None
    if (latest.sender_username or "").casefold() in us:
        return None
    ref = ref_of(row.conversation_type, row.conversation_id)
    return FlagChange(_place(ref, latest.message_id), latest.read_status, answered=False)


def read(
    row: Conversation, rows: Iterable[msgspec.Raw], us: frozenset[str], link: Link
) -> tuple[tuple[Message, ...], tuple[Quarantined, ...]]:
    """Return a conversation's messages, the newest first, and those that cannot be read."""
    found: list[Message] = []
    bad: list[Quarantined] = []
    for raw in rows:
        try:
            said = msgspec.json.decode(raw, type=Said)
            found.append(_message(row, said, bytes(raw), us, link))
        except _BROKEN as broken:
            why = f"eBay sent a message that is not as it documents: {broken}."
            bad.append(set_aside(row, why, bytes(raw)))
    found.sort(key=lambda message: message.accepted_at, reverse=True)
    return tuple(found), tuple(bad)


def set_aside(row: Conversation, reason: str, source: bytes) -> Quarantined:
    """Return what is put aside of a conversation, to be shown to the seller."""
    ref = ref_of(row.conversation_type, row.conversation_id)
    name = hashlib.sha256(source or ref.encode()).hexdigest()[:16]
    return Quarantined(_place(ref, name), reason, source, changed_at(row))


def talkers(rows: Iterable[msgspec.Raw], but: str) -> frozenset[str]:
    """Return who else than `but` writes in a conversation of two, without case; none if unknown."""
    names: set[str] = set()
    for raw in rows:
        with contextlib.suppress(*_BROKEN):
            said = msgspec.json.decode(raw, type=Said)
            names |= {(said.sender_username or "").casefold()}
            names |= {(said.recipient_username or "").casefold()}
    return frozenset(names - {"", but.casefold()}) if but else frozenset()


def _at(item: Listed[Row]) -> datetime:
    """Return when an item changed."""
    return item.changed_at


def _conversation(raw: msgspec.Raw) -> Conversation | str:
    """Return a row of the list, or why it is none."""
    try:
        row = msgspec.json.decode(raw, type=Conversation)
    except _BROKEN as broken:
        return str(broken)
    latest = row.latest_message
    if row.created_date is None and (latest is None or latest.created_date is None):
        return "it has no instant"
    return row


def _unread_row(raw: bytes, why: str, at: datetime) -> Listed[Row]:
    """Return a row that cannot be read, at an instant that keeps the walk in its order."""
    name = hashlib.sha256(raw).hexdigest()[:16]
    said = f"eBay lists a conversation that is not as it documents: {why}."
    return Listed(f"unread {name}", at, Quarantined(_place("conversations", name), said, raw))


def _place(ref: str, message: str) -> Place:
    """Return where a message lies."""
    return Place(ref, "", message, Role.INBOX)


def _message(row: Conversation, said: Said, raw: bytes, us: frozenset[str], link: Link) -> Message:
    """Return one message of a conversation."""
    theirs = row.conversation_type == Sort.EBAY
    sender, recipient = said.sender_username or "", said.recipient_username or ""
    ours = not theirs and sender.casefold() in us
    buyer = recipient if ours else sender
    ref = ref_of(row.conversation_type, row.conversation_id)
    body = said.message_body or ""
    html = body if theirs and "<" in body and ">" in body else None
    return Message(
        remote_id=RemoteId(said.message_id),
        direction=Direction.OUT if ours else Direction.IN,
        accepted_at=utc(said.created_date),
        sender=Party(sender or ("eBay" if theirs else ""), sender or ("eBay" if theirs else "")),
        recipients=(Party(recipient, recipient),) if recipient else (),
        subject=said.subject or row.conversation_title or "",
        text=body if html is None else text_of(html),
        html=html,
        attachments=tuple(filter(None, map(_attachment, said.message_media or ()))),
        automatic=theirs,
        seen=ours or bool(said.read_status),
        service="ebay",
        kind=Kind.NOTICE if theirs else Kind.MESSAGE,
        conversation_ref=ref,
        buyer_ref=None if theirs else buyer or None,
        order_ref=link.order_ref,
        item_ref=row.reference_id if row.reference_type in {"LISTING", None} else None,
        storefront=link.storefront,
        page=PAGE,
        answerable=not theirs,
        places=(_place(ref, said.message_id),),
        source=raw,
        body_digest=hashlib.sha256(body.encode("utf-8", "replace")).hexdigest(),
    )


def _attachment(media: Media) -> Attachment | None:
    """Return a file that came with a message."""
    if not media.media_url:
        return None
    name = media.media_name or media.media_url.rsplit("/", 1)[-1]
    kind = _TYPES.get(media.media_type or "", "application/octet-stream")
    return Attachment(media.media_url, name, kind, None)
