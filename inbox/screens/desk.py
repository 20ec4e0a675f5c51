"""What every page is handed: ways to read and to act, the clock, and the last thing said."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.frozen import frozen
from inbox.clock import Clock
from inbox.commands import Command
from inbox.core.model import ConversationUid, FileHead
from inbox.screens.pace import Pace
from inbox.screens.typing_ahead import TypingAhead
from inbox.widgets.lines import Said

if TYPE_CHECKING:
    from canned.files import Canned
    from canned.library import Library
    from inbox.triage import Triage
    from inbox.view.reader import Reader


@dataclass(slots=True)
class Notice:
    """The last thing said to the seller; it outlives the page it was said on."""

    said: Said | None = None
    role: str = "plain"
    passing: bool = True
    """Whether it only tells what was done, and not what goes on, such as an answer leaving."""

    def text(self, now: datetime) -> str:
        """Return what there is still to say."""
        return self.said(now) if self.said is not None else ""


def _browse(address: str) -> bool:
    """Open an address in a browser that can be seen from here; return whether there is one."""
    shown = any(os.environ.get(name) for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"))
    if os.environ.get("SSH_CONNECTION") or not (shown or sys.platform in {"darwin", "win32"}):
        return False
    import webbrowser

    return webbrowser.open(address)


Deed = Callable[[Sequence[ConversationUid]], str]
"""Does something to conversations and returns the group under which undo takes it back."""


@dataclass(slots=True)
class Again:
    """The last thing done to conversations, to be done to the next."""

    deed: Deed | None = None
    said: str = ""
    leaves: bool = False
    phrase: str = ""
    """Of putting off: what was typed, which means another instant for another conversation."""
    done_to: frozenset[ConversationUid] = frozenset()


@frozen(kw_only=True)
class Desk:
    """Everything a page needs. Pages know no store, no engine and no configuration."""

    reader: Reader
    verbs: Callable[[], Triage]
    """Return the verbs, always the same ones; they are loaded when first asked for."""
    clock: Clock
    commands: tuple[Command, ...]
    library: Callable[[], Library]
    """Return the canned responses as they are now on disk."""
    edit: Callable[[str], str]
    """Return a text as the seller's own editor left it; raises EditorFailed."""
    save_file: Callable[[str, bytes], Path]
    """Save a file under a safe name and return its path; raises FileRefused."""
    open_file: Callable[[str, bytes], Path]
    """Let the system show a harmless file and return its path; raises FileRefused."""
    log_in: Callable[[str], bool]
    """Let the seller log in to the account of that name on the terminal; whether it worked."""
    zone: tzinfo | None = None
    views: Mapping[str, str] = field(default_factory=dict)
    """The seller's own views: a title, and the query behind it."""
    again: Again = field(default_factory=Again)
    notice: Notice = field(default_factory=Notice)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """What the seller does is carried out one after the other, in the order of the keys."""
    typing: TypingAhead = field(default_factory=TypingAhead)
    pace: Pace = field(default_factory=Pace)
    """How often pages are read again while much comes in."""
    log: Callable[[BaseException], None] = field(default=lambda _failure: None)
    """Write down a failure that nobody foresaw."""

    rewrite: Callable[[Canned], str] = field(default=lambda _response: "")
    """Let the seller change a response in their editor; return what is wrong with it then.

    One that came along is left as it is: theirs stands before it. Raises EditorFailed, OSError."""

    stays: Callable[[], bool] = field(default=lambda: False)
    """Return whether what sends goes on once the screen is left."""

    browse: Callable[[str], bool] = field(default=_browse)
    """Open an address in the seller's browser; return whether there is one."""

    def attach(self, uid: ConversationUid, path: Path) -> tuple[FileHead, ...]:
        """Put a file into a draft, return the draft's files; raises FileRefused, ReplyRefused."""
        from inbox.files import outgoing

        return self.triage.attach(uid, outgoing(path))

    @property
    def triage(self) -> Triage:
        """What the seller can do to conversations."""
        return self.verbs()
