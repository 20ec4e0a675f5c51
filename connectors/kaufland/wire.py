"""What Kaufland's tickets mean, as values. Pure."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from connectors.instants import utc
from connectors.kaufland.answers import (
    OneTicket,
    Problem,
    Ticket,
    TicketMessage,
    WholeTicket,
    Word,
)
from connectors.listing import set_aside
from connectors.values import (
    Attachment,
    ConversationChange,
    Direction,
    Kind,
    Message,
    Party,
    Place,
    Quarantined,
    RemoteId,
    Role,
)
from connectors.walking import Listed

_CLOSED = frozenset({"both_closed", "seller_closed", "customer_service_closed_final"})
_RETURNS = frozenset({"product_return", "return_check_status", "return_request_label"})
_MISSING = frozenset({"product_not_delivered", "delivery_not_received"})
_PAGE = "https://sellerportal.kaufland.com/customer-service/tickets/"

_NEVER = datetime.min.replace(tzinfo=UTC)

Row = Ticket | Quarantined
"""A row of the list of tickets, or what stands there instead of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a ticket holds."""

    messages: tuple[Message, ...] = ()
    """The newest first."""
    quarantined: tuple[Quarantined, ...] = ()
    changes: tuple[ConversationChange, ...] = ()


def words_of(body: bytes) -> str:
    """Return what an error's body says, "" if it says nothing."""
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    details = [str(each.get("message", "")) for each in problem.errors]
    return " ".join(filter(None, [problem.message, *details]))[:300]


def lacks_messages(body: bytes) -> bool:
    """Return whether a body is a ticket without the messages that were asked for."""
    try:
        return msgspec.json.decode(body, type=OneTicket).data.messages is None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


def row_of(raw: bytes) -> Listed[Ticket]:
    """Return a row of the list as the walk knows it; raises ValueError."""
    ticket = msgspec.json.decode(raw, type=Ticket)
    state = f"{ticket.status} {ticket.is_seller_responsible}"
    return Listed(ticket.id_ticket, utc(ticket.ts_updated_iso), ticket, state)


def with_news(
    items: Sequence[Listed[Row]], words: Iterable[Word], delivered: Callable[[str], bool]
) -> tuple[Listed[Row], ...]:
    """Return the items, and before them each ticket in which a word was said that is not here.

    Kaufland does not say whether a message moves its ticket's `ts_updated_iso`,
    which tells no two messages of one second apart: only the list of all
    messages shows them. Each counts as no older than the page that it stands
    on: the walk takes all between its newest and its oldest item for seen.
    """
    lowest = min((item.changed_at for item in items), default=_NEVER)
    news = (word for word in words if not delivered(str(word.id_ticket_message)))
    return (*(_missed(word, lowest) for word in news), *items)


def words_in(rows: Iterable[msgspec.Raw]) -> Iterator[Word]:
    """Yield the rows of the list of messages that can be read; it only points to tickets."""
    for raw in rows:
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
            yield msgspec.json.decode(raw, type=Word)


def _missed(word: Word, lowest: datetime) -> Listed[Row]:
    """Return a ticket that only its message tells of."""
    ticket = Ticket(word.id_ticket, word.ts_created_iso, word.ts_created_iso, "")
    # An id of its own: the list's own row of the ticket is another item with another state.
    name = f"{word.id_ticket} {word.id_ticket_message}"
    return Listed(name, max(utc(word.ts_created_iso), lowest), ticket)


def read(ticket: WholeTicket, seller: Party) -> Read:
    """Return a ticket's messages, those that cannot be read, and how it stands."""
    found: list[tuple[TicketMessage, bytes]] = []
    bad: list[Quarantined] = []
    for raw in ticket.messages or ():
        try:
            found.append((msgspec.json.decode(raw, type=TicketMessage), bytes(raw)))
        except (msgspec.DecodeError, UnicodeDecodeError) as broken:
            said = f"Kaufland sent a message that is not as it documents: {broken}."
            bad.append(set_aside(ticket.id_ticket, said, bytes(raw), utc(ticket.ts_updated_iso)))
    found.sort(key=lambda pair: (utc(pair[0].ts_created_iso), pair[0].id_ticket_message))
    files = _files_by_message(ticket, [message for message, _raw in found])
    name = next((m.author.name for m, _raw in found if m.author.role == "buyer"), "")
    messages = [
        _message(
            ticket,
            message,
            raw,
            files.get(message.id_ticket_message, ()),
            seller=seller,
            buyer=name,
        )
        for message, raw in found
    ]
    change = ConversationChange(
        conversation_ref=ticket.id_ticket,
        closed=ticket.status in _CLOSED,
        reply_needed=ticket.is_seller_responsible,
    )
    return Read(messages=tuple(messages[::-1]), quarantined=tuple(bad), changes=(change,))


def _message(
    ticket: WholeTicket,
    message: TicketMessage,
    raw: bytes,
    files: Sequence[Attachment],
    *,
    seller: Party,
    buyer: str,
) -> Message:
    """Return one message of a ticket."""
    ours = message.author.role == "seller"
    them = Party(buyer or message.author.name, _buyer_ref(ticket))
    sender = seller if ours else them
    if message.author.role not in {"seller", "buyer"}:
        sender = Party(message.author.name or "Kaufland", message.author.role)
    unit = ticket.order_units[0] if ticket.order_units else None
    product = ticket.product.id_product if ticket.product else None
    return Message(
        remote_id=RemoteId(str(message.id_ticket_message)),
        direction=Direction.OUT if ours else Direction.IN,
        accepted_at=utc(message.ts_created_iso),
        sender=sender,
        recipients=(them,) if ours else (seller,),
        subject=_subject(ticket),
        text=message.text,
        attachments=tuple(files),
        automatic=message.author.role == "system",
        service="kaufland",
        kind=_kind(ticket),
        conversation_ref=ticket.id_ticket,
        buyer_ref=_buyer_ref(ticket),
        order_ref=unit.id_order if unit else None,
        item_ref=str(product) if product is not None else None,
        storefront=(ticket.storefront or (unit.storefront if unit else "")).lower(),
        page=f"{_PAGE}{ticket.id_ticket}",
        places=(Place(ticket.id_ticket, "", str(message.id_ticket_message), Role.INBOX),),
        source=raw,
        body_digest=hashlib.sha256(message.text.encode("utf-8", "replace")).hexdigest(),
    )


def _buyer_ref(ticket: Ticket) -> str:
    """Return the buyer's id, or the ticket's where Kaufland names no buyer."""
    return str(ticket.id_buyer) if ticket.id_buyer is not None else f"ticket {ticket.id_ticket}"


def _subject(ticket: Ticket) -> str:
    """Return what a ticket is about, in words."""
    return (ticket.topic or ticket.open_reason).replace("_", " ").capitalize()


def _kind(ticket: Ticket) -> Kind:
    """Return what kind of conversation a ticket is."""
    about = {ticket.topic, ticket.open_reason}
    if about & _RETURNS:
        return Kind.RETURN
    return Kind.INQUIRY if about & _MISSING else Kind.MESSAGE


def _files_by_message(
    ticket: WholeTicket, messages: Sequence[TicketMessage]
) -> dict[int, list[Attachment]]:
    """Return the files by the message they came with: the last one before each of them."""
    found: dict[int, list[Attachment]] = {}
    for file in ticket.files:
        came = utc(file.ts_created_iso)
        before = [m for m in messages if utc(m.ts_created_iso) <= came] or messages[:1]
        if before:
            attachment = Attachment(file.uri, file.filename, "application/octet-stream", None)
            found.setdefault(before[-1].id_ticket_message, []).append(attachment)
    return found
