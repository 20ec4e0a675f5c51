"""Our place in several lists of one service, as one checkpoint; services add what they note.

Each list is walked by a Walker of its own, whose place stands here under the
list's name: a batch of any of them says where all of them are.
"""

from __future__ import annotations

from typing import ClassVar, Self

import msgspec

from connectors.contract import CheckpointLost
from connectors.values import Checkpoint


class Progress(msgspec.Struct, forbid_unknown_fields=True):
    """What a checkpoint holds."""

    VERSION: ClassVar[int] = 1

    v: int
    lists: dict[str, str] = {}
    """The walk's own place in each list, by its name."""

    @classmethod
    def of(cls, checkpoint: Checkpoint | None) -> Self:
        """Return the place a checkpoint names; raise CheckpointLost."""
        if checkpoint is None:
            return cls(cls.VERSION)
        try:
            progress = msgspec.json.decode(checkpoint, type=cls)
        except msgspec.DecodeError as broken:
            raise CheckpointLost("The place at the service cannot be read.") from broken
        if progress.v != cls.VERSION:
            raise CheckpointLost("The place at the service is of another version.")
        return progress

    def place_in(self, name: str) -> Checkpoint | None:
        """Return the walk's place in a list."""
        place = self.lists.get(name)
        return None if place is None else Checkpoint(place)

    def written(self) -> Checkpoint:
        """Return the checkpoint that says this."""
        return Checkpoint(msgspec.json.encode(self).decode())
