"""What fills a response, and what other desks call it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from canned.template import parse
from canned.variables import NAMES, canonical, known, rewritten, values_of

NOW = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)


def test_a_conversation_by_mail_fills_what_it_can() -> None:
    """The seller's day is the seller's zone's, not the server's."""
    berlin = ZoneInfo("Europe/Berlin")

    values = values_of(
        party_name="Kate O'Neil",
        party_address="qwertyuiop@marketplace.amazon.com",
        service="amazon",
        language="en",
        subject="Order delivery inquiry",
        shop_name="Lena's Knitwear",
        agent_name="Lena Winter",
        signature="Lena",
        now=NOW,
        timezone=berlin,
    )

    assert values == {
        "customer.first_name": "Kate",
        "customer.last_name": "O'Neil",
        "customer.name": "Kate O'Neil",
        "customer.language": "en",
        "shop.name": "Lena's Knitwear",
        "channel.name": "amazon",
        "agent.first_name": "Lena",
        "agent.signature": "Lena",
        "conversation.subject": "Order delivery inquiry",
        "today": date(2026, 11, 22),
        "now": NOW.astimezone(berlin),
    }


def test_what_is_not_known_is_not_there() -> None:
    """A missing value is missing, not an empty text."""
    values = values_of(party_name="kate_1987", party_address="x@y.example", now=NOW, service="ebay")

    assert set(values) == {"customer.username", "channel.name", "today", "now"}
    assert set(values) <= set(NAMES)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("contact.first_name", "customer.first_name"),
        ("ticket.customer.firstname", "customer.first_name"),
        ("customer.firstName", "customer.first_name"),
        ("tracking.url", "shipping.tracking_url"),
        ("order.name", "order.number"),
        ("user.firstName", "agent.first_name"),
        ("agent.name", "agent.first_name"),
        ("order.total_price", "order.total"),
        ("signature", "agent.signature"),
        ("ask.Size", "ask.Size"),
        ("order.number", "order.number"),
        ("something.else", "something.else"),
    ],
)
def test_other_desks_names_are_ours(theirs: str, ours: str) -> None:
    """A macro that served elsewhere serves here."""
    assert canonical(theirs) == ours
    assert parse(f"{{{{ {theirs} }}}}").names[0][0] == ours


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Hi #{ticket.customer.firstname},", "Hi {{ customer.first_name }},"),
        (
            "Hi {%customer.firstName,fallback=there%},",
            'Hi {{ customer.first_name | default: "there" }},',
        ),
        ("Hi {%customer.firstName%},", "Hi {{ customer.first_name }},"),
        ("Hi #customer-first-name#,", "Hi {{ customer.first_name }},"),
        ("Order #111-222# and #some-tag#", "Order #111-222# and #some-tag#"),
        (
            "{% if order.number %}{% else %}{% endif %}",
            "{% if order.number %}{% else %}{% endif %}",
        ),
        ("#{ticket.weird}", "{{ ticket.weird }}"),
    ],
)
def test_other_desks_writing_is_rewritten(theirs: str, ours: str) -> None:
    """Pasting is enough; what is nobody's variable stays as it is."""
    assert rewritten(theirs) == ours


@pytest.mark.parametrize(
    ("name", "is_known"),
    [("order.number", True), ("ask.size", True), ("ask.", False), ("x", False)],
)
def test_a_variable_is_known_or_asked_for(name: str, *, is_known: bool) -> None:
    """Everything else would stay a hole in every answer."""
    assert known(name) is is_known
