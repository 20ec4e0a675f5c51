"""Mail that a marketplace relays or sends: what is known of each is data, in the files beside this.

A pack is believed only for mail that comes from the marketplace's own domain,
matched from end to end, and that our server did not find forged. What a pack
does not know stays as the mail says it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from connectors.email.automatic import is_auto_answer
from connectors.email.headers import Fields
from connectors.email.orders import order_of
from connectors.email.packs.pack import Pack, Sort, every_pack
from connectors.values import Direction, Message, Party

__all__ = ["apply"]

_TEXT_LIMIT = 20_000
_FAILED = re.compile(r"(?i)\b(spf|dkim|dmarc)\s*=\s*fail\b")
_PASSED = re.compile(r"(?i)\b(spf|dkim|dmarc)\s*=\s*pass\b")


def apply(message: Message, fields: Fields) -> Message:
    """Return the message with service, buyer, order and kind as its marketplace's pack knows them.

    Mail of no marketplace gets an order number too, if it names one plainly.
    """
    if message.direction is Direction.OUT:
        return _ours(message)
    for pack in every_pack():
        relay = _relay(pack, message)
        if relay or pack.is_sender(message.sender.address):
            return _order(message, ()) if _forged(fields) else _known(pack, message, fields, relay)
    return _order(message, ())


def _ours(message: Message) -> Message:
    """Return a message that we sent, with the marketplace through which it went."""
    for pack in every_pack():
        if any(pack.is_relay(party.address) for party in message.recipients):
            return _order(replace(message, service=pack.service), pack.orders)
    return _order(message, ())


def _relay(pack: Pack, message: Message) -> str:
    """Return the relay address a buyer wrote through, "" if none did."""
    if pack.is_relay(message.sender.address):
        return message.sender.address
    if not pack.is_sender(message.sender.address):
        return ""
    return next((one.address for one in message.reply_to if pack.is_relay(one.address)), "")


def _known(pack: Pack, message: Message, fields: Fields, relay: str) -> Message:
    """Return a mail of this marketplace with what its pack knows."""
    automatic = is_auto_answer(fields) if relay else message.automatic
    sort = _sort(pack.sorts, message, fields)
    found = pack.conversations.search(_words(message)) if pack.conversations else None
    message = replace(
        message,
        service=pack.service,
        buyer_ref=pack.buyer_of(relay) if relay else None,
        conversation_ref=f"{pack.service}:{found[1]}" if found else None,
        sender=Party(_name(pack, message), message.sender.address),
        kind=sort.kind if sort else message.kind,
        automatic=sort.automatic if sort and not is_auto_answer(fields) else automatic,
    )
    return _order(_answerable(pack, message), pack.orders)


def _sort(sorts: Iterable[Sort], message: Message, fields: Fields) -> Sort | None:
    """Return the first sort of mail whose header and subject this one has."""
    subject = message.subject.replace("\u00a0", " ")
    for sort in sorts:
        if sort.header and not sort.value.fullmatch(fields.plain(sort.header)):
            continue
        if sort.subject.search(subject):
            return sort
    return None


def _name(pack: Pack, message: Message) -> str:
    """Return the buyer's name: where the pack says it stands, else the display name."""
    said = f"{message.subject}\n{_words(message)}".replace("\u00a0", " ")
    for pattern in pack.names:
        found = pattern.search(said)
        if found is not None:
            return found[1].strip()
    name = message.sender.name
    return (pack.name_frills.sub("", name).strip() or name) if pack.name_frills else name


def _answerable(pack: Pack, message: Message) -> Message:
    """Return a form's mail with the buyer's address as the one to answer."""
    if pack.reply_address is None or message.reply_to:
        return message
    found = pack.reply_address.search(_words(message))
    if found is None:
        return message
    return replace(message, reply_to=(Party(message.sender.name, found[1]),))


def _order(message: Message, patterns: Sequence[re.Pattern[str]]) -> Message:
    """Return the message with the order it names, if it names one."""
    order = order_of(message.subject, message.text[:_TEXT_LIMIT], patterns)
    return replace(message, order_ref=order) if order else message


def _words(message: Message) -> str:
    """Return the part of a mail's text that patterns look at."""
    return message.text[:_TEXT_LIMIT]


def _forged(fields: Fields) -> bool:
    """Return whether the server that took the mail says it is not from where it claims.

    Only the topmost Authentication-Results is that server's. A missing one is
    no failure, nor is SPF after a forwarding where the signature still holds.
    """
    said = fields.plain("authentication-results")
    failed = {match[1].lower() for match in _FAILED.finditer(said)}
    passed = {match[1].lower() for match in _PASSED.finditer(said)}
    if "dmarc" in failed:
        return True
    return bool(failed) and not passed & {"dmarc", "dkim", "spf"} - failed
