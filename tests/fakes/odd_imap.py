"""A small IMAP server with the odd habits of real ones, each a value that a test chooses.

What is known of them: Gmail and Yahoo throttle by a NO, Exchange by a BAD; Courier keeps all below
INBOX; some write in lower case, say nothing behind OK, tell of flags nobody asked for, or end a
line that did nothing for a while.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.fakes.gmail import ALL, SENT, SPAM, TRASH, Gmail, Mail, Session


@dataclass(kw_only=True)
class Habits:
    """What a server does in its own way."""

    capabilities: str = "IMAP4rev1"
    folders: tuple[str, ...] = ()
    """Lines of LIST behind "* LIST ", besides INBOX's own."""
    inbox: str = '() "/" INBOX'
    lower_case: bool = False
    bare: bool = False
    """Nothing stands behind OK."""
    chatty: bool = False
    """FLAGS and EXISTS are told in between, for mails nobody asked about."""
    apart: bool = False
    """What is told of one mail comes in two answers, the UID last in each."""
    in_lines: bool = False
    """A search's result comes in several lines."""
    gap: int = 1
    """UIDs grow by so much."""
    structure: bytes = b""
    """What stands for BODYSTRUCTURE."""
    withheld: str = ""
    """The subject of a mail whose words it never hands out, saying that it is busy."""
    longest: int = 0
    """A longer command is BAD; 0: none is."""
    refusals: dict[str, deque[str]] = field(default_factory=dict)
    """By command: what it is answered with, each answer once, before it works."""
    leaves_after: int = 0
    """Commands after which the server says BYE; 0: never."""


class OddServer(Gmail):
    """A mailbox with habits. Use as a context manager."""

    def __init__(self, habits: Habits | None = None) -> None:
        self.habits = habits or Habits()
        super().__init__()
        self.folders = [name for name in self.folders if name not in {ALL, SENT, SPAM, TRASH}]
        self.capabilities = self.habits.capabilities

    def session(self) -> Session:
        """Return what talks on a new connection."""
        return _Odd(self)

    def deliver(self, raw: bytes, *labels: str) -> Mail:
        """Take a mail into a folder, INBOX unless another is named."""
        mail = super().deliver(raw, *(labels or ("INBOX",)))
        mail.uids.pop(ALL, None)
        for label in mail.uids:
            self._next[label] += self.habits.gap - 1
        return mail

    def renumber(self) -> None:
        """Give every mail of every folder another UID, under another UIDVALIDITY."""
        with self._lock:
            self.epoch += 1
            for mail in self.mails:
                mail.uids = {label: uid + 500 for label, uid in mail.uids.items()}
            for label in list(self._next):
                self._next[label] += 500


class _Odd(Session):
    """One client's connection to a server with habits."""

    def __init__(self, far: OddServer) -> None:
        super().__init__(far)
        self._odd = far
        self._count = 0

    def _said(self, tag: str, words: list[str]) -> Iterable[str | bytes]:
        habits = self._odd.habits
        self._count += 1
        name = " ".join(words[:2] if words[0].upper() == "UID" else words[:1]).upper()
        waiting = habits.refusals.get(name)
        if waiting:
            return [f"{tag} {waiting.popleft()}"]
        if name == "UID FETCH" and "BODY.PEEK[]" in words[-1] and habits.withheld:
            asked = {mail.header("Subject") for mail in self._named(words[2])}
            if habits.withheld in asked:
                return [f"{tag} NO [UNAVAILABLE] Server error - Please try again later"]
        if habits.longest and len(" ".join(words)) > habits.longest:
            return [f"{tag} BAD Command line too long"]
        return super()._said(tag, words)

    def written(self, said: Iterable[str | bytes]) -> Iterable[str | bytes]:
        """Return an answer in this server's way."""
        habits = self._odd.habits
        for each in said:
            line = each
            if habits.bare and isinstance(line, str):
                line = re.sub(r"^(\S+ OK) done$", r"\1", line)
            yield _lowered(line) if habits.lower_case else line

    def left(self) -> bool:
        """Return whether it has said BYE."""
        after = self._odd.habits.leaves_after
        return bool(after) and self._count > after

    def _list(self, _: list[str]) -> Iterable[str]:
        for line in (self._odd.habits.inbox, *self._odd.habits.folders):
            yield f"* LIST {line}"

    def _uid_search(self, words: list[str]) -> Iterable[str]:
        for line in super()._uid_search(words):
            found = line.split()[2:]
            if not self._odd.habits.in_lines:
                yield line
            yield from (f"* SEARCH {uid}" for uid in found if self._odd.habits.in_lines)

    def _uid_fetch(self, words: list[str]) -> Iterable[str | bytes]:
        habits = self._odd.habits
        if "BODYSTRUCTURE" in " ".join(words):
            for number, mail in enumerate(self._named(words[0]), 1):
                told = f"* {number} FETCH (UID {self._uid(mail)} BODYSTRUCTURE ".encode()
                yield told + habits.structure + b")\r\n"
            return
        for answer in super()._uid_fetch(words):
            if habits.chatty:
                yield "* 1 FETCH (FLAGS (\\Seen \\Answered))"
                yield f"* {len(self._far.in_folder(self._open))} EXISTS"
                yield "* OK still here"
            yield from _apart(answer) if habits.apart and isinstance(answer, bytes) else [answer]


def _apart(answer: bytes) -> Iterable[bytes]:
    """Return one mail's answer in two, each with the UID behind all else."""
    head = re.match(rb"\* (\d+) FETCH \(UID (\d+) (FLAGS \([^)]*\)) (.*)", answer, re.DOTALL)
    assert head is not None
    number, uid, flags, rest = head.groups()
    yield b"* %s FETCH (%s UID %s)\r\n" % (number, flags, uid)
    yield b"* %s FETCH (%s UID %s)\r\n" % (number, rest.removesuffix(b")\r\n"), uid)


def _lowered(line: str | bytes) -> str | bytes:
    """Return a line with its own words in lower case; names, dates and mails stay as they are."""
    if isinstance(line, bytes):
        head, brace, body = line.partition(b"}\r\n")
        return head.lower() + brace + body if brace else line.lower()
    tag, _, rest = line.partition(" ")
    pieces = rest.split('"')
    pieces[::2] = [each.lower() for each in pieces[::2]]
    return f"{tag} " + '"'.join(pieces)
