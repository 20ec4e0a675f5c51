"""Invented mails: what buyers, the shop and machines write."""

from __future__ import annotations

from datetime import UTC, datetime
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
    size: int, *, subject: str = "A photo", text: str = "See the photo.\n", name: str = "photo.jpg"
) -> bytes:
    """Return a mail with a text and one attachment of about `size` bytes on the line."""
    line = "QUJD" * 18
    attached = "\r\n".join([line] * max(1, size // (len(line) + 2)))
    head = mail(subject, "").decode().split("Content-Type:", 1)[0]
    body = "\r\n".join(
        [
            'Content-Type: multipart/mixed; boundary="b0"',
            "",
            "--b0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
            "",
            *text.split("\n"),
            "--b0",
            f'Content-Type: image/jpeg; name="{name}"',
            f'Content-Disposition: attachment; filename="{name}"',
            "Content-Transfer-Encoding: base64",
            "",
            attached,
            "--b0--",
            "",
        ]
    )
    return (head + body).encode()
