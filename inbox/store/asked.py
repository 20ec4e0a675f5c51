"""The full-text index asked: from the words of a query to conversations.

A word is looked for in the whole conversation, not in one message. Almost all
conversations are one row of the index, so that FTS5 joins the words itself;
for those of several rows (`stretches.several`) each word is asked for by
itself, and what is found is joined by conversation.
"""

from __future__ import annotations

from collections.abc import Sequence

from connectors.frozen import frozen
from inbox.core.model import ConversationUid
from inbox.core.query import Term
from inbox.store import folding
from inbox.store.database import Transaction
from inbox.store.rows import encoded

Values = dict[str, str | int]

LOOKED = 1000
"""Rows of the index that are looked at before the conditions are asked first."""
FEW = 2000
"""Conversations that are looked up in the index one by one: about 25 microseconds each."""

_COLUMNS = {"from": "party", "subject": "subject"}


@frozen
class Asked:
    """The words of a query in the index's own language."""

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether no word is asked for."""
        return not self.wanted and not self.unwanted

    @property
    def joined(self) -> str | None:
        """All words as one question to a row of the index; None without a wanted one."""
        if not self.wanted:
            return None
        every = " AND ".join(f"({each})" for each in self.wanted)
        return " NOT ".join([f"({every})", *(f"({each})" for each in self.unwanted)])


def asked(words: Sequence[Term]) -> Asked:
    """Return these terms as they are asked; one without letter or digit asks nothing."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for term in words:
        match = match_of(term)
        if match is not None:
            (unwanted if term.negated else wanted).append(match)
    return Asked(tuple(wanted), tuple(unwanted))


def match_of(term: Term) -> str | None:
    """Return one term in FTS5's language, None if there is no letter or digit in it."""
    text = folding.fold(term.value).replace('"', " ").replace("\0", " ")
    if not folding.is_asking(text):
        return None
    if term.field == "order":
        return _order(term.value)
    if term.field == "to":
        return _quoted(folding.recipients_folded(term.value), prefix=term.prefix)
    plain = _quoted(text, prefix=term.prefix)
    if term.field:
        return f"{_COLUMNS[term.field]} : {plain}"
    if term.phrase or len(folding.compact(term.value)) < folding.SHORTEST_PART:
        return plain
    return f"{plain} OR {_order(term.value)}"


def _order(number: str) -> str:
    """Return what finds an order by a part of its number, or by all of a short one."""
    if len(folding.compact(number)) < folding.SHORTEST_PART:
        return _quoted(folding.whole_asked(number), prefix=False)
    return _quoted(folding.part_asked(number), prefix=True)


def newest(
    tx: Transaction,
    words: Asked,
    conditions: str,
    values: Values,
    limit: int,
    *,
    narrowed: bool = False,
) -> list[ConversationUid]:
    """Return at most `limit` conversations (-1: all) with these words, newest first.

    `conditions` are about `doc_conversations`; `values` is what they bind;
    `narrowed` says that few may answer them: else they leave out spam and
    nothing more. At least one word must be wanted.
    """
    alone = has_several(tx) and len(words.wanted) + len(words.unwanted) > 1
    more = " AND stretches.several = 0" if alone else ""
    bound = {**values, "match": words.joined or "", "limit": limit}
    rows = _narrowed(tx, conditions, more, bound) if narrowed else _unspammed(tx, more, bound)
    if rows is None:
        rows = _walked(tx, f"{conditions}{more}", bound)
    if alone:
        rows += _of_several(tx, words, conditions, values)
    found = [ConversationUid(uid) for uid in dict.fromkeys(uid for _, uid in sorted(rows)[::-1])]
    return found if limit < 0 else found[:limit]


def _walked(tx: Transaction, conditions: str, bound: Values) -> list[tuple[int, str]]:
    """Return the newest rows with the words whose conversations answer the conditions."""
    return tx.sql.execute(
        "SELECT stretches.row, uid FROM words"  # noqa: S608 - fixed texts, values bound
        " CROSS JOIN stretches ON stretches.row = words.rowid"
        " CROSS JOIN doc_conversations ON uid = stretches.conversation"
        f" WHERE words MATCH :match AND {conditions} ORDER BY words.rowid DESC LIMIT :limit",
        bound,
    ).fetchall()


def _unspammed(tx: Transaction, more: str, bound: Values) -> list[tuple[int, str]]:
    """Return the newest rows with the words, of all conversations but spam.

    No conversation is looked at for it: 50,000 of them lie all over a file.
    """
    return tx.sql.execute(
        "SELECT stretches.row, stretches.conversation FROM words"  # noqa: S608 - fixed texts, values bound
        " CROSS JOIN stretches ON stretches.row = words.rowid"
        " WHERE words MATCH :match AND NOT EXISTS (SELECT 1 FROM doc_conversations"
        f" INDEXED BY conversations_spam WHERE spam = 1 AND uid = stretches.conversation){more}"
        " ORDER BY words.rowid DESC LIMIT :limit",
        bound,
    ).fetchall()


def _narrowed(
    tx: Transaction, conditions: str, more: str, bound: Values
) -> list[tuple[int, str]] | None:
    """Return what `_walked` would, without walking over all that have the words.

    None where they are no more than a walk is quick for, and where neither the
    newest of them nor those that answer the conditions are few.
    """
    last = tx.sql.execute(
        "SELECT rowid FROM words WHERE words MATCH :match ORDER BY rowid DESC LIMIT 1"
        " OFFSET :looked",
        {**bound, "looked": LOOKED},
    ).fetchone()
    if last is None:
        return None
    if int(bound["limit"]) >= 0:
        near = f"words.rowid > :last AND {conditions}{more}"
        rows = _walked(tx, near, {**bound, "last": last[0]})
        if len(rows) == bound["limit"]:
            return rows
    few = few_that(tx, conditions, bound)
    if few is None:
        return None
    return tx.sql.execute(
        "SELECT stretches.row, value FROM json_each(:few)"  # noqa: S608 - fixed texts, values bound
        " CROSS JOIN stretches ON stretches.conversation = value"
        " CROSS JOIN words ON words.rowid = stretches.row"
        f" WHERE words MATCH :match{more} ORDER BY stretches.row DESC LIMIT :limit",
        {**bound, "few": encoded(few).decode()},
    ).fetchall()


def few_that(tx: Transaction, conditions: str, values: Values) -> list[str] | None:
    """Return the uids of the conversations that answer the conditions; None if those are many."""
    rows = tx.sql.execute(
        f"SELECT uid FROM doc_conversations WHERE {conditions} LIMIT :few",  # noqa: S608 - fixed texts, values bound
        {**values, "few": FEW},
    ).fetchall()
    return [uid for (uid,) in rows] if len(rows) < FEW else None


def condition(
    tx: Transaction, words: Asked, values: Values, few: Sequence[str] | None = None
) -> str:
    """Return the condition on `doc_conversations` that these words occur; adds to `values`.

    `few`: no others need be looked at.
    """
    if words.nothing:
        return "1"
    text = _FOUND if few is None else _FOUND_AMONG
    if few is not None:
        values["few"] = encoded(list(few)).decode()
    if words.joined is not None and not has_several(tx):
        values["match"] = words.joined
        return f"uid IN ({text.format(name='match')})"
    parts = [] if few is None else ["uid IN (SELECT value FROM json_each(:few))"]
    for number, match in enumerate((*words.wanted, *words.unwanted)):
        values[f"match{number}"] = match
        turned = "NOT " if number >= len(words.wanted) else ""
        parts.append(f"uid {turned}IN ({text.format(name=f'match{number}')})")
    return " AND ".join(parts)


def has_several(tx: Transaction) -> bool:
    """Return whether any conversation is more than one row of the index."""
    found = tx.sql.execute("SELECT 1 FROM stretches WHERE several = 1 LIMIT 1").fetchone()
    return found is not None


_FOUND = (
    "SELECT conversation FROM words CROSS JOIN stretches ON row = words.rowid"
    " WHERE words MATCH :{name}"
)
_FOUND_AMONG = (
    "SELECT value FROM json_each(:few) CROSS JOIN stretches ON stretches.conversation = value"
    " CROSS JOIN words ON words.rowid = stretches.row WHERE words MATCH :{name}"
)
_FOUND_IN_SEVERAL = (
    "SELECT conversation FROM stretches CROSS JOIN words ON words.rowid = row"
    " WHERE several = 1 AND words MATCH :{name}"
)


def _of_several(
    tx: Transaction, words: Asked, conditions: str, values: Values
) -> list[tuple[int, str]]:
    """Return those of several rows that have the words, with their newest row."""
    bound: Values = dict(values)
    parts = [conditions]
    for number, match in enumerate((*words.wanted, *words.unwanted)):
        bound[f"match{number}"] = match
        turned = "NOT " if number >= len(words.wanted) else ""
        parts.append(f"uid {turned}IN ({_FOUND_IN_SEVERAL.format(name=f'match{number}')})")
    found: list[tuple[int, str]] = tx.sql.execute(
        "SELECT max(stretches.row), uid FROM stretches"  # noqa: S608 - fixed texts, values bound
        " JOIN doc_conversations ON uid = stretches.conversation"
        f" WHERE stretches.several = 1 AND {' AND '.join(parts)} GROUP BY uid",
        bound,
    ).fetchall()
    return found


def _quoted(text: str, *, prefix: bool) -> str:
    return f'"{text}"' + ("*" if prefix else "")
