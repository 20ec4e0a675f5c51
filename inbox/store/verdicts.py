"""What became of each obligation, as facts: under which rule, due when, met or missed.

Once met or missed, the rule and the due instant of a row stay as they are,
whatever becomes of the rules. A reply that we hear of later but that the
service took in time still makes it met. Every version of a rule that a row
stands under is kept with its calendar, by its hash.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from inbox.core.calendar import told
from inbox.core.model import AccountUid, ConversationUid
from inbox.core.obligation import Findings, Given, GivenTerms
from inbox.core.rulebook import Rule
from inbox.store import uids
from inbox.store.database import Transaction
from inbox.store.instants import maybe_instant, maybe_micros, micros
from inbox.store.rows import portions

_COLUMNS = (
    "account, anchor, rule, conversation, service, kind, rule_hash, opened_at, due_at, met_at,"
    " missed"
)


class Row(NamedTuple):
    """One obligation as it is kept; instants in microseconds."""

    account: AccountUid
    anchor: str
    """The message that opened it, or the service's own ref."""
    rule: str
    conversation: ConversationUid
    """"": of one that was forgotten."""
    service: str
    kind: str
    rule_hash: str
    opened_at: int
    due_at: int | None
    met_at: int | None
    missed: int | None
    """1: missed, 0: met in time, None: open and not late when last looked at."""


_opened = attrgetter("account", "service", "kind", "opened_at")
"""What besides its verdict can differ in a row of one conversation, rule and anchor."""
_row: Callable[[Any], Row] = partial(tuple.__new__, Row)
"""`Row._make` without its check: thousands are read when a rule changes."""

Rows = dict[tuple[str, str], Row]
"""A conversation's rows by rule and anchor."""
_NONE: Rows = {}


class Found(NamedTuple):
    """What was found in one conversation."""

    uid: ConversationUid
    account: AccountUid
    service: str
    findings: Findings


def of_conversations(
    tx: Transaction, wanted: Sequence[ConversationUid]
) -> dict[ConversationUid, Rows]:
    """Return the rows of those conversations that have any."""
    found: dict[ConversationUid, Rows] = {}
    for some in portions(wanted):
        rows = tx.sql.execute(
            f"SELECT {_COLUMNS} FROM verdicts WHERE conversation IN ({','.join('?' * len(some))})",  # noqa: S608 - names of ours and marks
            some,
        )
        for row in map(_row, rows):
            found.setdefault(row.conversation, {})[row.rule, row.anchor] = row
    return found


def of_rule(tx: Transaction, rule: str, since: datetime, account: AccountUid = "") -> list[Row]:  # type: ignore[assignment] # "" is no account
    """Return the rows of a rule opened since then, oldest first; of one account, or of all."""
    rows = tx.sql.execute(
        f"SELECT {_COLUMNS} FROM verdicts"  # noqa: S608 - names of ours
        " WHERE rule = :rule AND opened_at >= :since AND (:account = '' OR account = :account)"
        " ORDER BY opened_at",
        {"rule": rule, "since": micros(since), "account": account},
    )
    return [Row._make(row) for row in rows]


def given_of(rows: Rows, *, finals: bool = False) -> GivenTerms:
    """Return the terms that a conversation's verdicts stand under.

    `finals`: only of those met or missed; where no rule is dated the others change nothing.
    """
    found: dict[tuple[str, str], Given] = {}
    for key, row in rows.items():
        final = row.missed is not None
        if final or not finals:
            found[key] = Given(
                rule_hash=row.rule_hash, due_at=maybe_instant(row.due_at), final=final
            )
    return found


def given(tx: Transaction, conversation: ConversationUid) -> GivenTerms:
    """Return the terms that one conversation's verdicts stand under, for `obligations`."""
    return given_of(of_conversations(tx, [conversation]).get(conversation, {}))


def put(tx: Transaction, judged: Iterable[Found], known: Mapping[ConversationUid, Rows]) -> None:
    """Keep what was found in these conversations, `known` being what was kept of them before.

    A row that nothing opens any more goes, unless only the rules have changed.
    """
    new, changed = list[Row](), list[Row]()
    gone, versions = list[tuple[str, str, str]](), dict[str, Rule]()
    for one in judged:
        before, findings = known.get(one.uid, _NONE), one.findings
        if not before and not findings.obligations:
            continue
        rows = _rows(one, before)
        for key, row in rows.items():
            old = before.get(key)
            if old == row:
                continue
            if old is not None and _opened(old) == _opened(row):
                changed.append(row)
            else:
                new.append(row)
            for each in findings.obligations:
                versions[each.rule.hash] = each.rule
        if not before.keys() <= rows.keys():
            gone += [
                (row.account, row.anchor, row.rule)
                for key, row in before.items()
                if key not in rows and _void(row, findings)
            ]
    _write(tx, new, changed, gone)
    _keep(tx, versions)


def _write(
    tx: Transaction,
    new: Sequence[Row],
    changed: Sequence[Row],
    gone: Sequence[tuple[str, str, str]],
) -> None:
    """Write rows: new ones, those of which only the verdict changed, and remove the last."""
    tx.sql.executemany("DELETE FROM verdicts WHERE account = ? AND anchor = ? AND rule = ?", gone)
    tx.sql.executemany(
        "UPDATE verdicts SET rule_hash = ?, due_at = ?, met_at = ?, missed = ?"
        " WHERE account = ? AND anchor = ? AND rule = ?",
        [
            (row.rule_hash, row.due_at, row.met_at, row.missed, row.account, row.anchor, row.rule)
            for row in changed
        ],
    )
    if new:
        marks = ", ".join("?" * len(Row._fields))
        tx.sql.executemany(f"REPLACE INTO verdicts ({_COLUMNS}) VALUES ({marks})", new)  # noqa: S608 - names of ours


def settle(tx: Transaction, now: datetime) -> int:
    """Note as missed what fell due without an answer; return how many those were."""
    return tx.sql.execute(
        "UPDATE verdicts SET missed = 1 WHERE missed IS NULL AND due_at < ?", (micros(now),)
    ).rowcount


def unsettled(tx: Transaction, now: datetime) -> bool:
    """Return whether `settle` would note anything."""
    found = tx.sql.execute(
        "SELECT 1 FROM verdicts WHERE missed IS NULL AND due_at < ? LIMIT 1", (micros(now),)
    )
    return found.fetchone() is not None


def move(tx: Transaction, old: ConversationUid, target: ConversationUid) -> None:
    """Let what was kept of one conversation belong to another."""
    tx.sql.execute("UPDATE verdicts SET conversation = ? WHERE conversation = ?", (target, old))


def of_nobody(tx: Transaction, rows: Iterable[Row]) -> None:
    """Keep how these ended, and nothing that tells of whom they were: the measures count them."""
    marks = ", ".join("?" * len(Row._fields))
    tx.sql.executemany(
        f"INSERT INTO verdicts ({_COLUMNS}) VALUES ({marks})",  # noqa: S608 - names of ours
        [
            row._replace(anchor=uids.new_uid(), conversation=ConversationUid(""), met_at=None)
            for row in rows
        ],
    )


def version(tx: Transaction, rule_hash: str) -> Mapping[str, object] | None:
    """Return a version of a rule as it was when something came under it, None if nothing did."""
    found = tx.sql.execute("SELECT doc FROM rule_versions WHERE hash = ?", (rule_hash,)).fetchone()
    kept: Mapping[str, object] | None = json.loads(found[0]) if found else None
    return kept


def _rows(found: Found, before: Rows) -> Rows:
    """Return what is to be kept of a conversation's obligations."""
    rows: Rows = {}
    for one in found.findings.obligations:
        rule, anchor = one.rule, one.anchor
        key = (rule.id, anchor)
        due_at, met_at = maybe_micros(one.due_at), maybe_micros(one.met_at)
        missed = None if met_at is None else int(due_at is not None and met_at > due_at)
        if missed is None and (old := before.get(key)) and old.missed and old.due_at == due_at:
            missed = 1
        rows[key] = _row(
            (
                *(found.account, anchor, rule.id, found.uid, found.service, rule.kind),
                *(one.rule_hash, micros(one.opened_at), due_at, met_at, missed),
            )
        )
    return rows


def _void(row: Row, found: Findings) -> bool:
    """Return whether a row goes: never judged, its question no question, or the rule unchanged."""
    return row.missed is None or not found.asks(row.anchor) or found.ran(row.rule_hash)


def _keep(tx: Transaction, versions: Mapping[str, Rule]) -> None:
    """Keep these versions of rules, each once."""
    tx.sql.executemany(
        "INSERT OR IGNORE INTO rule_versions (hash, rule, doc) VALUES (?, ?, ?)",
        [(name, rule.id, json.dumps(_document(rule))) for name, rule in versions.items()],
    )


def _document(rule: Rule) -> dict[str, object]:
    """Return all of a rule that a person or a verdict needs, as plain JSON."""
    return {
        "id": rule.id,
        "owner": rule.owner,
        "service": rule.service,
        "kind": rule.kind,
        "clock": rule.clock,
        "target_seconds": rule.target.total_seconds(),
        "anchor": rule.anchor,
        "account": rule.account,
        "storefronts": rule.storefronts,
        "about": rule.about,
        "starts": rule.starts,
        "satisfied_by": rule.satisfied_by,
        "auto_reply_counts": rule.auto_reply_counts,
        "no_reply_needed_counts": rule.no_reply_needed_counts,
        "spam_counts": rule.spam_counts,
        "calendar": told(rule.hours) if rule.hours else None,
        "valid_from": rule.valid_from.isoformat() if rule.valid_from else None,
        "source": rule.source,
        "checked": rule.checked,
        "confidence": rule.confidence,
    }
