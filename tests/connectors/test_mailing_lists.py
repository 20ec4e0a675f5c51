"""Mail that came by a mailing list: an answer meant for one person is not read by a thousand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.email.mime import parse
from connectors.values import Message, Place, Role

TAKEN = datetime(2026, 11, 21, tzinfo=UTC)
OWN = frozenset({"shop@lamps.example", "help@lamps.example"})
LIST = "sellers@lists.example"
ANNA = "Anna <anna@buyers.example>"
POST = f"List-Post: <mailto:{LIST}>"
ID = "List-Id: Sellers <sellers.lists.example>"


def read(*fields: str, sender: str = ANNA, own: frozenset[str] = OWN) -> Message:
    """Return the message of a mail with these fields."""
    head = [f"From: {sender}", f"To: {LIST}", "Subject: [sellers] Boxes", "Message-ID: <1@x>"]
    raw = "\r\n".join((*head, *fields, "", "Where do you buy boxes?", "")).encode()
    return parse(raw, place=Place("INBOX", "1", "1", Role.INBOX), accepted_at=TAKEN, own=own)


def answered_at(message: Message) -> list[str]:
    """Return the addresses that an answer goes to."""
    return [each.address for each in message.reply_to or (message.sender,)]


@pytest.mark.parametrize(
    ("fields", "sender", "answered"),
    [
        ((ID, POST, f"Reply-To: {LIST}"), ANNA, ["anna@buyers.example"]),
        ((ID, POST, f"Reply-To: Sellers <{LIST.upper()}>"), ANNA, ["anna@buyers.example"]),
        ((ID, POST, f"Reply-To: {LIST}, anna@home.example"), ANNA, ["anna@home.example"]),
        # Mailman where DMARC forbids to pass the sender on
        (
            (ID, POST, f"Reply-To: {ANNA}, {LIST}"),
            f"Anna via Sellers <{LIST}>",
            ["anna@buyers.example"],
        ),
        ((ID, POST, f"Reply-To: {LIST}"), f"Anna via Sellers <{LIST}>", [LIST]),
        ((ID, "List-Post: NO", "Reply-To: office@lists.example"), ANNA, ["office@lists.example"]),
        ((ID, f"Reply-To: {LIST}"), ANNA, [LIST]),  # nobody says that this is the list
        ((ID, POST), ANNA, ["anna@buyers.example"]),
        ((f"Reply-To: {LIST}",), ANNA, [LIST]),
        # a shared mailbox of ours: the answer goes where the buyer is
        (
            ("List-Id: <help.lamps.example>", "List-Post: <mailto:help@lamps.example>"),
            ANNA,
            ["anna@buyers.example"],
        ),
    ],
)
def test_an_answer_goes_to_who_wrote(
    fields: tuple[str, ...], sender: str, answered: list[str]
) -> None:
    """A price told to one colleague is no price for the whole trade."""
    assert answered_at(read(*fields, sender=sender)) == answered


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ((ID, f"Mail-Followup-To: {LIST}"), [LIST]),
        ((ID, f"Mail-Followup-To: {LIST}, {ANNA}, {LIST}"), [LIST, "anna@buyers.example"]),
        ((ID,), []),
        ((f"Mail-Followup-To: {LIST}",), []),  # no list: a stranger's wish is none of ours
    ],
)
def test_an_answer_to_all_goes_where_the_writer_wants_it(
    fields: tuple[str, ...], wanted: list[str]
) -> None:
    """Who reads the list wants no second copy."""
    assert [each.address for each in read(*fields).followup_to] == wanted


@pytest.mark.parametrize(
    ("fields", "sender"),
    [
        ((ID, POST), ANNA),
        ((ID, POST, "Precedence: list"), ANNA),
        # our own newsletter, come back
        (("List-Id: <news.lamps.example>",), "Lamps <shop@lamps.example>"),
        (("List-Id: <team.lamps.example>",), "Bo <bo@lamps.example>"),
        ((ID, "In-Reply-To: <q7@elsewhere.example>"), ANNA),
    ],
)
def test_a_lists_mail_opens_no_clock(fields: tuple[str, ...], sender: str) -> None:
    """A hundred questions a day, and none of them is ours to answer."""
    assert read(*fields, sender=sender).automatic


@pytest.mark.parametrize(
    "fields",
    [
        ("List-Id: Help <help.lamps.example>", POST),
        ("List-Id: <support.lamps.example>", "Precedence: list"),
        (ID, "List-Post: <mailto:help@lamps.example>"),
        (ID, POST, "In-Reply-To: <k7@lamps.example>"),
    ],
)
def test_a_buyer_who_reaches_us_by_a_list_is_a_buyer(fields: tuple[str, ...]) -> None:
    """A group of the shop's own domain is how its mailbox is shared; an answer to us is to us."""
    assert not read(*fields).automatic


def test_a_list_of_ones_provider_is_not_ones_own() -> None:
    """Whoever has an address at Gmail does not own Gmail's lists."""
    own = frozenset({"lamps@gmail.com"})

    assert read("List-Id: <boxes.gmail.com>", own=own).automatic
    assert read(ID, "In-Reply-To: <k7@gmail.com>", own=own).automatic
