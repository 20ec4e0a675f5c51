"""One shop at one operator's Mirakl: what is asked, in which order. Meaning is `wire`'s work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar
from urllib.parse import quote

import msgspec

from connectors.contract import Account, CheckpointLost, ConnectorError, Rejected, Temporary
from connectors.doubt import SETTLED_AFTER, Doubts
from connectors.http import Missing, Web
from connectors.keys import Key
from connectors.listing import listed
from connectors.mirakl import wire
from connectors.mirakl.answers import Orders, Sent, Thread, Threads
from connectors.orders import Order
from connectors.pace import Pace, Rate
from connectors.polling import PollingConnector
from connectors.values import (
    Batch,
    Capabilities,
    Checkpoint,
    Findings,
    Party,
    Place,
    Quarantined,
    Receipt,
    RemoteId,
    Reply,
    Setting,
)
from connectors.walking import OVERLAP, Listed, Page, Walker

MIN_CHARS, MAX_CHARS = 3, 50_000
RATE = Rate(5, 1.0)
"""Mirakl documents none, but wants to be asked only when somebody looks: gently, then."""
_PER_PAGE = 50
_MOST_PAGES = 200
_MAX_FILES = 50
_MAX_BYTES = 30 * 1024 * 1024
_Row = Thread | Quarantined


def _nothing() -> None:
    """Do nothing."""


class MiraklConnector(PollingConnector):
    """Threads at one operator. A round without news is one request.

    Mirakl has no read flag and no closed flag; whose turn it is it says itself.
    """

    kind: ClassVar[str] = "mirakl"
    title: ClassVar[str] = "Mirakl (Decathlon, Leroy Merlin, PcComponentes and many others)"
    about: ClassVar[str] = (
        "You need the address of the marketplace's seller back office and your shop's API key:"
        " there under your name, Settings, API key."
    )
    SETTINGS: ClassVar[tuple[Setting, ...]] = (
        Setting(
            key="base_url",
            title="Address of the back office",
            help="Such as https://marketplace.operator.example, without anything behind it.",
        ),
        Setting(
            key="api_key",
            title="API key",
            help="In the back office under your name, Settings, API key.",
            secret=True,
            default="",
        ),
        Setting(
            key="api_key_command",
            title="API key command",
            help="A command that prints the API key, instead of keeping it.",
            default="",
        ),
        Setting(
            key="shop_id",
            title="Shop number",
            help="Only if your login has several shops there; empty: its usual one.",
            default="",
        ),
        Setting(
            key="operator_within",
            title="The operator's time",
            help='How long this marketplace gives you for an answer, such as "24h"; see its rules.',
            default="",
        ),
        Setting(
            key="name",
            title="Your shop's name",
            help="How your own messages are shown here.",
            default="",
        ),
    )
    poll_every = 600.0
    """Its documentation allows no hard polling; a nudge asks at once."""

    def __init__(
        self,
        account: Account,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience: float = 30.0,
        settled_after: float = SETTLED_AFTER,
        rate: Rate = RATE,
    ) -> None:
        super().__init__(account)
        self._web = Web(
            account=account.name,
            base_url=account.text("base_url"),
            authorizer=_Key(account),
            pace=Pace(rate),
            words_of=wire.words_of,
            patience=patience,
        )
        self._walker = Walker(self._page, self._take, steady=True, settling=None)
        self._doubts = Doubts(account.name, settled_after)
        self._seller = Party(account.text("name"), "shop")
        self._clock = clock

    @property
    def capabilities(self) -> Capabilities:
        """What Mirakl offers: no marks, files both ways, orders."""
        return Capabilities(
            attachments=True,
            max_reply_chars=MAX_CHARS,
            max_files=_MAX_FILES,
            max_files_bytes=_MAX_BYTES,
            orders=True,
        )

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        """Yield the threads that changed, newest first."""
        yield from self._walker.walk(since)

    def send(self, reply: Reply, leaving: Callable[[], None] = _nothing) -> Receipt:
        """Answer in the thread whom it is with, as far as the operator allows."""
        if not reply.conversation_ref:
            raise Rejected("Mirakl lets us answer a thread, not begin one without an order.")
        if not MIN_CHARS <= len(reply.text) <= MAX_CHARS:
            raise Rejected(f"A message at Mirakl has from {MIN_CHARS} to {MAX_CHARS} characters.")
        thread = self._thread(reply.conversation_ref)
        to = wire.recipients(thread, [party.address for party in reply.recipients])
        if not to:
            raise Rejected("Nobody in this thread may be written to.")
        said = {"body": reply.text, "to": to}
        parts: list[tuple[str, tuple[str | None, bytes, str]]] = [
            ("message_input", (None, msgspec.json.encode(said), "application/json")),
            *(("files", (file.name, file.content, file.media_type)) for file in reply.files),
        ]

        def leaves() -> None:
            leaving()
            self._doubts.leaving(reply.key)

        path = f"{_path(thread.id)}/message"
        answer = self._web.write("POST", path, query=self._shop(), files=parts, leaving=leaves)
        sent = self._web.decode(answer.body, Sent, written=True)
        return Receipt(accepted_at=self._when(thread.id, sent), remote_id=RemoteId(sent.message_id))

    def look(self, reply: Reply) -> Receipt | None:
        """Return the receipt if the thread holds the message; None if it surely does not."""
        thread = self._thread(reply.conversation_ref or "")
        return self._doubts.looked(reply, wire.read(thread, self._seller).messages)

    def order(self, ref: str) -> Order | None:
        """Return the order of that number."""
        query = [("order_ids", ref), *self._shop()]
        answer = self._web.get("/api/orders", query=query, about_one=True)
        orders = self._web.decode(answer.body, Orders).orders
        return next((wire.order_of(one) for one in orders if one.order_id == ref), None)

    def attachment(self, place: Place, ref: str) -> bytes:
        """Return a file of a message."""
        path = f"{_path(ref)}/download"
        return self._web.get(path, query=self._shop(), about_one=True).body

    def check(self) -> Findings:
        """Ask for the newest threads and say that it works."""
        threads = self._listed([("limit", "1")])
        some = "There are threads." if threads.data else "There is no thread yet."
        return Findings((f"Logged in to {self._web.base_url}.", some))

    def let_go(self) -> None:
        """End a request that waits."""
        self._web.close()

    def _shop(self) -> list[tuple[str, str]]:
        """Return the parameter that names the shop, where the login has several."""
        shop = self.account.text("shop_id")
        return [("shop_id", shop)] if shop else []

    def _listed(self, query: Sequence[tuple[str, str]]) -> Threads:
        """Return a page of threads with their last messages."""
        whole = [("with_messages", "true"), *query, *self._shop()]
        return self._web.decode(self._web.get("/api/inbox/threads", query=whole).body, Threads)

    def _page(self, cursor: str) -> Page[_Row]:
        """Return a page for the walk: by its token, or all that changed since the last round."""
        limit = ("limit", str(_PER_PAGE))
        if cursor:
            try:
                return self._one_page([limit, ("page_token", cursor)])
            except Rejected as ended:
                raise CheckpointLost("Mirakl does not know our place any more.") from ended
        if self._walker.newest is None:
            return self._one_page([limit])
        since = (self._walker.newest - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")
        items: list[Listed[_Row]] = []
        token: str | None = ""
        for _ in range(_MOST_PAGES):
            more = [("page_token", token)] if token else []
            page = self._one_page([limit, ("updated_since", since), *more])
            items += page.items
            if page.after is None:
                break
            if not page.items or page.after == token:
                raise Temporary("Mirakl lists the same page again and again.")
            token = page.after
        else:
            raise CheckpointLost("More changed at Mirakl than one round can take.")
        return Page(tuple(items), None)

    def _one_page(self, query: Sequence[tuple[str, str]]) -> Page[_Row]:
        """Return one page of the list, the threads changed last first."""
        threads = self._listed(query)
        items = listed(threads.data, wire.row_of, "Mirakl", self._walker.newest)
        newest_first = sorted(items, key=_changed_at, reverse=True)
        return Page(tuple(newest_first), threads.next_page_token or None)

    def _take(self, rows: Sequence[_Row], _since: object) -> Batch:
        """Return all that these threads hold."""
        read = [self._read(row) for row in rows]
        return Batch(
            checkpoint=Checkpoint(""),
            messages=tuple(message for each in read for message in each.messages),
            quarantined=tuple(item for each in read for item in each.quarantined),
            conversations=tuple(change for each in read for change in each.changes),
        )

    def _read(self, row: _Row) -> wire.Read:
        """Return what a thread holds; a long one is asked for by itself."""
        if isinstance(row, Quarantined):
            return wire.Read(quarantined=(row,))
        if row.metadata.total_count > len(row.messages):
            try:
                row = self._thread(row.id)
            except Missing:
                return wire.Read()
        return wire.read(row, self._seller)

    def _thread(self, name: str) -> Thread:
        """Return a whole thread."""
        answer = self._web.get(_path(name), query=self._shop(), about_one=True)
        return self._web.decode(answer.body, Thread)

    def _when(self, thread: str, sent: Sent) -> datetime:
        """Return when Mirakl took the message; our own clock where it does not show it yet."""
        try:
            messages = wire.read(self._thread(thread), self._seller).messages
        except ConnectorError:  # it was accepted: that stands, whatever this says
            return self._clock()
        times = [one.accepted_at for one in messages if one.remote_id == sent.message_id]
        return times[0] if times else self._clock()


class _Key:
    """Proves a shop by its API key, bare."""

    def __init__(self, account: Account) -> None:
        self._key = Key(account, "api_key")

    def headers(self, method: str, url: str, body: bytes) -> Mapping[str, str]:
        """Return the key."""
        return {
            "Authorization": self._key.text(),
            "Accept": "application/json, application/octet-stream",
        }

    def renew(self) -> bool:
        """Return that a key is what it is."""
        return False


def _path(name: str) -> str:
    """Return the path of a thread, or of a file: Mirakl keeps both in one place."""
    return f"/api/inbox/threads/{quote(name, safe='')}"


def _changed_at(item: Listed[_Row]) -> datetime:
    """Return when a thread was changed."""
    return item.changed_at
