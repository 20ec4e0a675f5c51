"""By which names a service's mail and its API are known to be about one matter."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email.mime import parse
from connectors.values import Direction, Message, Party, Place, RemoteId, Role
from inbox.core.pairing import ANY_SERVICE, names_of

TAKEN = datetime(2026, 11, 20, tzinfo=UTC)
UUID = "deeb2fc0-8419-11f1-bed3-7de93eca4a57"
LINK = f"https://marketplace.operator.example/mmp/shop/inbox/{UUID}?from=mail"


def mailed(body: str, *fields: str, sender: str = "no-reply@operator.example") -> Message:
    """Return a mail in HTML as a message."""
    head = [f"From: Operator <{sender}>", "Message-ID: <n1@operator.example>", *fields]
    raw = "\r\n".join((*head, "Content-Type: text/html; charset=utf-8", "", body, "")).encode()
    return parse(raw, place=Place("INBOX", "1", "1", Role.INBOX), accepted_at=TAKEN)


def told(service: str, ref: str) -> Message:
    """Return what an API tells of a conversation."""
    return Message(
        remote_id=RemoteId("1"),
        direction=Direction.IN,
        accepted_at=TAKEN,
        sender=Party("Anna", "anna"),
        service=service,
        conversation_ref=ref,
    )


def test_a_notice_is_found_by_the_link_on_its_button() -> None:
    """Nobody knows how every operator of Mirakl words its mail; the link leads to one thread."""
    notice = mailed(f'<p>A customer has written.</p><a href="{LINK}">Answer</a>')

    assert set(names_of(notice)) & set(names_of(told("mirakl", UUID)))
    assert names_of(notice) == ((ANY_SERVICE, f"id:{UUID}"),)


@pytest.mark.parametrize(
    ("body", "fields", "sender"),
    [
        (f'<a href="{LINK}">Answer</a>', (), "anna@buyers.example"),  # a person pasted it
        (f"<p>{UUID}</p>", (), "no-reply@operator.example"),  # no link
        ('<a href="https://operator.example/inbox/12345">Answer</a>', (), "no-reply@x.example"),
    ],
)
def test_less_than_an_id_in_a_machines_link_names_nothing(
    body: str, fields: tuple[str, ...], sender: str
) -> None:
    """A number of five digits is anybody's, and so is what a person writes."""
    assert names_of(mailed(body, *fields, sender=sender)) == ()


def test_who_says_that_a_machine_wrote_is_a_machine() -> None:
    """Operators write from all kinds of addresses; an honest header tells."""
    notice = mailed(
        f'<a href="{LINK}">Answer</a>', "Auto-Submitted: auto-generated", sender="shop@x.example"
    )

    assert names_of(notice) == ((ANY_SERVICE, f"id:{UUID}"),)


def test_ours_and_what_came_back_name_nothing() -> None:
    """A bounce quotes our own mail, links and all."""
    bounce = mailed(
        f"<p>550 5.1.1 no such user</p><a href='{LINK}'>x</a>",
        "Subject: Undeliverable: Re: Lamp",
        sender="mailer-daemon@x.example",
    )

    assert bounce.bounce is None or names_of(bounce) == ()


@given(st.text(max_size=300), st.text(max_size=60))
def test_no_words_are_too_odd_to_be_asked(text: str, ref: str) -> None:
    """A stranger chooses them."""
    for message in (mailed(text), told("ebay", ref), told("email", text)):
        assert all(len(name) == 2 for name in names_of(message))
