"""Whom a mail goes to: everybody of a mail that is answered, or who was typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from connectors.values import Message, Party
from inbox.core import addresses
from inbox.core.model import AccountTerms
from inbox.core.parties import canonical_address, others
from inbox.store.drafts import Draft
from inbox.view.refusals import BadAddress, Nobody, NotAddressed, RelayAlone, ReplyRefused
from inbox.view.reply_parts import ReplyParts, one_line


def recipients_of(message: Message, terms: AccountTerms) -> tuple[Party, ...]:
    """Return whom an answer goes to: Reply-To or the sender, spelled as they wrote it, not us."""
    return _but_us(message.reply_to or (message.sender,), terms)


def everyone_wanted(message: Message, terms: AccountTerms) -> tuple[Party, ...]:
    """Return whom a list's mail wants an answer to all to go to, () where it does not say.

    Who wrote may be left out: they read the list, and want no second copy.
    """
    return _but_us(message.followup_to, terms) if message.service == terms.kind else ()


def _but_us(parties: Iterable[Party], terms: AccountTerms) -> tuple[Party, ...]:
    return tuple(
        Party(one_line(party.name), one_line(party.address))
        for party in parties
        if party.address.strip() and party.address.casefold() not in terms.addresses
    )


def everyone_else(
    message: Message, terms: AccountTerms
) -> tuple[tuple[Party, ...], tuple[Party, ...]]:
    """Return who else an answer to all goes to, and who gets a copy: never us, each once.

    Whom the mail was written to is written to again; who got a copy gets one
    (RFC 5322, section 3.6.3). Nobody where a marketplace relays the mail: a
    stranger's address beside a buyer's alias would tell one of the other.
    """
    answered = recipients_of(message, terms)
    if message.service != terms.kind or any(addresses.is_relay(each.address) for each in answered):
        return (), ()
    named = {canonical_address(each.address) for each in answered} | terms.addresses
    written_to = len(message.recipients) - message.copied
    found: tuple[list[Party], list[Party]] = ([], [])
    for place, party in enumerate(message.recipients):
        address = one_line(party.address)
        canonical = canonical_address(address)
        if canonical in named or not addresses.is_address(address) or addresses.is_relay(address):
            continue
        named.add(canonical)
        found[place >= written_to].append(Party(one_line(party.name), address))
    return tuple(found[0]), tuple(found[1])


def written_to_again(
    message: Message, terms: AccountTerms
) -> tuple[tuple[Party, ...], tuple[Party, ...]]:
    """Return whom a mail of ours went to and who got a copy, without ourselves.

    Where only copies went to others, they are whom it goes to.
    """
    end = len(message.recipients) - message.copied
    to, copies = (
        tuple(
            Party(one_line(party.name), one_line(party.address))
            for party in others(parties, terms.addresses)
        )
        for parties in (message.recipients[:end], message.recipients[end:])
    )
    return (to, copies) if to else (copies, ())


@dataclass(frozen=True, slots=True)
class Addressees:
    """Whom a mail goes to, as typed; None: as it would go by itself."""

    to: str | None = None
    cc: str | None = None
    bcc: str | None = None


def typed_in(draft: Draft | None) -> Addressees:
    """Return whom a draft goes to, as far as that was chosen."""
    if draft is None or (draft.account is None and draft.to is None):
        return Addressees()
    return Addressees(draft.to or "", draft.cc, draft.bcc)


def addressed_by(parts: ReplyParts, typed: Addressees) -> ReplyParts:
    """Return the parts with the addresses that were typed.

    Raises BadAddress, and NotAddressed where others than those answered are
    named and the service takes no addresses.
    """
    wanted = replace(
        parts,
        recipients=parts.recipients if typed.to is None else _typed(typed.to),
        cc=parts.cc if typed.cc is None else _typed(typed.cc),
        bcc=parts.bcc if typed.bcc is None else _typed(typed.bcc),
    )
    same = wanted.recipients == parts.recipients and not wanted.cc and not wanted.bcc
    if not same and not can_address(wanted):
        raise NotAddressed(parts.account_name)
    return wanted


def can_address(parts: ReplyParts) -> bool:
    """Return whether the seller may choose whom this goes to."""
    return parts.able is not None and parts.able.addressed


def unaddressable(parts: ReplyParts) -> ReplyRefused | None:
    """Return why a mail cannot go to these recipients, None if it can."""
    everybody = (*parts.recipients, *parts.cc, *parts.bcc)
    if not everybody:
        return Nobody()
    relay = next((each.address for each in everybody if addresses.is_relay(each.address)), "")
    if relay and len({canonical_address(each.address) for each in everybody}) > 1:
        return RelayAlone(relay)
    return None


def _typed(text: str) -> tuple[Party, ...]:
    found = addresses.typed(one_line(text))
    if found.wrong:
        raise BadAddress(found.wrong)
    return found.parties
