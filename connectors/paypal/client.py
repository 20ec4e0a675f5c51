"""One account at PayPal: what is asked, and in which order. Meaning is `wire`'s work."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from urllib.parse import parse_qsl, quote, urlsplit

from connectors.contract import Account, Rejected, Temporary
from connectors.doubt import SETTLED_AFTER, Doubts, shown
from connectors.fetching import fetched
from connectors.http import Answer, Missing, Web
from connectors.listing import is_json, listed, set_aside
from connectors.oauth import ClientCredentials, Desk, LateBearer, Provider
from connectors.orders import Order
from connectors.pace import Pace, Rate
from connectors.paypal import wire
from connectors.paypal.answers import Dispute, Row, known
from connectors.paypal.answers import Page as Rows
from connectors.paypal.orders import order_of
from connectors.polling import PollingConnector
from connectors.settling import Settling
from connectors.values import (
    Batch,
    Capabilities,
    Checkpoint,
    Findings,
    Message,
    Party,
    Place,
    Quarantined,
    Receipt,
    Reply,
    Setting,
)
from connectors.walking import OVERLAP, Listed, Page, Walker

BASE = "https://api-m.paypal.com"
SANDBOX = "https://api-m.sandbox.paypal.com"
MAX_CHARS = 2000
RATE = Rate(5, 1.0)
"""PayPal documents none; where it says 429 we wait as long as it says."""
_PATH = "/v1/customer/disputes"
_PER_PAGE = 50
_AT_ONCE = 25
_AT_FIRST = 5
"""Disputes of the very first batch: the newest are seen while the others come in."""
_MOST_PAGES = 4_000
_REACH = timedelta(days=179)
"""PayPal lists what changed within 180 days."""
_FIRST_STRETCH = timedelta(days=1)
_MEGABYTE = 1024 * 1024
_TRANSACTION = re.compile(r"[0-9A-Z_]{1,255}\Z")
_LISTED = Listed[Row | Quarantined]


def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """All disputes that changed in a stretch of time, changed last first."""

    low: datetime | None
    """Where it begins; None: where PayPal's memory ends."""
    items: tuple[_LISTED, ...]

    def holds(self, at: datetime) -> bool:
        """Return whether an instant is not before its beginning."""
        return self.low is None or at > self.low


class PayPalConnector(PollingConnector):
    """Disputes at PayPal. A round without news is one request."""

    kind: ClassVar[str] = "paypal"
    title: ClassVar[str] = "PayPal disputes"
    about: ClassVar[str] = (
        "You need the client id and the secret of an app of your own: at developer.paypal.com"
        " under Apps & Credentials, Live, with Disputes switched on."
    )
    SETTINGS: ClassVar[tuple[Setting, ...]] = (
        Setting(
            key="client_id",
            title="Client id",
            help="developer.paypal.com, Apps & Credentials, Live, your app.",
        ),
        Setting(
            key="client_secret",
            title="Secret",
            help="developer.paypal.com, Apps & Credentials, Live, your app, Secret key 1.",
            secret=True,
            default="",
        ),
        Setting(
            key="client_secret_command",
            title="Secret command",
            help="A command that prints the secret, instead of keeping it.",
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
            help=f"Another one only for trials: {SANDBOX}.",
            default=BASE,
        ),
        Setting(
            key="auth_url",
            title="Address of the login",
            help="Only where it is not that of the API.",
            default="",
        ),
    )
    poll_every = 300.0

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
        base = account.text("base_url") or BASE
        self._login = _login(account, base, clock, patience)
        self._web = Web(
            account=account.name,
            base_url=base,
            authorizer=self._login,
            pace=Pace(rate),
            words_of=wire.words_of,
            patience=patience,
        )
        self._clock = clock
        settling = Settling(self._web.ahead, settled_after)
        self._walker = Walker(self._page, self._take, settling=settling)
        self._stretch: _Stretch | None = None
        """What was listed last in this walk, where it goes further down."""
        self._listed = 0
        """How many disputes were listed in this walk."""
        self._doubts = Doubts(account.name, settled_after)
        self._seller = Party(account.text("name"), "seller")
        self._seen_at = wire.PAGE if "sandbox" not in base else wire.SANDBOX_PAGE

    @property
    def capabilities(self) -> Capabilities:
        """What PayPal offers: answers with files while a dispute is an inquiry."""
        return Capabilities(
            attachments=True,
            max_reply_chars=MAX_CHARS,
            max_files=10,
            max_file_bytes=10 * _MEGABYTE,
            max_files_bytes=50 * _MEGABYTE,
            file_types=frozenset({"image/jpeg", "image/gif", "image/png", "application/pdf"}),
            orders=True,
        )

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        """Yield the disputes that changed, newest first."""
        self._stretch, self._listed = None, 0
        yield from self._walker.walk(since)

    def send(self, reply: Reply, leaving: Callable[[], None] = _nothing) -> Receipt:
        """Write to the buyer where PayPal lets us; it names no id, so it is looked for after."""
        name = reply.conversation_ref
        if not name:
            raise Rejected("PayPal lets us answer a dispute, not begin one.")
        if not 0 < len(reply.text) <= MAX_CHARS:
            raise Rejected(f"A message to PayPal has from 1 to {MAX_CHARS} characters.")
        if wire.SEND not in wire.actions_of(self._dispute(name)):
            raise Rejected("PayPal takes no message in this dispute now; act on its own page.")

        def leaves() -> None:
            leaving()
            self._doubts.leaving(reply.key)

        text = ("message", (None, reply.text.encode(), "text/plain; charset=utf-8"))
        files = [
            ("message_document", (file.name, file.content, file.media_type)) for file in reply.files
        ]
        path = f"{_path(name)}/send-message"
        self._web.write("POST", path, files=[text, *files], leaving=leaves)
        return shown("PayPal", reply, lambda: self._messages(name))

    def look(self, reply: Reply) -> Receipt | None:
        """Return the receipt if the dispute holds the message; None if it surely does not."""
        return self._doubts.looked(reply, self._messages(reply.conversation_ref or ""))

    def order(self, ref: str) -> Order | None:
        """Return the payment of that transaction id, as the dispute about it shows it."""
        if not _TRANSACTION.match(ref):
            return None
        query = [("disputed_transaction_id", ref), ("page_size", "1")]
        rows = self._rows(query, about_one=True)
        for item in listed(rows.items, wire.row_of, "PayPal"):
            if isinstance(item.value, Row):
                return order_of(self._dispute(item.value.dispute_id))
        return None

    def attachment(self, place: Place, ref: str) -> bytes:
        """Return a file of a dispute; raise Rejected if it lies on a host that is not PayPal's."""
        if urlsplit(ref).netloc == urlsplit(self._web.base_url).netloc:
            return self._web.get(ref, about_one=True).body
        return fetched(ref, (".paypal.com", ".paypalobjects.com"), self.account.name)

    def check(self) -> Findings:
        """Log in, ask for one page of disputes and say how many there are."""
        since = _written(self._clock() - _REACH)
        rows = self._rows((("update_time_after", since), ("page_size", str(_PER_PAGE))))
        more = "more than " if any(link.rel == "next" for link in rows.links) else ""
        return Findings(
            (
                f"Logged in to PayPal as the app {self.account.text('client_id')[:6]}….",
                f"Disputes of the last 180 days: {more}{len(rows.items)}.",
            )
        )

    def let_go(self) -> None:
        """End a request that waits."""
        self._web.close()
        self._login.close()

    def _page(self, cursor: str) -> Page[Row | Quarantined]:
        """Return the next disputes of the list, sorted here: PayPal does not say how it sorts."""
        newest = self._walker.newest
        low: datetime | None = None
        if not cursor and newest is not None:
            items = self._all(max(newest - OVERLAP, self._clock() - _REACH))
        else:
            below = datetime.fromtimestamp(float(cursor), UTC) if cursor else None
            items, low = self._older(below)
        last = len(items) - 1
        end = (_AT_ONCE if cursor or newest is not None else _AT_FIRST) - 1
        while end < last and _stamp(items[end]) == _stamp(items[end + 1]):
            end += 1
        after = repr(low.timestamp()) if low is not None else None
        if end < last:
            after = repr(_stamp(items[end + 1]))
        return Page(items[: end + 1], after, self._listed or len(items))

    def _older(self, below: datetime | None) -> tuple[tuple[_LISTED, ...], datetime | None]:
        """Return the disputes changed up to an instant, a stretch of time of them.

        With them the instant at which the stretch begins, None: at the end of
        what PayPal shows. So the newest of many stand in the list before the
        oldest are listed.
        """
        if self._stretch is None or (below is not None and not self._stretch.holds(below)):
            self._stretch = self._asked_up_to(below)
            self._listed += len(self._stretch.items)
        found = self._stretch
        items = (each for each in found.items if below is None or each.changed_at <= below)
        return tuple(items), found.low

    def _asked_up_to(self, below: datetime | None) -> _Stretch:
        """Return the next stretch that holds a dispute, each one as long as all since then."""
        now = self._clock()
        reach = now - _REACH
        while True:
            since_then = now - below if below is not None else timedelta()
            low = (below or now) - max(_FIRST_STRETCH, since_then)
            if low <= reach:
                return _Stretch(None, self._all(reach, below))
            items = tuple(each for each in self._all(low, below) if each.changed_at > low)
            if items:
                return _Stretch(low, items)
            below = low

    def _all(self, since: datetime, until: datetime | None = None) -> tuple[_LISTED, ...]:
        """Return every dispute that changed between two instants, changed last first."""
        query = [("update_time_after", _written(since)), ("page_size", str(_PER_PAGE))]
        if until is not None:  # whether it counts itself is not documented
            query.append(("update_time_before", _written(until + timedelta(seconds=1))))
        items: dict[str, _LISTED] = {}
        asked: set[str] = set()
        for _ in range(_MOST_PAGES):
            rows = self._rows(query)
            page = listed(rows.items, wire.row_of, "PayPal", self._walker.newest)
            items.update((item.id, item) for item in page)
            after = next((link.href for link in rows.links if link.rel == "next"), None)
            if after is None:
                found = (each for each in items.values() if not until or each.changed_at <= until)
                return tuple(sorted(found, key=_stamp, reverse=True))
            if not rows.items or after in asked:
                raise Temporary("PayPal lists the same page again and again.")
            asked.add(after)
            # Only what is asked is taken: its links name another host than ours.
            query = parse_qsl(urlsplit(after).query)
        raise Temporary("PayPal lists more disputes than can be.")

    def _rows(self, query: Sequence[tuple[str, str]], *, about_one: bool = False) -> Rows:
        """Return a page of disputes."""
        try:
            answer = self._web.get(_PATH, query=query, about_one=about_one)
        except Missing:
            if about_one:
                return Rows()
            raise
        return self._web.decode(answer.body, Rows)

    def _take(self, rows: Sequence[Row | Quarantined], _since: object) -> Batch:
        """Return all that these disputes hold: PayPal gives a dispute in one piece."""
        read = [self._read(row) for row in rows]
        return Batch(
            checkpoint=Checkpoint(""),
            messages=tuple(message for each in read for message in each.messages),
            quarantined=tuple(item for each in read for item in each.quarantined),
            conversations=tuple(change for each in read for change in each.changes),
            deadlines=tuple(due for each in read for due in each.deadlines),
            orders=tuple(order for each in read for order in each.orders),
        )

    def _read(self, row: Row | Quarantined) -> wire.Read:
        """Return what a dispute holds; what cannot be read of it is put aside, not waited for."""
        if isinstance(row, Quarantined):
            return wire.Read(quarantined=(row,))
        at = known(row.update_time)
        try:
            answer = self._answer(row.dispute_id)
        except Missing:
            return wire.Read()
        except Rejected as refused:
            return wire.Read(quarantined=(set_aside(row.dispute_id, str(refused), b"", at),))
        try:
            dispute = self._web.decode(answer.body, Dispute)
        except Temporary as broken:
            if not is_json(answer.body):
                raise
            aside = set_aside(row.dispute_id, str(broken), answer.body, at)
            return wire.Read(quarantined=(aside,))
        return wire.read(dispute, self._seller, self._seen_at)

    def _answer(self, name: str) -> Answer:
        """Return PayPal's answer that holds a dispute."""
        return self._web.get(_path(name), about_one=True)

    def _dispute(self, name: str) -> Dispute:
        """Return a dispute."""
        return self._web.decode(self._answer(name).body, Dispute)

    def _messages(self, name: str) -> Sequence[Message]:
        """Return what was said in a dispute, nothing if it is gone."""
        try:
            return wire.read(self._dispute(name), self._seller).messages
        except Missing:
            return ()


def _written(at: datetime) -> str:
    """Return an instant as PayPal reads it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _path(name: str) -> str:
    """Return the path of a dispute."""
    return f"{_PATH}/{quote(name, safe='')}"


def _stamp(item: _LISTED) -> float:
    """Return when a dispute changed, in seconds since 1970."""
    return item.changed_at.timestamp()


def _login(
    account: Account, base: str, clock: Callable[[], datetime], patience: float
) -> LateBearer:
    """Return what proves the seller's app."""

    def desk() -> Desk:
        provider = Provider(
            token_url=f"{(account.text('auth_url') or base).rstrip('/')}/v1/oauth2/token",
            client_id=account.text("client_id"),
            client_secret=account.secret("client_secret"),
        )
        return Desk(provider, account.name, clock, patience=patience)

    return LateBearer(account, desk, ClientCredentials)
