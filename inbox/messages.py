"""Textual messages made of what happens outside the screen. Posting one is the only way in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from inbox.link.keeper import EngineStatus
    from inbox.link.protocol import Up


class Changed(Message):
    """The store has something new. One stands for all that came before it."""

    def can_replace(self, message: Message) -> bool:
        """Return whether an older message need not be handled any more."""
        return isinstance(message, Changed)


class EngineIs(Message):
    """The engine is another way than before."""

    def __init__(self, status: EngineStatus) -> None:
        super().__init__()
        self.status = status


class Asked(Message):
    """An account cannot go on without the seller's word."""

    def __init__(self, account: str) -> None:
        super().__init__()
        self.account = account


def of_fact(fact: Up) -> Message | None:
    """Return the message for a fact of the link; None where the screen need not know."""
    from inbox.link.protocol import AccountChanged, Question, StoreChanged, Synced

    match fact:
        case StoreChanged() | AccountChanged():
            return Changed()
        case Question(account=account):
            return Asked(account)
        case Synced():
            return None
