"""One logged-in IMAP connection: everything of imapclient stays in here.

Used by one thread, but for `hang_up`. Nothing is ever marked by looking:
folders are opened read-only and mails are peeked at.
"""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import imapclient
from imapclient.exceptions import (
    IMAPClientAbortError,
    IMAPClientError,
    IMAPClientReadOnlyError,
    LoginError,
    ProtocolError,
)

from connectors.contract import ConnectorError, Temporary
from connectors.email.answers import read_fetch
from connectors.email.folders import Listed
from connectors.email.idling import idle, still_there
from connectors.email.lines import Client
from connectors.email.login import Token, say_token
from connectors.email.pipelining import FetchingLine
from connectors.email.settings import Endpoint, Security
from connectors.email.standing import Delta, Status, delta_of, found_in, status_of
from connectors.email.trouble import (
    Garbled,
    SaidNo,
    is_busy,
    no_starttls,
    of_line,
    other_speech,
    quoted,
    said_by,
    wait_of,
    words_of,
    wrong_login,
)
from connectors.email.uidset import UidSet

_MANY = 100_000
"""Mails from which a listing without ESEARCH is asked for in parts: imaplib's lines are limited."""
_CAPABILITY = re.compile(rb"\[CAPABILITY ([^\]]*)\]", re.IGNORECASE)
_TOO_LONG = "got more than"
"""How imaplib begins to say that it left a line half read."""
_NO_GREETING = re.compile(r"unexpected response|None\Z")
"""How imaplib begins to say that a server greeted in no words of IMAP (POP3 says: +OK)."""
_STUMBLES = (ValueError, TypeError, LookupError, AttributeError, AssertionError)
"""What imaplib and imapclient raise over a garbled answer, beside their own errors."""


class Mailbox(FetchingLine):
    """A connection to a mailbox. After a Temporary other than SaidNo it is `dead`."""

    def __init__(self, endpoint: Endpoint, username: str, password: str | Token) -> None:
        endpoint.refuse_unsafe()
        self._endpoint = endpoint
        self.dead = False
        self.declined = ""
        self.opened: tuple[str, str] | None = None
        """Folder and UIDVALIDITY that are open read-only."""
        self._welcome = b""
        """What the server said when it let us in."""
        self._client = self._connect()
        try:
            self._login(username, password)
            self.capabilities = self._capabilities()
            self.enabled = self._enable()
            """Of CONDSTORE and QRESYNC, what the server agreed to."""
        except BaseException:
            self.close()
            raise

    def _connect(self) -> imapclient.IMAPClient:
        """Return a connection that is as safe as it was asked to be."""
        endpoint = self._endpoint
        with self._talking():
            client = self._greeted()
            client.normalise_times = False
            client._imap.debug = 0  # noqa: SLF001 - imapclient makes imaplib format whole mails for a log
            try:
                line = client.socket()
                line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                # imapclient writes a command in two pieces: the second must not wait for the first.
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if endpoint.security is Security.STARTTLS:
                    self._encrypt(client)
            except BaseException:
                _shut(client)
                raise
        return client

    def _greeted(self) -> imapclient.IMAPClient:
        """Return a connection at whose other end a mail server said hello."""
        endpoint = self._endpoint
        try:
            return Client(
                endpoint.host.strip("[]"),
                endpoint.port,
                ssl=endpoint.security is Security.TLS,
                ssl_context=endpoint.context() if endpoint.security is Security.TLS else None,
                timeout=imapclient.SocketTimeout(endpoint.try_seconds, endpoint.answer_seconds),
            )
        except IMAPClientError as odd:
            if _NO_GREETING.match(str(odd)):
                raise other_speech(endpoint, "IMAP") from odd
            raise

    def _encrypt(self, client: imapclient.IMAPClient) -> None:
        """Encrypt a plain line; raises LoginRefused rather than go on in the clear."""
        # A greeting that says we are logged in already (PREAUTH) would skip the encryption.
        if client._imap.state != "NONAUTH" or b"STARTTLS" not in client.capabilities():  # noqa: SLF001 - imapclient does not tell the state
            raise no_starttls(self._endpoint)
        try:
            client.starttls(self._endpoint.context())
        except IMAPClientAbortError:
            raise
        except IMAPClientError as refused:
            raise no_starttls(self._endpoint) from refused

    def _login(self, username: str, password: str | Token) -> None:
        """Log in; raises LoginRefused with the server's words."""
        client = self._client
        if isinstance(password, Token):
            with self._talking():
                say_token(client, self._endpoint, username, password)
            return
        try:
            with self._talking():
                if self._plain_letters(username + password):
                    self._welcome = client.login(quoted(username), password)
                else:
                    self._welcome = client.plain_login(username, password)
        except SaidNo as refused:
            words = refused.words.replace(password, "…") if password else refused.words
            if is_busy(words):
                busy = f'{self._endpoint.host} is busy: "{words}".'
                raise Temporary(busy, retry_after=wait_of(words)) from None
            raise wrong_login(self._endpoint, username, words) from None

    def _plain_letters(self, words: str) -> bool:
        """Return whether the LOGIN command is there and can say these letters."""
        disabled = b"LOGINDISABLED" in self._client.capabilities()
        return words.isascii() and words.isprintable() and not disabled

    def _capabilities(self) -> frozenset[str]:
        """Return what the server can do after the login, as it said then, else asked anew."""
        if match := _CAPABILITY.search(self._welcome):
            return frozenset(match[1].decode("ascii", "replace").upper().split())
        with self._talking():
            self._client._cached_capabilities = None  # noqa: SLF001 - imapclient keeps those from before the login
            return frozenset(
                word.decode("ascii", "replace") for word in self._client.capabilities()
            )

    def _enable(self) -> frozenset[str]:
        """Let the server count changes and tell of them, where it can."""
        wanted = [word for word in ("CONDSTORE", "QRESYNC") if word in self.capabilities]
        if not wanted or "ENABLE" not in self.capabilities:
            return frozenset()
        with contextlib.suppress(SaidNo), self._talking():
            said = self._client.enable(*wanted)
            return frozenset(word.decode("ascii", "replace").upper() for word in said)
        return frozenset()

    @contextmanager
    def _talking(self) -> Iterator[None]:
        """Turn what imapclient raises into the contract's errors."""
        try:
            yield
        except ConnectorError:
            raise
        except (IMAPClientError, OSError, *_STUMBLES) as error:
            raise self._meaning(error) from error

    def _meaning(self, error: Exception) -> ConnectorError:
        """Return the contract's error; the line is dead if it is of no more use."""
        host = self._endpoint.host
        cause = error.__context__ if isinstance(error, LoginError) else error
        if isinstance(error, IMAPClientReadOnlyError):
            return SaidNo(host, "read-only")
        if isinstance(error, ProtocolError):
            return Garbled(self._nonsense())
        # imapclient calls a line that broke off while logging in a refused login.
        broke_off = isinstance(cause, IMAPClientAbortError)
        if isinstance(error, IMAPClientError) and not broke_off and _TOO_LONG not in str(error):
            return SaidNo(host, words_of(error))
        self.dead = True
        if broke_off:
            return Temporary(f"The connection to {host} broke off.")
        if isinstance(error, OSError):
            return of_line(error, self._endpoint)
        return Temporary(self._nonsense())

    def _nonsense(self) -> str:
        """Return the sentence for an answer without a meaning."""
        return f"{self._endpoint.host} said something that could not be understood."

    def close(self) -> None:
        """Let go of the line; nothing is said any more."""
        self.dead = True
        _shut(self._client)

    def hang_up(self) -> None:
        """End whatever waits on the line, from any thread; the owner closes it after."""
        self.dead = True
        with contextlib.suppress(OSError):
            # The plain socket's way: an SSLSocket's own would pull TLS from under the reader.
            socket.socket.shutdown(self._client.socket(), socket.SHUT_RDWR)

    def noop(self) -> None:
        """Ask for nothing, to learn whether the line is alive."""
        with self._talking():
            still_there(self._client._imap)  # noqa: SLF001 - imapclient's own parses what it need not

    def folders(self) -> tuple[Listed, ...]:
        """Return the folders there are."""
        with self._talking():
            found = self._client.list_folders()
        return tuple(
            Listed(
                name="INBOX" if str(name).upper() == "INBOX" else str(name),
                separator=(separator or b"").decode("ascii", "replace"),
                attributes=frozenset(flag.decode("ascii", "replace").lower() for flag in flags),
            )
            for flags, separator, name in found
        )

    def examine(self, folder: str) -> Status:
        """Open the folder read-only and return how it stands now; raises SaidNo if it cannot be."""
        return self._examine(folder, "")[0]

    def resync(self, folder: str, epoch: str, modseq: int) -> tuple[Status, Delta]:
        """Open the folder read-only; return how it stands, and what changed since (QRESYNC)."""
        return self._examine(folder, f"(QRESYNC ({epoch} {modseq}))")

    def _examine(self, folder: str, parameters: str) -> tuple[Status, Delta]:
        """Open the folder read-only; return how it stands and what was told beside that."""
        self.opened = None
        imap = self._client._imap  # noqa: SLF001 - imapclient opens no folder with parameters
        imap.is_readonly = True
        with self._talking():
            try:
                said = self.command("EXAMINE", self.named(folder), *filter(None, (parameters,)))
            except SaidNo:
                imap.state = "AUTH"
                raise
            imap.state = "SELECTED"
            status, delta = status_of(said), delta_of(said)
        self.opened = folder, status.epoch
        return status, delta

    def changed_since(self, modseq: int) -> Delta:
        """Return the mails of the open folder that are new or marked otherwise since then."""
        said = self.command("UID", "FETCH", "1:*", "(UID FLAGS)", f"(CHANGEDSINCE {modseq})")
        return Delta(vanished=None, changed=read_fetch(said.get("FETCH", ())))

    def open(self, folder: str, epoch: str) -> None:
        """Open the folder read-only if it is not; raises Temporary if its UIDs changed meaning."""
        if self.opened != (folder, epoch):
            self.examine(folder)
        if self.opened != (folder, epoch):
            raise Temporary(f"The folder {folder} was numbered anew meanwhile.")

    def search(self, *criteria: str, messages: int = 0) -> UidSet:
        """Return the UIDs in the open folder that match; `messages` is how many it holds."""
        words = [word.encode() for word in criteria]
        with self._talking():
            if "ESEARCH" in self.capabilities:
                found = self._search_ranges(words)
                if found is not None:
                    return found
                self.capabilities -= {"ESEARCH"}
            if messages <= _MANY:
                return UidSet.of(self._search_numbers(words))
            top = max(self._search_numbers([b"*"]), default=0)  # the newest mail's UID
            return UidSet.of(
                uid
                for low in range(1, top + 1, _MANY)
                for uid in self._search_numbers([*words, b"UID", b"%d:%d" % (low, low + _MANY - 1)])
            )

    def _search_numbers(self, words: list[bytes]) -> list[int]:
        """Return a search's result that came as numbers, in as many lines as the server likes."""
        said = self._client._raw_command_untagged(b"SEARCH", words)  # noqa: SLF001 - imapclient's own takes one line
        lines = (line.partition(b"(")[0] for line in said or () if isinstance(line, bytes))
        return [int(word) for line in lines for word in line.split()]

    def _search_ranges(self, words: list[bytes]) -> UidSet | None:
        """Return a search's result that came as ranges; None if the server answers otherwise."""
        said = self._client._raw_command_untagged(  # noqa: SLF001 - imapclient has no ESEARCH
            b"SEARCH", [b"RETURN (ALL)", *words], response_name="ESEARCH"
        )
        return found_in(said or ())

    def still_gives(self) -> None:
        """Raise SaidNo if what was fetched last was declined because all is, for now."""
        if is_busy(self.declined):
            raise SaidNo(self._endpoint.host, self.declined)

    def structure(self, uid: int) -> Any:
        """Return a mail's BODYSTRUCTURE as nested tuples, None if there is none; raises Garbled."""
        try:
            with self._talking():
                found = self._client.fetch([uid], ["BODYSTRUCTURE"])
        except Temporary as odd:
            if isinstance(odd.__cause__, _STUMBLES):
                self.dead = False  # the answer came whole; only its meaning is lost
                raise Garbled(self._nonsense()) from odd
            raise
        return found.get(uid, {}).get(b"BODYSTRUCTURE")

    def append(self, folder: str, raw: bytes, when: datetime, *flags: bytes) -> None:
        """Put a mail that was read already into the folder, with more flags."""
        with self._talking():
            self._client.append(folder, raw, flags=[imapclient.SEEN, *flags], msg_time=when)

    def create(self, folder: str) -> None:
        """Make a folder, and show it in other programs where the server keeps such a list."""
        with self._talking():
            self._client.create_folder(folder)
            with contextlib.suppress(SaidNo), self._talking():
                self._client.subscribe_folder(folder)

    def change(self, folder: str, epoch: str) -> bool:
        """Open the folder so that it can be changed; return False if it was numbered anew.

        Raises SaidNo if it cannot be changed.
        """
        self.opened = None
        with self._talking():
            said = self._client.select_folder(folder)
        return str(said.get(b"UIDVALIDITY", 0)) == epoch

    def command(self, name: str, *words: str) -> dict[str, list[Any]]:
        """Say a command; return what was answered by its name, as imaplib keeps it.

        Raises SaidNo where the server declines.
        """
        imap = self._client._imap  # noqa: SLF001 - imapclient knows none of what is said by this
        with self._talking():
            imap.untagged_responses = {}
            kind, said = imap._simple_command(name, *words)  # noqa: SLF001 - as above
            if kind != "OK":
                raise IMAPClientError(f"{name} failed: {said_by(said[0])}")
            found = dict(imap.untagged_responses)
            imap.untagged_responses = {}
        return found

    def named(self, folder: str) -> str:
        """Return a folder's name as it is written in a command."""
        name: bytes = self._client._normalise_folder(folder)  # noqa: SLF001 - so imapclient does
        return name.decode("ascii")

    def idle(self, wake: int, seconds: float, wall: Callable[[], float]) -> bool:
        """Return True on news of the open folder, False once the seconds are over.

        Also False as soon as the file descriptor `wake` can be read. Raises
        Temporary when the line is dead.
        """
        with self._talking():
            news, alive = idle(self._client._imap, wake, seconds, wall)  # noqa: SLF001 - imapclient's IDLE takes a dead line for no news
        self.dead = self.dead or not alive
        return news


def _shut(client: imapclient.IMAPClient) -> None:
    """Close a client's socket, whatever state it is in."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        client.shutdown()
