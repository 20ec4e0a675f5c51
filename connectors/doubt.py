"""When "it is not there" can be believed, at services that cannot be told the same thing twice.

A request whose answer never came may still be on its way into their books.
Asked too soon, a service honestly says that it has nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from connectors.contract import ConnectorError, Temporary, Unsure
from connectors.values import Direction, Message, Receipt, Reply, ReplyKey

SETTLED_AFTER = 120.0
"""Seconds after which a request that left is in a service's books, or never will be."""
SKEW = timedelta(minutes=10)
"""How far a service's clock and ours may lie apart."""


class Doubts:
    """Remembers when a reply last left, and when this process began to know."""

    def __init__(
        self,
        account: str,
        settled_after: float = SETTLED_AFTER,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._account = account
        self._settled_after = settled_after
        self._monotonic = monotonic
        self._begun = monotonic()
        self._left: dict[ReplyKey, float] = {}

    def leaving(self, key: ReplyKey) -> None:
        """Note that a reply leaves now."""
        self._left[key] = self._monotonic()

    def looked(self, reply: Reply, messages: Iterable[Message]) -> Receipt | None:
        """Return the receipt if one of the conversation's messages is the reply.

        None if it surely never came; raises Temporary if that cannot be said yet.
        """
        receipt = found(reply, messages)
        if receipt is None:
            self.not_found(reply.key)
        return receipt

    def not_found(self, key: ReplyKey) -> None:
        """Return if "it is not there" can be believed; raise Temporary if it is too soon."""
        left = self._left.get(key, self._begun)
        wait = left + self._settled_after - self._monotonic()
        if wait > 0:
            said = f"{self._account} may not show it yet; we look again."
            raise Temporary(said, retry_after=wait)


def shown(service: str, reply: Reply, messages: Callable[[], Iterable[Message]]) -> Receipt:
    """Return the receipt of a reply that the service just took, as its conversation shows it.

    `messages` asks for the conversation. Raises Unsure where it cannot be had,
    or does not hold the reply: the service has it all the same.
    """
    try:
        receipt = found(reply, messages())
    except ConnectorError as failed:
        raise Unsure(f"{service} took the message and did not show it.") from failed
    if receipt is None:
        raise Unsure(f"{service} took the message and does not show it yet.")
    return receipt


def found(reply: Reply, messages: Iterable[Message]) -> Receipt | None:
    """Return the receipt of the reply if one of the conversation's messages is it.

    For services that keep no key of ours: it is the newest of ours with the
    same words, not older than the reply itself.
    """
    words = said(reply.text)
    since = reply.created_at - SKEW
    same = [
        message
        for message in messages
        if message.direction is Direction.OUT
        and message.accepted_at >= since
        and said(message.text) == words
    ]
    if not same:
        return None
    newest = max(same, key=_accepted_at)
    return Receipt(accepted_at=newest.accepted_at, remote_id=newest.remote_id)


def said(text: str) -> str:
    """Return a text's words; services change blanks, line ends and nothing else."""
    return " ".join(text.split())


def _accepted_at(message: Message) -> datetime:
    """Return when a message was accepted."""
    return message.accepted_at
