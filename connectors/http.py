"""Ask a service over HTTP and say in the contract's words how it went. All that knows httpx2.

TLS is verified; a redirect is followed only on the same host, and only for
what is read; nothing is logged but method, host, path and status. What is
written goes over a line of its own, so that a stale one is never the reason
for a doubt.
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn, Protocol, TypeVar
from urllib.parse import urlsplit

import httpx2
import msgspec

from connectors.contract import LoginRefused, Rejected, Temporary, Unsure
from connectors.http_answers import TOO_MANY, UNAUTHORIZED, Answer, Missing, error_of
from connectors.http_lines import Watch, bounded, client_of, hang_up, trusted, untrusted
from connectors.pace import Pace, http_date, retry_after

__all__ = ["Answer", "Authorizer", "Missing", "Nobody", "Web", "checked_base"]

_Decoded = TypeVar("_Decoded")

USER_AGENT = "seller-inbox (terminal inbox for sellers)"
MAX_BYTES = 32 * 1024 * 1024
"""What one answer may weigh."""
_CONNECT_SECONDS = 15.0
_PATIENCE = 5.0
"""Seconds that a request waits for its turn; for longer the engine is told to come back."""
_REDIRECTS = 3

_log = logging.getLogger(__name__)
# At INFO httpx2 logs whole addresses, at DEBUG httpcore2 logs headers: both hold secrets.
for _loud in ("httpx2", "httpcore2"):
    logging.getLogger(_loud).setLevel(logging.WARNING)


class Authorizer(Protocol):
    """Puts into each request what proves who we are."""

    def headers(self, method: str, url: str, body: bytes) -> Mapping[str, str]:
        """Return the headers for one request; raises ConnectorError."""

    def renew(self) -> bool:
        """Get a new proof after a 401 and return whether asking again makes sense."""


class Nobody:
    """An authorizer that proves nothing: for what is open to all, or proves itself otherwise."""

    def headers(self, method: str, url: str, body: bytes) -> Mapping[str, str]:
        """Return no header."""
        return {}

    def renew(self) -> bool:
        """Return that there is nothing to renew."""
        return False


def checked_base(address: str, account: str) -> str:
    """Return the address without a slash at its end; raise LoginRefused unless it is safe to use.

    https, or http on loopback (a simulator, a sandbox behind a tunnel).
    """
    parts = urlsplit(address.strip())
    host = parts.hostname or ""
    if not host or (parts.scheme != "https" and not (parts.scheme == "http" and _loopback(host))):
        raise LoginRefused(
            f"The address of {account} must begin with https:// (http only on this machine)."
        )
    return address.strip().rstrip("/")


def _loopback(host: str) -> bool:
    """Return whether the host is this machine, named by number or as localhost."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _no_words(_body: bytes) -> str:
    """Return nothing: a service whose errors say nothing."""
    return ""


class Web:
    """One account's way to its service. One thread asks; `close` may come from any."""

    def __init__(
        self,
        *,
        account: str,
        base_url: str,
        authorizer: Authorizer,
        pace: Pace | None = None,
        words_of: Callable[[bytes], str] = _no_words,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience: float = 30.0,
    ) -> None:
        """`words_of` returns what an error's body says, one plain sentence or "".

        `patience`: seconds without a word after which a line counts as dead.
        """
        self.account = account
        self.base_url = checked_base(base_url, account)
        self._authorizer = authorizer
        self._pace = pace or Pace()
        self._words_of = words_of
        self._clock = clock
        self._closed = threading.Event()
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._context: ssl.SSLContext | None = None
        self._times = httpx2.Timeout(patience, connect=min(_CONNECT_SECONDS, patience))
        self._guard = threading.Lock()
        self._asking = 0
        self._clients: dict[bool, httpx2.Client] = {}
        self._ahead: float | None = None

    def ahead(self) -> float | None:
        """Return by how many seconds the service's clock is ahead of ours, None if it never said.

        By the `Date` of its last answer: a whole second, and so up to one too few.
        """
        return self._ahead

    def get(
        self,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        about_one: bool = False,
        max_bytes: int = MAX_BYTES,
    ) -> Answer:
        """Return the service's answer; raise Temporary, LoginRefused, Rejected or Missing.

        `about_one`: the request is about one thing of many, so that being
        forbidden says something of that thing and not of the account.
        """
        ask = _Ask("GET", self._url(path), tuple(query), headers or {}, {}, max_bytes)
        ask.about_one = about_one
        return self._judged(self._asked(ask, None), ask)

    def write(
        self,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        files: Sequence[tuple[str, tuple[str | None, bytes, str]]] = (),
        leaving: Callable[[], None] | None = None,
        repeatable: bool = False,
    ) -> Answer:
        """Return the service's answer to a request that changes something there.

        Raises Temporary only if it surely was not carried out, or is
        `repeatable` (doing it twice is doing it once); else Unsure. `leaving`
        is called once, before the first byte leaves. `files`: parts of a
        multipart form (field, (file name, bytes, media type)).
        """
        carried: dict[str, Any] = {"files": list(files)} if files else {"content": body}
        ask = _Ask(method, self._url(path), tuple(query), headers or {}, carried, MAX_BYTES)
        ask.doubtful, ask.about_one = not repeatable, True
        return self._judged(self._asked(ask, leaving), ask)

    def decode(
        self, body: bytes | msgspec.Raw, kind: type[_Decoded], *, written: bool = False
    ) -> _Decoded:
        """Return JSON of an answer as a value; raise Temporary, or Unsure after a write."""
        try:
            return msgspec.json.decode(body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as broken:
            said = f"{self.account} answered in a way that it does not document."
            raise (Unsure(said) if written else Temporary(said)) from broken

    def close(self) -> None:
        """End a request that waits, and let go of every line. For any thread, more than once."""
        self._closed.set()
        for line in list(self._sockets):
            hang_up(line)
        self._free()

    def _free(self) -> None:
        """Close the clients once we are closed and nobody asks any more."""
        with self._guard:
            if self._closed.is_set() and self._asking == 0:
                for client in self._clients.values():
                    client.close()
                self._clients.clear()

    @contextlib.contextmanager
    def _client(self, *, writes: bool) -> Iterator[httpx2.Client]:
        """Yield the client for reads, whose lines are kept, or for writes, each on a line anew."""
        with self._guard:
            if self._closed.is_set():
                raise Temporary(f"The line to {self.account} was closed.")
            if writes not in self._clients:
                self._context = self._context or trusted()
                self._clients[writes] = client_of(self._context, self._times, writes=writes)
            self._asking += 1
            client = self._clients[writes]
        try:
            yield client
        finally:
            with self._guard:
                self._asking -= 1
            self._free()

    def _url(self, path: str) -> str:
        """Return the whole address of a path, or a whole address on our own host as it is."""
        if not path.startswith(("https://", "http://")):
            return f"{self.base_url}{path}"
        ours, theirs = urlsplit(self.base_url), urlsplit(path)
        if (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
            raise Rejected(f"{self.account} names an address on another host; it is not followed.")
        return path

    def _asked(self, ask: _Ask, leaving: Callable[[], None] | None) -> Answer:
        """Return the answer, asked again once with a new proof if the first was not accepted."""
        watch = Watch(self._sockets, self._closed, leaving)
        with self._client(writes=ask.method != "GET") as client:
            answer = self._exchanged(ask, client, watch)
            watch.left = False  # whatever left was answered
            if answer.status == UNAUTHORIZED and self._authorizer.renew():
                answer = self._exchanged(ask, client, watch)
        return answer

    def _exchanged(self, ask: _Ask, client: httpx2.Client, watch: Watch) -> Answer:
        """Return the answer to one request, redirects on the same host followed for reads."""
        url = ask.url
        for _turn in range(_REDIRECTS + 1):
            answer = self._one(ask, url, client, watch)
            where = answer.headers.get("location", "")
            if not (answer.elsewhere and where) or ask.doubtful:
                return answer
            url = self._same_host(url, where)
        raise Temporary(f"{self.account} sends us round in a circle.")

    def _same_host(self, url: str, where: str) -> str:
        """Return the address a redirect leads to; raise Rejected if it is on another host."""
        there = httpx2.URL(url).join(where)
        if (there.scheme, there.netloc) != (httpx2.URL(url).scheme, httpx2.URL(url).netloc):
            raise Rejected(f"{self.account} sends us to another host; that is not followed.")
        return str(there)

    def _one(self, ask: _Ask, url: str, client: httpx2.Client, watch: Watch) -> Answer:
        """Send one request and return its answer; a failed line becomes a contract error."""
        self._take_turn()
        request = client.build_request(
            ask.method,
            url,
            params=list(ask.query) if url == ask.url and ask.query else None,
            headers={"User-Agent": USER_AGENT, **ask.headers},
            extensions={"trace": watch},
            **ask.carried,
        )
        body = request.read()
        request.headers.update(self._authorizer.headers(ask.method, str(request.url), body))
        begun = time.monotonic()
        try:
            with contextlib.closing(client.send(request, stream=True)) as response:
                answer = Answer(
                    response.status_code,
                    {name.lower(): value for name, value in response.headers.items()},
                    bounded(response, ask.max_bytes, self.account),
                )
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as broken:
            self._failed(broken, ask, watch)
        _log.debug(
            "%s %s%s: %d in %.0f ms",
            ask.method,
            request.url.host,
            request.url.path,
            answer.status,
            (time.monotonic() - begun) * 1000,
        )
        self._note(answer.headers)
        return answer

    def _note(self, headers: Mapping[str, str]) -> None:
        """Remember what an answer's headers say beside the answer: its limits, and its clock."""
        self._pace.note(headers)
        said = http_date(headers.get("date", ""))
        if said is not None:
            self._ahead = (said - self._clock()).total_seconds()

    def _take_turn(self) -> None:
        """Wait until the pace lets a request leave; raise Temporary if that takes long."""
        while (wait := self._pace.take()) > 0:
            if wait > _PATIENCE:
                raise Temporary(f"{self.account} lets us ask again later.", retry_after=wait)
            if self._closed.wait(wait):
                break
        if self._closed.is_set():
            raise Temporary(f"The line to {self.account} was closed.")

    def _judged(self, answer: Answer, ask: _Ask) -> Answer:
        """Return a good answer; raise what a bad one means."""
        if answer.good:
            return answer
        after = retry_after(answer.headers.get("retry-after"), self._clock())
        if answer.status == TOO_MANY and after is not None:
            self._pace.shut(after)
        raise error_of(
            answer,
            said=f"{self.account} answered {answer.status}",
            words=self._words_of(answer.body),
            after=after,
            doubtful=ask.doubtful,
            about_one=ask.about_one,
        )

    def _failed(self, broken: Exception, ask: _Ask, watch: Watch) -> NoReturn:
        """Raise what a line that broke means for the request."""
        if self._closed.is_set() and not watch.left:
            raise Temporary(f"The line to {self.account} was closed.") from broken
        if watch.left and ask.doubtful:
            raise Unsure(f"The line to {self.account} broke before it answered.") from broken
        host = urlsplit(ask.url).hostname
        if untrusted(broken):
            raise LoginRefused(f"The certificate of {host} is not trusted.") from None
        raise Temporary(f"{host} cannot be reached.") from broken


@dataclass(slots=True)
class _Ask:
    """One request, so that it can be made again."""

    method: str
    url: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    carried: Mapping[str, Any]
    max_bytes: int
    doubtful: bool = False
    """Whether doing it twice is worse than not knowing."""
    about_one: bool = False
    """Whether it is about one thing of many: being forbidden then says nothing of the account."""
