"""Write down how an account is, and tell it, when it is news."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final, Protocol

from connectors.values import Capabilities
from inbox.clock import Clock
from inbox.core.model import AccountState, AccountUid
from inbox.store import accounts
from inbox.store.database import Store

CHECKED_EVERY: Final = timedelta(seconds=60)
"""How old `checked_at` may get before it is written again although nothing changed."""


class Tell(Protocol):
    """Hears what a runner does while it works; called in its thread."""

    def store_changed(self) -> None:
        """Hear that something was written."""

    def account_changed(self, state: AccountState) -> None:
        """Hear how the account is now."""


class Standing:
    """How one account is, as far as it was written down."""

    def __init__(self, account: AccountUid, store: Store, clock: Clock, tell: Tell) -> None:
        self._account = account
        self._store = store
        self._clock = clock
        self._tell = tell
        self._noted: AccountState | None = None
        self._able: Capabilities | None = None

    def note(self, state: str, error: str = "") -> None:
        """Write the state down and tell it, if it is news; raises StoreError."""
        now = self._clock()
        found = AccountState(account=self._account, state=state, error=error, checked_at=now)
        if self._known(found):
            return
        with self._store.write() as tx:
            accounts.set_state(tx, found)
        self._noted = found
        self._tell.store_changed()
        self._tell.account_changed(found)

    def note_abilities(self, able: Capabilities) -> None:
        """Write down what the service can do for who writes, if it is news; raises StoreError."""
        if able == self._able:
            return
        with self._store.write() as tx:
            accounts.set_abilities(tx, self._account, able)
        self._able = able

    def begin(self) -> None:
        """Note a first pull, which takes long; not again each time that it brought nothing."""
        if self._noted is None:
            self.note("syncing")

    def progressed(self) -> None:
        """Tell what ingest wrote down by itself: how much remains of a long pull."""
        with self._store.read() as tx:
            found = accounts.state(tx, self._account)
        if found is not None and found != self._noted:
            self._noted = found
            self._tell.account_changed(found)

    def _known(self, found: AccountState) -> bool:
        """Return whether this was written down already, not long ago."""
        noted = self._noted
        if noted is None or noted.checked_at is None or found.checked_at is None:
            return False
        same = replace(found, checked_at=noted.checked_at) == noted
        return same and found.checked_at - noted.checked_at < CHECKED_EVERY
