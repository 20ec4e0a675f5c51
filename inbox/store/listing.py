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

_SNOOZED = "spam = 0 AND coalesce(snoozed_until > :now, 0)"
_AWAKE = "spam = 0 AND NOT coalesce(snoozed_until > :now, 0)"
_LIVE = f"{_AWAKE} AND done_at IS NULL"
_WAITING = "their_turn = 1 AND owed = 0"
_STATES: Mapping[str, str] = {
    "owed": "owed = 1",
    "late": "coalesce(due_at < :now, 0)",
    "soon": "coalesce(soon_at <= :now AND due_at >= :now, 0)",
    "open": f"{_LIVE} AND NOT ({_WAITING})",
    "waiting": f"{_LIVE} AND {_WAITING}",
    "snoozed": _SNOOZED,
    "done": f"{_AWAKE} AND done_at IS NOT NULL",
    "spam": "spam = 1",
    "unread": "unread = 1",
    "starred": "starred = 1",
    "unsent": "unsent IS NOT NULL",
    "gone": "gone = 1",
}
"""What `is:` asks, as conditions that are true or false and never unknown."""
_ALWAYS_COUNTED = frozenset({"spam"})

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
        condition = _condition(term, f"v{number}", values)
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
    sums = ", ".join(
        f"sum({condition if name in _ALWAYS_COUNTED else f'spam = 0 AND {condition}'})"
        for name, condition in _STATES.items()
    )
    row = tx.sql.execute(
        f"SELECT sum(spam = 0), {sums} FROM doc_conversations",  # noqa: S608 - fixed texts
        {"now": micros(now)},
    ).fetchone()
    return {name: count or 0 for name, count in zip(("all", *_STATES), row, strict=True)}


def _condition(term: Term, name: str, values: Values) -> str | None:
    """Return the condition of one term, None for one that asks nothing; adds to `values`."""
    if not term.field:
        match = search.asked(term)
        if match is None:
            return None
        values[name] = match
        return search.occurs(name)
    if term.field == "is":
        return _STATES.get(term.value, "0")
    condition, folded = _FIELDS[term.field]
    values[name] = folded(term.value)
    return condition.format(name=name)


def _casefolded(text: str) -> str:
    return text.casefold()


def _as_it_is(text: str) -> str:
    return text


_FIELDS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "account": ("account = :{name}", _as_it_is),
    "from": ("instr(party_text, :{name})", _casefolded),
    "subject": ("instr(subject_text, :{name})", _casefolded),
    "order": ("order_text = :{name}", _casefolded),
    "service": ("service_text = :{name}", _casefolded),
    "tag": ("coalesce(instr(tag_text, char(10) || :{name} || char(10)), 0)", _casefolded),
}
