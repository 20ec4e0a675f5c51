"""Forgetting a buyer, as the law asks: all of it, out of the file too, and what is left told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from connectors.values import Direction
from inbox.core.model import ConversationUid
from inbox.core.obligations import Book
from inbox.core.parties import canonical_address
from inbox.locations import Locations
from inbox.store import before_migrating, messages, verdicts
from inbox.store.database import Store, Transaction
from inbox.store.derive import derive
from inbox.store.keeping import forget as forgetting
from inbox.store.keeping import rotation, tombstones, traces
from inbox.store.keeping.compact import Rest, let_go, merge, rewrite
from inbox.store.keeping.forget import Found, Tally
from inbox.store.keeping.snapshot import size_of
from inbox.store.keeping.workplace import need_room, workplace
from inbox.store.stowed import bringing, settling
from inbox.store.stowed.finding import Theirs, folder_of
from inbox.view.explain import explain


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was done, and where copies are that nobody can change."""

    counts: dict[str, int]
    emptied: bool
    """Whether the store's log is empty already; else it is once the open inboxes end."""
    backups_until: date | None
    """The day on which the last automatic backup that holds it is rotated out; None: none does."""
    aside: tuple[Path, ...]
    """Copies that only the seller can remove."""


def refuse_own(what: str, book: Book) -> None:
    """Raise OwnAddress for an address of the seller's."""
    own = {each for terms in book.accounts.values() for each in terms.addresses}
    if canonical_address(what) in map(canonical_address, own):
        raise forgetting.OwnAddress(what)


def forget(
    store: Store,
    found: Found,
    *,
    where: Locations,
    folder: Path,
    book: Book,
    now: datetime,
    stowed: Theirs | None = None,
    rest: Rest = let_go,
) -> Forgotten:
    """Take out everything that was found and return what was done.

    `folder` holds the automatic backups; `stowed` says which stowed conversations
    may be theirs: they are brought back and go with the rest. Raises NothingKnown, OwnAddress,
    ReplyUnderWay, KeepingBusy, NoRoom, StowDamaged, StoreError, OSError.
    """
    stowed = stowed or Theirs()
    refuse_own(found.what, book)
    if found.nothing and not stowed.conversations:
        raise forgetting.NothingKnown(found.what, stowed.unread)
    with workplace(where.data) as place:
        need_room(place, 2 * size_of(where.store_file))
        settling.settle(store, now)
        with store.write(durable=True) as tx:
            derive(tx, bringing.bring_back(tx, stowed.conversations), book)
            found = forgetting.find(tx, found.what, found)
            forgetting.refuse_while_sending(tx, found)
            verdicts.settle(tx, now)
            _keep_counts(tx, found.conversations, book)
            pieces = traces.of(tx, found)
            forgetting.erase(tx, found)
            derive(tx, found.touched, book)
            noted = tombstones.every(tx)
        backups = rotation.found(folder, store.uid)
        for each in {where.data, *([folder] if backups else [])}:
            tombstones.write_list(each, store.uid, noted)
        doubtful = {*settling.settle(store, now), *stowed.unread, *_strangers(store)}
        emptied = _overwritten(store, pieces, place, rest)
    return Forgotten(
        counts={**found.counts, "mentions": found.counts["mentions"] + stowed.mentions},
        emptied=emptied,
        backups_until=rotation.gone_by(backups, now),
        aside=(*_copies(where), *sorted(doubtful)),
    )


def _overwritten(store: Store, pieces: Sequence[bytes], place: Path, rest: Rest) -> bool:
    """Leave nothing of what was erased in the file; return whether its log is empty.

    In short steps. Only if a trace is found nevertheless is every page written anew.
    """
    emptied = merge(store.path, rest)
    left = traces.left(store.path, pieces)
    if left:
        with store.read() as tx:
            left = tuple(set(left) - traces.mentioned(tx, left))
    return rewrite(store.path, place) if left else emptied


def _keep_counts(tx: Transaction, gone: Iterable[ConversationUid], book: Book) -> None:
    """Add up how much there was and how well it was answered: numbers of nobody."""
    tally: Tally = Counter()
    for uid in gone:
        tally += _tally_of(tx, uid, book)
    forgetting.add_counts(tx, tally)


def _tally_of(tx: Transaction, uid: ConversationUid, book: Book) -> Tally:
    explained = explain(tx, uid, book)
    conversation = explained.conversation
    tally: Tally = Counter()

    def count(at: datetime, name: str) -> None:
        tally[conversation.account, conversation.service, f"{at:%Y-%m}", name] += 1

    for head in messages.heads(tx, uid):
        came = head.message.direction is Direction.IN
        count(head.message.accepted_at, "received" if came else "sent")
    for owed in explained.obligations:
        if owed.met_at is not None:
            late = owed.due_at is not None and owed.met_at > owed.due_at
            count(owed.opened_at, "answered_late" if late else "answered_in_time")
    return tally


def _strangers(store: Store) -> list[Path]:
    """Return files of stowed conversations that the store does not know: they may hold it."""
    folder = folder_of(store)
    return [folder / name for name in settling.strangers(store, folder)]


def _copies(where: Locations) -> list[Path]:
    """Return the copies of the store beside it: set aside, or kept before migrating."""
    name = where.store_file.name
    found = [
        *where.data.glob(f"{name}.before-restore-*"),
        *where.data.glob(f"{name}.damaged-*"),
        *before_migrating.copies(where.store_file),
    ]
    folders = where.data.glob("stowed.before-restore-*")
    return sorted([*(path for path in found if path.is_file()), *folders])
