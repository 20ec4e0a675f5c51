"""What the demo needs of a marketplace: an account there, and buyers who buy and write."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from connectors.simulation import Simulation


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """What an invented buyer bought."""

    name: str
    user: str
    """The buyer's user name, the same in each of their sales."""
    number: int
    """The buyer's number, the same in each of their sales."""
    order: str
    item_id: str
    item: str
    variant: str
    quantity: int
    cents: int
    """What one piece costs."""
    street: str
    postcode: str
    city: str
    country: str
    carrier: str
    tracking: str
    placed_at: datetime
    shipped_at: datetime | None

    @property
    def ship_by(self) -> datetime:
        """Return until when it must be handed over."""
        return self.placed_at + timedelta(days=2)

    @property
    def total(self) -> int:
        """Return what all pieces cost, in cents."""
        return self.cents * self.quantity


class Market(ABC):
    """One seller's account at a simulated marketplace."""

    kind: ClassVar[str]
    """The connector's kind; the account is called by it too."""
    languages: ClassVar[tuple[str, ...]]
    via: ClassVar[str] = "mail"
    """Which stories its buyers tell: those of that way with a topic, or all where it has none."""
    topics: ClassVar[bool] = True
    """Whether a story needs a topic to be told here."""
    due_after: ClassVar[timedelta] = timedelta(hours=24)
    """How long an answer may take, so that some can be due in minutes."""
    due_in: ClassVar[tuple[int, ...]] = ()
    """In how many minutes the most urgent answers are due when the demo opens."""
    fresh: ClassVar[int] = 4
    answered: ClassVar[int] = 6

    def __init__(self, sim: Simulation, shop: str) -> None:
        self.far = sim
        self.shop = shop

    @abstractmethod
    def settings(self) -> Mapping[str, str]:
        """Return the account's settings, secrets left out."""

    @abstractmethod
    def secrets(self) -> Mapping[str, str]:
        """Return the account's secrets by their keys."""

    @abstractmethod
    def ask(self, sale: Sale, topic: str, text: str, at: datetime, due: datetime | None) -> str:
        """Let a buyer write about a sale; return what the conversation is called.

        `due`: when the marketplace wants an answer, where it states that itself.
        """

    @abstractmethod
    def say(self, name: str, text: str, at: datetime, *, ours: bool) -> None:
        """Let the buyer, or the shop on the marketplace's own page, write into a conversation."""

    @abstractmethod
    def replies(self, name: str) -> int:
        """Return how often the shop has written into a conversation."""

    def close(self) -> None:
        """End the service."""
        self.far.close()


def iso(at: datetime) -> str:
    """Return an instant in UTC as most marketplaces write it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def euros(cents: int) -> str:
    """Return an amount as a decimal text."""
    return f"{cents // 100}.{cents % 100:02}"
