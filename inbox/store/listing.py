"""A query's answers in the order of the list, and how many each view has: all in SQL.

What a term means is said by `inbox.core.query.matches`; a test compares the
two. Views and their counts are read from one index.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from inbox.core.model import ConversationUid
from inbox.core.query import Query, Term
from inbox.store import search
from inbox.store.database import Transaction
from inbox.store.instants import micros

_SNOOZED = "coalesce(snoozed_until > :now, 0)"
_LIVE = f"NOT {_SNOOZED} AND done_at IS NULL"
_WAITING = "their_turn = 1 AND owed = 0"
_STATES: Mapping[str, str] = {
    "owed": "owed = 1",
    "late": "coalesce(due_at < :now, 0)",
    "soon": "coalesce(soon_at <= :now AND due_at >= :now, 0)",
    "open": f"spam = 0 AND {_LIVE} AND NOT ({_WAITING})",
    "waiting": f"spam = 0 AND {_LIVE} AND {_WAITING}",
    "snoozed": f"spam = 0 AND {_SNOOZED}",
    "done": f"spam = 0 AND NOT {_SNOOZED} AND done_at IS NOT NULL",
    "spam": "spam = 1",
    "unread": "unread = 1",
    "starred": "starred = 1",
    "unsent": "unsent IS NOT NULL",
    "gone": "gone = 1",
}
"""What `is:` asks, as conditions that are true or false and never unknown."""
_COUNTED = ("owed", "late", "soon", "unread", "starred", "unsent", "gone")
"""What is counted by itself among all but spam; the rest is four parts of a whole."""
Values = dict[str, str | int]


def ids(
    tx: Transaction, query: Query, now: datetime, limit: int | None = None
) -> list[ConversationUid]:
    """Return the uids of all conversations that answer the query, in list order.

    Late oldest first, then due ascending, then without due by newest message,
    ties by uid. `account:` terms hold the account's uid. Spam only where it
    is asked for.
    """
    values: Values = {"now": micros(now), "limit": -1 if limit is None else limit}
    conditions = [] if query.wants_spam else ["spam = 0"]
    for number, term in enumerate(query.terms):
        condition = _condition(tx, term, f"v{number}", values)
        if condition is not None:
            conditions.append(f"NOT ({condition})" if term.negated else f"({condition})")
    rows = tx.sql.execute(
        f"SELECT uid FROM doc_conversations WHERE {' AND '.join(conditions) or '1'}"  # noqa: S608 - fixed texts, values bound
        ' ORDER BY "rank", uid LIMIT :limit',
        values,
    )
    return [uid for (uid,) in rows]


def counts(tx: Transaction, now: datetime) -> dict[str, int]:
    """Return how many conversations each `is:` word finds, and under "all" all but spam."""
    sums = ", ".join(f"coalesce(sum({_STATES[name]}), 0)" for name in _COUNTED)
    every, snoozed, done, waiting, *others = tx.sql.execute(
        f"SELECT count(*), coalesce(sum({_SNOOZED}), 0),"  # noqa: S608 - fixed texts
        f" coalesce(sum(NOT {_SNOOZED} AND done_at IS NOT NULL), 0),"
        f" coalesce(sum({_LIVE} AND {_WAITING}), 0), {sums}"
        " FROM doc_conversations WHERE spam = 0",
        {"now": micros(now)},
    ).fetchone()
    (spam,) = tx.sql.execute("SELECT count(*) - ? FROM doc_conversations", (every,)).fetchone()
    parts = {"snoozed": snoozed, "done": done, "waiting": waiting}
    found = {"all": every, "open": every - sum(parts.values()), "spam": spam, **parts}
    return found | dict(zip(_COUNTED, others, strict=True))


def _condition(tx: Transaction, term: Term, name: str, values: Values) -> str | None:
    """Return the condition of one term, None for one that asks nothing; adds to `values`."""
    if not term.field:
        match = search.asked(term)
        if match is None:
            return None
        values[name] = match
        return search.occurs(name, broad=search.is_broad(tx, match))
    if term.field == "is":
        return _STATES.get(term.value, "0")
    condition, folded = _FIELDS[term.field]
    values[name] = folded(term.value)
    return condition.format(name=name)


def _casefolded(text: str) -> str:
    return text.casefold()


def _within(column: str) -> str:
    """Return the condition that a column holds a text somewhere; "+": walk, do not look up."""
    return f"+uid IN (SELECT uid FROM doc_conversations WHERE instr({column}, :{{name}}))"  # noqa: S608 - a column of ours


def _as_it_is(text: str) -> str:
    return text


_FIELDS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "account": ("account = :{name}", _as_it_is),
    "from": (_within("party_text"), _casefolded),
    "subject": (_within("subject_text"), _casefolded),
    "order": ("order_text = :{name}", _casefolded),
    "service": ("service_text = :{name}", _casefolded),
    "tag": ("coalesce(instr(tag_text, char(10) || :{name} || char(10)), 0)", _casefolded),
}
