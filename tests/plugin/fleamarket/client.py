"""One stall at the flea market: what is asked, in which order. Meaning is `wire`'s work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar

import msgspec

from connectors.contract import Account, Rejected
from connectors.doubt import SETTLED_AFTER, Doubts
from connectors.http import Web
from connectors.listing import listed
from connectors.polling import PollingConnector
from connectors.values import (
    Batch,
    Capabilities,
    Checkpoint,
    Findings,
    Party,
    Quarantined,
    Receipt,
    RemoteId,
    Reply,
    Setting,
)
from connectors.walking import Page, Walker

from . import wire

MAX_CHARS = 30_000
_PER_PAGE = 20


class FleaMarketConnector(PollingConnector):
    """Chats of one stall. A round without news is one request."""

    kind: ClassVar[str] = "fleamarket"
    title: ClassVar[str] = "Flea market"
    about: ClassVar[str] = "You need your stall's key: at the flea market under My stall."
    SETTINGS: ClassVar[tuple[Setting, ...]] = (
        Setting(key="base_url", title="Address", help="Such as https://fleamarket.example/api."),
        Setting(key="key", title="Key", help="Under My stall.", secret=True),
    )

    def __init__(
        self, account: Account, *, patience: float = 30.0, settled_after: float = SETTLED_AFTER
    ) -> None:
        super().__init__(account)
        self._web = Web(
            account=account.name,
            base_url=account.text("base_url"),
            authorizer=_Key(account),
            patience=patience,
        )
        self._walker = Walker(self._page, self._take, settling=None)
        self._doubts = Doubts(account.name, settled_after)
        self._seller = Party(account.name, "seller")

    @property
    def capabilities(self) -> Capabilities:
        """Answers, and nothing else."""
        return Capabilities(max_reply_chars=MAX_CHARS)

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        """Yield the chats that changed, newest first."""
        yield from self._walker.walk(since)

    def send(self, reply: Reply, leaving: Callable[[], None] = lambda: None) -> Receipt:
        """Write into the chat."""
        if not reply.conversation_ref or not 0 < len(reply.text) <= MAX_CHARS:
            raise Rejected(f"The flea market takes answers of 1 to {MAX_CHARS} characters.")

        def leaves() -> None:
            leaving()
            self._doubts.leaving(reply.key)

        answer = self._web.write(
            "POST",
            f"/chats/{reply.conversation_ref}",
            headers={"Content-Type": "application/json"},
            body=msgspec.json.encode({"text": reply.text}),
            leaving=leaves,
        )
        sent = self._web.decode(answer.body, wire.Sent, written=True)
        return Receipt(accepted_at=sent.at, remote_id=RemoteId(str(sent.id)))

    def look(self, reply: Reply) -> Receipt | None:
        """Return the receipt if the chat holds the message; None if it surely does not."""
        answer = self._web.get(f"/chats/{reply.conversation_ref}", about_one=True)
        messages = wire.read(self._web.decode(answer.body, wire.Chat), self._seller)[0]
        return self._doubts.looked(reply, messages)  # too soon to say no: Temporary

    def check(self) -> Findings:
        """Ask for the newest chats and say how many there are."""
        return Findings((f"Chats at the stall: {self._rows('').total}.",))

    def let_go(self) -> None:
        """End a request that waits."""
        self._web.close()

    def _rows(self, cursor: str) -> wire.Chats:
        """Return a page of chats."""
        query = [("limit", str(_PER_PAGE)), ("offset", cursor or "0")]
        return self._web.decode(self._web.get("/chats", query=query).body, wire.Chats)

    def _page(self, cursor: str) -> Page[wire.Chat | Quarantined]:
        """Return a page for the walk."""
        rows = self._rows(cursor)
        seen = int(cursor or 0) + len(rows.chats)
        after = str(seen) if seen < rows.total else None
        return Page(listed(rows.chats, wire.row_of, "The flea market"), after, rows.total)

    def _take(self, rows: Sequence[wire.Chat | Quarantined], _since: object) -> Batch:
        """Return what these chats hold."""
        read = [wire.read(row, self._seller) for row in rows if isinstance(row, wire.Chat)]
        bad = [row for row in rows if isinstance(row, Quarantined)]
        return Batch(
            checkpoint=Checkpoint(""),  # the walk writes its own
            messages=tuple(message for good, _bad in read for message in good),
            quarantined=(*bad, *(item for _good, aside in read for item in aside)),
        )


class _Key:
    """Proves a stall by its key."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def headers(self, method: str, url: str, body: bytes) -> Mapping[str, str]:
        """Return the key, asked for when a request leaves and kept nowhere."""
        return {"X-Key": self._account.secret("key")}

    def renew(self) -> bool:
        """Return that a key is what it is."""
        return False
