"""Our place at eBay: in both lists of conversations, and how things stood when we looked last."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from connectors import progress
from connectors.ebay.wire import Sort


class Progress(progress.Progress, forbid_unknown_fields=True):
    """What a checkpoint holds."""

    states: dict[str, str] = msgspec.field(default_factory=dict)
    """Read and archived, of the conversations on each list's first page."""
    cases: dict[str, str] = msgspec.field(default_factory=dict)
    """Open disputes and requests, and how each stood."""

    def forget_states(self, sort: Sort, kept: Iterable[str]) -> None:
        """Forget how those conversations of a list stood that left its first page."""
        keep = set(kept)
        theirs = sort == Sort.EBAY
        self.states = {
            ref: state
            for ref, state in self.states.items()
            if ref in keep or ref.startswith(f"{Sort.EBAY} ") is not theirs
        }
