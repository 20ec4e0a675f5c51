"""A simulated marketplace behind a line that breaks, for the conformance suite."""

from __future__ import annotations

import socket
from abc import abstractmethod
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from connectors.conformance.service import Service
from connectors.conformance.wire import Wire
from connectors.contract import Account, Connector
from connectors.simulation import HOST, Fault, Said, Simulation
from connectors.values import SettingValues

_ALWAYS = 10**9


class SimulatedService(Service):
    """A simulator, reached through a wire. Subclasses say what its requests are called."""

    SENDS: ClassVar[str]
    """A regular expression: `METHOD path` of the request that sends a reply."""
    REFUSAL: ClassVar[Said] = Said(422, b"{}")
    """How the service refuses a reply."""
    LISTS: ClassVar[str] = "GET "
    """A regular expression: `METHOD path` of the request that lists conversations."""
    SHOWS: ClassVar[str] = ""
    """That of the request for what one conversation holds; "": there is none."""
    tokens: ClassVar[bool] = False
    """Whether a login gives tokens, which `revoke` takes back."""
    page: ClassVar[int] = 30
    """How many conversations one page of the list holds at most."""

    def __init__(self, simulator: Simulation) -> None:
        self.far = simulator
        self._full: list[socket.socket] = []
        self.line = Wire(simulator.port)
        self.connectors: list[Connector] = []

    @property
    def base_url(self) -> str:
        """Return the address a connector asks: the wire's end."""
        return f"http://{HOST}:{self.line.port}"

    @abstractmethod
    def make(self, account: Account, patience: float) -> Connector:
        """Return a connector for the account."""

    @abstractmethod
    def settings(self) -> SettingValues:
        """Return the account's settings."""

    def connect(self, *, secret: str | None = None, patience: float = 20.0) -> Connector:
        """Return a new connector to the account."""
        proof = self.secret if secret is None else secret
        connector = self.make(self.account(proof), patience)
        self.connectors.append(connector)
        return connector

    def account(self, proof: str) -> Account:
        """Return an account whose every secret is that proof."""
        return Account("uid", "shop", self.settings(), lambda _key: proof)

    def be_busy(self, seconds: float) -> None:
        """Answer every request with 429."""
        said = Said(429, b"{}", {"Retry-After": str(int(seconds))})
        self.far.faults.append(Fault(".", times=_ALWAYS, said=said))

    def refuse_replies(self) -> None:
        """Refuse the next reply."""
        self.far.faults.append(Fault(self.SENDS, said=self.REFUSAL))

    def take_silently(self) -> None:
        """Take the next reply and hang up."""
        self.far.faults.append(Fault(self.SENDS, carried_out=True, cut_after=0))

    def emptied(self, said: Said) -> Said:
        """Return a page of the list without its rows that says there is more."""
        self.without("pages that say there is more")

    def revoke(self, *, for_good: bool = False) -> None:
        """Void what was given at a login: the token, or what renews it too."""
        raise NotImplementedError

    def shift(self, minutes: int) -> None:
        """Put the service's clock forward, or back."""
        by = timedelta(minutes=minutes)
        self.far.clock = lambda: datetime.now(UTC) + by

    def go_away(self) -> None:
        """Hang up on everybody, and let nobody connect."""
        self.line.close()

    def be_full(self) -> None:
        """Leave whoever connects without an answer, not even that the line stands."""
        port = self.line.port
        self.line.close()
        listener = socket.create_server((HOST, port), backlog=0)
        self._full = [listener]
        for _ in range(4):  # the system lets one or two wait in its queue
            waiting = socket.socket()
            waiting.settimeout(0)
            waiting.connect_ex((HOST, port))
            self._full.append(waiting)

    def come_back(self) -> None:
        """Listen again where we listened."""
        self._leave()
        self.line = Wire(self.far.port, at=self.line.port)

    def cut_after(self, count: int) -> None:
        """Hang up after so many bytes of each connection's answers."""
        self.line.fault.cut_after = count

    def garble_after(self, count: int) -> None:
        """Spoil the answers from there on."""
        self.line.fault.garble_after = count

    def fall_silent_after(self, count: int) -> None:
        """Hold back the answers from there on."""
        self.line.fault.silent_after = count

    def mend(self) -> None:
        """Be a good line again."""
        self.line.cut()
        self.line.mend()

    def _leave(self) -> None:
        """Let go of who waits in a queue that was full."""
        for line in self._full:
            line.close()
        self._full.clear()

    def close(self) -> None:
        """Take the service away."""
        self._leave()
        for connector in self.connectors:
            connector.close()
        self.line.close()
        self.far.close()
