"""Messages, and what was made of them, on their way to the process that stores them. Pure.

They travel as msgpack, which costs a third of pickle at either end. That goes
by the types that values say they have; a connector that is not ours may not
keep to them, and then they travel by pickle.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from functools import cache
from typing import cast

import msgspec

from connectors.values import Message
from inbox.store.prepared import Prepared, light

Handed = tuple[tuple[Message, ...], tuple[Prepared, ...]]
"""Light messages, and what was made of each."""


class Untrue(Exception):
    """A value is not of the type that it says: ask for it by pickle."""


def handed(messages: Iterable[Message], made: tuple[Prepared, ...]) -> Handed:
    """Return what is to travel of these messages."""
    return tuple(map(light, messages)), made


def packed(what: Handed) -> bytes | None:
    """Return it as bytes, None if some value can travel by pickle at most."""
    try:
        return msgspec.msgpack.encode(what)
    except (TypeError, ValueError, OverflowError):
        return None


def unpacked(data: bytes) -> Handed:
    """Return what was packed; raises Untrue."""
    try:
        return _decoder().decode(data)
    except msgspec.MsgspecError as odd:
        raise Untrue(str(odd)) from odd


def pickled(what: Handed) -> bytes:
    """Return it as bytes, whatever it holds; raises whatever its values raise."""
    return pickle.dumps(what, pickle.HIGHEST_PROTOCOL)


def unpickled(data: bytes) -> Handed:
    """Return what was pickled, by this very program."""
    return cast("Handed", pickle.loads(data))  # noqa: S301 - our own process


@cache
def _decoder() -> msgspec.msgpack.Decoder[Handed]:
    return msgspec.msgpack.Decoder(Handed)
