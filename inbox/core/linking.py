"""Which messages belong together: the keys by which the store links them. Pure.

A conversation is a connected component: messages that share a key are in one.
Keys are made of one message alone, so the order in which messages come in
changes nothing. Every key begins with the party, so two strangers never share
one, whatever their headers claim.

- ``mid`` own Message-ID, In-Reply-To and References: the strong link.
- ``ans`` the Message-ID answered, under each address written to: it finds
  only the author of that very message, so a reply to several people joins the
  one it answers and no other.
- ``order`` the order named, so two orders of one buyer stay apart.
- ``subj`` the subject, only of a message that neither names an order nor
  answers anything. An answer already stands where it belongs; its subject as
  well would tie two orders asked about under the same words. Relayed mail is
  excepted: relays rewrite Message-IDs, so its references prove nothing. Cases
  that a service mails of have none: it writes the same about everybody's.
- a notice that a mail of ours came back is its recipient's, by the ``mid`` of
  that mail: it stands below the answer that failed.
- ``ref`` the service's own conversation, where it has one: nothing else then.
- a message that is likely forged joins nothing: it stands alone. So does a
  service's copy of an answer of ours: `inbox.core.copies` says whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from connectors.values import Direction, Message, Origin
from inbox.core.parties import canonical_address, other_recipients

PREFIX = (
    r"(?i)\s*(?:re|fwd?|aw|wg|sv|vs|vb|vl|vá|antw|antwort|odp|pd|res|enc|rif|rv|tr|ynt|ilt|doorst"
    r"|отв|ответ|пересл|na|ha|r|i|回复|回覆|答复|答覆|转发|轉寄|返信|転送)"
    r"\s*(?:\[\d+\]|\(\d+\))?\s*[:\uff1a]\s*"
)
"""What mail programs put before the subject when answering or forwarding.

Compiled when first used (`re` keeps it): a screen that starts links nothing.
"""

NO_PERSON = (
    r"(?:no|do[._-]?not)[._-]?reply|mailer(?:[._-]?daemon)?|postmaster|notifications?|notify"
    r"|(?:contact|web)?[._-]?forms?|form[._-]?mail(?:er)?|wordpress|www-data|apache|nobody|root"
)
"""Local parts that write for many people: under them the same subject proves nothing."""

ANSWERED = 3
"""How many ids of In-Reply-To count as answered."""

RECIPIENTS = 50
"""How many recipients of one reply are looked at; more are a mailing."""


def keys_of(message: Message, own: frozenset[str]) -> tuple[str, ...]:
    """Return the threading keys of a message; `own` are our addresses there, lower case.

    Messages of one account that share a key are one conversation.
    """
    if message.direction is Direction.NOTE:
        return ()
    if message.origin is Origin.FORGED:
        return (f">forged>{_plain(message.remote_id)}",)
    if message.copy_for:
        return (f">copy>{_plain(message.remote_id)}",)
    if message.conversation_ref:
        told = (message.service, message.conversation_ref, *_named_in_mail(message))
        return ("ref:" + "|".join(map(_plain, told)),)
    keys = _incoming(message, own) if message.direction is Direction.IN else _outgoing(message, own)
    return tuple(dict.fromkeys(keys))


def _named_in_mail(message: Message) -> tuple[str, ...]:
    """Return the buyer's name if the conversation's id was read in a mail, else nothing.

    A buyer may paste a link to another conversation; an API says what is so.
    """
    return (message.sender.name.casefold(),) if message.message_id else ()


def beginnings(address: str) -> tuple[str, ...]:
    """Return how keys begin that are made under a canonical address, and under it alone."""
    name = _plain(address)
    return f"{name}|", f"{name}>"


def normal_subject(subject: str) -> str:
    """Return the subject without `Re:` and its like, in one case, with single blanks.

    A `[tag]` stays: it often names the case.
    """
    position, prefix = 0, re.compile(PREFIX)
    while found := prefix.match(subject, position):
        position = found.end()
    return " ".join(subject[position:].split()).casefold()


def _incoming(message: Message, own: frozenset[str]) -> Iterable[str]:
    """Yield the keys of a message from them."""
    if message.bounce and message.bounce.names:
        for address in message.bounce.recipients[:ANSWERED]:
            yield f"{_plain(canonical_address(address))}|mid:{message.bounce.names[0]}"
    sender = canonical_address(message.sender.address)
    answers_to = [canonical_address(party.address) for party in message.reply_to]
    reply = next((each for each in answers_to if each and each not in own), sender)
    yield from _all(
        message, _identity(message, sender, reply), _subject_counts(message, reply, own)
    )
    if reply and message.message_id:
        yield f"{_plain(reply)}|ans:{message.message_id}"


def _identity(message: Message, sender: str, reply: str) -> str:
    """Return who wrote, escaped, such that different people never look the same.

    An automatic message with another Reply-To is either a list, where many
    write under one Reply-To, or a form, where one sender writes for many:
    only both together are one party.
    """
    if message.buyer_ref:
        if "@" in message.buyer_ref:
            return _plain(canonical_address(message.buyer_ref))
        return f">{_plain(message.service)}>{_plain(message.buyer_ref)}"
    if not reply:
        return f">{_plain(message.remote_id)}"
    if message.automatic and reply != sender:
        return f"{_plain(sender)}>{_plain(reply)}"
    return _plain(reply)


def _subject_counts(message: Message, address: str, own: frozenset[str]) -> bool:
    """Return whether the subject may link this message, given whose address it is."""
    if message.buyer_ref:
        return True
    if message.service != "email" and not (message.answerable or message.automatic):
        return False  # a case, by a service's own mail: the same words about everybody's
    person = bool(address) and address not in own
    answers = message.in_reply_to or message.references
    return person and not answers and not re.fullmatch(NO_PERSON, address.rpartition("@")[0])


def _outgoing(message: Message, own: frozenset[str]) -> Iterable[str]:
    """Yield the keys of a message from us.

    To one person it is linked as theirs are. To several, an answer joins what
    it answers and nothing else, and a new message belongs to the first: to
    link it with all would make one conversation of a mailing's readers.
    """
    recipients = other_recipients(message, own) or message.recipients
    addresses = list(dict.fromkeys(canonical_address(each.address) for each in recipients))
    answered = message.in_reply_to or message.references[-1:]
    for address in addresses[:RECIPIENTS]:
        yield from (f"{_plain(address)}|ans:{ref}" for ref in answered[:ANSWERED])
    first = next(filter(None, addresses), "")
    if len(addresses) <= 1 or not answered:
        identity = _plain(first) if first else f">{_plain(message.remote_id)}"
        yield from _all(message, identity, _subject_counts(message, first, own))


def _all(message: Message, party: str, subject_counts: bool) -> Iterable[str]:  # noqa: FBT001 - a claim
    """Yield the links of a message under one party."""
    ids = (message.message_id, *message.in_reply_to, *message.references)
    yield from (f"{party}|mid:{each}" for each in ids if each)
    if message.order_ref:
        yield f"{party}|order:{message.order_ref.casefold()}"
    elif subject_counts and (subject := normal_subject(message.subject)):
        yield f"{party}|subj:{subject}"


def _plain(part: str) -> str:
    """Return the text without the signs that build keys, reversibly."""
    return part.replace("%", "%25").replace("|", "%7c").replace(">", "%3e")
