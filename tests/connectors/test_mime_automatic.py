"""What nobody wrote: machines and lists open no clock, and no buyer is taken for one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.email.mime import parse
from connectors.values import Place, Role

TAKEN = datetime(2026, 11, 21, tzinfo=UTC)
INBOX = Place("INBOX", "1", "1", Role.INBOX)
OWN = frozenset({"shop@example.com", "hello@shop.example"})


def is_automatic(*fields: str, sender: str = "anna@example.org") -> bool:
    """Return whether a mail with these fields is taken for one that nobody wrote."""
    head = "\r\n".join((f"From: <{sender}>", "Subject: Parcel", *fields))
    raw = f"{head}\r\n\r\nWhere is it?\r\n".encode()
    return parse(raw, place=INBOX, accepted_at=TAKEN, own=OWN).automatic


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; owner=x",
        "AUTO-SUBMITTED: Auto-Notified",
        "X-Autoreply: yes",
        "X-Autorespond: out of office",
        "Precedence: bulk",
        "Precedence: Junk",
        "Precedence: list",
        "Precedence: auto_reply",
        "List-Id: News <news.example.net>",
        "Return-Path: <>",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
    ],
)
def test_a_mail_that_says_so_is_automatic(field: str) -> None:
    """A holiday note must neither open a clock nor stop one."""
    assert is_automatic(field)


@pytest.mark.parametrize(
    "sender", ["MAILER-DAEMON@example.com", "mailer-daemon", "postmaster@x.org"]
)
def test_a_mail_servers_own_mail_is_automatic(sender: str) -> None:
    """A bounce is no question, and answering it reaches nobody."""
    assert is_automatic(sender=sender)


@pytest.mark.parametrize(
    "fields",
    [
        (),
        ("Auto-Submitted: no",),
        ("Return-Path: <anna@example.org>",),
        ("List-Unsubscribe: <https://mailer.example>",),
        ("X-Auto-Response-Suppress: All",),
        ("Precedence: first-class",),
        ("Precedence: normal", "X-Mailer: something"),
        ("Content-Type: multipart/mixed; boundary=b",),
    ],
)
def test_a_persons_mail_is_not(fields: tuple[str, ...]) -> None:
    """A question wrongly called automatic is a question nobody answers."""
    assert not is_automatic(*fields)


@pytest.mark.parametrize(
    "sender",
    ["shop@example.com", "wordpress@shop.example", "noreply@example.com", "www-data@shop.example"],
)
@pytest.mark.parametrize(
    "field", ["Precedence: bulk", "Auto-Submitted: auto-generated", "Return-Path: <>"]
)
def test_our_own_contact_form_is_not(sender: str, field: str) -> None:
    """A web server sends it, and a buyer wrote it: the answer goes to Reply-To."""
    assert not is_automatic(field, "Reply-To: anna@example.org", sender=sender)
    assert is_automatic(field, sender=sender)
    assert is_automatic(field, "Reply-To: shop@example.com", sender=sender)


def test_a_form_of_somebody_elses_is_no_reason_to_believe_it() -> None:
    """A newsletter has a Reply-To as well."""
    assert is_automatic(
        "Precedence: bulk", "Reply-To: a@news.example", sender="noreply@news.example"
    )


@pytest.mark.parametrize(
    "field",
    ["List-Id: Shop <shop.example.com>", "List-Post: <mailto:shop@example.com>\r\nList-Id: <x.y>"],
)
def test_our_address_run_as_a_group_is_not_a_list(field: str) -> None:
    """Small shops share a mailbox so; every buyer's mail then has a List-Id."""
    assert not is_automatic(field, "Precedence: list", "List-Unsubscribe: <mailto:x@example.com>")


def test_an_answering_machine_behind_our_form_stays_one() -> None:
    """Otherwise two machines could keep a clock running between them."""
    assert is_automatic(
        "Auto-Submitted: auto-replied", "Reply-To: a@x.org", sender="shop@example.com"
    )
