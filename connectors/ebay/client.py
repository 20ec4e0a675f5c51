"""One account at eBay: what is asked and in which order. Meaning is the other modules' work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar
from urllib.parse import urlsplit

import msgspec

from connectors.consent import by_browser
from connectors.contract import Account, Rejected, Talk, Unsure
from connectors.doubt import SETTLED_AFTER, Doubts, found
from connectors.ebay import wire
from connectors.ebay.answers import Conversation, Sent
from connectors.ebay.conversations import Conversations
from connectors.ebay.login import Hosts, Proof
from connectors.ebay.orders import Orders
from connectors.ebay.progress import Progress
from connectors.ebay.requests import DISPUTES, Requests, sources_of
from connectors.ebay.settings import ABOUT, SETTINGS
from connectors.ebay.wire import Sort
from connectors.fetching import fetched
from connectors.http import Web
from connectors.instants import utc
from connectors.oauth import KEY
from connectors.orders import Order
from connectors.pace import Pace, Rate
from connectors.polling import PollingConnector
from connectors.values import (
    Batch,
    Capabilities,
    Checkpoint,
    Findings,
    Mark,
    Place,
    Receipt,
    RemoteId,
    Reply,
    Setting,
)

MAX_CHARS = 2000
LOOK_EVERY = 600.0
RATE = Rate(20, 1.0)
"""eBay documents a quota for each day, none for a second; where it says 429 we wait."""
_MESSAGES = "/commerce/message/v1"
_JSON: Mapping[str, str] = {"Content-Type": "application/json"}
_UPDATES: Mapping[Mark, Mapping[str, object]] = {
    Mark.SEEN: {"read": True},
    Mark.UNSEEN: {"read": False},
    Mark.ARCHIVED: {"conversationStatus": "ARCHIVE"},
    Mark.UNARCHIVED: {"conversationStatus": "ACTIVE"},
}


_TITLES = {
    "dispute": "payment disputes",
    "inquiry": "items not received",
    "return": "returns",
    "cancellation": "cancellations",
}


def _nothing() -> None:
    """Do nothing."""


class EbayConnector(PollingConnector):
    """Conversations at eBay. A round without news is two requests, one for each list.

    The list's first page also tells what was read or put away elsewhere. Each
    ten minutes four more: disputes, inquiries, returns, cancellations (in the
    sandbox one). Orders are asked only when a conversation about an item has
    news, at most each ten minutes.
    """

    kind: ClassVar[str] = "ebay"
    title: ClassVar[str] = "eBay"
    about: ClassVar[str] = ABOUT
    consents: ClassVar[bool] = True
    SETTINGS: ClassVar[tuple[Setting, ...]] = SETTINGS
    poll_every = 120.0

    def __init__(
        self,
        account: Account,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience: float = 30.0,
        settled_after: float = SETTLED_AFTER,
        rate: Rate = RATE,
        look_every: float = LOOK_EVERY,
    ) -> None:
        """`look_every`: seconds between two looks at orders, disputes and requests."""
        super().__init__(account)
        self._hosts = Hosts.of(account.text("base_url"), account.text("auth_url"))
        self._proof = Proof(account, self._hosts)
        self._webs = {
            address: Web(
                account=account.name,
                base_url=address,
                authorizer=self._proof,
                pace=Pace(rate),
                words_of=wire.words_of,
                patience=patience,
            )
            for address in {self._hosts.api, self._hosts.disputes}
        }
        self._web = self._webs[self._hosts.api]
        names = frozenset(name.casefold() for name in account.texts("username"))
        self._orders = Orders(self._web, clock, look_every)
        self._lists = {
            sort: Conversations(self._web, sort, names, self._orders, settled_after)
            for sort in Sort
        }
        self._requests = self._asker(look_every)
        self._doubts = Doubts(account.name, settled_after)

    def _asker(self, every: float) -> Requests:
        """Return who asks for disputes and requests."""
        sources = sources_of(self._hosts)
        webs = {source.name: self._web for source in sources}
        webs[DISPUTES.name] = self._webs[self._hosts.disputes]
        return Requests(webs, sources, every)

    @property
    def capabilities(self) -> Capabilities:
        """What eBay offers; a file would have to lie on the seller's own web server."""
        return Capabilities(
            marks=frozenset(_UPDATES),
            attachments=True,
            max_reply_chars=MAX_CHARS,
            orders=True,
            can_start=True,
        )

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        """Yield the conversations that changed, those with members first."""
        progress = Progress.of(since)
        for conversations in self._lists.values():
            for batch in conversations.walk(progress):
                yield replace(batch, checkpoint=progress.written())
            changed = conversations.told(progress)
            if changed is not None:
                yield replace(changed, checkpoint=progress.written())
        for batch in self._requests.news(progress):
            yield replace(batch, checkpoint=progress.written())

    def send(self, reply: Reply, leaving: Callable[[], None] = _nothing) -> Receipt:
        """Write into the conversation, or begin one with the member."""
        body = self._body(reply)

        def leaves() -> None:
            leaving()
            self._doubts.leaving(reply.key)

        answer = self._web.write(
            "POST",
            f"{_MESSAGES}/send_message",
            headers=_JSON,
            body=msgspec.json.encode(body),
            leaving=leaves,
        )
        sent = self._web.decode(answer.body, Sent, written=True)
        return Receipt(accepted_at=utc(sent.created_date), remote_id=RemoteId(sent.message_id))

    def _body(self, reply: Reply) -> Mapping[str, object]:
        """Return what is sent; raise Rejected for what eBay would never take."""
        if reply.files:
            raise Rejected(
                "eBay takes only files that lie on a web server of your own; send it without them."
            )
        if not 0 < len(reply.text) <= MAX_CHARS:
            raise Rejected(f"A message to eBay has from 1 to {MAX_CHARS} characters.")
        if not reply.conversation_ref:
            if not reply.recipients:
                raise Rejected("eBay needs to know to which member the message goes.")
            return {"otherPartyUsername": reply.recipients[0].address, "messageText": reply.text}
        sort, conversation = wire.sort_and_id(reply.conversation_ref)
        if sort is not Sort.MEMBERS or " " in conversation:
            raise Rejected("This can only be answered at eBay itself.")
        return {"conversationId": conversation, "messageText": reply.text}

    def look(self, reply: Reply) -> Receipt | None:
        """Return the receipt if a conversation holds the message; None if it surely does not."""
        other = reply.recipients[0].address if reply.recipients else ""
        members = self._lists[Sort.MEMBERS]
        if reply.conversation_ref:
            _sort, conversation = wire.sort_and_id(reply.conversation_ref)
            rows = [Conversation(conversation, Sort.MEMBERS)]
        else:
            rows = members.with_member(other)
        unread = False
        for row in rows:
            messages, bad = members.messages(row, other)
            receipt = found(reply, messages)
            if receipt is not None:
                return receipt
            unread = unread or bad
        if unread:
            raise Unsure("Not every message of the conversation can be read.")
        self._doubts.not_found(reply.key)
        return None

    def mark(self, places: Sequence[Place], mark: Mark) -> None:
        """Mark the conversations of these messages."""
        if mark not in _UPDATES:
            super().mark(places, mark)
        for ref in dict.fromkeys(place.folder for place in places):
            sort, conversation = wire.sort_and_id(ref)
            if " " in conversation:  # a dispute or a request: eBay keeps no mark of it
                continue
            body = {"conversationId": conversation, "conversationType": sort, **_UPDATES[mark]}
            self._web.write(
                "POST",
                f"{_MESSAGES}/update_conversation",
                headers=_JSON,
                body=msgspec.json.encode(body),
                repeatable=True,
            )

    def order(self, ref: str) -> Order | None:
        """Return the order of that number."""
        return self._orders.get(ref)

    def attachment(self, place: Place, ref: str) -> bytes:
        """Return a file of a message; raise Rejected if it does not lie at eBay."""
        own = urlsplit(self._web.base_url).hostname or ""
        hosts = (own, ".ebayimg.com", ".ebay.com", ".ebaystatic.com")
        return fetched(ref, hosts, self.account.name)

    def login(self, talk: Talk) -> None:
        """Let the seller log in at eBay, which shows an address to paste here."""
        self.account.keep(KEY, by_browser(self._proof.desk(), talk).text())

    def check(self) -> Findings:
        """Ask for the newest conversations and say how many there are."""
        counts = {sort: each.count() for sort, each in self._lists.items()}
        name = ", ".join(self.account.texts("username"))
        where = "eBay's sandbox" if self._hosts.sandbox else "eBay"
        members, ebays = counts[Sort.MEMBERS], counts[Sort.EBAY]
        lines = [
            f"Logged in to {where} as {name}.",
            f"There are {members} conversations with members and {ebays} from eBay.",
        ]
        refused = [_TITLES[name] for name in self._requests.refused()]
        lines += [f"Your keys are not allowed to see {', '.join(refused)}."] if refused else []
        return Findings(tuple(lines))

    def let_go(self) -> None:
        """End a request that waits."""
        for web in self._webs.values():
            web.close()
        self._proof.close()
