"""Mail that a marketplace relays or sends: what is known of each is data, in the files beside this.

A pack is believed only for mail that comes from the marketplace's own domain,
matched from end to end, and that our server did not find forged. What a pack
does not know stays as the mail says it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import unescape

from connectors.email.authentication import verdict
from connectors.email.automatic import is_auto_answer
from connectors.email.headers import Fields
from connectors.email.orders import order_of
from connectors.email.packs.frames import framed
from connectors.email.packs.lookalikes import is_lookalike
from connectors.email.packs.pack import Pack, Sort, every_pack, is_known
from connectors.frozen import replaced
from connectors.values import Bounce, Direction, Kind, Message, Origin, Party

__all__ = ["apply"]

_TEXT_LIMIT = 20_000
_HTML_LIMIT = 400_000
_REASON_LIMIT = 300
_LINK = re.compile(r"""(?i)\bhref\s*=\s*(?:"([^"<>]{1,4000})"|'([^'<>]{1,4000})')""")


def apply(message: Message, fields: Fields, authserv_id: str = "") -> Message:
    """Return the message with service, buyer, order and kind as its marketplace's pack knows them.

    Mail of no marketplace gets an order number too, if it names one plainly.
    `authserv_id` is the server whose word on senders is believed, "" if none is.
    """
    if message.direction is Direction.OUT:
        return _ours(message)
    said = verdict(fields, authserv_id, message.sender.address)
    if said.origin is Origin.FORGED:
        return _forged(message)
    message = replaced(message, origin=said.origin) if said.origin is Origin.GENUINE else message
    for pack in every_pack() if is_known(message.sender.address) else ():
        relay = _relay(pack, message)
        if relay or (pack.is_sender(message.sender.address) and _has_what_it_needs(pack, message)):
            return _forged(message) if said.failed else _known(pack, message, fields, relay)
    if is_lookalike(message.sender):
        return _forged(message)
    return _order(message, ())


def _forged(message: Message) -> Message:
    """Return a message that is likely not from whom it says, as ordinary mail."""
    return _order(replaced(message, origin=Origin.FORGED), ())


def _ours(message: Message) -> Message:
    """Return a message that we sent, with the marketplace through which it went."""
    for pack in every_pack():
        if any(pack.is_relay(party.address) for party in message.recipients):
            return _order(replaced(message, service=pack.service), pack.orders)
    return _order(message, ())


def _relay(pack: Pack, message: Message) -> str:
    """Return the relay address a buyer wrote through, "" if none did."""
    if pack.is_relay(message.sender.address):
        return message.sender.address
    if not pack.is_sender(message.sender.address):
        return ""
    return next((one.address for one in message.reply_to if pack.is_relay(one.address)), "")


def _has_what_it_needs(pack: Pack, message: Message) -> bool:
    """Return whether the mail of a sender that is anybody's is the pack's."""
    return pack.needs is None or pack.needs.search(_said(message)) is not None


def _known(pack: Pack, message: Message, fields: Fields, relay: str) -> Message:
    """Return a mail of this marketplace with what its pack knows."""
    automatic = is_auto_answer(fields) if relay else message.automatic
    sort = _sort(pack.sorts, message, fields, relayed=bool(relay))
    if sort is not None and not is_auto_answer(fields):
        automatic = sort.automatic
    copy_for = _copied(sort, message)
    said = _said(message)
    links = _links(message)
    item = pack.items.search(said) if pack.items else None
    reference = pack.references.search(said) if pack.references else None
    text, rest = framed(pack, message.text, message.html)
    order = order_of(message.subject, message.text[:_TEXT_LIMIT], pack.orders)
    known = replaced(
        _answerable(pack, message, relay),
        service=pack.service,
        storefront=pack.country_of(relay or message.sender.address) or message.storefront,
        buyer_ref=pack.buyer_of(relay) if relay else None,
        conversation_ref=_conversation(pack, sort, said, links, relayed=bool(relay)),
        order_ref=order or message.order_ref,
        item_ref=item[1] if item else message.item_ref,
        reply_reference=reference[1] if reference else "",
        page=_address(pack.pages, said, links),
        not_needed_page=_address(pack.not_needed, rest, links),
        text=text,
        kind=sort.kind if sort and not copy_for else message.kind,
        automatic=automatic and not copy_for,
    )
    if copy_for:
        buyer = (Party(copy_for, ""),)  # the copy itself came to us
        known = replaced(
            known, direction=Direction.OUT, copy_for=copy_for, recipients=buyer, answerable=True
        )
    elif sort is not None and sort.failed:
        known = _undelivered(known)
    return known


def _conversation(
    pack: Pack, sort: Sort | None, said: str, links: Iterable[str], *, relayed: bool
) -> str | None:
    """Return the marketplace's own id of the case or conversation, behind its name, if it is told.

    A case is named by the marketplace's own mail only: a buyer may speak of several.
    """
    pattern, called = pack.conversations, "{}"
    if sort is not None and sort.case is not None and not relayed:
        pattern, called = sort.case, sort.case_as
    if pattern is None:
        return None
    found = next(filter(None, map(pattern.search, (said, *links))), None)
    return f"{pack.service}:{called.format(found[1])}" if found else None


def _copied(sort: Sort | None, message: Message) -> str:
    """Return the buyer to whom we wrote, of a proven copy of our own answer; "" if it is none."""
    if sort is None or sort.copied is None or message.origin is not Origin.GENUINE:
        return ""
    found = sort.copied.search(message.subject.replace("\u00a0", " "))
    return found[1].strip() if found else ""


def _undelivered(message: Message) -> Message:
    """Return a notice with the answer of ours that it says did not reach the buyer.

    One that does not tell which is the seller's to look at: it is owed as a message is.
    """
    names = tuple(dict.fromkeys((*message.in_reply_to, *message.references[-1:])))
    if not names:
        return replaced(message, kind=Kind.MESSAGE, automatic=False)
    bounce = Bounce(names, (), " ".join(message.text.split())[:_REASON_LIMIT])
    return replaced(message, bounce=bounce)


def _sort(sorts: Iterable[Sort], message: Message, fields: Fields, *, relayed: bool) -> Sort | None:
    """Return the first sort of mail whose header, subject and words this one has."""
    subject = message.subject.replace("\u00a0", " ")
    for sort in sorts:
        if sort.header and not sort.value.fullmatch(fields.plain(sort.header)):
            continue
        if sort.said is not None and (relayed or not sort.said.search(_said(message))):
            continue
        if sort.subject.search(subject):
            return sort
    return None


def _name(pack: Pack, message: Message) -> str:
    """Return the buyer's name: where the pack says it stands, else the display name."""
    said = _said(message)
    for pattern in pack.names:
        found = pattern.search(said)
        if found is not None:
            return found[1].strip()
    name = message.sender.name
    return (pack.name_frills.sub("", name).strip() or name) if pack.name_frills else name


def _answerable(pack: Pack, message: Message, relay: str) -> Message:
    """Return the message with the buyer's name and address, and whether it can be answered."""
    message = replaced(message, sender=Party(_name(pack, message), message.sender.address))
    if pack.reply_address is not None and not message.reply_to:
        found = pack.reply_address.search(message.text[:_TEXT_LIMIT])
        if found is not None:
            return replaced(message, reply_to=(Party(message.sender.name, found[1]),))
    answered = any(not pack.is_sender(one.address) for one in message.reply_to)
    return replaced(message, answerable=bool(relay) or answered)


def _order(message: Message, patterns: Sequence[re.Pattern[str]]) -> Message:
    """Return the message with the order it names, if it names one."""
    order = order_of(message.subject, message.text[:_TEXT_LIMIT], patterns)
    return replaced(message, order_ref=order) if order else message


def _said(message: Message) -> str:
    """Return the subject and the part of a mail's text that patterns look at."""
    return f"{message.subject}\n{message.text[:_TEXT_LIMIT]}".replace("\u00a0", " ")


def _links(message: Message) -> list[str]:
    """Return where the links of a mail's HTML lead, word for word."""
    html = (message.html or "")[:_HTML_LIMIT]
    return [unescape(one[1] or one[2]) for one in _LINK.finditer(html)]


def _address(pattern: re.Pattern[str] | None, said: str, links: Iterable[str]) -> str:
    """Return the address that a pattern finds in the links or the text, "" if there is none.

    A link of the HTML must be it from end to end.
    """
    if pattern is None:
        return ""
    for link in links:
        if pattern.fullmatch(link):
            return link
    found = pattern.search(said)
    return found[0] if found else ""
