"""The full-text index: what every message says, found by words, phrases and beginnings.

SQLite's FTS5 splits text into words, lower-cases and strips accents; what it
leaves apart is folded here, the same way for text and for questions. Scripts
written without blanks are indexed letter by letter: a run of them is a phrase,
so that a word of two Chinese characters is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from inbox.core.model import ConversationUid
from inbox.core.query import Term
from inbox.store.database import Transaction

BOUND = 1000
"""How many conversations `find` returns at most."""

_BROAD = 10_000
"""From so many messages on a word is looked for the other way round."""

Words = tuple[int, str, str, str, str]
"""A message's doc_id, subject, body, party and reference (order number), not folded yet."""

_WITHOUT_BLANKS = (
    "["
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Myanmar, Khmer
    "\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff"  # Han, Kana, Bopomofo and their signs
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
    "]"
)
_FOLDED = str.maketrans(
    {"\u0451": "\u0435", "\u0401": "\u0415", "ß": "ss", "ẞ": "SS", "\u0131": "i", "\u0130": "I"}
)
"""Cyrillic yo as ye, sharp s as two, the Turkish i without and with its dot."""


def fold(text: str) -> str:
    """Return the text in the form that is indexed and asked for."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text).translate(_FOLDED)
    return re.sub(_WITHOUT_BLANKS, r" \g<0> ", plain)


def index(tx: Transaction, rows: Iterable[Words]) -> None:
    """Make these messages findable; none of them may be in the index already."""
    tx.sql.executemany(
        "INSERT INTO words (rowid, subject, body, party, reference) VALUES (?, ?, ?, ?, ?)",
        folded(rows),
    )


def unindex(tx: Transaction, rows: Iterable[Words]) -> None:
    """Take messages out; what is given must be what was indexed."""
    tx.sql.executemany(
        "INSERT INTO words (words, rowid, subject, body, party, reference)"
        " VALUES ('delete', ?, ?, ?, ?, ?)",
        folded(rows),
    )


def asked(term: Term) -> str | None:
    """Return the term in the index's own language, None if there is no letter or digit in it."""
    text = fold(term.value).replace('"', " ")
    if not any(unicodedata.category(character)[0] in "LN" for character in text):
        return None
    return f'"{text}"' + ("*" if term.prefix else "")


def find(tx: Transaction, words: Sequence[Term], *, limit: int = BOUND) -> list[ConversationUid]:
    """Return conversations in which every one of these words occurs, newest first.

    A negated word must not occur. At most `limit`; none for no word at all.
    """
    values: dict[str, str | int] = {"limit": limit}
    conditions = []
    for number, term in enumerate(words):
        match = asked(term)
        if match is not None:
            values[f"v{number}"] = match
            found = occurs(f"v{number}", broad=is_broad(tx, match))
            conditions.append(("NOT " if term.negated else "") + found)
    if not conditions:
        return []
    rows = tx.sql.execute(
        f"SELECT uid FROM doc_conversations WHERE {' AND '.join(conditions)}"  # noqa: S608 - fixed texts, values bound
        " ORDER BY last_at DESC, uid LIMIT :limit",
        values,
    )
    return [uid for (uid,) in rows]


def is_broad(tx: Transaction, match: str) -> bool:
    """Return whether so many messages are found that walking all of them costs less."""
    (count,) = tx.sql.execute(
        "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)", (match, _BROAD)
    ).fetchone()
    return bool(count == _BROAD)


def occurs(name: str, *, broad: bool) -> str:
    """Return the condition on a conversation that what is bound to `name` occurs in it.

    Few hits are looked up one by one; for many, "+" makes SQLite walk the
    indexes of messages and conversations instead.
    """
    found = f"SELECT rowid FROM words WHERE words MATCH :{name}"  # noqa: S608 - a name of ours
    if not broad:
        return f"(uid IN (SELECT conversation FROM doc_messages WHERE doc_id IN ({found})))"  # noqa: S608 - as above
    walked = "SELECT conversation FROM doc_messages INDEXED BY messages_conversation"
    return f"(+uid IN ({walked} WHERE +doc_id IN ({found})))"


def folded(rows: Iterable[Words]) -> Iterator[Words]:
    """Yield the rows as they are indexed."""
    for doc_id, subject, body, party, reference in rows:
        yield doc_id, fold(subject), fold(body), fold(party), fold(reference)
