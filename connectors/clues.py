"""Settings that may be found by looking around: who is asked, what they learn, what they said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connectors.values import SettingValues


@dataclass(frozen=True, slots=True)
class Clue:
    """Settings that somebody out there named. For the seller to judge, never taken silently."""

    settings: SettingValues
    found_by: str
    """Who named them, to stand after "Found by": `the DNS of lamps.example`."""
    doubt: str = ""
    """A sentence on why they may be a stranger's; "" where the seller's own provider vouches."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A setting that was learned where we are logged in; the seller has to confirm it."""

    key: str
    value: str
    question: str
    likely: bool
    """Whether all that is known speaks for it; else it is not taken without a word."""


@dataclass(frozen=True, slots=True)
class Source:
    """Somebody who may know settings."""

    where: str
    """Who is asked, to stand after "Asking": `lamps.example`."""
    look: Callable[[], Clue | None]
    """Return what they know; takes seconds, raises Temporary where there is no network."""
    tells: str = ""
    """What a third party learns by it, as a sentence: the seller agrees first. "": nothing."""
