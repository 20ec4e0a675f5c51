"""A query's answers in the order of the list, and how many each view has: all in SQL.

What a term means is said by `inbox.core.answering`; a test compares the two.
Views and their counts are each read from one index.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from inbox.core.model import ConversationUid
from inbox.core.query import Query, Term
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


def every(tx: Transaction) -> list[ConversationUid]:
    """Return every conversation, where something was said last at the end."""
    rows = tx.sql.execute("SELECT uid FROM doc_conversations ORDER BY last_at")
    return [ConversationUid(uid) for (uid,) in rows]


def ids(
    tx: Transaction, query: Query, now: datetime, limit: int | None = None
) -> list[ConversationUid]:
    """Return the uids of all conversations that answer the query, in list order.

    Late oldest first, then due ascending, then without due by newest message,
    ties by uid. `account:` terms hold the account's uid. Spam only where it
    is asked for.
    """
    values: Values = {"now": micros(now), "limit": -1 if limit is None else limit}
    conditions = _conditions(query, now, values)
    if query.words:
        from inbox.store import asked

        few = asked.few_that(tx, " AND ".join(conditions), values) if _narrowed(query) else None
        conditions.append(asked.condition(tx, asked.asked(query.words), values, few))
    # As one text: to make a row of each id would take SQLite as long as finding them.
    (packed,) = tx.sql.execute(
        "SELECT group_concat(uid, ' ') FROM (SELECT uid FROM doc_conversations"  # noqa: S608 - fixed texts, values bound
        f" WHERE {' AND '.join(conditions) or '1'}"
        ' ORDER BY "rank", uid LIMIT :limit)',
        values,
    ).fetchone()
    return packed.split(" ") if packed else []


def _narrowed(query: Query) -> bool:
    """Return whether more is asked than words."""
    return len(query.terms) > len(query.words)


def newest_ids(
    tx: Transaction, query: Query, now: datetime, limit: int
) -> list[ConversationUid] | None:
    """Return at most `limit` answers (-1: all), newest first; None where no word is wanted."""
    if not query.words:
        return None
    from inbox.store import asked

    words = asked.asked(query.words)
    if not words.wanted:
        return None
    values: Values = {"now": micros(now)}
    conditions = " AND ".join(_conditions(query, now, values)) or "1"
    return asked.newest(tx, words, conditions, values, limit, narrowed=_narrowed(query))


def counts(tx: Transaction, now: datetime) -> dict[str, int]:
    """Return how many conversations each `is:` word finds, and under "all" all but spam.

    It reads one index from end to end: not for each change, see `owed_counts`.
    """
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


def owed_counts(tx: Transaction, now: datetime) -> dict[str, int]:
    """Return how many conversations are owed and how many of them late: all but spam.

    Asked at each change of the store: only what is owed is read.
    """
    owed, late = tx.sql.execute(
        f"SELECT count(*), coalesce(sum({_STATES['late']}), 0)"  # noqa: S608 - fixed texts
        " FROM doc_conversations INDEXED BY conversations_soon WHERE owed = 1 AND spam = 0",
        {"now": micros(now)},
    ).fetchone()
    return {"owed": owed, "late": late}


def _conditions(query: Query, now: datetime, values: Values) -> list[str]:
    """Return the conditions of all terms but the words; adds to `values`."""
    conditions = [] if query.wants_spam else ["spam = 0"]
    for number, term in enumerate(query.terms):
        if term not in query.words:
            condition = _condition(term, f"v{number}", values, query, now)
            conditions.append(f"NOT ({condition})" if term.negated else f"({condition})")
    return conditions


def _condition(term: Term, name: str, values: Values, query: Query, now: datetime) -> str:
    """Return the condition of one term, true or false and never unknown; adds to `values`."""
    match term.field:
        case "is":
            return _STATES.get(term.value, "0")
        case "has":
            return "coalesce(attached, 0)"
        case "before" | "after" | "due":
            from inbox.core import moments

            column = "due_at" if term.field == "due" else "last_at"
            stretch = moments.stretch(term.field, term.value, now, query.zone)
            parts = [f"{column} IS NOT NULL"]
            for sign, suffix, at in zip((">=", "<"), "ab", stretch, strict=True):
                if at is not None:
                    values[name + suffix] = micros(at)
                    parts.append(f"{column} {sign} :{name}{suffix}")
            return " AND ".join(parts)
        case "account":
            values[name] = term.value
            return f"account = :{name}"
        case _:
            values[name] = term.value.casefold()
            return _NAMED[term.field].format(name=name)


_NAMED: Mapping[str, str] = {
    "service": "service_text = :{name}",
    "tag": "coalesce(instr(tag_text, char(10) || :{name} || char(10)), 0)",
    "lang": "coalesce(language = :{name}, 0)",
}
