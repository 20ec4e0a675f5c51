"""The lines that cross the link, as values. Knows no socket.

Each line is one JSON object under 64 KiB. The first line each way is a
`Hello`; `Hello` and `Leave` keep their form in every future protocol, so that
an older engine always understands that it should go.
"""

from __future__ import annotations

from functools import cache
from importlib import metadata
from typing import Literal, TypeVar

import msgspec

PROTOCOL = 1
"""Changes when a line changes its meaning; two ends of different numbers only say goodbye."""

LINE_LIMIT = 64 * 1024
"""Bytes; a longer line is not ours."""


class Hello(msgspec.Struct, frozen=True):
    """Who speaks: sent first by both ends."""

    protocol: int
    schema: int
    """The newest version of the store's schema that this end understands."""
    version: str
    screen: bool = False
    """Whether an engine started for a screen should stay while this end is connected."""
    stays: bool = False
    """Of an engine: whether it goes on when no screen is there."""


class AccountResult(msgspec.Struct, frozen=True):
    """What one round did for one account: a line of `inbox sync --json`."""

    name: str
    state: str
    """new, ok, partial, syncing, offline, login, broken, asking."""
    new: int = 0
    sent: int = 0
    quarantined: int = 0
    error: str | None = None

    @property
    def reached(self) -> bool:
        """Whether the service was reached and let us in."""
        return self.state not in {"offline", "login", "broken"}


class StoreChanged(msgspec.Struct, frozen=True, tag=True):
    """Something was written; a newer one makes the older ones pointless."""

    revision: int


class AccountChanged(msgspec.Struct, frozen=True, tag=True):
    """An account's state word changed; the sentence behind it stands in the store."""

    account: str
    state: str


class Question(msgspec.Struct, frozen=True, tag=True):
    """An account cannot go on without the seller's word."""

    account: str
    about: Literal["gone"]


class Synced(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Sync` with the same id."""

    id: int
    results: tuple[AccountResult, ...]
    unknown: tuple[str, ...] = ()
    """Names that the engine's configuration does not have."""


class Nudge(msgspec.Struct, frozen=True, tag=True):
    """There is something to do for that account now."""

    account: str


class Sync(msgspec.Struct, frozen=True, tag=True):
    """Run one round of these accounts (by name; none: all) and answer with `Synced`."""

    id: int
    accounts: tuple[str, ...] = ()
    accept_gone: bool = False


class ReloadConfig(msgspec.Struct, frozen=True, tag=True):
    """Read the configuration again."""


class Leave(msgspec.Struct, frozen=True, tag=True):
    """End: a newer version wants the store."""

    version: str


Up = StoreChanged | AccountChanged | Question | Synced
Down = Nudge | Sync | ReloadConfig | Leave

_encoder = msgspec.json.Encoder()
_hello = msgspec.json.Decoder(Hello)
_up: msgspec.json.Decoder[Up] = msgspec.json.Decoder(Up)
_down: msgspec.json.Decoder[Down] = msgspec.json.Decoder(Down)


T = TypeVar("T")


class NotOurs(ValueError):
    """A line that is none of this protocol's."""


def encode(line: Hello | Up | Down) -> bytes:
    """Return the line with its line end; raises NotOurs when it is over the limit."""
    raw = _encoder.encode(line) + b"\n"
    if len(raw) > LINE_LIMIT:
        raise NotOurs(f"{type(line).__name__} of {len(raw)} bytes")
    return raw


def hello_of(raw: bytes) -> Hello:
    """Return the greeting in a line; raises NotOurs."""
    return _decoded(_hello, raw)


def up_of(raw: bytes) -> Up:
    """Return the engine's line; raises NotOurs."""
    return _decoded(_up, raw)


def down_of(raw: bytes) -> Down:
    """Return the line said to the engine; raises NotOurs."""
    return _decoded(_down, raw)


def _decoded(decoder: msgspec.json.Decoder[T], raw: bytes) -> T:
    """Return the line as a value; raises NotOurs, whatever the bytes are."""
    try:
        return decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        raise NotOurs(f"{len(raw)} bytes that are no line of this link") from exc


@cache
def version() -> str:
    """Return the installed version of the product ("0" when it was never installed)."""
    try:
        return metadata.version("seller-inbox")
    except metadata.PackageNotFoundError:
        return "0"


def newer(one: Hello, other: Hello) -> bool:
    """Return whether `one` comes from a newer product than `other`."""
    return _age(one) > _age(other)


def _age(hello: Hello) -> tuple[int, int, tuple[int, ...]]:
    """Return what orders two ends: protocol, schema, then the release numbers."""
    numbers = tuple(int(part) for part in hello.version.split(".") if part.isdigit())
    return hello.protocol, hello.schema, numbers
