"""The invented buyers: enough of them, of every kind, and always the same for a seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from inbox.demo.buyers import Buyers
from inbox.demo.mails import INBOX, SENT, Mail
from inbox.demo.stories import read

NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def parsed(mail: Mail) -> EmailMessage:
    """Return the mail as a mail program reads it."""
    message = message_from_bytes(mail.raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture
def history() -> list[Mail]:
    """Return what lies in the mailbox at the start."""
    return Buyers(read(), seed=1).history(NOW)


def unanswered(history: Sequence[Mail]) -> list[Mail]:
    """Return the questions that no mail in Sent answers."""
    answered = {str(parsed(mail)["In-Reply-To"]) for mail in history if mail.folder == SENT}
    return [
        mail
        for mail in history
        if mail.folder == INBOX and str(parsed(mail)["Message-ID"]) not in answered
    ]


def test_the_mailbox_shows_a_working_shop(history: list[Mail]) -> None:
    """Some sixty conversations: most answered, some open, some due in minutes, some late."""
    questions = [mail for mail in history if not parsed(mail)["References"]]
    waiting = [mail for mail in unanswered(history) if NOW - mail.accepted_at < 3 * DAY]
    left = [DAY - (NOW - mail.accepted_at) for mail in waiting if not parsed(mail)["List-Id"]]

    assert len(questions) == 60
    assert 30 <= sum(mail.folder == SENT for mail in history) <= 40
    assert sum(timedelta() < one < timedelta(hours=1) for one in left) >= 4
    assert sum(one < timedelta() for one in left) >= 4
    assert all(mail.accepted_at <= NOW for mail in history)
    assert min(mail.accepted_at for mail in history) < NOW - 20 * DAY


def test_buyers_write_in_many_ways(history: list[Mail]) -> None:
    """Eight languages, two marketplaces, plain mail and HTML, more than one charset."""
    senders = Counter(
        str(parsed(mail)["From"]).rstrip(">").rpartition("@")[2]
        for mail in history
        if mail.folder == INBOX
    )
    charsets = {part.get_content_charset() for mail in history for part in parsed(mail).walk()} - {
        None
    }

    assert {story.language for story in read().stories} == set(read().buyers)
    assert {"marketplace.amazon.de", "members.ebay.co.uk", "post.example"} <= set(senders)
    assert {"utf-8", "gb18030"} <= charsets


def test_no_hole_is_left_in_any_mail(history: list[Mail]) -> None:
    """A visitor never sees the scaffolding."""
    for mail in history:
        message = parsed(mail)
        body = message.get_body(("plain",))
        assert body is not None
        assert not message.defects
        for text in (body.get_content(), str(message["Subject"]), str(message["From"])):
            assert "{" not in text
            assert text.strip()


def test_nobody_is_two_people(history: list[Mail]) -> None:
    """Every conversation has an address and a Message-ID of its own."""
    messages = [parsed(mail) for mail in history]
    first = [m for m in messages if not m["References"] and not m["Precedence"]]

    assert len({str(m["Message-ID"]) for m in messages}) == len(messages)
    assert len({str(m["From"]) for m in first}) == len(first)


def test_a_seed_gives_the_same_shop_again() -> None:
    """Pictures and tests of the demo can be repeated."""
    again = [Buyers(read(), seed=7).history(NOW) for _ in range(2)]

    assert [(m.folder, m.accepted_at, m.flags) for m in again[0]] == [
        (m.folder, m.accepted_at, m.flags) for m in again[1]
    ]
    assert Buyers(read(), seed=8).history(NOW)[0].accepted_at != again[0][0].accepted_at


def test_a_buyer_answers_twice_and_is_then_content() -> None:
    """The story goes on, then thanks, then peace; strangers are not answered for."""
    buyers = Buyers(read(), seed=1)
    asked = parsed(buyers.next(NOW))
    address = asked["From"].addresses[0].addr_spec

    said = [buyers.answer(address.upper(), f"{n}@shop.example", NOW) for n in range(3)]

    assert said[0] is not None
    assert said[1] is not None
    assert said[2] is None
    again = parsed(said[0])
    assert again["In-Reply-To"] == "<0@shop.example>"
    assert str(asked["Message-ID"]) in str(again["References"])
    assert again["From"] == asked["From"]
    assert str(again["Subject"]) == f"Re: {asked['Subject']}"
    assert buyers.answer("nobody@else.example", "x@y", NOW) is None


@pytest.mark.slow
def test_buyers_never_run_out() -> None:
    """A demo left open overnight still has new people writing."""
    buyers = Buyers(read(), seed=3)

    addresses = {str(parsed(buyers.next(NOW))["From"]) for _ in range(400)}

    assert len(addresses) > 395
