"""The part of an IMAP connection that fetches: questions go out ahead, answers are read in order.

So the server works while we read, and a line to the other end of the world is never idle.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from typing import Protocol

import imapclient

from connectors.email.answers import Fetched, read_fetch
from connectors.email.trouble import said_by
from connectors.email.uidset import UidSet

_AHEAD = 4
"""Questions that are asked before the answer to the first of them is read."""


class FetchingLine(Protocol):
    """A logged-in connection with a folder open."""

    _client: imapclient.IMAPClient
    dead: bool
    declined: str
    """What the server said instead of the last group of mails, "" if it gave them."""

    def _talking(self) -> AbstractContextManager[None]:
        """Turn what imapclient raises into the contract's errors."""

    def fetch(self, uids: Iterable[int], *items: str) -> dict[int, Fetched]:
        """Return what the server tells of these mails of the open folder; not all may be there."""
        wanted = UidSet.of(uids)
        groups = [tuple(UidSet.parse(part)) for part in wanted.lines()]
        found: dict[int, Fetched] = {}
        for told in self.fetch_each(groups, *items):
            found |= told
        return found

    def fetch_each(
        self, groups: Sequence[Sequence[int]], *items: str
    ) -> Iterator[dict[int, Fetched]]:
        """Yield what is told of each group; some of the next are asked for before one is read.

        So the server works while we read, and a line to the other end of the
        world is never idle. Must be run to its end before anything else is asked.
        """
        return self._each([(group, items) for group in groups])

    def _each(
        self, groups: Sequence[tuple[Sequence[int], Sequence[str]]]
    ) -> Iterator[dict[int, Fetched]]:
        """Yield what is told of each group of mails, asked for those items of them."""
        asked: deque[bytes] = deque()
        ahead = iter(groups)
        told: dict[int, Fetched] = {}
        try:
            for group, _items in groups:
                with self._talking():
                    for few, items in islice(ahead, _AHEAD - len(asked)):
                        asked.append(self._ask(str(UidSet.of(few)), items))
                    told |= self._answer(asked.popleft())
                yield {uid: told.pop(uid) for uid in group if uid in told}
        finally:
            # An answer nobody reads would be taken for the next folder's.
            self.dead = self.dead or bool(asked)

    def fetch_pieces(
        self, uid: int, section: str, offsets: Sequence[int], size: int
    ) -> Iterator[bytes]:
        """Yield one mail's section piece by piece; each next one is asked for before it is due."""
        items = [(f"BODY.PEEK[{section}]<{offset}.{size}>",) for offset in offsets]
        pieces: dict[str, bytes] = {}
        told_of = self._each([([uid], item) for item in items])
        for offset, told in zip(offsets, told_of, strict=True):
            # Some servers answer several questions before they say that the first is over.
            pieces |= told[uid].sections if uid in told else {}
            yield pieces.pop(f"{section}<{offset}>" if offset else section, b"")

    def _ask(self, uids: str, items: Sequence[str]) -> bytes:
        """Ask for mails of the open folder; return the command's tag."""
        tag: bytes = self._client._imap._command(  # noqa: SLF001 - imapclient reads answers too slowly
            "UID", "FETCH", uids, f"({' '.join(items)})"
        )
        return tag

    def _answer(self, tag: bytes) -> dict[int, Fetched]:
        """Return what was told until the command of that tag was over."""
        imap = self._client._imap  # noqa: SLF001 - as in _ask
        kind, said = imap._command_complete("FETCH", tag)  # noqa: SLF001 - as in _ask
        self.declined = "" if kind == "OK" else said_by(said[0] if said else b"")
        # Also after a NO: some servers say so when one of the mails has gone meanwhile.
        return read_fetch(imap.untagged_responses.pop("FETCH", ()))
