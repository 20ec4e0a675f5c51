"""Other ways in which a service takes what a seller writes than as a plain answer. Pure values."""

from __future__ import annotations

from connectors.frozen import frozen
from connectors.values import Kind


@frozen(kw_only=True)
class ReplyForm:
    """One such way; a reply names it."""

    name: str
    """Stable: what the command line and the store call it."""
    title: str
    """What it is called for the seller."""
    help: str
    """One sentence for the seller: what the service makes of it."""
    answers: bool = True
    """Whether it is an answer; else one is owed after it as before, so it stops no clock."""
    about: frozenset[Kind] = frozenset()
    """In conversations about which kinds the service takes it; empty: in any."""
