"""Old conversations into a file, and out of the store once the file is proven.

In short steps: nobody waits for more than a few conversations. A conversation
that changed since it was written stays where it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from connectors.steps import reached
from inbox.core.model import ConversationUid, Verb
from inbox.core.query import Query, Term
from inbox.locations import Locations, make_private
from inbox.store import faults, journal, listing, orders
from inbox.store.database import Store, Transaction
from inbox.store.instants import instant, micros
from inbox.store.keeping import export
from inbox.store.keeping.compact import Rest, let_go
from inbox.store.keeping.forget import remove_conversations, remove_messages
from inbox.store.keeping.refusals import Stopped
from inbox.store.keeping.snapshot import size_of
from inbox.store.keeping.workplace import need_room, sync_folder, workplace
from inbox.store.rows import portions
from inbox.store.stowed import catalogue, filing, settling, standing
from inbox.store.stowed.catalogue import Spot, StowFile
from inbox.store.stowed.lines import Key, keys_of, lines_of

MOST: Final = 5_000
"""Conversations of one file: where each lies, and its keys, are in memory until they are out."""
_READ_AT_ONCE: Final = 50
_TAKEN_AT_ONCE: Final = 5
"""Conversations of one transaction; a long one is a transaction by itself."""
_LONG: Final = 20
"""Messages after which a conversation is long."""
Keys = Mapping[ConversationUid, Sequence[Key]]
"""The threading keys of each conversation."""
_STAYING: Final = (
    "thread_keys",
    "verdicts",
    "said",
    "conversation_refs",
    "stowed",
    "stowed_keys",
    "told",
)
"""Tables that keep what they know of a stowed conversation; its keys are taken out one by one."""


@dataclass(slots=True)
class Stowed:
    """What a run did, or would do."""

    conversations: int = 0
    messages: int = 0
    files: list[Path] = field(default_factory=list)
    stays: Counter[str] = field(default_factory=Counter)
    """How many conversations of that age stay, by why."""


def plan(store: Store, before: datetime) -> Stowed:
    """Return what `stow` would do; writes nothing."""
    found = Stowed()
    with store.read() as tx:
        for conversation, why in standing.judged(tx, standing.silent_since(tx, before), before):
            if why is not None:
                found.stays[why.value] += 1
            else:
                found.conversations += 1
                found.messages += conversation.message_count
    return found


def stow(
    where: Locations,
    store: Store,
    names: Mapping[str, str],
    before: datetime,
    now: datetime,
    *,
    go_on: Callable[[], bool] = lambda: True,
    rest: Rest = let_go,
) -> Stowed:
    """Take what was silent since `before` out into files and return what was done.

    `names` are the accounts' names by uid. Raises KeepingBusy, NoRoom, Stopped,
    StowDamaged, StoreError: what is out by then stays out, everything else is as before.
    """
    done = Stowed()
    with workplace(where.data):
        settling.settle(store, now)
        with store.read() as tx:
            folder = catalogue.folder_of(tx)
            every = standing.silent_since(tx, before)
        try:
            for lot in _lots(store, every, before, done, rest):
                _one_file(store, folder, names, lot, before, now, done, go_on, rest)
        finally:
            _note(store, done, before, now)
    return done


def _lots(
    store: Store, every: Sequence[ConversationUid], before: datetime, done: Stowed, rest: Rest
) -> Iterator[list[ConversationUid]]:
    """Yield those that may go, as many together as one file takes; count why others stay."""
    going: list[ConversationUid] = []
    for some in portions(every):
        with store.read() as tx:
            for conversation, why in standing.judged(tx, some, before):
                if why is None:
                    going.append(conversation.uid)
                else:
                    done.stays[why.value] += 1
        rest()
        while len(going) >= MOST:
            yield going[:MOST]
            going = going[MOST:]
    if going:
        yield going


def _note(store: Store, done: Stowed, before: datetime, now: datetime) -> None:
    """Write into the journal how much went out."""
    if not done.conversations:
        return
    arguments = {"conversations": str(done.conversations), "before": before.isoformat()}
    with store.write(durable=True) as tx:
        journal.add(tx, at=now, verb=Verb.STOW, arguments=arguments)


def _one_file(  # noqa: PLR0917 - one run's values, handed on once
    store: Store,
    folder: Path,
    names: Mapping[str, str],
    going: Sequence[ConversationUid],
    before: datetime,
    now: datetime,
    done: Stowed,
    go_on: Callable[[], bool],
    rest: Rest,
) -> None:
    """Write one file of these conversations, prove it, and take them out of the store."""
    make_private(folder)
    need_room(folder, _room(store, len(going)))
    path = folder / filing.name_in(folder, store.uid, now)
    partial = path.with_name(f"{path.name}.part")
    with faults.named_by_the_system(path):
        with store.read() as tx:
            keys = keys_of(tx, going)
        with filing.being_written(partial, names, now) as writer:
            spots = _write(store, writer, keys, go_on, rest)
        reached("stow.written")
        if spots:
            filing.check(folder, [spot._replace(file=partial.name) for spot in spots])
        reached("stow.verified")
        size, checksum = filing.checksum(partial)
        partial.replace(path)
        sync_folder(folder)
    reached("stow.named")
    file = StowFile(path.name, micros(now), size, checksum, len(spots))
    _take_out(store, file, spots, keys, before, done, go_on, rest)
    with store.read() as tx:
        holds = catalogue.count(tx, path.name)[0]
    if holds:
        done.files.append(path)
    else:
        path.unlink()  # everything changed meanwhile: all is in the store


def _room(store: Store, going: int) -> int:
    """Return how many bytes a file of so many conversations takes at most, about."""
    with store.read() as tx:
        every: int = tx.sql.execute("SELECT count(*) FROM doc_conversations").fetchone()[0]
    return size_of(store.path) * going // max(every, going)


def _write(
    store: Store,
    writer: filing.Writer,
    going: Keys,
    go_on: Callable[[], bool],
    rest: Rest,
) -> list[Spot]:
    """Write conversations, a few at a time, and return where each lies."""
    spots: list[Spot] = []
    for some in portions(list(going), _READ_AT_ONCE):
        if not go_on():
            raise Stopped
        with store.read() as tx:
            there = {each.conversation.uid for each in standing.standings(tx, some)}
            spots += [
                writer.add(uid, map(export.encoded, lines_of(tx, uid, going[uid])))
                for uid in some
                if uid in there
            ]
        rest()
    return spots


def _take_out(  # noqa: PLR0917 - one run's values, handed on once
    store: Store,
    file: StowFile,
    spots: Sequence[Spot],
    keys: Keys,
    before: datetime,
    done: Stowed,
    go_on: Callable[[], bool],
    rest: Rest,
) -> None:
    """Take out of the store what is as it was written."""
    for some in _steps(spots):
        if not go_on():
            raise Stopped
        # On the disk with the file that it names, before anything else happens.
        with store.write(durable=True) as tx:
            same = [spot for spot in some if _is_as_written(tx, spot, keys, before)]
            if same:
                _remove(tx, same, keys)
                catalogue.put(tx, same)
                catalogue.put_file(tx, file)
            reached("stow.before_commit")
        reached("stow.taken_out")
        done.conversations += len(same)
        done.messages += sum(spot.messages for spot in same)
        rest()


def _steps(spots: Sequence[Spot]) -> list[list[Spot]]:
    """Return the conversations in lots that one transaction takes out in a moment."""
    lots: list[list[Spot]] = []
    messages = _LONG
    for spot in spots:
        if messages + spot.messages > _LONG or len(lots[-1]) >= _TAKEN_AT_ONCE:
            lots.append([])
            messages = 0
        lots[-1].append(spot)
        messages += spot.messages
    return lots


def _is_as_written(tx: Transaction, spot: Spot, keys: Keys, before: datetime) -> bool:
    """Return whether a conversation may still go, and says what is in the file."""
    why = [why for _one, why in standing.judged(tx, [spot.conversation], before)]
    if why != [None]:
        return False
    digest = sha256()
    for line in lines_of(tx, spot.conversation, keys[spot.conversation]):
        digest.update(export.encoded(line))
    return digest.hexdigest() == spot.hash


def _remove(tx: Transaction, spots: Sequence[Spot], keys: Keys) -> None:
    """Take conversations out of every table but those that keep what is small."""
    uids = [spot.conversation for spot in spots]
    doc_ids: list[int] = []
    for uid in uids:
        rows = tx.sql.execute("SELECT doc_id FROM doc_messages WHERE conversation = ?", (uid,))
        doc_ids += [doc_id for (doc_id,) in rows]
    gone = [(account, key, uid) for uid in uids for account, key in keys[uid]]
    heads = remove_messages(tx, doc_ids)
    catalogue.remember(tx, heads.values(), gone)
    tx.sql.executemany(
        'DELETE FROM thread_keys WHERE account = ? AND "key" = ?',
        [(account, key) for account, key, _uid in gone],
    )
    remove_conversations(tx, uids, _STAYING)
    named = {(head["account"], head["order_ref"]) for head in heads.values() if "order_ref" in head}
    for account, ref in named:
        if not listing.ids(tx, Query((Term(field="order", value=ref),)), instant(0)):
            orders.forget(tx, account, ref)
