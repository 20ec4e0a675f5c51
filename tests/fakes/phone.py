"""Another mail program on the same mailbox: reads, answers and deletes behind our back."""

from __future__ import annotations

import imaplib
from collections.abc import Iterable
from typing import Self

from tests.fakes.ports import HOST


class Phone:
    """A plain IMAP session. Use as a context manager."""

    def __init__(self, port: int, user: str, password: str, patience: float = 20) -> None:
        self._imap = imaplib.IMAP4(HOST, port, timeout=patience)
        self._imap.login(user, password)

    def __enter__(self) -> Self:
        """Return the session."""
        return self

    def __exit__(self, *_: object) -> None:
        """Log out."""
        self._imap.logout()

    def select(self, folder: str) -> None:
        """Open a folder to change it."""
        kind, said = self._imap.select(f'"{folder}"')
        assert kind == "OK", said

    def uids(self, *criteria: str) -> list[int]:
        """Return the UIDs in the open folder that match."""
        _, (found,) = self._imap.uid("SEARCH", *criteria)
        return [int(uid) for uid in (found or b"").split()]

    def flag(self, subject: str, flag: str, folder: str = "INBOX", *, on: bool = True) -> None:
        """Set or take a flag on the mails with that subject."""
        self.select(folder)
        for uid in self.uids("SUBJECT", f'"{subject}"'):
            self._imap.uid("STORE", str(uid), "+FLAGS" if on else "-FLAGS", f"({flag})")

    def flag_uids(self, uids: Iterable[int], flag: str = "\\Seen", *, on: bool = True) -> None:
        """Set or take a flag on these mails of the open folder."""
        names = ",".join(map(str, uids))
        kind, said = self._imap.uid("STORE", names, "+FLAGS" if on else "-FLAGS", f"({flag})")
        assert kind == "OK", said

    def count_flags(self) -> int:
        """Ask for the flags of all mails of the open folder; return how many were told."""
        _, said = self._imap.uid("FETCH", "1:*", "(FLAGS)")
        return len(said)

    def delete(self, subject: str, folder: str = "INBOX") -> None:
        """Delete the mails with that subject for good."""
        self.flag(subject, "\\Deleted", folder)
        self._imap.expunge()

    def move(self, subject: str, target: str, folder: str = "INBOX") -> None:
        """Move the mails with that subject to another folder."""
        self.select(folder)
        for uid in self.uids("SUBJECT", f'"{subject}"'):
            kind, said = self._imap.uid("MOVE", str(uid), f'"{target}"')
            assert kind == "OK", said

    def flags(self, subject: str, folder: str = "INBOX") -> set[str]:
        """Return the flags of the one mail with that subject."""
        self.select(folder)
        (uid,) = self.uids("SUBJECT", f'"{subject}"')
        _, said = self._imap.uid("FETCH", str(uid), "(FLAGS)")
        line = said[0]
        assert isinstance(line, bytes)
        return {flag.decode() for flag in imaplib.ParseFlags(line)} - {"\\Recent"}

    def uidvalidity(self, folder: str) -> str:
        """Return what the folder's UIDs are counted under."""
        self.select(folder)
        _, (number,) = self._imap.response("UIDVALIDITY")
        return bytes(number).decode()

    def mails(self, folder: str) -> dict[str, tuple[str, bool, bool]]:
        """Return the folder's mails by UID: subject, seen, answered."""
        self.select(folder)
        _, said = self._imap.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        found = {}
        for piece in said:
            if isinstance(piece, tuple):
                words = piece[0].decode()
                uid = words.partition("UID ")[2].split()[0]
                subject = piece[1].decode().partition(":")[2].strip()
                found[uid] = (subject, "\\Seen" in words, "\\Answered" in words)
        return found

    def rename(self, folder: str, name: str) -> None:
        """Give a folder another name."""
        kind, said = self._imap.rename(f'"{folder}"', f'"{name}"')
        assert kind == "OK", said

    def create(self, folder: str) -> None:
        """Make a folder."""
        self._imap.create(f'"{folder}"')
