"""Fetch the files of one account that are wanted, one at a time, and keep them in the store."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from connectors.contract import Connector, ConnectorError, LoginRefused, Rejected, Temporary
from connectors.values import Place
from inbox.clock import Clock
from inbox.core.model import AccountUid
from inbox.i18n import gettext as _
from inbox.store import attachments
from inbox.store.attachments import Wanted
from inbox.store.database import Store
from inbox.sync.backoff import Backoff

log = logging.getLogger(__name__)

_TELL_EVERY = timedelta(seconds=1)
_PATIENCE = 8
"""Attempts while the line is down, before the seller has to ask again."""


@dataclass(slots=True, kw_only=True)
class Fetcher:
    """Fetches for one account. Used by one thread, the only one that calls the connector."""

    store: Store
    connector: Connector
    account: AccountUid
    clock: Clock
    changed: Callable[[], None]
    """Called after each file."""
    backoff: Backoff = field(default_factory=lambda: Backoff(first=10.0, cap=900.0))
    _told_at: datetime | None = None
    _looked_at: int = -1
    """The store's revision when it was last asked what is owed."""

    def fetch(self, interrupted: Callable[[], bool]) -> int:
        """Fetch what is wanted until `interrupted`; return how many files came in.

        It is asked before each file: a reply waits for one file at most.
        Raises LoginRefused and Temporary (after the file is put off), and
        whatever a connector's bug raises (after the file is given up).
        """
        self._look()
        came = 0
        while not interrupted():
            with self.store.read() as tx:
                wanted = attachments.next_wanted(tx, self.account, self.clock())
            if wanted is None:
                return came
            came += self._take(wanted)
        return came

    def _look(self) -> None:
        """Ask for the files of what is owed, if anything changed since we last did."""
        revision = self.store.revision()
        if revision == self._looked_at or not self.connector.capabilities.attachments:
            return
        with self.store.write() as tx:
            attachments.want_owed(tx, self.account)
        self._looked_at = self.store.revision()

    def _take(self, wanted: Wanted) -> bool:
        """Fetch one file and return whether it came."""
        try:
            found = self._asked(wanted)
        except LoginRefused:
            raise
        except Temporary as exc:
            self._put_off(wanted, exc)
            raise
        except ConnectorError as exc:
            self._give_up(wanted, str(exc))
            return False
        except Exception as exc:
            self._give_up(wanted, type(exc).__name__)
            raise
        with self.store.write() as tx:
            attachments.keep(tx, wanted, found)
        self.changed()
        return True

    def _asked(self, wanted: Wanted) -> bytes:
        """Return the file's bytes from the first place that has them; tell how far it is."""
        self.connector.came = partial(self._came, wanted)
        self._told_at = self.clock()
        failure: Rejected = Rejected(_("The service does not have this message any more."))
        places: Sequence[Place] = wanted.places
        if not places and wanted.message_id:
            places = self.connector.find([wanted.message_id])  # archived elsewhere, at Gmail
        for place in places:
            try:
                return self.connector.attachment(place, wanted.attachment.ref)
            except Rejected as exc:
                failure = exc
        raise failure

    def _came(self, wanted: Wanted, share: float) -> None:
        """Let it be seen how much of a file came, not more often than anybody looks."""
        now, size = self.clock(), wanted.attachment.size
        if not size or (self._told_at and now - self._told_at < _TELL_EVERY):
            return
        self._told_at = now
        with self.store.write() as tx:
            attachments.coming(tx, wanted, int(share * size))
        self.changed()

    def _put_off(self, wanted: Wanted, exc: Temporary) -> None:
        if wanted.attempts + 1 >= _PATIENCE:
            self._give_up(wanted, str(exc))
            return
        wait = self.backoff.delay(wanted.attempts + 1, exc.retry_after)
        with self.store.write() as tx:
            attachments.put_off(tx, wanted, self.clock() + timedelta(seconds=wait), str(exc))
        self.changed()

    def _give_up(self, wanted: Wanted, error: str) -> None:
        log.warning("a file of message %s could not be fetched: %s", wanted.message, error)
        with self.store.write() as tx:
            attachments.give_up(tx, wanted, error)
        self.changed()
