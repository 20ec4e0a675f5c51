"""One account, run for ever in one thread: pull, store, deliver, wait; whatever fails, go on.

The only caller of the account's connector. A connector's error decides how
long to wait, nothing else; the errors of one account are nobody else's.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from connectors.contract import Connector, ConnectorError, LoginRefused, Temporary
from inbox.clock import Clock
from inbox.core.model import AccountUid
from inbox.core.obligations import Book, terms_for
from inbox.errors import said
from inbox.i18n import gettext as _
from inbox.link.protocol import AccountResult
from inbox.store import outbox, untold
from inbox.store.database import Store
from inbox.store.faults import StoreError
from inbox.sync.backoff import Backoff
from inbox.sync.fetching import Fetcher
from inbox.sync.ordering import fetch_orders
from inbox.sync.outbox import Deliverer
from inbox.sync.pacing import ASKS_EVERY, FAULT, LINE, LOOKED_ENOUGH, NOT_KNOWN, not_after, pause
from inbox.sync.pulling import Pulled, pull
from inbox.sync.server_drafts import keep_drafts
from inbox.sync.standing import Standing, Tell
from inbox.sync.telling import tell_marks

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Request:
    """A round that somebody waits for."""

    accept_gone: bool
    done: Callable[[AccountResult], None]


class Runner:
    """Runs one account. `run` blocks; `nudge`, `request` and `stop` may come from any thread."""

    def __init__(
        self,
        uid: AccountUid,
        name: str,
        open_connector: Callable[[], Connector],
        *,
        store: Store,
        book: Callable[[], Book],
        clock: Clock,
        tell: Tell,
        poll_every: float | None = None,
        line: Backoff = LINE,
        outbox_line: Backoff | None = None,
    ) -> None:
        self.uid = uid
        self.name = name
        self._open = open_connector
        self._store = store
        self._book = book
        self._clock = clock
        self._tell = tell
        self._standing = Standing(uid, store, clock, tell)
        self._poll_every = poll_every
        self._line = line
        self._outbox_line = outbox_line or Backoff(first=10.0, cap=900.0)
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._requests: deque[Request] = deque()
        self._guard = threading.Lock()
        self._ended = False
        self._connector: Connector | None = None
        self._deliverer: Deliverer | None = None
        self._fetcher: Fetcher | None = None
        self._failures = 0
        self._sent = 0
        self._trouble: Exception | None = None
        self._pulled_well = False
        self._looks_until = clock()
        self._refusal: tuple[datetime, LoginRefused] | None = None
        """When, and with what words, we were not let in to send."""

    @property
    def sending(self) -> bool:
        """Whether a reply may be on the wire this moment."""
        deliverer = self._deliverer
        return deliverer is not None and deliverer.sending

    def nudge(self) -> None:
        """Begin a round now, or another one right after the running one."""
        self._woken.set()
        connector = self._connector
        if connector is not None:
            connector.nudge()

    def request(self, request: Request) -> None:
        """Run a round whose result somebody waits for; answered even if we end first."""
        with self._guard:
            if not self._ended:
                self._requests.append(request)
                self.nudge()
                return
        request.done(self._cut_short())

    def stop(self) -> None:
        """End soon: nothing new is begun, and only a reply on the wire is waited for."""
        self._stopping.set()
        self.nudge()
        if not self.sending:
            self.cut()

    def cut(self) -> None:
        """End now, whatever the connector is at."""
        connector = self._connector
        if connector is not None:
            with suppress(Exception):
                connector.close()

    def run(self) -> None:
        """Run rounds until stopped."""
        while not self._stopping.is_set():
            nudged = self._woken.is_set()
            self._woken.clear()
            requests = self._taken()
            result = self._safe_round(requests, nudged=nudged)
            for request in requests:
                request.done(result)
            if not self._stopping.is_set():
                try:
                    self._rest(result.state)
                except StoreError:
                    log.exception("the outbox of %s could not be read", self.name)
                    self._woken.wait(FAULT.delay(1))
        with self._guard:
            self._ended = True
        for request in self._taken():
            request.done(self._cut_short())
        self._let_go()

    def run_once(self, request: Request) -> None:
        """Run the one round that somebody waits for, and let go of the service."""
        request.done(self._safe_round([request], nudged=True))
        self._let_go()

    def _safe_round(self, requests: Sequence[Request], *, nudged: bool) -> AccountResult:
        """Return a round's result, also when the store itself failed us."""
        try:
            return self.round(
                hurry=bool(requests),
                nudged=nudged,
                accept_gone=any(request.accept_gone for request in requests),
            )
        except Exception as exc:
            # Another account's thread must not notice.
            log.exception("a round of %s ended early", self.name)
            self._failures += 1
            return AccountResult(name=self.name, state="broken", error=said(exc).sentence)

    def round(
        self, *, hurry: bool = False, nudged: bool = True, accept_gone: bool = False
    ) -> AccountResult:
        """Do everything that can be done now and return what was done; raises StoreError only.

        `hurry` tries again at once what waits for our own backoff; `nudged`
        sends although the login for sending was refused a moment ago.
        """
        self._sent, self._trouble, self._pulled_well = 0, None, False
        self._looks_until = self._clock() + LOOKED_ENOUGH
        pulled = Pulled()
        recovering = self._failures > 0
        if nudged or hurry:
            self._refusal = None
        if (deliverer := self._ready()) is not None:
            if hurry:
                deliverer.hurry()
            self._deliver(deliverer, looked=False)
            self._tell_marks(deliverer)
            self._pull(deliverer, pulled, accept_gone=accept_gone)
            self._tell_marks(deliverer, looked=True)
            if recovering and self._pulled_well:
                deliverer.hurry()  # the line is back: what waited for it goes out now
            if not isinstance(self._trouble, LoginRefused):
                self._deliver(deliverer)
            self._fetch(deliverer)
            self._fetch_orders(deliverer)
        return self._concluded(pulled)

    def close(self) -> None:
        """Let go of the service, for who called `round` by themselves."""
        self._let_go()

    def _cut_short(self) -> AccountResult:
        """Return the result of a round that never was."""
        error = _("The engine ended before this account's turn.")
        return AccountResult(name=self.name, state="offline", error=error)

    def _taken(self) -> list[Request]:
        """Return the requests that wait, which wait no more."""
        taken = []
        while self._requests:
            taken.append(self._requests.popleft())
        return taken

    def _ready(self) -> Deliverer | None:
        """Return the deliverer with its connector, opened if there is none; None on failure."""
        if self._deliverer is not None:
            return self._deliverer
        try:
            self._connector = self._open()
        except Exception as exc:  # noqa: BLE001 - a connector's bug is told as its account's state
            self._fail(exc)
            return None
        self._deliverer = Deliverer(
            store=self._store,
            connector=self._connector,
            account=self.uid,
            book=self._book,
            clock=self._clock,
            backoff=self._outbox_line,
            stopped=self._stopping.is_set,
            changed=self._tell.store_changed,
        )
        self._fetcher = Fetcher(
            store=self._store,
            connector=self._connector,
            account=self.uid,
            clock=self._clock,
            changed=self._tell.store_changed,
        )
        if self._stopping.is_set():
            self.cut()
        return self._deliverer

    def _deliver(
        self, deliverer: Deliverer, *, only_send: bool = False, looked: bool = True
    ) -> None:
        """Deliver what is due; a failure is kept for the round's result."""
        if self._refusal is not None:
            at, refusal = self._refusal
            if self._clock() - at < timedelta(seconds=ASKS_EVERY):
                self._fail(refusal)
                return
        self._refusal = None
        try:
            self._sent += deliverer.deliver(only_send=only_send, looked=looked)
        except Exception as exc:  # noqa: BLE001 - a connector's bug is told as its account's state
            if isinstance(exc, LoginRefused):
                # The same password again and again could lock the seller out.
                self._refusal = self._clock(), exc
            self._fail(exc)

    def _fetch(self, deliverer: Deliverer) -> None:
        """Fetch files that are wanted, until there is something more urgent; send what waited."""
        if self._fetcher is None or self._trouble is not None:
            return
        try:
            self._fetcher.fetch(lambda: self._stopping.is_set() or self._woken.is_set())
            self._sent += deliverer.deliver() if deliverer.awaits() else 0
        except Exception as exc:  # noqa: BLE001 - a connector's bug is told as its account's state
            if not self._stopping.is_set():
                self._fail(exc)

    def _pull(self, deliverer: Deliverer, pulled: Pulled, *, accept_gone: bool) -> None:
        """Store what is new, with replies going out between the batches."""

        def between() -> bool:
            self._tell.store_changed()
            self._standing.progressed()
            looked = self._clock() >= self._looks_until
            self._deliver(deliverer, only_send=True, looked=looked)
            return not self._stopping.is_set()

        try:
            pull(
                self._store,
                deliverer.connector,
                self.uid,
                pulled,
                book=self._book(),
                clock=self._clock,
                accept_gone=accept_gone,
                between=between,
                beginning=self._standing.begin,
            )
        except Exception as exc:  # noqa: BLE001 - a connector's bug is told as its account's state
            if not self._stopping.is_set():
                self._fail(exc)
        else:
            self._pulled_well = True

    def _between(self, deliverer: Deliverer) -> bool:
        """Let replies go out; return whether to go on with what can wait."""
        self._deliver(deliverer, only_send=True, looked=self._pulled_well)
        return not self._stopping.is_set()

    def _tell_marks(self, deliverer: Deliverer, *, looked: bool = False) -> None:
        """Tell the service what the seller did; before the pull, which brings its echo."""
        moves = deliverer.connector.capabilities.moves and self._pulled_well
        if isinstance(self._trouble, LoginRefused) or (looked and not moves):
            return
        terms = terms_for(self._book(), self.uid)
        connector, between = deliverer.connector, partial(self._between, deliverer)
        done = terms.on_done
        tell_marks(self._store, connector, self.uid, self._clock, done, between, looked=looked)
        keep_drafts(self._store, connector, terms, self._clock, between)

    def _fetch_orders(self, deliverer: Deliverer) -> None:
        """Fetch the orders that owed conversations are about; replies go out between them."""
        if self._trouble is not None or not self._pulled_well:
            return
        connector, between = deliverer.connector, partial(self._between, deliverer)
        if fetch_orders(self._store, connector, self.uid, self._clock, between):
            self._tell.store_changed()

    def _fail(self, exc: Exception) -> None:
        """Keep the first trouble of a round; log what is nobody's fault but ours."""
        if self._trouble is None or isinstance(exc, LoginRefused):
            self._trouble = exc
        if not said(exc).known:
            log.error("account %s is broken", self.name, exc_info=exc)

    def _concluded(self, pulled: Pulled) -> AccountResult:
        """Return the round's result, after the account's state is written down."""
        state, error = self._verdict(pulled)
        self._failures = 0 if self._trouble is None else self._failures + 1
        if state == "broken" or (state == "login" and not self._pulled_well):
            # One that raised what it must not is not trusted any further; a new one
            # also asks for the password again, which the seller may have mended.
            self._let_go()
        if not self._stopping.is_set():
            # What was cut short says nothing about the account.
            self._standing.note(state, error)
            if self._connector is not None:
                self._standing.note_abilities(self._connector.capabilities)
        return AccountResult(
            name=self.name,
            state=state,
            new=pulled.new,
            sent=self._sent,
            quarantined=pulled.quarantined,
            error=error or None,
        )

    def _verdict(self, pulled: Pulled) -> tuple[str, str]:
        """Return the account's state and the sentence for it."""
        if self._trouble is None:
            return pulled.verdict
        sentence = said(self._trouble).sentence
        if isinstance(self._trouble, LoginRefused):
            return "login", sentence
        # Whatever else a connector says in the contract's own words may pass by itself.
        return ("offline" if isinstance(self._trouble, ConnectorError) else "broken"), sentence

    def _rest(self, state: str) -> None:
        """Wait until there may be something to do."""
        seconds = self._seconds_to(state)
        if self._woken.is_set():
            return
        if not self._pulled_well or self._connector is None:
            self._woken.wait(seconds)
            return
        try:
            self._connector.wait(seconds)
        except Exception as exc:  # noqa: BLE001 - a connector's bug is told as its account's state
            # The next round finds out what is wrong, and says so.
            log.info("%s: the wait for news ended: %s", self.name, type(exc).__name__)
            self._woken.wait(self._line.delay(1))

    def _seconds_to(self, state: str) -> float:
        """Return the seconds until the next round at the latest; raises StoreError."""
        ours = self._connector.poll_every if self._connector is not None else NOT_KNOWN
        waits = self._trouble.retry_after if isinstance(self._trouble, Temporary) else None
        seconds = pause(
            state,
            poll_every=(self._poll_every or ours) if self._pulled_well else None,
            failures=self._failures,
            retry_after=waits,
            line=self._line,
        )
        now = self._clock()
        with self._store.read() as tx:
            waiting = (outbox.next_at(tx, self.uid, now), untold.next_at(tx, self.uid, now))
        return not_after(seconds, state, waiting, now)

    def _let_go(self) -> None:
        """Close the connector; the next round opens another."""
        self.cut()
        self._connector = None
        self._deliverer = None
        self._fetcher = None
