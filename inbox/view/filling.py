"""What canned responses can be filled with, in one conversation."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from connectors.values import Direction
from inbox.core import linking, quoting
from inbox.core.model import ConversationUid, StoredMessage
from inbox.core.obligations import Book
from inbox.store import canned_use, conversations, messages
from inbox.store.database import Transaction
from inbox.view.meant import MeantOrder, MeantOrders, meant_orders

if TYPE_CHECKING:
    from canned.files import Canned
    from canned.formats import Formats, Value

_MOST_ASKED = 3
"""Messages that are looked at for what is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What the picker needs to know of a conversation."""

    values: Mapping[str, Value]
    """What hangs on no order."""
    channel: str
    """The service the buyer writes through."""
    language: str
    """The language they seem to write in, like `de`; empty if that cannot be told."""
    kinds: tuple[str, ...] = ()
    """What they seem to ask, the likeliest kind of question first; empty if nothing tells."""
    uses: Mapping[str, int]
    """How often each response was used."""
    orders: MeantOrders
    zone: tzinfo
    """Where the seller's days begin."""

    @property
    def order(self) -> MeantOrder | None:
        """The order that is most likely meant."""
        return next(iter(self.orders.likely), None)

    @property
    def choices(self) -> tuple[MeantOrder, ...]:
        """Every order that can be chosen, the likeliest first."""
        return (*self.orders.likely, *self.orders.others)

    def in_doubt(self, names: Collection[str]) -> bool:
        """Return whether only the seller knows which order is meant by these names."""
        from canned.variables import of_order

        return len(self.orders.likely) > 1 and any(map(of_order, names))

    def filled(self, order: MeantOrder | None) -> dict[str, Value]:
        """Return the values where an answer speaks of that order; None: of none.

        Whom it goes to is asked only where the conversation itself names nobody:
        a marketplace shows a user name there.
        """
        if order is None:
            return dict(self.values)
        found = {**self.values, **order.values}
        if order.order is None or "customer.name" in self.values:
            return found
        from inbox.view.ordered import buyer_of_order

        return {**found, **buyer_of_order(order.order, self.language)}

    def formats(self, response: Canned, own_language: str = "") -> Formats:
        """Return how dates and money look in a response: in its language, else the buyer's."""
        from canned.formats import Formats

        return Formats(response.language or self.language or own_language or "en", self.zone)


def filling(
    tx: Transaction,
    uid: ConversationUid,
    book: Book,
    now: datetime,
    *,
    seller: str = "",
    zone: tzinfo | None = None,
) -> Filling:
    """Return what fills a response in this conversation; raises UnknownId."""
    from canned import variables

    conversation = conversations.get(tx, uid)
    terms = book.accounts.get(conversation.account)
    local = now.astimezone(zone)
    here = local.tzinfo or UTC
    heads = messages.heads(tx, conversation.uid)
    words = tuple(_asked(tx, heads))
    language = conversation.language or _language(words)
    values = variables.values_of(
        party_name=conversation.party.name,
        party_address=conversation.party.address,
        now=local,
        timezone=here,
        service=conversation.service,
        language=language,
        subject=conversation.subject,
        shop_name=(terms.shop_name or terms.display_name) if terms else "",
        shop_url=terms.shop_url if terms else "",
        return_address=terms.return_address if terms else "",
        agent_name=seller,
        signature=terms.signature if terms else "",
    )
    return Filling(
        values=values,
        channel=conversation.service,
        language=language,
        kinds=_kinds(words, language, conversation.kind.value),
        uses=canned_use.uses(tx),
        orders=meant_orders(tx, conversation, heads, "\n".join(words), book),
        zone=here,
    )


def _asked(tx: Transaction, heads: Sequence[StoredMessage]) -> Iterator[str]:
    """Yield the new words of what came in since we last spoke, the newest first.

    At least of the newest. A subject that is an answer's may be ours, and is left out.
    """
    told = 0
    for head in reversed(heads):
        theirs = head.message.direction is Direction.IN
        if told and (told == _MOST_ASKED or not theirs):
            return
        if theirs and not head.message.automatic:
            message = messages.get(tx, head.uid).message
            answers = re.match(linking.PREFIX, message.subject)
            subject = "" if answers else message.subject
            new = quoting.new_words(message.text, subject=message.subject)
            yield f"{subject}\n{new}".strip()
            told += 1


def _language(words: Iterable[str]) -> str:
    """Return the language of the newest words that tell it."""
    from canned.language import language_of

    return next(filter(None, map(language_of, words)), "")


def _kinds(words: Iterable[str], language: str, said: str) -> tuple[str, ...]:
    """Return what the newest words ask that ask anything: "Hello??" only asks again."""
    from canned.kinds import kinds_of

    return next(filter(None, (kinds_of(each, language, said) for each in words)), ())
