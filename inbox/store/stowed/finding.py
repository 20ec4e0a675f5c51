"""What lies in the files, looked for: by a query, or because a buyer is to be forgotten.

A query means there what it means everywhere: a few conversations at a time
are put into a scratch store, asked, and taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from inbox.core.model import Conversation, ConversationUid
from inbox.core.parties import canonical_address
from inbox.core.query import Query
from inbox.store import conversations
from inbox.store.database import Store
from inbox.store.keeping import tombstones
from inbox.store.keeping.finding import core_of, whole_word
from inbox.store.rows import decoded, encoded, portions
from inbox.store.stowed import catalogue, filing
from inbox.store.stowed.catalogue import Spot
from inbox.store.stowed.likely import Likely
from inbox.store.stowed.lines import put_back

_AT_ONCE = 200
_SCRATCH = "looking.db"


class _TakenBack(Exception):
    """Leave a transaction without keeping anything of it."""


@dataclass(frozen=True, slots=True)
class Theirs:
    """What of a buyer lies in the files."""

    conversations: tuple[ConversationUid, ...] = ()
    """Those in which they may stand: wrote, were written to, or ordered."""
    mentions: int = 0
    """Messages of other conversations that have the address or order in their text."""
    unread: tuple[Path, ...] = ()
    """Files that cannot be read, so that nobody knows."""


def matching(
    store: Store,
    query: Query,
    now: datetime,
    folder: Path,
    tell: Callable[[float], object] = lambda _part: None,
) -> Iterator[Conversation]:
    """Yield the stowed conversations that answer a query, the newest file first.

    `folder` is private, for a scratch store. `tell` is called with how much is
    looked into, 0 to 1, every few conversations; what it raises ends it. Raises StowDamaged,
    StoreError.
    """
    likely = Likely(query, now)
    with store.read() as tx:
        every = max(catalogue.count(tx)[0], 1)
    seen = 0
    with closing(Store.open(folder / _SCRATCH)) as scratch:
        for home, spots in _files(store, newest_first=True):
            for some in portions(spots, _AT_ONCE):
                tell(seen / every)
                seen += len(some)
                able = _able(home, some, likely)
                if likely.settled:
                    yield from able.values()
                elif able:
                    yield from _answering(scratch, home, list(able), query, now)


def of_buyer(store: Store, what: str) -> Theirs:
    """Return what of a buyer (an address, a service's id of them) or of an order is stowed.

    Rather more conversations than less: once they are back, `keeping.finding` judges.
    """
    core = core_of(canonical_address(what)).encode()
    named, spelled = whole_word(what), what.lower().encode()
    found: list[ConversationUid] = []
    mentions, unread = 0, list[Path]()
    for home, spots in _files(store):
        try:
            for spot, lines in filing.read_all(home, spots):
                told = [
                    decoded(line)
                    for line in lines
                    if core in (lowered := line.lower()) or spelled in lowered
                ]
                if any(_is_about(line, core, spelled) for line in told):
                    found.append(spot.conversation)
                else:
                    mentions += sum(bool(named.search(line.get("text", ""))) for line in told)
        except filing.StowDamaged as damaged:
            unread.append(damaged.path)
    return Theirs(tuple(found), mentions, tuple(unread))


def with_hashes(store: Store, hashes: set[str]) -> list[ConversationUid]:
    """Return the stowed conversations in which any message was forgotten, by its hash.

    A file that cannot be read says nothing.
    """
    with store.read() as tx:
        store_uid = tombstones.uid_of(tx)
    found: list[ConversationUid] = []
    for home, spots in _files(store):
        with suppress(filing.StowDamaged):
            for spot, lines in filing.read_all(home, spots):
                heads = [each["head"] for each in map(decoded, lines) if "head" in each]
                if any(tombstones.hashes_of(store_uid, head) & hashes for head in heads):
                    found.append(spot.conversation)
    return found


def folder_of(store: Store) -> Path:
    """Return where the store's files lie."""
    with store.read() as tx:
        return catalogue.folder_of(tx)


def _files(store: Store, *, newest_first: bool = False) -> Iterator[tuple[Path, list[Spot]]]:
    """Yield the conversations of each file, with the folder."""
    home = folder_of(store)
    with store.read() as tx:
        files = catalogue.files(tx)
    for file in reversed(files) if newest_first else files:
        with store.read() as tx:
            spots = list(catalogue.spots_in(tx, file.name))
        yield home, spots


def _able(home: Path, spots: Sequence[Spot], likely: Likely) -> dict[Spot, Conversation]:
    """Return those of some conversations that can answer, as far as their lines tell."""
    there = [spot for spot in spots if likely.place(spot)]
    told = ((spot, likely.told(lines)) for spot, lines in filing.read_all(home, there))
    return {spot: one for spot, one in told if one is not None}


def _answering(
    scratch: Store, home: Path, spots: Sequence[Spot], query: Query, now: datetime
) -> list[Conversation]:
    """Return those of some conversations that answer a query; nothing is kept of them."""
    found: list[Conversation] = []
    with suppress(_TakenBack), scratch.write() as tx:
        for spot, lines in filing.read_all(home, spots):
            put_back(tx, spot.conversation, lines)
        found = conversations.page(tx, conversations.ids(tx, query, now))
        raise _TakenBack
    return found


def _is_about(line: dict[str, Any], core: bytes, spelled: bytes) -> bool:
    """Return whether a line names them otherwise than in what somebody wrote."""
    for name in ("head", "conversation", "fact", "order"):
        said = encoded(line.get(name, "")).lower()
        if core in said or spelled in said:
            return True
    return False
