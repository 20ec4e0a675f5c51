"""Our place at Allegro: in threads and issues, and how things stood when we looked last."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from connectors import progress
from connectors.values import Message


class Known(msgspec.Struct, forbid_unknown_fields=True):
    """An issue as it was when we looked last."""

    state: str
    """Differs whenever anything differs."""
    alive: bool
    """Whether something may still be said or decided in it."""
    had: list[str] = msgspec.field(default_factory=list)
    """What of it was delivered, as short hashes."""


class Standing(msgspec.Struct, forbid_unknown_fields=True):
    """A thread of the first page as it was when we looked last."""

    read: bool
    last: float
    """When somebody wrote last, in seconds since 1970."""
    came: str = ""
    """The newest message that came in."""
    had: list[str] = msgspec.field(default_factory=list)
    """Its newest messages that were delivered, as short hashes."""


class Progress(progress.Progress, forbid_unknown_fields=True):
    """What a checkpoint holds."""

    threads: dict[str, Standing] = msgspec.field(default_factory=dict)
    """Those on the first page."""
    issues: dict[str, Known] = msgspec.field(default_factory=dict)
    """Issues that are alive or on the first page."""
    pending: dict[str, str] = msgspec.field(default_factory=dict)
    """Messages of ours that Allegro still checks, and the thread of each."""
    refused: bool = False
    """Whether it was told that Allegro does not show the issues."""

    def wait_for(self, messages: Iterable[Message]) -> None:
        """Note messages of ours that Allegro has not let through yet."""
        for message in messages:
            self.pending[str(message.remote_id)] = message.conversation_ref or ""
