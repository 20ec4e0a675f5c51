"""One account at Kaufland: what is asked, signed, and in which order. Meaning is `wire`'s work."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar
from urllib.parse import quote, urlsplit

import msgspec

from connectors.contract import Account, Rejected, Temporary
from connectors.doubt import SETTLED_AFTER, Doubts, shown
from connectors.fetching import fetched
from connectors.forms import ReplyForm
from connectors.http import Answer, Missing, Web
from connectors.instants import utc
from connectors.kaufland import wire
from connectors.kaufland.answers import OneOrder, OneTicket, Pagination, Rows, Ticket, Word
from connectors.kaufland.orders import order_of
from connectors.keys import Key
from connectors.listing import is_json, listed, set_aside
from connectors.oauth import signed
from connectors.orders import Order
from connectors.pace import Pace, Rate
from connectors.polling import PollingConnector
from connectors.settling import Settling
from connectors.values import (
    Batch,
    Capabilities,
    Checkpoint,
    Findings,
    Mark,
    Message,
    Party,
    Place,
    Quarantined,
    Receipt,
    Reply,
    Setting,
)
from connectors.walking import OVERLAP, Page, Walker

BASE = "https://sellerapi.kaufland.com/v2"
MAX_CHARS = 65_535
INTERIM = ReplyForm(
    name="interim",
    title="Interim notice",
    help="The buyer reads it; Kaufland goes on waiting for your answer, in the time it had.",
    answers=False,
)
RATE = Rate(20, 1.0)
"""Kaufland documents none; where it says 429 we wait as long as it says."""
_PER_PAGE = 30
_EMBEDDED = ("messages", "files", "order_units", "product", "buyer")
_APART = tuple(("embedded", part) for part in _EMBEDDED)
_JOINED = (("embedded", ",".join(_EMBEDDED)),)
_WITHOUT = "Kaufland showed the ticket without its messages."
_MOST_PAGES = 200
"""Of words said since the last round: 6,000 of them."""
_MAX_FILE = 10 * 1024 * 1024


def _nothing() -> None:
    """Do nothing."""


class KauflandConnector(PollingConnector):
    """Tickets at Kaufland. A round without news is two requests.

    One for the tickets changed last, one for the messages said since: Kaufland
    does not say whether a message counts as a change of its ticket.
    """

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
        settling = Settling(self._web.ahead, settled_after)
        self._walker = Walker(self._page, self._take, settling=settling)
        self._embedded = _APART
        self._doubts = Doubts(account.name, settled_after)
        self._seller = Party(account.text("name"), "seller")

    @property
    def capabilities(self) -> Capabilities:
        """What Kaufland offers: no read marks, tickets can be closed."""
        return Capabilities(
            marks=frozenset({Mark.CLOSED}),
            attachments=True,
            max_reply_chars=MAX_CHARS,
            forms=(INTERIM,),
            max_files=10,
            max_file_bytes=_MAX_FILE,
            orders=True,
        )

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        """Yield the tickets that changed, newest first."""
        yield from self._walker.walk(since)

    def send(self, reply: Reply, leaving: Callable[[], None] = _nothing) -> Receipt:
        """Write into the ticket; Kaufland names no id, so the message is looked for after."""
        ticket = reply.conversation_ref
        if not ticket:
            raise Rejected("Kaufland lets us answer a ticket, not begin one.")
        if not 0 < len(reply.text) <= MAX_CHARS:
            raise Rejected(f"A message to Kaufland has from 1 to {MAX_CHARS} characters.")
        if reply.form not in {"", INTERIM.name}:
            raise Rejected(f"Kaufland takes no message as {reply.form!r}.")
        body = {
            "text": reply.text,
            **({"interim_notice": True} if reply.form == INTERIM.name else {}),
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
        return shown("Kaufland", reply, lambda: self._messages(ticket))

    def look(self, reply: Reply) -> Receipt | None:
        """Return the receipt if the ticket holds the message; None if it surely does not."""
        return self._doubts.looked(reply, self._messages(reply.conversation_ref or ""))

    def mark(self, places: Sequence[Place], mark: Mark) -> None:
        """Close the tickets of these messages."""
        if mark is not Mark.CLOSED:
            super().mark(places, mark)
        for ticket in dict.fromkeys(place.folder for place in places):
            self._web.write("PATCH", f"/tickets/{ticket}/close", repeatable=True)

    def order(self, ref: str) -> Order | None:
        """Return the order of that number."""
        try:
            answer = self._web.get(f"/orders/{quote(ref, safe='')}", about_one=True)
        except Missing:
            return None
        return order_of(self._web.decode(answer.body, OneOrder).data)

    def attachment(self, place: Place, ref: str) -> bytes:
        """Return a file of a ticket; raise Rejected if it lies on a host that is not Kaufland's."""
        own = urlsplit(self._web.base_url).hostname or ""
        return fetched(ref, (own, "www.kaufland.de", ".kaufland.com"), self.account.name)

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

    def _rows(self, cursor: str, limit: int = _PER_PAGE) -> Rows:
        """Return a page of tickets, those changed last first."""
        query = [("sort", "ts_updated_iso:desc"), ("limit", str(limit)), ("offset", cursor or "0")]
        return self._web.decode(self._web.get("/tickets", query=query).body, Rows)

    def _page(self, cursor: str) -> Page[wire.Row]:
        """Return a page for the walk."""
        rows = self._rows(cursor)
        items = listed(rows.data, wire.row_of, "Kaufland")
        if not cursor and self._walker.newest is not None:
            words = self._words(self._walker.newest - OVERLAP)
            items = wire.with_news(items, words, self._walker.delivered)
        seen = int(cursor or 0) + len(rows.data)
        return Page(
            items,
            str(seen) if _more(rows.pagination, seen, len(rows.data)) else None,
            rows.pagination.total if rows.pagination else None,
        )

    def _words(self, since: datetime) -> Iterator[Word]:
        """Yield who said something in which ticket since an instant, the newest first."""
        start = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        seen = 0
        for _ in range(_MOST_PAGES):
            query = [
                ("sort", "ts_created_iso:desc"),
                ("limit", str(_PER_PAGE)),
                ("offset", str(seen)),
                ("ts_created_from_iso", start),
            ]
            try:
                answer = self._web.get("/tickets/messages", query=query, about_one=True)
            except Rejected:  # the list of tickets stands without it
                return
            rows = self._web.decode(answer.body, Rows)
            yield from wire.words_in(rows.data)
            seen += len(rows.data)
            if not _more(rows.pagination, seen, len(rows.data)):
                return

    def _take(self, rows: Sequence[wire.Row], _since: object) -> Batch:
        """Return all that these tickets hold: Kaufland gives a ticket in one piece."""
        single = {row.id_ticket if isinstance(row, Ticket) else row.place.id: row for row in rows}
        read = [self._read(row) for row in single.values()]
        return Batch(
            checkpoint=Checkpoint(""),
            messages=tuple(message for each in read for message in each.messages),
            quarantined=tuple(item for each in read for item in each.quarantined),
            conversations=tuple(change for each in read for change in each.changes),
        )

    def _read(self, row: wire.Row) -> wire.Read:
        """Return what a ticket holds; what cannot be read of it is put aside, not waited for."""
        if isinstance(row, Quarantined):
            return wire.Read(quarantined=(row,))
        at = utc(row.ts_updated_iso)
        try:
            answer = self._ticket(row.id_ticket)
        except Missing:
            return wire.Read()
        except Rejected as refused:
            return wire.Read(quarantined=(set_aside(row.id_ticket, str(refused), b"", at),))
        try:
            whole = self._web.decode(answer.body, OneTicket).data
        except Temporary as broken:
            if not is_json(answer.body):
                raise
            return wire.Read(quarantined=(set_aside(row.id_ticket, str(broken), answer.body, at),))
        if whole.messages is None:
            return wire.Read(quarantined=(set_aside(row.id_ticket, _WITHOUT, answer.body, at),))
        return wire.read(whole, self._seller)

    def _ticket(self, ticket: str) -> Answer:
        """Return Kaufland's answer that holds a ticket with its messages.

        Its text asks for the parts in one value with commas, its schema for one
        value each; where the messages do not come by the one, the other is asked.
        """
        path = f"/tickets/{quote(ticket, safe='')}"
        answer = self._web.get(path, query=self._embedded, about_one=True)
        if self._embedded != _JOINED and wire.lacks_messages(answer.body):
            self._embedded = _JOINED
            answer = self._web.get(path, query=self._embedded, about_one=True)
        return answer

    def _messages(self, ticket: str) -> Sequence[Message]:
        """Return a ticket's messages, none if it is gone."""
        try:
            answer = self._ticket(ticket)
        except Missing:
            return ()
        whole = self._web.decode(answer.body, OneTicket).data
        if whole.messages is None:
            raise Temporary(_WITHOUT)
        return wire.read(whole, self._seller).messages


_JSON: Mapping[str, str] = {"Content-Type": "application/json"}


class _Signature:
    """Signs each request with the shop's secret key (HMAC-SHA256)."""

    def __init__(self, account: Account, clock: Callable[[], float]) -> None:
        self._account = account
        self._key = Key(account, "secret_key")
        self._clock = clock

    def headers(self, method: str, url: str, body: bytes) -> Mapping[str, str]:
        """Return the signature over method, address, body and second, and what it is checked by."""
        second = str(int(self._clock()))
        text = f"{method}\n{url}\n{body.decode()}\n{second}"
        return {
            "Shop-Client-Key": self._account.text("client_key"),
            "Shop-Timestamp": second,
            "Shop-Signature": signed(self._key.text(), text),
        }

    def renew(self) -> bool:
        """Return that a key is what it is."""
        return False


def _more(pagination: Pagination | None, seen: int, rows: int) -> bool:
    """Return whether a list goes on after so many rows, this many of them on its last page."""
    return rows == _PER_PAGE if pagination is None else seen < pagination.total
