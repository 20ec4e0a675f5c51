"""How a folder stands, and what changed in it since we looked, out of a server's words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.email.answers import Fetched, read_fetch
from connectors.email.uidset import EMPTY, UidSet

_FOUND = re.compile(rb"\bALL ([\d:,]+)", re.IGNORECASE)

Said = Mapping[str, Sequence[Any]]
"""What a server answered by its name (EXISTS, FETCH, UIDNEXT, ...), as imaplib keeps it."""


@dataclass(frozen=True, slots=True)
class Status:
    """A folder as it was opened."""

    epoch: str
    messages: int
    uidnext: int | None
    modseq: int | None
    """None where the server does not count the changes of this folder."""


@dataclass(frozen=True, slots=True)
class Delta:
    """What a server says has changed since a modseq."""

    vanished: UidSet | None
    """None: it does not tell what went."""
    changed: Mapping[int, Fetched]
    """New mails, and those marked otherwise."""


def status_of(said: Said) -> Status:
    """Return how a folder stands; raises ValueError or LookupError over nonsense."""
    modseq = _number(said, "HIGHESTMODSEQ")
    return Status(
        epoch=str(_number(said, "UIDVALIDITY") or 0),
        messages=int(said["EXISTS"][-1]),
        uidnext=_number(said, "UIDNEXT") or None,
        modseq=modseq or None,
    )


def delta_of(said: Said) -> Delta:
    """Return the changes that were told while a folder was opened."""
    vanished = EMPTY
    for line in said.get("VANISHED", ()):
        uids = line.upper().removeprefix(b"(EARLIER)").strip()
        vanished |= UidSet.parse(uids.decode("ascii"))
    return Delta(vanished, read_fetch(said.get("FETCH", ())))


def found_in(said: Iterable[object]) -> UidSet | None:
    """Return what an ESEARCH answer tells, None if it is none."""
    lines = [line for line in said if isinstance(line, bytes)]
    found = EMPTY
    for line in lines:
        if match := _FOUND.search(line):
            found |= UidSet.parse(match[1].decode("ascii"))
    return found if lines else None


def _number(said: Said, name: str) -> int | None:
    """Return the number that stands under a name, None if there is none."""
    found = said.get(name)
    return int(found[-1]) if found and found[-1] and bytes(found[-1]).isdigit() else None
