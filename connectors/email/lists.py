"""A mailing list's mail: where it comes from, and where answers to it go. Pure.

A list likes to write its own address into Reply-To, so that what was meant for
one person is read by all. An answer goes to who wrote; only an answer to all
goes to the list.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from connectors.email.addresses import parties
from connectors.email.headers import Fields
from connectors.values import Party

_POSTED_TO = re.compile(r"(?i)<mailto:([^<>?\s]{3,254})(?:\?[^<>]*)?>")
_FIELDS = ("list-post", "list-id", "mailing-list", "x-mailing-list")


def is_list(fields: Fields) -> bool:
    """Return whether the header says that a mail came by a list."""
    return any(name in fields for name in _FIELDS)


def post_address(fields: Fields) -> str:
    """Return where one writes to the list, "" if it does not say, or takes no mail."""
    found = _POSTED_TO.search(fields.plain("list-post"))
    return found[1].lower() if found else ""


def answered_at(
    fields: Fields, sender: Party, reply_to: tuple[Party, ...], own: Collection[str]
) -> tuple[Party, ...]:
    """Return whom an answer goes to that is not the sender, of a mail that may be a list's.

    The list itself only where nobody else is named: it may write under its own
    name for a person it does not name.
    """
    post = post_address(fields) if reply_to and is_list(fields) else ""
    if not post or post in own:
        return reply_to
    people = tuple(party for party in reply_to if party.address.lower() != post)
    return people if people or sender.address.lower() != post else reply_to


def followed_up_at(fields: Fields) -> tuple[Party, ...]:
    """Return whom an answer to all goes to, where a list's mail says so itself."""
    if "mail-followup-to" not in fields or not is_list(fields):
        return ()
    return _each_once(parties(fields.plain("mail-followup-to")))


def _each_once(found: Sequence[Party]) -> tuple[Party, ...]:
    """Return parties with an address, none twice."""
    by_address = {party.address.lower(): party for party in reversed(found) if party.address}
    return tuple(party for party in found if by_address.get(party.address.lower()) is party)
