"""A service's notice by mail, and what its API tells of the same matter. Pure.

A notice says in other words what the API says: "you have a message", "an item
did not arrive". It is paired by what both state for sure: the service's own id
of the case, or the order (or item and buyer) with the kind of the case, at
about the same time. What a buyer wrote by mail joins the conversation about
the same order. Nothing is hidden by any of it: a notice only asks nothing of
its own while what it speaks of is still asking, see `inbox.core.events`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from connectors.values import Direction, Kind, Message, Origin
from inbox.core.linking import NO_PERSON
from inbox.core.twins import NEAR, Told, is_mailed, same

ANY_SERVICE: Final = ""
"""The service of a name that no two services give alike."""

_LINKED = 20_000
"""Characters of a notice in which links are looked for."""
_UUID = r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
_LINK = r"https://[^\s<>\"]{4,1000}"

Name = tuple[str, str]
"""A service, and what it calls the matter of a message."""


def names_of(message: Message) -> tuple[Name, ...]:
    """Return the names by which a message is found to be about the same matter as another."""
    if message.direction is not Direction.IN or message.origin is Origin.FORGED or message.bounce:
        return ()
    found = _names_in_links(message) if message.service == "email" else _names_given(message)
    return tuple(dict.fromkeys(found))


def matter_of(mail: Message, told: Iterable[Told]) -> Told | None:
    """Return which of these, told by an API, a mail is about: the nearest in time that fits."""
    return min(
        (each for each in told if _is_same_matter(mail, each.message)),
        key=lambda each: (abs(each.message.accepted_at - mail.accepted_at), each.uid),
        default=None,
    )


def is_notice(mail: Message) -> bool:
    """Return whether a mail is the service's own, not a buyer's words passed on by it."""
    return not mail.buyer_ref


def says_the_same(mail: Message, told: Message) -> bool:
    """Return whether a mail of this matter says no more than that `told` came in."""
    near = abs(told.accepted_at - mail.accepted_at) <= NEAR
    return near and is_notice(mail) and not told.automatic


def _names_given(message: Message) -> Iterator[Name]:
    """Yield what a service calls the case, the order and the item."""
    ref = _ref_of(message)
    if ref:
        yield message.service, f"ref:{ref}"
    if ref and not is_mailed(message):
        yield from ((ANY_SERVICE, f"id:{found}") for found in re.findall(_UUID, ref))
    if message.automatic:
        return
    kind = message.kind.value
    if message.order_ref:
        yield message.service, f"order:{kind}:{message.order_ref.casefold()}"
    if message.item_ref:
        # Thousands may ask about one item: it is a name together with who asks only.
        for who in sorted(_called(message)):
            yield message.service, f"item:{kind}:{message.item_ref.casefold()}:{who}"


def _names_in_links(message: Message) -> Iterator[Name]:
    """Yield the ids in the links of a notice by a service of whose mail nothing else is known."""
    beginning = message.text[:_LINKED]
    if "https://" not in beginning:
        return
    local = message.sender.address.rpartition("@")[0]
    if not is_mailed(message) or not (message.automatic or re.fullmatch(NO_PERSON, local.lower())):
        return
    for link in re.findall(_LINK, beginning):
        yield from ((ANY_SERVICE, f"id:{found.lower()}") for found in re.findall(_UUID, link))


def _ref_of(message: Message) -> str:
    """Return the service's id of the case; a pack puts the service before what it reads."""
    return (message.conversation_ref or "").removeprefix(f"{message.service}:").casefold()


def _is_same_matter(mail: Message, told: Message) -> bool:
    """Return whether both are about one case, or one order of one buyer."""
    if mail.service == "email" or (_ref_of(mail) and _ref_of(mail) == _ref_of(told)):
        return True  # what found them is the service's own id
    if mail.kind is not told.kind or mail.service != told.service:
        return False
    order, item = (
        same(mail.order_ref, told.order_ref),
        same(mail.item_ref, told.item_ref),
    )
    if False in (order, item) or not (order or item):
        return False
    named = _names_buyer(mail, told)
    if mail.kind is Kind.MESSAGE or not is_notice(mail):
        return named
    return (order is True or named) and abs(told.accepted_at - mail.accepted_at) <= NEAR


def _names_buyer(mail: Message, told: Message) -> bool:
    """Return whether a mail is from, or about, the buyer of what was told."""
    name = mail.sender.name.casefold()
    return bool(name) and name in _called(told)


def _called(message: Message) -> set[str]:
    """Return how who wrote is called, without case: by mail the name alone, an API has others."""
    names = {message.sender.name}
    if not is_mailed(message):
        names |= {message.sender.address, message.buyer_ref or ""}
    return {each.casefold() for each in names if each}
