"""Asks Allegro: its media types, its languages, its second between two messages, its hosts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

import msgspec

from connectors.allegro import wire
from connectors.allegro.answers import Declared
from connectors.allegro.login import Hosts, desk_of
from connectors.contract import Account, Rejected, Temporary
from connectors.http import Answer, Web
from connectors.listing import is_json
from connectors.oauth import Desk, LateBearer
from connectors.pace import Pace, Rate
from connectors.values import OutgoingFile

PUBLIC: Final = "application/vnd.allegro.public.v1+json"
BETA: Final = "application/vnd.allegro.beta.v1+json"
RATE = Rate(20, 1.0)
"""Allegro allows thousands in a minute, to all users of a Client ID together."""
SENDS = Rate(1, 1.0)
"""Allegro's own rule for messages: one a second."""
_Kind = TypeVar("_Kind")


class Odd(Exception):
    """An answer about one thing came whole and is not as documented: asking again is no use."""

    def __init__(self, said: str, body: bytes) -> None:
        super().__init__(said)
        self.body = body


class Api:
    """One account's way to Allegro. One thread asks; `close` may come from any."""

    def __init__(
        self, account: Account, *, patience: float, rate: Rate = RATE, sends: Rate = SENDS
    ) -> None:
        self.account = account
        self.hosts = Hosts.of(account.text("base_url"), account.text("auth_url"))
        self._login = LateBearer(account, lambda: desk_of(account, self.hosts, patience))
        self._language = account.text("language")

        def web(address: str, pace: Pace) -> Web:
            return Web(
                account=account.name,
                base_url=address,
                authorizer=self._login,
                pace=pace,
                words_of=wire.words_of,
                patience=patience,
            )

        pace = Pace(rate)
        self._web = web(self.hosts.api, pace)
        self._sender = web(self.hosts.api, Pace(sends))
        self._make_web: Callable[[str], Web] = lambda address: web(address, pace)
        self._uploads: dict[str, Web] = {}

    def desk(self) -> Desk:
        """Return where the seller logs in; raises LoginRefused without the app's secret."""
        return self._login.desk()

    def get(
        self,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        media: str = PUBLIC,
        about_one: bool = False,
    ) -> Answer:
        """Return the answer to a question; raises what Web.get raises."""
        return self._web.get(path, query=query, headers=self._headers(media), about_one=about_one)

    def decode(self, body: bytes, kind: type[_Kind], *, written: bool = False) -> _Kind:
        """Return JSON of an answer as a value; raise Temporary, or Unsure after a write."""
        return self._web.decode(body, kind, written=written)

    def about_one(
        self,
        path: str,
        kind: type[_Kind],
        query: Sequence[tuple[str, str]] = (),
        media: str = PUBLIC,
    ) -> _Kind:
        """Return what Allegro says of one thing of many; raise Odd, Missing, Rejected, Temporary.

        What is wrong with one thing must not keep the others back.
        """
        answer = self.get(path, query=query, media=media, about_one=True)
        try:
            return self.decode(answer.body, kind)
        except Temporary as broken:
            if not is_json(answer.body):
                raise
            raise Odd(str(broken), answer.body) from broken

    def put(self, path: str, value: object) -> None:
        """Set something, which may be done twice."""
        self._written(self._web, "PUT", path, value, PUBLIC, repeatable=True)

    def say(self, path: str, value: object, media: str, leaving: Callable[[], None]) -> Answer:
        """Send a message of the seller's, a second after the one before."""
        return self._written(self._sender, "POST", path, value, media, leaving=leaving)

    def upload(self, folder: str, file: OutgoingFile, media: str) -> str:
        """Give Allegro a file that a message is to carry; return its id there."""
        name = "filename" if media == PUBLIC else "fileName"
        told = {name: file.name, "size": len(file.content)}
        answer = self._written(self._web, "POST", folder, told, media, repeatable=True)
        declared = self.decode(answer.body, Declared)
        address = answer.headers.get("location") or f"{self.hosts.api}{folder}/{declared.id}"
        self._uploader(address).write(
            "PUT",
            address,
            headers={**self._headers(media), "Content-Type": file.media_type},
            body=file.content,
            repeatable=True,
        )
        return declared.id

    def file(self, path: str) -> bytes:
        """Return a file; Allegro refuses its own media types there."""
        return self._web.get(path, about_one=True).body

    def ahead(self) -> float | None:
        """Return by how many seconds Allegro's clock is ahead of ours, None if it never said."""
        return self._web.ahead()

    def close(self) -> None:
        """End a request that waits, and let go of every line. For any thread."""
        for each in (self._web, self._sender, *list(self._uploads.values())):
            each.close()
        self._login.close()

    def _headers(self, media: str) -> Mapping[str, str]:
        """Return what each request says beside what proves us."""
        language = {"Accept-Language": self._language} if self._language else {}
        return {"Accept": media, **language}

    def _written(
        self,
        web: Web,
        method: str,
        path: str,
        value: object,
        media: str,
        *,
        leaving: Callable[[], None] | None = None,
        repeatable: bool = False,
    ) -> Answer:
        """Return the answer to JSON that is written."""
        return web.write(
            method,
            path,
            headers={**self._headers(media), "Content-Type": media},
            body=msgspec.json.encode(value),
            leaving=leaving,
            repeatable=repeatable,
        )

    def _uploader(self, address: str) -> Web:
        """Return who sends a file to an address; raise Rejected if it is not Allegro's."""
        if address.startswith(f"{self.hosts.api}/"):
            return self._web
        if not self.hosts.takes_files_at(address):
            raise Rejected("Allegro names a strange host for the file; it is not sent there.")
        base = "/".join(address.split("/", 3)[:3])
        if base not in self._uploads:
            self._uploads[base] = self._make_web(base)
        return self._uploads[base]
