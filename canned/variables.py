"""The variables a response may use, what other desks call them, and what fills them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType

from canned.formats import Value
from canned.names import person_of

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "customer.first_name": "the buyer's first name, where it is surely one",
        "customer.last_name": "the buyer's last name, particles included",
        "customer.name": "the buyer's or their company's whole name",
        "customer.username": "what the marketplace calls the buyer",
        "customer.language": "the buyer's language, like de or pt-BR",
        "customer.country": "the buyer's country, in the language of the answer",
        "order.number": "the order's number as the buyer sees it",
        "order.id": "the order's number inside the service",
        "order.date": "when it was ordered",
        "order.status": "what the service says of the order",
        "order.total": "what the buyer paid",
        "order.currency": "in which currency, like EUR",
        "order.item_count": "how many items were ordered",
        "item.title": "what the item is called",
        "item.sku": "your own number of the item",
        "item.variant": "size, colour or the like",
        "item.quantity": "how many of the item",
        "item.price": "what one costs",
        "shipping.carrier": "who carries the parcel",
        "shipping.service": "by which service",
        "shipping.tracking_number": "the parcel's number",
        "shipping.tracking_url": "where the parcel can be followed",
        "shipping.shipped_on": "when it left you",
        "shipping.estimated_delivery": "when it should arrive",
        "shipping.city": "the city it goes to",
        "shipping.postcode": "the postcode it goes to",
        "shipping.country": "the country it goes to, in the language of the answer",
        "refund.amount": "how much was paid back",
        "refund.date": "when it was paid back",
        "return.address": "where the buyer sends it back to, as your account says",
        "return.deadline": "until when",
        "shop.name": "your shop's name",
        "shop.url": "your shop's page, as your account says",
        "channel.name": "the service the buyer writes through",
        "agent.first_name": "your own first name",
        "agent.signature": "how you sign",
        "conversation.subject": "the subject of the conversation",
        "today": "the day of the answer",
        "now": "the moment of the answer",
    }
)
"""Every known name with what it stands for; `ask.<anything>` is asked each time."""

_CUSTOMERS = ("contact", "ticket.customer", "ticket.requester", "ticket.contact", "requester")
_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        **{
            f"{customer}.{theirs}": f"customer.{ours}"
            for customer in ("customer", *_CUSTOMERS)
            for theirs, ours in (
                ("first_name", "first_name"),
                ("firstname", "first_name"),
                ("last_name", "last_name"),
                ("lastname", "last_name"),
                ("name", "name"),
                ("full_name", "name"),
                ("fullname", "name"),
                ("username", "username"),
                ("language", "language"),
                ("country", "country"),
            )
        },
        **{
            f"{agent}.{theirs}": f"agent.{ours}"
            for agent in ("agent", "user", "current_user", "ticket.agent", "ticket.assignee_user")
            for theirs, ours in (
                ("name", "first_name"),
                ("firstname", "first_name"),
                ("first_name", "first_name"),
                ("signature", "signature"),
            )
        },
        "customer-first-name": "customer.first_name",
        "customer-last-name": "customer.last_name",
        "customer-name": "customer.name",
        "order-number": "order.number",
        "tracking-number": "shipping.tracking_number",
        "tracking-url": "shipping.tracking_url",
        "first_name": "customer.first_name",
        "last_name": "customer.last_name",
        "signature": "agent.signature",
        "order.name": "order.number",
        "order.created_at": "order.date",
        "order.total_price": "order.total",
        "tracking.url": "shipping.tracking_url",
        "tracking.number": "shipping.tracking_number",
        "tracking.company": "shipping.carrier",
        "tracking.carrier": "shipping.carrier",
        "ticket.subject": "conversation.subject",
        "ticket.title": "conversation.subject",
        "ticket-subject": "conversation.subject",
        "config.product_name": "shop.name",
        "mailbox.name": "shop.name",
        "store.name": "shop.name",
    }
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_FOREIGN = re.compile(
    r"""\#\{[ ]*+(?P<hash>[A-Za-z_][A-Za-z0-9_.]*+)[ ]*+\}
      | \{%[ ]*+(?P<percent>[A-Za-z_][A-Za-z0-9_]*+(?:\.[A-Za-z0-9_]++)++)[ ]*+
        (?:,[ ]*+fallback=(?P<fallback>[^%{}"\n]*+))?+%\}
      | \#(?P<dashes>[a-z]++(?:-[a-z]++)++)\#""",
    re.VERBOSE,
)


def canonical(name: str) -> str:
    """Return how we call a variable that may be written as another desk does."""
    return _ALIASES.get(name) or _ALIASES.get(_CAMEL.sub("_", name).lower(), name)


def known(name: str) -> bool:
    """Return whether a name is a variable, or one that asks the seller."""
    return name in NAMES or (name.startswith("ask.") and len(name) > len("ask."))


def of_order(name: str) -> bool:
    """Return whether a variable's value hangs on which order is meant."""
    return name.startswith(("order.", "item.", "shipping.", "refund."))


def rewritten(text: str) -> str:
    """Return a macro of another desk with its variables written our way, line for line.

    Knows `#{ticket.customer.firstname}`, `{%customer.firstName,fallback=there%}`
    and `#customer-first-name#`; what it does not know stays as it is.
    """
    return _FOREIGN.sub(_ours, text) if "#" in text or "{%" in text else text


def _ours(found: re.Match[str]) -> str:
    """Return one foreign variable in our writing."""
    dashes = found.group("dashes")
    if dashes is not None:
        return f"{{{{ {_ALIASES[dashes]} }}}}" if dashes in _ALIASES else found.group()
    name = canonical(found.group("hash") or found.group("percent"))
    fallback = (found.group("fallback") or "").strip()
    return f'{{{{ {name} | default: "{fallback}" }}}}' if fallback else f"{{{{ {name} }}}}"


def values_of(
    *,
    party_name: str,
    party_address: str,
    now: datetime,
    timezone: tzinfo = UTC,
    service: str = "email",
    language: str = "",
    subject: str = "",
    shop_name: str = "",
    shop_url: str = "",
    return_address: str = "",
    agent_name: str = "",
    signature: str = "",
) -> dict[str, Value]:
    """Return what a conversation by e-mail can fill; what it cannot is not in it.

    `party_name` and `party_address` are as the mail has them (a relay alias is
    no name), `service` is where it comes from (`email`, `amazon`, ...), `now`
    is aware.
    """
    person = person_of(party_name, party_address, service=service, language=language)
    agent = person_of(agent_name, "", language=language)
    today = now.astimezone(timezone)
    texts = {
        "customer.first_name": person.first,
        "customer.last_name": person.last,
        "customer.name": person.whole,
        "customer.username": person.username,
        "customer.language": language,
        "shop.name": shop_name,
        "shop.url": shop_url,
        "return.address": return_address.strip(),
        "channel.name": service,
        "agent.first_name": agent.first,
        "agent.signature": signature,
        "conversation.subject": subject,
    }
    values: dict[str, Value] = {name: text for name, text in texts.items() if text.strip()}
    return {**values, "today": today.date(), "now": today}
