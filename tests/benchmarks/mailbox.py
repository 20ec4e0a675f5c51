"""A mailbox of invented mails, as alike to a seller's as numbers can make it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

FIRST = ("Anna", "Jürgen", "Łucja", "Ștefan", "Ольга", "María", "Renée", "Kate", "Tom")
LAST = ("Becker", "Nowak", "Ionescu", "García", "Иванова", "Dupont", "Smith", "Jones", "Ek")
SENTENCES = """
hello order parcel arrived broken please refund when will it come the colour is wrong
thank you invoice address size blue return label tracking number yesterday still waiting
"""
WORDS = tuple(SENTENCES.split())


def mails(count: int, newest: datetime, seed: int = 7) -> Iterator[tuple[bytes, datetime]]:
    """Yield raw mails (CRLF, 2 to 6 kB) and when each was taken, oldest first."""
    chance = random.Random(seed)
    for number in range(count):
        taken = newest - timedelta(minutes=7 * (count - number))
        yield _mail(chance, number, taken), taken


def _mail(chance: random.Random, number: int, taken: datetime) -> bytes:
    first, last = chance.choice(FIRST), chance.choice(LAST)
    text = "\r\n".join(
        " ".join(chance.choice(WORDS) for _ in range(12)) for _ in range(chance.randint(8, 30))
    )
    head = (
        "Return-Path: <buyer@example.net>\r\n"
        + "".join(
            f"Received: from mx{hop}.example.net (mx{hop}.example.net [192.0.2.{hop}])\r\n"
            f"\tby mx{hop + 1}.example.net with ESMTPS id {chance.getrandbits(64):x};\r\n"
            f"\t{format_datetime(taken)}\r\n"
            for hop in range(3)
        )
        + f"Message-ID: <{chance.getrandbits(96):x}.{number}@example.net>\r\n"
        f"Date: {format_datetime(taken)}\r\n"
        f"From: =?utf-8?q?{_q(first)}_{_q(last)}?= <buyer{number % 4000}@example.net>\r\n"
        "To: shop@example.org\r\n"
        f"Subject: Order {100000 + number}: {' '.join(chance.sample(WORDS, 4))}\r\n"
        "MIME-Version: 1.0\r\n"
    )
    if chance.random() < 1 / 3:
        body = (
            'Content-Type: multipart/alternative; boundary="b0"\r\n\r\n'
            f"--b0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
            f"--b0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
            f"<html><body><p>{text}</p></body></html>\r\n--b0--\r\n"
        )
    else:
        body = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    return (head + body).encode()


def _q(text: str) -> str:
    return "".join(f"={byte:02X}" for byte in text.encode())


def fill_maildir(folder: Path, count: int, newest: datetime | None = None) -> None:
    """Write the mails as a Maildir; file times are when each was taken."""
    import os

    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for number, (raw, taken) in enumerate(mails(count, newest or datetime.now(UTC))):
        path = folder / "cur" / f"{int(taken.timestamp())}.{number}.bench:2,S"
        path.write_bytes(raw.replace(b"\r\n", b"\n"))
        os.utime(path, (taken.timestamp(), taken.timestamp()))
