"""A mailbox of invented mails, as alike to a seller's as numbers can make it.

Words are as frequent as in a language (the nth word 1/n as often as the first,
30,000 of them, half of the mails with letters beyond ASCII): how long an index
takes hangs on how many different words there are. A third of the mails answer
an earlier one and quote it, a third have HTML beside their text.
"""

from __future__ import annotations

import os
import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import accumulate
from pathlib import Path

FIRST = ("Anna", "Jürgen", "Łucja", "Ștefan", "Ольга", "María", "Renée", "Kate", "Tom")
LAST = ("Becker", "Nowak", "Ionescu", "García", "Иванова", "Dupont", "Smith", "Jones", "Ek")
SENTENCES = """
hello order parcel arrived broken please refund when will it come the colour is wrong
thank you invoice address size blue return label tracking number yesterday still waiting
"""
WORDS = tuple(SENTENCES.split())
_PLAIN = ("ba", "den", "ker", "lo", "mi", "nu", "pra", "sto", "tal", "ver", "wil", "ze")
_ACCENTED = ("bä", "den", "kør", "łó", "mi", "ñu", "pra", "stö", "tal", "ver", "wił", "żé")
_VOCABULARY = 30_000
_REMEMBERED = 200
"""How many mails back an answer may reach."""


@dataclass(frozen=True, slots=True)
class _Letter:
    """What an answer needs of the mail it answers."""

    message_id: str
    buyer: int
    name: str
    subject: str
    lines: tuple[str, ...]


class _Author:
    """Writes the mails of one mailbox, always the same ones for a seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._languages = [self._language(_PLAIN), self._language(_ACCENTED)]
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(_VOCABULARY)))
        self._open: deque[_Letter] = deque(maxlen=_REMEMBERED)

    def mail(self, number: int, taken: datetime) -> bytes:
        """Return the next mail."""
        chance = self._chance
        answered = chance.choice(self._open) if self._open and chance.random() < 1 / 3 else None
        letter = self._letter(number, answered)
        self._open.append(letter)
        quoted = [f"> {line}" for line in answered.lines[:20]] if answered else []
        said = ["On Friday Lamp Shop <shop@example.org> wrote:", *quoted] if quoted else []
        text = "\r\n".join((*letter.lines, "", letter.name, *said))
        return (self._header(letter, answered, taken) + self._body(text)).encode()

    def _letter(self, number: int, answered: _Letter | None) -> _Letter:
        """Return what the next mail says, and to what."""
        chance = self._chance
        language = chance.choice(self._languages)
        lines = tuple(self._line(language) for _ in range(chance.randint(6, 24)))
        message_id = f"{chance.getrandbits(96):x}.{number}@example.net"
        if answered is not None:
            subject = f"Re: {answered.subject.removeprefix('Re: ')}"
            return _Letter(message_id, answered.buyer, answered.name, subject, lines)
        name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
        subject = f"Order {100000 + number}: {' '.join(chance.sample(WORDS, 4))}"
        return _Letter(message_id, chance.randrange(1 + number // 2), name, subject, lines)

    def _line(self, words: list[str]) -> str:
        """Return a line of twelve words."""
        return " ".join(self._chance.choices(words, cum_weights=self._weights, k=12))

    def _language(self, syllables: tuple[str, ...]) -> list[str]:
        """Return the words of a language, the most frequent first, a shop's among them."""
        words = {
            "".join(self._chance.choices(syllables, k=self._chance.randint(1, 5))): None
            for _ in range(4 * _VOCABULARY)
        }
        short_first = sorted(words, key=len)
        return (short_first[:40] + list(WORDS) + short_first[40:])[:_VOCABULARY]

    def _header(self, letter: _Letter, answered: _Letter | None, taken: datetime) -> str:
        """Return the header up to the content's own lines."""
        answers = f"In-Reply-To: <{answered.message_id}>\r\n" if answered else ""
        return (
            "Return-Path: <buyer@example.net>\r\n"
            + "".join(
                f"Received: from mx{hop}.example.net (mx{hop}.example.net [192.0.2.{hop}])\r\n"
                f"\tby mx{hop + 1}.example.net with ESMTPS id {self._chance.getrandbits(64):x};\r\n"
                f"\t{format_datetime(taken)}\r\n"
                for hop in range(3)
            )
            + f"Message-ID: <{letter.message_id}>\r\n"
            f"{answers}"
            f"Date: {format_datetime(taken)}\r\n"
            f"From: =?utf-8?q?{_q(letter.name)}?= <buyer{letter.buyer}@example.net>\r\n"
            "To: shop@example.org\r\n"
            f"Subject: {letter.subject}\r\n"
            "MIME-Version: 1.0\r\n"
        )

    def _body(self, text: str) -> str:
        """Return the content, in a third of the mails as HTML too."""
        if self._chance.random() < 1 / 3:
            return (
                'Content-Type: multipart/alternative; boundary="b0"\r\n\r\n'
                f"--b0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
                f"--b0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
                f"<html><body><p>{text}</p></body></html>\r\n--b0--\r\n"
            )
        return f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"


def mails(count: int, newest: datetime, seed: int = 7) -> Iterator[tuple[bytes, datetime]]:
    """Yield raw mails (CRLF, 2 to 6 kB) and when each was taken, oldest first."""
    author = _Author(seed)
    for number in range(count):
        taken = newest - timedelta(minutes=7 * (count - number))
        yield author.mail(number, taken), taken


Letters = Callable[[int, datetime], Iterator[tuple[bytes, datetime]]]
"""What makes so many mails, up to an instant."""


def _q(text: str) -> str:
    return "".join("_" if byte == ord(" ") else f"={byte:02X}" for byte in text.encode())


def fill_maildir(
    folder: Path, count: int, newest: datetime | None = None, letters: Letters = mails
) -> None:
    """Write the mails as a Maildir; file times are when each was taken."""
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for number, (raw, taken) in enumerate(letters(count, newest or datetime.now(UTC))):
        path = folder / "cur" / f"{int(taken.timestamp())}.{number}.bench:2,S"
        path.write_bytes(raw.replace(b"\r\n", b"\n"))
        os.utime(path, (taken.timestamp(), taken.timestamp()))
