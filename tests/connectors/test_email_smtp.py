"""Handing over a reply: whatever the server says or does not say, it is known what that means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.conformance import reply_to
from connectors.contract import Account, ConnectorError, LoginRefused, Rejected, Temporary, Unsure
from connectors.email import EmailConnector
from connectors.values import Party
from tests.connectors.mail_service import MailService
from tests.fakes.smtp_server import Envelope

NOW = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)


def sending_fails(shop: MailService, left: list[str] | None = None) -> ConnectorError:
    """Return what sending a reply raises; `left` gets an item when the reply leaves."""
    with pytest.raises(ConnectorError) as raised:
        shop.connect().send(
            reply_to(shop), lambda: left.append("left") if left is not None else None
        )
    return raised.value


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("451 4.3.0 try again later", Temporary),
        ("421 4.7.0 too many connections", Temporary),
        ("550 5.7.1 not allowed", Rejected),
        ("552 5.3.4 too large", Rejected),
        ("530 5.7.0 log in first", LoginRefused),
    ],
)
@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_an_answer_means_the_same_at_every_stage(
    shop: MailService, stage: str, answer: str, kind: type[ConnectorError]
) -> None:
    """A word is a word: where the server speaks, nobody has to be asked."""
    getattr(shop.smtp.script, stage).append(answer)
    left: list[str] = []
    error = sending_fails(shop, left)

    assert type(error) is kind
    assert answer.split(" ", 2)[2] in str(error)
    assert left == (["left"] if stage == "data" else [])
    assert shop.arrived() == []


def test_a_reply_goes_to_all_or_to_nobody(shop: MailService) -> None:
    """Sent to one of two, it could be neither repeated nor left."""
    shop.smtp.script.refused.add("gone@buyer.example")
    reply = reply_to(shop)
    both = replace(reply, recipients=(shop.buyer, Party("", "gone@buyer.example")))
    left: list[str] = []
    with pytest.raises(Rejected, match=r"gone@buyer\.example"):
        shop.connect().send(both, lambda: left.append("left"))

    assert left == []
    assert shop.arrived() == []


@pytest.mark.parametrize("word", [b"ehlo", b"AUTH", b"mail FROM", b"rcpt TO", b"DATA"])
def test_a_line_cut_before_the_mail_left_is_temporary(shop: MailService, word: bytes) -> None:
    """It has certainly not been sent, so it is sent later without asking."""
    shop.smtp_line.fault.cut_on = word
    left: list[str] = []
    error = sending_fails(shop, left)
    shop.mend()
    shop.connect().send(reply_to(shop))

    assert (type(error), left) == (Temporary, [])
    assert len(shop.arrived()) == 1


@pytest.mark.parametrize("what", ["cut", "drop"])
def test_a_line_cut_after_the_mail_left_is_unsure(shop: MailService, what: str) -> None:
    """It may have arrived and may not: nobody here can know."""
    shop.smtp.script.data.append(what)
    left: list[str] = []
    error = sending_fails(shop, left)

    assert (type(error), left) == (Unsure, ["left"])
    assert len(shop.arrived()) == (1 if what == "cut" else 0)


def test_silence_after_the_mail_left_is_unsure(shop: MailService) -> None:
    """A server that thinks about it for too long."""

    def hush() -> None:
        shop.smtp_line.fault.silent_after = 0

    with pytest.raises(Unsure):
        shop.connect(patience=0.2).send(reply_to(shop), hush)


def test_garbage_after_the_mail_left_is_unsure(shop: MailService) -> None:
    """No word is no yes, and no no."""

    def garble() -> None:
        shop.smtp_line.fault.rewrite = lambda _: b"huh?\r\n"

    with pytest.raises(Unsure):
        shop.connect().send(reply_to(shop), garble)


def test_the_envelope_is_the_replys(shop: MailService) -> None:
    """Whom it goes to is decided by the envelope; what the reader sees, by the header."""
    reply = replace(reply_to(shop), recipients=(shop.buyer, Party("", "office@buyer.example")))
    shop.connect().send(reply)
    (found,) = shop.smtp.received[-1:]

    addresses = ("ann@buyer.example", "office@buyer.example")
    assert found == Envelope("shop@example.com", addresses, found.content, found.options)
    assert f"Message-ID: <{reply.key}>".encode() in found.content
    assert f"X-Seller-Inbox-Key: {reply.key}".encode() in found.content


def test_a_reply_without_anybody_to_go_to_is_rejected(shop: MailService) -> None:
    """A message can come from nowhere; an answer cannot go there."""
    with pytest.raises(Rejected, match="nobody"):
        shop.connect().send(replace(reply_to(shop), recipients=()))


def test_an_address_with_other_letters_is_sent_where_the_server_can(shop: MailService) -> None:
    """SMTPUTF8 is asked for when it is needed, and only then."""
    reply = replace(reply_to(shop), recipients=(Party("", "jürgen@buyer.example"),))
    shop.connect().send(reply)
    shop.connect().send(reply_to(shop))
    international, plain = shop.smtp.received[-2:]

    assert international.rcpt_tos == ("jürgen@buyer.example",)
    assert "SMTPUTF8" in international.options
    assert "SMTPUTF8" not in plain.options


def test_an_address_with_other_letters_is_rejected_where_the_server_cannot(
    shop: MailService,
) -> None:
    """Said at once, instead of a bounce tomorrow."""
    shop.smtp_line.fault.rewrite = lambda said: said.replace(b"250-SMTPUTF8\r\n", b"")
    reply = replace(reply_to(shop), recipients=(Party("", "jürgen@buyer.example"),))

    with pytest.raises(Rejected, match="letters beyond a-z"):
        shop.connect().send(reply)


def test_a_reply_larger_than_the_server_takes_is_rejected_at_once(shop: MailService) -> None:
    """The server said how much it takes."""
    shop.smtp_line.fault.rewrite = lambda said: said.replace(b"SIZE 33554432", b"SIZE 1000")

    with pytest.raises(Rejected, match="1000 bytes"):
        shop.connect().send(reply_to(shop, text="long " * 1000))


def test_the_receipt_says_when_we_heard_it(shop: MailService) -> None:
    """SMTP tells no time; the clock is the one that was given."""
    account = Account("uid", "shop", shop.settings(), lambda _: shop.secret)
    connector = EmailConnector(account, clock=lambda: NOW)
    receipt = connector.send(reply_to(shop))
    connector.close()

    assert receipt.accepted_at == NOW
    assert "queued" in receipt.detail


def test_our_computers_name_is_nobodys_business(shop: MailService) -> None:
    """EHLO usually tells it to every server on the way, and looks it up first."""
    shop.connect().send(reply_to(shop))

    assert shop.smtp_line.heard.lower().startswith(b"ehlo [127.0.0.1]")


def test_lines_that_begin_with_dots_arrive_with_them(shop: MailService) -> None:
    """A dot alone on a line ends a mail in SMTP."""
    text = ".\n..\n.hidden\nend."
    shop.connect().send(reply_to(shop, text=text))

    assert shop.arrived()[0].text == text
