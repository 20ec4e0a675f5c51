"""A small IMAP server that keeps labels as Gmail does: a folder is a view, a mail is there once.

What is known of Gmail's own: `[Gmail]/All Mail` holds all but spam and trash; a copy adds a label;
to move from a label to All Mail takes the label away; UIDs are each folder's own. Nobody documents
what a move out of All Mail does, so it is refused here.
"""

from __future__ import annotations

import re
import socketserver
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from tests.fakes.ports import HOST

ALL, SENT, SPAM, TRASH = (f"[Gmail]/{name}" for name in ("All Mail", "Sent Mail", "Spam", "Trash"))
_SPECIAL = {ALL: "\\All", SENT: "\\Sent", SPAM: "\\Junk", TRASH: "\\Trash"}
_WORDS = re.compile(r'"((?:[^"\\]|\\.)*)"|(\([^)]*\))|(\S+)')


@dataclass(eq=False)
class Mail:
    """One mail, with a UID in every folder that shows it."""

    raw: bytes
    when: datetime
    uids: dict[str, int] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)

    def header(self, name: str) -> str:
        """Return a header line's value."""
        found = re.search(rb"(?im)^" + name.encode() + rb": *(.*?)\r?$", self.raw)
        return found[1].decode() if found else ""


class Gmail:
    """A mailbox of one user, with any password. Use as a context manager."""

    capabilities = "IMAP4rev1 X-GM-EXT-1 UIDPLUS MOVE SPECIAL-USE"
    epoch = 7

    def __init__(self, labels: Iterable[str] = ()) -> None:
        self.folders = ["INBOX", *_SPECIAL, *labels]
        self.mails: list[Mail] = []
        self.heard: list[str] = []
        self._next: dict[str, int] = defaultdict(lambda: 1)
        self._lock = threading.RLock()
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            """Serves one connection."""

            disable_nagle_algorithm = True

            def handle(self) -> None:
                """Talk until the end."""
                outer.session().talk(self)

        self._server = socketserver.ThreadingTCPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def __enter__(self) -> Self:
        """Return the server."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()

    def session(self) -> Session:
        """Return what talks on a new connection."""
        return Session(self)

    def deliver(self, raw: bytes, *labels: str) -> Mail:
        """Take a mail in and show it under these labels."""
        mail = Mail(raw, datetime.now(UTC).replace(microsecond=0))
        with self._lock:
            self.mails.append(mail)
            for label in (ALL, *labels):
                self.label(mail, label)
        return mail

    def label(self, mail: Mail, label: str) -> int:
        """Show a mail in a folder too; return its UID there."""
        with self._lock:
            if label not in mail.uids:
                mail.uids[label] = self._next[label]
                self._next[label] += 1
            return mail.uids[label]

    def archive(self, mail: Mail) -> None:
        """Take a mail out of INBOX, as the seller's phone does."""
        with self._lock:
            mail.uids.pop("INBOX", None)

    def where(self, subject: str) -> list[set[str]]:
        """Return the folders of each mail with that subject."""
        return [set(mail.uids) for mail in self.mails if mail.header("Subject") == subject]

    def uidnext(self, folder: str) -> int:
        """Return the UID that the folder's next mail gets."""
        return self._next[folder]

    def in_folder(self, folder: str) -> list[Mail]:
        """Return a folder's mails, the lowest UID first."""
        with self._lock:
            found = [mail for mail in self.mails if folder in mail.uids]
        return sorted(found, key=lambda mail: mail.uids[folder])

    def move(self, mail: Mail, source: str, target: str) -> int | None:
        """Move a mail; return its UID there, None where that is refused."""
        with self._lock:
            if source == ALL:
                return None
            if target in {SPAM, TRASH}:
                mail.uids.clear()
            elif source in {SPAM, TRASH}:
                self.label(mail, ALL)
            mail.uids.pop(source, None)
            return self.label(mail, target)


class Session:
    """One client's connection."""

    def __init__(self, far: Gmail) -> None:
        self._far = far
        self._open = ""

    def talk(self, line: socketserver.StreamRequestHandler) -> None:
        """Answer commands until the client goes."""
        line.wfile.write(b"".join(each.encode() + b"\r\n" for each in self.greeting()))
        while command := line.rfile.readline():
            text = command.decode("ascii").rstrip("\r\n")
            self._far.heard.append(text)
            tag, _, rest = text.partition(" ")
            words = [a or b or c for a, b, c in _WORDS.findall(rest)]
            said = self.written(self._said(tag, words))
            line.wfile.write(
                b"".join(
                    each if isinstance(each, bytes) else each.encode() + b"\r\n" for each in said
                )
            )
            if words[0].upper() == "LOGOUT" or self.left():
                return

    def greeting(self) -> Iterable[str]:
        """Yield what is said first."""
        yield "* OK here"

    def written(self, said: Iterable[str | bytes]) -> Iterable[str | bytes]:
        """Return an answer as this server writes it."""
        return said

    def left(self) -> bool:
        """Return whether the server ends the line now."""
        return False

    def _said(self, tag: str, words: list[str]) -> Iterable[str | bytes]:
        """Yield what is answered to a command."""
        name = words[0].upper()
        if name == "UID":
            name, words = f"UID_{words[1].upper()}", words[1:]
        answer = getattr(self, f"_{name.lower()}", None)
        if answer is None:
            return [f"{tag} OK done"]
        lines = list(answer(words[1:]))
        return [*lines, f"{tag} OK done"] if not lines or lines[-1] != "NO" else [f"{tag} NO no"]

    def _capability(self, _: list[str]) -> Iterable[str]:
        yield f"* CAPABILITY {self._far.capabilities}"

    def _list(self, _: list[str]) -> Iterable[str]:
        for folder in self._far.folders:
            yield f'* LIST ({_SPECIAL.get(folder, "")}) "/" "{folder}"'

    def _examine(self, words: list[str]) -> Iterable[str]:
        self._open = words[0]
        yield f"* {len(self._far.in_folder(self._open))} EXISTS"
        yield f"* OK [UIDVALIDITY {self._far.epoch}] here"
        yield f"* OK [UIDNEXT {self._far.uidnext(self._open)}] next"

    _select = _examine

    def _uid_search(self, words: list[str]) -> Iterable[str]:
        found = self._far.in_folder(self._open)
        for index, word in enumerate(words):
            match word.upper():
                case "UID":
                    found = [
                        mail for mail in found if self._uid(mail) in self._set(words[index + 1])
                    ]
                case "SEEN" | "ANSWERED":
                    flag = f"\\{word.capitalize()}"
                    found = [mail for mail in found if flag in mail.flags]
                case "HEADER":
                    name, value = words[index + 1 : index + 3]
                    found = [mail for mail in found if value in mail.header(name)]
        yield " ".join(["* SEARCH", *(str(self._uid(mail)) for mail in found)])

    def _uid(self, mail: Mail) -> int:
        return mail.uids[self._open]

    def _set(self, text: str) -> set[int]:
        top = self._far.uidnext(self._open) - 1
        found: set[int] = set()
        for part in text.replace("*", str(top)).split(","):
            low, _, high = part.partition(":")
            ends = sorted((int(low), int(high or low)))
            found |= set(range(ends[0], ends[1] + 1))
        return found

    def _named(self, text: str) -> list[Mail]:
        wanted = self._set(text)
        return [mail for mail in self._far.in_folder(self._open) if self._uid(mail) in wanted]

    def _uid_fetch(self, words: list[str]) -> Iterable[str | bytes]:
        items = " ".join(words[1:])
        for number, mail in enumerate(self._named(words[0]), 1):
            told = f"UID {self._uid(mail)} FLAGS ({' '.join(sorted(mail.flags))})"
            told += f' INTERNALDATE "{mail.when:%d-%b-%Y %H:%M:%S} +0000"'
            told += f" RFC822.SIZE {len(mail.raw)}"
            section, body = "", b""
            if "MESSAGE-ID" in items:
                section = "HEADER.FIELDS (MESSAGE-ID)"
                body = f"Message-ID: {mail.header('Message-ID')}\r\n\r\n".encode()
            elif "BODY.PEEK[]" in items:
                body = mail.raw
            literal = f" BODY[{section}] {{{len(body)}}}\r\n" if body else ""
            yield f"* {number} FETCH ({told}{literal}".encode() + body + b")\r\n"

    def _uid_store(self, words: list[str]) -> Iterable[str]:
        flags = set(words[2].strip("()").split())
        for mail in self._named(words[0]):
            mail.flags = mail.flags | flags if words[1].startswith("+") else mail.flags - flags
        return ()

    def _uid_copy(self, words: list[str]) -> Iterable[str]:
        return self._put(words, lambda mail: self._far.label(mail, words[1]))

    def _uid_move(self, words: list[str]) -> Iterable[str]:
        return self._put(words, lambda mail: self._far.move(mail, self._open, words[1]))

    def _put(self, words: list[str], act: object) -> Iterable[str]:
        assert callable(act)
        before = [(self._uid(mail), mail) for mail in self._named(words[0])]
        after = [act(mail) for _, mail in before]
        if None in after:
            return ["NO"]
        old, new = ",".join(str(uid) for uid, _ in before), ",".join(map(str, after))
        return [f"* OK [COPYUID {self._far.epoch} {old} {new}] put"] if before else []
