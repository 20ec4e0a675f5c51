"""Waiting: ended by news, by a nudge, by closing, by the clock, and by nothing else."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from connectors.conformance.service import Service, eventually
from connectors.contract import Connector, ConnectorError, Temporary

_LONG = 120.0
_AT_ONCE = 5.0
"""Seconds that a busy test machine may take for "at once"."""


@dataclass(slots=True)
class Waiter:
    """A thread that waits for news, as an account's runner does."""

    connector: Connector
    news: list[bool] = field(default_factory=list)
    errors: list[ConnectorError] = field(default_factory=list)
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        """Begin to wait."""
        self.thread = threading.Thread(target=self._wait, daemon=True)
        self.thread.start()

    def _wait(self) -> None:
        """Wait once."""
        try:
            self.news.append(self.connector.wait(_LONG))
        except ConnectorError as error:
            self.errors.append(error)

    def join(self) -> bool:
        """Return whether the waiting ended at once."""
        self.thread.join(_AT_ONCE)
        return not self.thread.is_alive()


class WaitingConformance:
    """The promises of `wait`, `nudge` and `close`."""

    def test_a_new_message_ends_the_wait_where_the_service_tells(self, service: Service) -> None:
        """The buyer's question is on the screen while it is fresh."""
        connector = service.connect()
        before = service.pulled(connector)
        if not connector.capabilities.push:
            connector.close()
            service.without("news that it tells by itself")
        waiter = Waiter(connector)
        service.deliver("Question", "Hello?")
        ended = waiter.join()
        after = service.pulled(connector, before.checkpoint)
        connector.close()

        assert (ended, waiter.news, waiter.errors) == (True, [True], [])
        assert after.subjects == ["Question"]

    def test_what_came_between_the_pull_and_the_wait_is_not_slept_over(
        self, service: Service
    ) -> None:
        """News that are told only to those who already wait would lie until the next poll."""
        connector = service.connect()
        service.pulled(connector)
        if not connector.capabilities.push:
            connector.close()
            service.without("news that it tells by itself")
        service.deliver("Question", "Hello?")
        waiter = Waiter(connector)
        ended = waiter.join()
        connector.close()

        assert (ended, waiter.news) == (True, [True])

    def test_a_quiet_wait_ends_by_the_clock(self, service: Service) -> None:
        """Folders of which the service tells nothing are polled then."""
        connector = service.connect()
        service.pulled(connector)
        begun = time.monotonic()
        news = connector.wait(0.2)
        lasted = time.monotonic() - begun
        connector.close()

        assert news is False
        assert lasted >= 0.19

    def test_a_nudge_ends_the_wait(self, service: Service) -> None:
        """A reply is delivered when its time has come, not when the next mail happens by."""
        connector = service.connect()
        service.pulled(connector)
        waiter = Waiter(connector)
        connector.nudge()
        ended = waiter.join()
        quiet = connector.wait(0.05)
        connector.close()

        assert (ended, waiter.news, waiter.errors) == (True, [True], [])
        assert quiet is False

    def test_a_nudge_before_the_wait_counts(self, service: Service) -> None:
        """Else what was asked for between two rounds would be forgotten."""
        connector = service.connect()
        service.pulled(connector)
        connector.nudge()
        waiter = Waiter(connector)
        ended = waiter.join()
        connector.close()

        assert (ended, waiter.news) == (True, [True])

    def test_closing_ends_the_wait(self, service: Service) -> None:
        """Quitting takes no longer than the seller's patience."""
        connector = service.connect()
        service.pulled(connector)
        waiter = Waiter(connector)
        connector.close()

        assert waiter.join()
        assert waiter.errors == []

    def test_closing_ends_a_blocked_pull(self, service: Service) -> None:
        """Also when the line is dead and nobody answers any more."""
        connector = service.connect(patience=_LONG)
        before = service.pulled(connector)
        service.fall_silent_after(0)
        errors: list[ConnectorError] = []

        def pull() -> None:
            try:
                service.pulled(connector, before.checkpoint)
            except ConnectorError as error:
                errors.append(error)

        thread = threading.Thread(target=pull, daemon=True)
        thread.start()
        connector.close()
        thread.join(_AT_ONCE)
        service.mend()

        assert not thread.is_alive()
        assert [type(error) for error in errors] == [Temporary]

    def test_a_line_that_dies_while_we_wait_is_noticed(self, service: Service) -> None:
        """A dead line that looks like no news would hide every question from then on."""
        connector = service.connect()
        service.pulled(connector)
        if not connector.capabilities.push:
            connector.close()
            service.without("news that it tells by itself")
        waiter = Waiter(connector)
        eventually(waiter.thread.is_alive, "the wait to begin")
        service.go_away()
        ended = waiter.join()
        service.come_back()
        connector.close()

        assert ended
        assert [type(error) for error in waiter.errors] == [Temporary]

    def test_closing_twice_is_no_error(self, service: Service) -> None:
        """Shutting down may come from two sides."""
        connector = service.connect()
        connector.close()
        connector.close()
        connector.nudge()
