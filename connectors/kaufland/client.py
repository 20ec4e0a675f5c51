"""One account at Kaufland: what is asked, signed, and in which order. Meaning is `wire`'s work."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import ClassVar
from urllib.parse import urlsplit

import msgspec

from connectors.contract import Account, ConnectorError, Rejected, Unsure
from connectors.doubt import SETTLED_AFTER, Doubts, found
from connectors.http import Missing, Nobody, Web
from connectors.kaufland import wire
from connectors.oauth import signed
from connectors.orders import Order
from connectors.pace import Pace, Rate
from connectors.polling import PollingConnector
from connectors.values import (
    Batch,
    Capabilities,
    Checkpoint,
    Findings,
    Mark,
    Message,
    Party,
    Place,
    Receipt,
    Reply,
    Setting,
)
from connectors.walking import Listed, Page, Walker

BASE = "https://sellerapi.kaufland.com/v2"
MAX_CHARS = 65_535
RATE = Rate(20, 1.0)
"""Kaufland documents none; where it says 429 we wait as long as it says."""
_PER_PAGE = 30
_EMBEDDED = ("messages", "files", "order_units", "product")
_MAX_FILE = 10 * 1024 * 1024


def _nothing() -> None:
    """Do nothing."""


class KauflandConnector(PollingConnector):
    """Tickets at Kaufland. A round without news is one request."""

    kind: ClassVar[str] = "kaufland"
    title: ClassVar[str] = "Kaufland"
    about: ClassVar[str] = (
        "You need the client key and the secret key of your shop: in the seller portal under"
        " Settings, Kaufland API."
    )
    SETTINGS: ClassVar[tuple[Setting, ...]] = (
        Setting(
            key="client_key",
            title="Client key",
            help="Seller portal, Settings, Kaufland API: the upper of the two keys.",
        ),
        Setting(
            key="secret_key",
            title="Secret key",
            help="Seller portal, Settings, Kaufland API: the lower of the two keys.",
            secret=True,
            default="",
        ),
        Setting(
            key="secret_key_command",
            title="Secret key command",
            help="A command that prints the secret key, instead of keeping it.",
            default="",
        ),
        Setting(
            key="name",
            title="Your shop's name",
            help="How your own messages are shown here.",
            default="",
        ),
        Setting(
            key="base_url",
            title="Address of the API",
            help="Another one only for trials.",
            default=BASE,
        ),
    )
    poll_every = 120.0

    def __init__(
        self,
        account: Account,
        *,
        clock: Callable[[], float] = time.time,
        patience: float = 30.0,
        settled_after: float = SETTLED_AFTER,
        rate: Rate = RATE,
    ) -> None:
        super().__init__(account)
        self._web = Web(
            account=account.name,
            base_url=account.text("base_url") or BASE,
            authorizer=_Signature(account, clock),
            pace=Pace(rate),
            words_of=wire.words_of,
            patience=patience,
        )
        self._doubts = Doubts(account.name, settled_after)
        self._seller = Party(account.text("name"), "seller")

    @property
    def capabilities(self) -> Capabilities:
        """What Kaufland offers: no read marks, tickets can be closed."""
        return Capabilities(
            marks=frozenset({Mark.CLOSED}),
            attachments=True,
            max_reply_chars=MAX_CHARS,
            max_files=10,
            max_file_bytes=_MAX_FILE,
            orders=True,
        )

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        """Yield the tickets that changed, newest first."""
        yield from Walker(self._page, self._take).walk(since)

    def send(self, reply: Reply, leaving: Callable[[], None] = _nothing) -> Receipt:
        """Write into the ticket; Kaufland names no id, so the message is looked for after."""
        ticket = reply.conversation_ref
        if not ticket:
            raise Rejected("Kaufland lets us answer a ticket, not begin one.")
        if not 0 < len(reply.text) <= MAX_CHARS:
            raise Rejected(f"A message to Kaufland has from 1 to {MAX_CHARS} characters.")
        body = {
            "text": reply.text,
            "ticket_message_files": [
                {
                    "filename": file.name,
                    "mime_type": file.media_type,
                    "data": f"data:{file.media_type};base64,"
                    + base64.b64encode(file.content).decode(),
                }
                for file in reply.files
            ],
        }

        def leaves() -> None:
            leaving()
            self._doubts.leaving(reply.key)

        self._web.write(
            "POST",
            f"/tickets/{ticket}/messages",
            headers=_JSON,
            body=msgspec.json.encode(body),
            leaving=leaves,
        )
        try:
            receipt = found(reply, self._messages(ticket))
        except ConnectorError as failed:
            raise Unsure("Kaufland took the message and did not show it.") from failed
        if receipt is None:
            raise Unsure("Kaufland took the message and does not show it yet.")
        return receipt

    def look(self, reply: Reply) -> Receipt | None:
        """Return the receipt if the ticket holds the message; None if it surely does not."""
        receipt = found(reply, self._messages(reply.conversation_ref or ""))
        if receipt is None:
            self._doubts.not_found(reply.key)
        return receipt

    def mark(self, places: Sequence[Place], mark: Mark) -> None:
        """Close the tickets of these messages."""
        if mark is not Mark.CLOSED:
            super().mark(places, mark)
        for ticket in dict.fromkeys(place.folder for place in places):
            self._web.write("PATCH", f"/tickets/{ticket}/close", repeatable=True)

    def order(self, ref: str) -> Order | None:
        """Return the order of that number."""
        query = [("embedded", "delivery")]
        try:
            answer = self._web.get(f"/orders/{ref}", query=query, about_one=True)
        except Missing:
            return None
        return wire.order_of(self._web.decode(answer.body, wire.OneOrder).data)

    def attachment(self, place: Place, ref: str) -> bytes:
        """Return a file of a ticket; raise Rejected if it lies on a host that is not Kaufland's."""
        parts = urlsplit(ref)
        host = parts.hostname or ""
        ours = urlsplit(self._web.base_url).hostname == host
        if not ours and not (host == "www.kaufland.de" or host.endswith(".kaufland.com")):
            raise Rejected("The file does not lie at Kaufland; it is not fetched.")
        files = Web(
            account=self.account.name,
            base_url=f"{parts.scheme}://{parts.netloc}",
            authorizer=Nobody(),
        )
        try:
            return files.get(ref, about_one=True).body
        finally:
            files.close()

    def check(self) -> Findings:
        """Ask for the newest ticket and say how many there are."""
        rows = self._rows("", limit=1)
        total = rows.pagination.total if rows.pagination else len(rows.data)
        return Findings(
            (
                f"Logged in to Kaufland as {self.account.text('client_key')[:6]}….",
                f"There are {total} tickets.",
            )
        )

    def let_go(self) -> None:
        """End a request that waits."""
        self._web.close()

    def _rows(self, cursor: str, limit: int = _PER_PAGE) -> wire.Rows:
        """Return a page of tickets, those changed last first."""
        query = [("sort", "ts_updated_iso:desc"), ("limit", str(limit)), ("offset", cursor or "0")]
        return self._web.decode(self._web.get("/tickets", query=query).body, wire.Rows)

    def _page(self, cursor: str) -> Page[wire.Ticket]:
        """Return a page for the walk."""
        rows = self._rows(cursor)
        tickets = [self._ticket(raw) for raw in rows.data]
        offset, total = int(cursor or 0), rows.pagination.total if rows.pagination else None
        seen = offset + len(rows.data)
        more = seen < total if total is not None else len(rows.data) == _PER_PAGE
        return Page(tuple(map(_listed, tickets)), str(seen) if more else None, total)

    def _ticket(self, raw: msgspec.Raw) -> wire.Ticket:
        """Return a row of the list; a list that is not as documented is no list."""
        return self._web.decode(raw, wire.Ticket)

    def _take(self, tickets: Sequence[wire.Ticket], _since: object) -> Batch:
        """Return all that these tickets hold: Kaufland gives a ticket in one piece."""
        wholes = [whole for ticket in tickets if (whole := self._whole(ticket.id_ticket))]
        read = [wire.messages_of(whole, self._seller) for whole in wholes]
        return Batch(
            checkpoint=Checkpoint(""),
            messages=tuple(message for messages, _bad in read for message in messages),
            quarantined=tuple(item for _messages, bad in read for item in bad),
            conversations=tuple(map(wire.change_of, wholes)),
        )

    def _whole(self, ticket: str) -> wire.WholeTicket | None:
        """Return a ticket with its messages, None if it is gone."""
        query = [("embedded", part) for part in _EMBEDDED]
        try:
            answer = self._web.get(f"/tickets/{ticket}", query=query, about_one=True)
        except Missing:
            return None
        return self._web.decode(answer.body, wire.OneTicket).data

    def _messages(self, ticket: str) -> list[Message]:
        """Return a ticket's messages."""
        whole = self._whole(ticket)
        return wire.messages_of(whole, self._seller)[0] if whole else []


_JSON: Mapping[str, str] = {"Content-Type": "application/json"}


class _Signature:
    """Signs each request with the shop's secret key (HMAC-SHA256)."""

    def __init__(self, account: Account, clock: Callable[[], float]) -> None:
        self._account = account
        self._clock = clock

    def headers(self, method: str, url: str, body: bytes) -> Mapping[str, str]:
        """Return the signature over method, address, body and second, and what it is checked by."""
        second = str(int(self._clock()))
        text = f"{method}\n{url}\n{body.decode()}\n{second}"
        return {
            "Shop-Client-Key": self._account.text("client_key"),
            "Shop-Timestamp": second,
            "Shop-Signature": signed(self._account.secret("secret_key"), text),
        }

    def renew(self) -> bool:
        """Return that a key is what it is."""
        return False


def _listed(ticket: wire.Ticket) -> Listed[wire.Ticket]:
    """Return a ticket as the walk knows it."""
    state = f"{ticket.status} {ticket.is_seller_responsible}"
    return Listed(ticket.id_ticket, ticket.ts_updated_iso.astimezone(UTC), ticket, state)
