"""Our place at eBay: in both lists of conversations, and how things stood when we looked last."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from connectors.contract import CheckpointLost
from connectors.ebay.wire import Sort
from connectors.values import Checkpoint

_VERSION = 1


class Progress(msgspec.Struct, forbid_unknown_fields=True):
    """What a checkpoint holds."""

    v: int
    lists: dict[str, str] = {}
    """The walk's own place in each list, by its sort."""
    states: dict[str, str] = {}
    """Read and archived, of the conversations on each list's first page."""
    cases: dict[str, str] = {}
    """Open disputes and requests, and how each stood."""

    @classmethod
    def of(cls, checkpoint: Checkpoint | None) -> Progress:
        """Return the place a checkpoint names; raise CheckpointLost."""
        if checkpoint is None:
            return cls(_VERSION)
        try:
            progress = msgspec.json.decode(checkpoint, type=cls)
        except msgspec.DecodeError as broken:
            raise CheckpointLost("The place at eBay cannot be read.") from broken
        if progress.v != _VERSION:
            raise CheckpointLost("The place at eBay is of another version.")
        return progress

    def place_in(self, sort: Sort) -> Checkpoint | None:
        """Return the walk's place in a list."""
        place = self.lists.get(sort)
        return None if place is None else Checkpoint(place)

    def forget_states(self, sort: Sort, kept: Iterable[str]) -> None:
        """Forget how those conversations of a list stood that left its first page."""
        keep = set(kept)
        theirs = sort == Sort.EBAY
        self.states = {
            ref: state
            for ref, state in self.states.items()
            if ref in keep or ref.startswith(f"{Sort.EBAY} ") is not theirs
        }

    def written(self) -> Checkpoint:
        """Return the checkpoint that says this."""
        return Checkpoint(msgspec.json.encode(self).decode())
