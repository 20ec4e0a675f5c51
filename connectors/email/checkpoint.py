"""Our place in a mailbox: what is known of each folder, as JSON text. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.contract import CheckpointLost
from connectors.email.uidset import EMPTY, UidSet
from connectors.values import Checkpoint

_VERSION = 1
GIVE_UP = 3
"""Rounds in which a mail may come without its words before that is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderState:
    """What we know of one folder under one UIDVALIDITY."""

    epoch: str
    known: UidSet = EMPTY
    """Delivered (or quarantined) and still there when we last looked."""
    passed: UidSet = EMPTY
    """There too when we last looked, and left there: older than `reach`."""
    reach: str = "all"
    """How far back we pulled: `all`, `2y`, or `new` for what came since the first look only."""
    seen: UidSet = EMPTY
    answered: UidSet = EMPTY
    uidnext: int | None = None
    r"""UIDNEXT, EXISTS and HIGHESTMODSEQ when the folder was last whole; None: it is not yet."""
    messages: int | None = None
    modseq: int | None = None
    lapsed: tuple[str, ...] = ()
    """Epochs before this one whose places are still to be declared void."""
    missed: Mapping[int, int] = field(default_factory=dict)
    """Rounds in which a UID was listed and its words were not handed out."""

    @property
    def there(self) -> UidSet:
        """Return what was in the folder when we last looked, but for what is still to be pulled."""
        return self.known | self.passed


Folders = Mapping[str, FolderState]


def write(folders: Folders) -> Checkpoint:
    """Return the checkpoint that says this."""
    said = {name: _written(state) for name, state in sorted(folders.items())}
    return Checkpoint(
        json.dumps({"v": _VERSION, "folders": said}, ensure_ascii=False, separators=(",", ":"))
    )


def _written(state: FolderState) -> dict[str, Any]:
    """Return one folder's part, without what is empty."""
    said: dict[str, Any] = {"epoch": state.epoch, "known": str(state.known)}
    if state.passed:
        said["passed"] = str(state.passed)
    if state.reach != "all":
        said["reach"] = state.reach
    if state.seen:
        said["seen"] = str(state.seen)
    if state.answered:
        said["answered"] = str(state.answered)
    if state.messages is not None:
        said |= {"uidnext": state.uidnext, "messages": state.messages, "modseq": state.modseq}
    if state.lapsed:
        said["lapsed"] = list(state.lapsed)
    if state.missed:
        said["missed"] = {str(uid): rounds for uid, rounds in sorted(state.missed.items())}
    return said


def read(checkpoint: Checkpoint | None) -> dict[str, FolderState]:
    """Return what a checkpoint says; raises CheckpointLost if it was not written by us."""
    if checkpoint is None:
        return {}
    try:
        said = json.loads(checkpoint)
        if said["v"] != _VERSION:
            raise CheckpointLost("The place in the mailbox was kept by another version.")
        return {name: _read(part) for name, part in said["folders"].items()}
    except (ValueError, TypeError, KeyError, AttributeError) as broken:
        raise CheckpointLost("The place in the mailbox cannot be read.") from broken


def _read(said: Mapping[str, Any]) -> FolderState:
    """Return one folder's part."""
    return FolderState(
        epoch=str(said["epoch"]),
        known=UidSet.parse(said["known"]),
        passed=UidSet.parse(said.get("passed", "")),
        reach=str(said.get("reach", "all")),
        seen=UidSet.parse(said.get("seen", "")),
        answered=UidSet.parse(said.get("answered", "")),
        uidnext=said.get("uidnext"),
        messages=said.get("messages"),
        modseq=said.get("modseq"),
        lapsed=tuple(said.get("lapsed", ())),
        missed={int(uid): int(rounds) for uid, rounds in said.get("missed", {}).items()},
    )
