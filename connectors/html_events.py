"""What happens at one point of a page: the words between who scans it and who renders it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final, NamedTuple

VOID: Final = frozenset({"br", "hr", "img"})
"""Elements that hold nothing and so need no end."""
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Act(Enum):
    """What happens at one point of a page."""

    OPEN = "open"
    CLOSE = "close"
    TEXT = "text"


# Bound once: Python 3.11 asks a function each time for the member of an Enum.
OPEN: Final = Act.OPEN
CLOSE: Final = Act.CLOSE
TEXT: Final = Act.TEXT


class Event(NamedTuple):
    """An element that opens or closes (`said` is its lower-case name), or text (`said`)."""

    act: Act
    said: str
    attributes: Mapping[str, str] = NOTHING


Token = Event | str
"""A tag as it was scanned, or text that still has its entities."""
