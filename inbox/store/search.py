"""The full-text index: what every conversation says.

A row of the index is a stretch of one conversation: up to `FULL` messages
together, so that words of different messages meet, and a long conversation is
never indexed anew as a whole. Rows are numbered by the time of their newest
message: read backwards, the index gives the newest first and can stop early.
How it is asked is `inbox.store.asked`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from connectors.frozen import frozen
from inbox.core.model import ConversationUid
from inbox.store import contents
from inbox.store.database import Transaction
from inbox.store.folding import Words, held
from inbox.store.heads import words_of
from inbox.store.rows import AT_ONCE, encoded, portions

FULL = 32
"""Messages of a stretch that takes no more."""
_LONG = 200_000
"""Characters after which a stretch takes no more: each new message indexes its stretch anew."""
_SECOND = 1_000_000
_SLOTS = 64
"""Row numbers for each second."""
_Row = tuple[str | None, int, *tuple[str | bytes, ...]]
"""What FTS5 is told of one row: "delete" or nothing, its number and its four texts."""


@frozen
class Stretch:
    """One row of the index."""

    row: int
    conversation: ConversationUid
    messages: tuple[int, ...]
    """The doc_ids, in the order of their time."""


class Spoken(NamedTuple):
    """When and where a message was said."""

    at: int
    """When the service took it, in microseconds."""
    doc_id: int
    conversation: ConversationUid


def index(tx: Transaction, rows: Iterable[Words], spoken: Iterable[Spoken] | None = None) -> None:
    """Make these messages findable; their documents are written, none is in the index yet.

    `spoken` is what their documents say, where the caller knows it.
    """
    fresh = {row.doc_id: row for row in rows}
    said = _spoken(tx, list(fresh)) if spoken is None else list(spoken)
    taken = _open(tx, list(dict.fromkeys(each.conversation for each in said)))
    texts = words_in(tx, taken)
    _exchange(tx, taken, texts, texts | fresh, [*said, *_spoken(tx, list(texts))])


def unindex(tx: Transaction, rows: Iterable[Words]) -> None:
    """Take messages out, before they change; what is given must be what was indexed."""
    gone = {row.doc_id: row for row in rows}
    taken = [
        each
        for uid in dict.fromkeys(each.conversation for each in _spoken(tx, list(gone)))
        for each in stretches(tx, uid)
        if not gone.keys().isdisjoint(each.messages)
    ]
    others = [doc_id for each in taken for doc_id in each.messages if doc_id not in gone]
    texts = _texts(tx, others)
    _exchange(tx, taken, texts | gone, texts, _spoken(tx, others))


def moved(tx: Transaction, old: ConversationUid, target: ConversationUid) -> None:
    """Let what was said in `old` be found in the conversation it became part of."""
    tx.sql.execute("UPDATE stretches SET conversation = ? WHERE conversation = ?", (target, old))
    _count(tx, [target])


def stretches(tx: Transaction, conversation: ConversationUid) -> list[Stretch]:
    """Return the rows of one conversation."""
    rows = tx.sql.execute(
        "SELECT row, conversation, messages FROM stretches WHERE conversation = ?",
        (conversation,),
    )
    return [stretch_of(*row) for row in rows]


def words_in(tx: Transaction, rows: Sequence[Stretch]) -> dict[int, Words]:
    """Return what each message of these stretches is found by, as the store has it."""
    return _texts(tx, [doc_id for each in rows for doc_id in each.messages])


def rebuild(tx: Transaction, tell: Callable[[float], None] = lambda _part: None) -> None:
    """Index every message there is; the index must be empty. `tell`: how far it is, 0 to 1.

    The messages of a conversation come together, so that each stretch is made once.
    """
    every = [
        doc_id
        for (doc_id,) in tx.sql.execute("SELECT doc_id FROM doc_messages ORDER BY conversation")
    ]
    for done, some in enumerate(portions(every), 1):
        index(tx, _texts(tx, some).values())
        tell(min(1.0, done * AT_ONCE / len(every)))


def stretch_of(row: int, conversation: ConversationUid, messages: str) -> Stretch:
    """Return the row of the index that a row of `stretches` stands for."""
    return Stretch(row, conversation, tuple(map(int, messages.split())))


def _open(tx: Transaction, conversations: Sequence[ConversationUid]) -> list[Stretch]:
    """Return the stretches of these conversations that take more messages."""
    found: list[Stretch] = []
    for some in portions(conversations):
        rows = tx.sql.execute(
            "SELECT row, conversation, messages FROM stretches"  # noqa: S608 - marks only
            f' WHERE conversation IN ({",".join("?" * len(some))}) AND "full" = 0',
            some,
        )
        found += [stretch_of(*row) for row in rows]
    return found


def _spoken(tx: Transaction, doc_ids: Sequence[int]) -> list[Spoken]:
    """Return when and where each of these messages was said."""
    found: list[Spoken] = []
    for some in portions(doc_ids):
        rows = tx.sql.execute(
            "SELECT accepted_at, doc_id, conversation FROM doc_messages"  # noqa: S608 - marks only
            f" WHERE doc_id IN ({','.join('?' * len(some))})",
            some,
        )
        found += map(Spoken._make, rows)
    return found


def _texts(tx: Transaction, doc_ids: Sequence[int]) -> dict[int, Words]:
    """Return what these messages are found by, as the store has them."""
    found: dict[int, Words] = {}
    bodies = contents.bodies(tx, doc_ids)
    for head in tx.table("messages").get(doc_ids=list(doc_ids)):
        text, _html = bodies.get(head.doc_id, ("", None))
        found[head.doc_id] = words_of(head.doc_id, head, text)
    return found


def _exchange(
    tx: Transaction,
    taken: Sequence[Stretch],
    before: dict[int, Words],
    after: dict[int, Words],
    spoken: Iterable[Spoken],
) -> None:
    """Take rows out of the index and put messages in, those of a conversation together.

    `before` and `after` are what the messages of those rows and the messages to
    be put in are found by: FTS5 must be told what stood in a row. `spoken` is of `after`.
    """
    tx.sql.executemany("DELETE FROM stretches WHERE row = ?", [(each.row,) for each in taken])
    rows: list[_Row] = [
        ("delete", each.row, *held([before[doc_id] for doc_id in each.messages])) for each in taken
    ]
    rows += [
        (None, row, *held([after[doc_id] for doc_id in some]))
        for row, some in _placed(tx, after, spoken)
    ]
    rows.sort(key=lambda each: (each[1], each[0] is None))
    # FTS5 writes out what it holds whenever a number is smaller than the one before, or the same
    # one comes again; but after its own deletion.
    tx.sql.executemany(
        "INSERT INTO words (words, rowid, subject, body, party, reference) VALUES"
        " (?, ?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT))",
        rows,
    )


def _placed(
    tx: Transaction, texts: dict[int, Words], spoken: Iterable[Spoken]
) -> list[tuple[int, list[int]]]:
    """Note the stretches that messages make; return the row of each with its messages."""
    by_conversation: dict[ConversationUid, list[int]] = {}
    accepted_at: dict[int, int] = {}
    for at, doc_id, uid in sorted(spoken):
        by_conversation.setdefault(uid, []).append(doc_id)
        accepted_at[doc_id] = at
    cut = [(uid, some) for uid, ids in by_conversation.items() for some in _cut(ids, texts)]
    rows = _free_rows(tx, [accepted_at[some[-1]] for _uid, some in cut])
    tx.sql.executemany(
        'INSERT INTO stretches (row, conversation, messages, "full") VALUES (?, ?, ?, ?)',
        [
            (row, uid, " ".join(map(str, some)), _is_full(some, texts))
            for row, (uid, some) in zip(rows, cut, strict=True)
        ],
    )
    _count(tx, list(by_conversation))
    return [(row, some) for row, (_uid, some) in zip(rows, cut, strict=True)]


def _is_full(doc_ids: Sequence[int], texts: dict[int, Words]) -> bool:
    """Return whether a stretch of these messages takes no more."""
    return len(doc_ids) >= FULL or sum(texts[doc_id].length for doc_id in doc_ids) >= _LONG


def _cut(doc_ids: Sequence[int], texts: dict[int, Words]) -> Iterator[list[int]]:
    """Yield the messages of one conversation in stretches."""
    some: list[int] = []
    length = 0
    for doc_id in doc_ids:
        some.append(doc_id)
        length += texts[doc_id].length
        if len(some) == FULL or length >= _LONG:
            yield some
            some, length = [], 0
    if some:
        yield some


def _free_rows(tx: Transaction, instants: Sequence[int]) -> list[int]:
    """Return for each instant (microseconds) a row number that no stretch has, all different."""
    wanted = [at // _SECOND * _SLOTS for at in instants]
    last = _last_rows(tx, wanted)
    found: list[int] = []
    for begin in wanted:
        first = begin
        while last[first] == first + _SLOTS - 1:
            first += _SLOTS
            if first not in last:
                last |= _last_rows(tx, [first])
        last[first] += 1
        found.append(last[first])
    return found


def _last_rows(tx: Transaction, seconds: Iterable[int]) -> dict[int, int]:
    """Return the last row number taken of each second, given as its first; if none, one less."""
    rows = tx.sql.execute(
        "SELECT value, coalesce((SELECT max(row) FROM stretches"
        " WHERE row >= value AND row < value + ?), value - 1) FROM json_each(?)",
        (_SLOTS, encoded(sorted(set(seconds))).decode()),
    )
    return dict(rows.fetchall())


def _count(tx: Transaction, conversations: Sequence[ConversationUid]) -> None:
    """Note of each stretch whether its conversation has several."""
    for some in portions(conversations):
        rows = tx.sql.execute(
            "SELECT count(*) > 1, conversation FROM stretches"  # noqa: S608 - marks only
            f" WHERE conversation IN ({','.join('?' * len(some))})"
            " GROUP BY conversation HAVING max(several) OR count(*) > 1",
            some,
        )
        tx.sql.executemany(
            "UPDATE stretches SET several = ?1 WHERE conversation = ?2 AND several <> ?1",
            rows.fetchall(),
        )
