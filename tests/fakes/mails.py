"""Invented mails: what buyers, the shop and machines write."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from itertools import count

SHOP = "shop@example.com"
BUYER = "Ann Buyer <ann@buyer.example>"

_numbers = count(1)


def mail(
    subject: str = "Where is my parcel?",
    text: str = "Hello,\n\nwhere is it?\n\nAnn\n",
    *,
    sender: str = BUYER,
    to: str = SHOP,
    message_id: str | None = None,
    sent_at: datetime | None = None,
    headers: tuple[tuple[str, str], ...] = (),
) -> bytes:
    """Return a plain mail as bytes, CRLF line ends; `message_id` without brackets, new if None."""
    found = message_id if message_id is not None else f"mail-{next(_numbers)}@buyer.example"
    lines = [
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        f"Date: {format_datetime(sent_at or datetime.now(UTC))}",
        *([f"Message-ID: <{found}>"] if found else []),
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        *(f"{name}: {value}" for name, value in headers),
        "",
        *text.split("\n"),
    ]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape")


def with_attachment(
    subject: str, name: str, data: bytes, *, text: str = "See the photo.\n"
) -> bytes:
    """Return a mail with a text and a file."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = BUYER, SHOP
    message["Subject"] = subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<mail-{next(_numbers)}@buyer.example>"
    message.set_content(text)
    message.add_attachment(data, maintype="image", subtype="jpeg", filename=name)
    return message.as_bytes()
