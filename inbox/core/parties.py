"""Who is at the other end of a message, in a form that can be compared.

Two addresses are one party only if mail to one certainly reaches the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from connectors.values import Direction, Party

if TYPE_CHECKING:
    from connectors.values import Message
    from inbox.core.heads import Told

AMAZON_RELAY = (
    r"marketplace\.amazon\.(?:com|co\.uk|de|fr|it|es|nl|se|pl|com\.be|ie|com\.tr|ca|com\.mx"
    r"|com\.br|com\.au|co\.jp|in|sg|ae|sa|eg)"
)
"""Domains whose local part is `alias+case`: the alias is the buyer, the case only a ticket."""

_IN = Direction.IN

UPPER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def canonical_address(address: str) -> str:
    """Return the address in the form in which two of one mailbox are equal.

    Only ASCII letters of the local part are lowered: full case folding makes
    one mailbox of two (`ß` and `ss`, the Kelvin sign and `k`). The `+case` of
    an Amazon relay address goes; anyone else's `+tag` may be another person.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at:
        return domain.translate(UPPER)
    local, domain = local.translate(UPPER), domain.lower().rstrip(".")
    if "+" in local and re.fullmatch(AMAZON_RELAY, domain):
        local = local.partition("+")[0] or local
    return f"{local}@{domain}"


def shown_party(message: Told, own: frozenset[str]) -> Party:
    """Return whom the conversation of this message is with, as a person reads it.

    Of a message that came in: whom an answer goes to. That is not the sender
    where a contact form or a relay writes for a buyer. Of ours: the first
    recipient who is not us.
    """
    if message.direction is _IN:
        named = () if message.automatic else message.reply_to
        answered = others(named, own) if named else ()
        if not answered or same_party(answered[0], message.sender):
            return message.sender
        return Party(answered[0].name or message.sender.name, answered[0].address)
    recipients = others(message.recipients, own) or message.recipients
    return recipients[0] if recipients else message.sender


def others(parties: Iterable[Party], own: frozenset[str]) -> tuple[Party, ...]:
    """Return those with an address that is not ours."""
    return tuple(
        party for party in parties if party.address and canonical_address(party.address) not in own
    )


def other_recipients(message: Message, own: frozenset[str]) -> tuple[Party, ...]:
    """Return the recipients who are not us, in their order."""
    return others(message.recipients, own)


def same_party(one: Party, other: Party) -> bool:
    """Return whether both addresses are one mailbox."""
    return canonical_address(one.address) == canonical_address(other.address)


def is_no_buyer(address: str, patterns: frozenset[str]) -> bool:
    """Return whether the seller called this sender no buyer (`a@b`, or `@b` for a whole domain).

    A domain stands for itself only, not for those below it: too few left out
    is a glance, too many is a buyer unanswered.
    """
    if not patterns:
        return False
    canonical = canonical_address(address)
    return not _canonical(patterns).isdisjoint({canonical, "@" + canonical.rpartition("@")[2]})


@lru_cache(maxsize=8)
def _canonical(patterns: frozenset[str]) -> frozenset[str]:
    """Return the patterns as they are compared; the same set is asked for every message."""
    return frozenset(map(canonical_pattern, patterns))


def canonical_pattern(pattern: str) -> str:
    """Return a not-a-buyer pattern in the form that is compared and kept."""
    return canonical_address(pattern)
