"""Messages, and what was made of them, on their way to the process that stores them. Pure.

They travel as msgpack, which costs a third of pickle at either end. That goes
by the types that values say they have. A connector that is not ours may not
keep to them: its messages do not travel, and are stored where they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import msgspec

from connectors.values import Message
from inbox.store.prepared import Prepared, light

Handed = tuple[tuple[Message, ...], tuple[Prepared, ...]]
"""Light messages, and what was made of each."""


def handed(messages: Iterable[Message], made: tuple[Prepared, ...]) -> Handed:
    """Return what is to travel of these messages."""
    return tuple(map(light, messages)), made


def packed(what: Handed) -> bytes:
    """Return it as bytes; raises TypeError, ValueError or OverflowError for what cannot travel."""
    return msgspec.msgpack.encode(what)


def unpacked(data: bytes) -> Handed:
    """Return what was packed; raises ValueError where a value is not of the type that it says."""
    return _decoder().decode(data)


@cache
def _decoder() -> msgspec.msgpack.Decoder[Handed]:
    return msgspec.msgpack.Decoder(Handed)
