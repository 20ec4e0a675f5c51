"""One account at Allegro: what it offers, and which part of it does what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import ClassVar
from urllib.parse import quote, urlsplit

from connectors.allegro import cases, wire
from connectors.allegro.answers import Me, Sent
from connectors.allegro.api import BETA, PUBLIC, RATE, SENDS, Api, Odd
from connectors.allegro.forms import FORMS, TYPES
from connectors.allegro.issues import LOOK_EVERY, Issues
from connectors.allegro.issues import PATH as ISSUES
from connectors.allegro.orders import Form, Parcels, order_of
from connectors.allegro.progress import Progress
from connectors.allegro.settings import ABOUT, SETTINGS
from connectors.allegro.threads import PATH as THREADS
from connectors.allegro.threads import Threads
from connectors.consent import by_device
from connectors.contract import Account, Rejected, Talk, Unsure
from connectors.doubt import SETTLED_AFTER, SKEW, Doubts, found
from connectors.http import Missing
from connectors.instants import maybe_utc
from connectors.oauth import KEY
from connectors.orders import Order
from connectors.pace import Rate
from connectors.polling import PollingConnector
from connectors.values import (
    Batch,
    Capabilities,
    Checkpoint,
    Findings,
    Kind,
    Mark,
    Place,
    Receipt,
    RemoteId,
    Reply,
    Setting,
)

MAX_CHARS = 2000
"""Of a thread."""
MAX_ISSUE_CHARS = 20_000
"""Of a dispute or a claim."""
_MAX_FILE = 5_242_880
_MAX_FILES = 10
"""Allegro documents no number of files."""
_TYPES = frozenset(
    {"image/png", "image/gif", "image/bmp", "image/tiff", "image/jpeg", "application/pdf"}
)
_READ = {Mark.SEEN: True, Mark.UNSEEN: False}
_ORDERS = "/order/checkout-forms"
_ORDER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)


def _nothing() -> None:
    """Do nothing."""


class AllegroConnector(PollingConnector):
    """Threads, disputes and claims. A round without news is two requests, one for each list.

    The first pages also tell what was read elsewhere, and how issues stand.
    One request more for each message of ours that Allegro still checks; each
    ten minutes one for each living issue that is not among the newest fifty,
    at most twenty.
    """

    kind: ClassVar[str] = "allegro"
    title: ClassVar[str] = "Allegro"
    about: ClassVar[str] = ABOUT
    consents: ClassVar[bool] = True
    SETTINGS: ClassVar[tuple[Setting, ...]] = SETTINGS
    poll_every = 60.0

    def __init__(
        self,
        account: Account,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience: float = 30.0,
        settled_after: float = SETTLED_AFTER,
        rate: Rate = RATE,
        sends: Rate = SENDS,
        look_every: float = LOOK_EVERY,
    ) -> None:
        """`look_every`: seconds between two looks at issues that the first page does not show."""
        super().__init__(account)
        self._api = Api(account, patience=patience, rate=rate, sends=sends)
        self._threads = Threads(self._api, clock, settled_after)
        self._issues = Issues(self._api, clock, look_every)
        self._doubts = Doubts(account.name, settled_after)

    @property
    def capabilities(self) -> Capabilities:
        """What Allegro offers."""
        return Capabilities(
            marks=frozenset(_READ),
            attachments=True,
            max_reply_chars=MAX_CHARS,
            chars_of_kind=((Kind.DISPUTE, MAX_ISSUE_CHARS), (Kind.CLAIM, MAX_ISSUE_CHARS)),
            forms=FORMS,
            max_files=_MAX_FILES,
            max_file_bytes=_MAX_FILE,
            file_types=_TYPES,
            orders=True,
        )

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        """Yield the threads that changed, then the disputes and claims."""
        progress = Progress.of(since)
        for part in (self._threads, self._issues):
            for batch in part.news(progress):
                yield replace(batch, checkpoint=progress.written())

    def send(self, reply: Reply, leaving: Callable[[], None] = _nothing) -> Receipt:
        """Write into the thread or the issue, its files first."""
        where = _where(reply)
        files = [{"id": self._api.upload(where.files, each, where.media)} for each in reply.files]
        said = {"text": reply.text, **where.also, **({"attachments": files} if files else {})}

        def leaves() -> None:
            leaving()
            self._doubts.leaving(reply.key)

        answer = self._api.say(where.path, said, where.media, leaves)
        sent = self._api.decode(answer.body, Sent, written=True)
        at = maybe_utc(sent.created_at)
        if at is None:
            raise Unsure("Allegro took the message at an instant that is none.")
        return Receipt(accepted_at=at, remote_id=where.remote_id(sent.id))

    def look(self, reply: Reply) -> Receipt | None:
        """Return the receipt if the conversation holds the message; None if it surely does not."""
        name = reply.conversation_ref or ""
        issue = cases.id_of(name)
        try:
            if issue is None:
                read = self._threads.messages(name, reply.created_at - SKEW)
            else:
                read = self._issues.messages(issue)
        except Odd as broken:
            raise Unsure("Allegro does not show the conversation.") from broken
        stopped = {name for each in read.messages if each.bounce for name in each.bounce.names}
        receipt = found(reply, (one for one in read.messages if one.remote_id not in stopped))
        if receipt is None and read.quarantined:
            raise Unsure("Not every message of the conversation can be read.")
        if receipt is None:
            self._doubts.not_found(reply.key)
        return receipt

    def mark(self, places: Sequence[Place], mark: Mark) -> None:
        """Mark the threads of these messages; of disputes and claims Allegro keeps no mark."""
        if mark not in _READ:
            super().mark(places, mark)
        for ref in dict.fromkeys(place.folder for place in places):
            if cases.id_of(ref) is None:
                self._api.put(f"{THREADS}/{quote(ref, safe='')}/read", {"read": _READ[mark]})

    def order(self, ref: str) -> Order | None:
        """Return the order of that id, with its parcels."""
        if not _ORDER.match(ref):
            return None
        try:
            form = self._api.decode(self._api.get(f"{_ORDERS}/{ref}", about_one=True).body, Form)
        except Missing:
            return None
        return order_of(form, self._parcels(ref), self._api.hosts.site)

    def attachment(self, place: Place, ref: str) -> bytes:
        """Return a file; raise Rejected where Allegro does not hand it out (any more)."""
        if ref.startswith((f"{wire.MESSAGE_FILES}/", f"{wire.ISSUE_FILES}/")):
            return self._api.file(ref)
        _word, _blank, number = ref.partition(" ")
        try:
            files = self._threads.one(place.id).attachments or []
            file = files[int(number)]
        except (Odd, ValueError, IndexError) as broken:
            raise Rejected("Allegro does not know this file any more.") from broken
        path = wire.file_path(file, wire.MESSAGE_FILES)
        if not path:
            raise Rejected(wire.lost(file) or "Allegro still checks this file; try again later.")
        return self._api.file(path)

    def login(self, talk: Talk) -> None:
        """Let the seller log in at Allegro on any device, with a code shown here."""
        self.account.keep(KEY, by_device(self._api.desk(), talk).text())

    def check(self) -> Findings:
        """Say whose account it is, and whether disputes and claims are shown."""
        some = self._threads.any()
        where = urlsplit(self._api.hosts.auth).netloc
        lines = [
            f"Logged in to {where} as {self._name()}.",
            "There are threads with buyers." if some else "There is no thread with a buyer yet.",
        ]
        if not self._issues.check():
            lines.append("This app may not see disputes and claims (allegro:api:disputes).")
        return Findings(tuple(lines))

    def let_go(self) -> None:
        """End a request that waits."""
        self._api.close()

    def _name(self) -> str:
        """Return whose account it is, if the app may know."""
        try:
            return self._api.about_one("/me", Me).login or "somebody"
        except (Rejected, Odd):
            return "somebody"

    def _parcels(self, ref: str) -> Parcels:
        """Return the parcels of an order; without them it only lacks its tracking."""
        try:
            return self._api.about_one(f"{_ORDERS}/{ref}/shipments", Parcels)
        except (Rejected, Odd):
            return Parcels()


@dataclass(frozen=True, slots=True)
class _Where:
    """Where a reply goes: a thread and an issue take the same in two ways."""

    path: str
    files: str
    media: str
    also: Mapping[str, str]
    """What is said beside the words."""
    remote_id: Callable[[str], RemoteId]
    """Makes our name of a message from Allegro's."""


def _where(reply: Reply) -> _Where:
    """Return where a reply goes; raise Rejected for what Allegro would never take."""
    name = reply.conversation_ref
    if not name:
        raise Rejected("Allegro lets us answer a buyer, not begin without an order.")
    issue = cases.id_of(name)
    most = MAX_CHARS if issue is None else MAX_ISSUE_CHARS
    if not 0 < len(reply.text) <= most:
        raise Rejected(f"A message to Allegro has from 1 to {most} characters here.")
    if reply.form not in TYPES or (reply.form and issue is None):
        raise Rejected(f"Allegro takes no message as {reply.form!r} here.")
    if issue is None:
        path = f"{THREADS}/{quote(name, safe='')}/messages"
        return _Where(path, wire.MESSAGE_FILES, PUBLIC, {}, RemoteId)
    path = f"{ISSUES}/{quote(issue, safe='')}/message"
    return _Where(path, wire.ISSUE_FILES, BETA, {"type": TYPES[reply.form]}, cases.remote_id)
