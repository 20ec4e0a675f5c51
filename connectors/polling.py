"""What every connector does that has to ask whether there is news: wait, be nudged, be closed."""

from __future__ import annotations

import threading
from abc import abstractmethod

from connectors.contract import Account, Connector, LoginRefused
from connectors.values import SettingValues

_ADDRESSES = frozenset({"base_url", "auth_url"})
"""Settings that say whom to ask."""


class PollingConnector(Connector):
    """A connector whose service cannot push. Subclasses let go of their lines in `let_go`."""

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._awake = threading.Condition()
        self._nudged = False
        self._closed = False

    @classmethod
    def problems(cls, given: SettingValues) -> tuple[str, ...]:
        """Return why an account with these settings could never be used safely, in sentences."""
        from connectors.http import checked_base  # loads a client, and few settings are judged

        found: list[str] = []
        for one in cls.SETTINGS:
            address = given.get(one.key, "")
            if one.key in _ADDRESSES and isinstance(address, str) and address:
                try:
                    checked_base(address, one.key)
                except LoginRefused as refused:
                    found.append(str(refused))
        return tuple(found)

    @property
    def closed(self) -> bool:
        """Return whether `close` was called."""
        return self._closed

    def wait(self, timeout: float) -> bool:
        """Return True at once after a nudge or a close, else False after `timeout` seconds."""
        with self._awake:
            self._awake.wait_for(lambda: self._nudged or self._closed, timeout)
            nudged, self._nudged = self._nudged or self._closed, False
            return nudged

    def nudge(self) -> None:
        """End a `wait` now; a nudge before the wait counts."""
        with self._awake:
            self._nudged = True
            self._awake.notify_all()

    def close(self) -> None:
        """End a `wait` or a blocked call."""
        with self._awake:
            self._closed = True
            self._awake.notify_all()
        self.let_go()

    @abstractmethod
    def let_go(self) -> None:
        """Let go of the service; called from any thread, maybe more than once."""
