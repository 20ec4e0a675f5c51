"""What every connector does that has to ask whether there is news: wait, be nudged, be closed."""

from __future__ import annotations

import threading
from abc import abstractmethod

from connectors.contract import Account, Connector


class PollingConnector(Connector):
    """A connector whose service cannot push. Subclasses let go of their lines in `let_go`."""

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._awake = threading.Condition()
        self._nudged = False
        self._closed = False

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
