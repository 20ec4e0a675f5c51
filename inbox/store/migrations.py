"""How a store of any past version becomes one of today. Append only: where a step leads stays so.

Run inside one transaction; `PRAGMA user_version` counts the steps that were taken.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from inbox.store.uids import new_uid

APPLICATION_ID = 0x53494E42
"""Written into the file, so that another program's database is never taken for ours."""

Tell = Callable[[float], None]


def _first(sql: sqlite3.Connection) -> None:
    from inbox.store.first_tables import STATEMENTS

    for statement in STATEMENTS:
        sql.execute(statement)
    sql.executemany(
        "INSERT INTO meta (name, value) VALUES (?, ?)", [("uid", new_uid()), ("revision", 0)]
    )
    sql.execute(f"PRAGMA application_id = {APPLICATION_ID}")


_SEEN = (
    # When what was put off comes back, and what is due soon or late: both few, both asked often.
    """CREATE INDEX conversations_snoozed ON doc_conversations (snoozed_until)
        WHERE snoozed_until IS NOT NULL""",
    """CREATE INDEX conversations_soon ON doc_conversations (soon_at, due_at)
        WHERE owed = 1""",
    # What a seller was told: one row for each change and each way of telling.
    """CREATE TABLE told (
        conversation TEXT NOT NULL, due_at INTEGER NOT NULL, state TEXT NOT NULL,
        way TEXT NOT NULL, at INTEGER NOT NULL,
        PRIMARY KEY (conversation, due_at, state, way)) WITHOUT ROWID""",
)


def _seen(sql: sqlite3.Connection) -> None:
    for statement in _SEEN:
        sql.execute(statement)


_SEARCHED = (
    "DROP TABLE words_vocabulary",
    "DROP TABLE words",
    # Read backwards, the newest comes first; see inbox/store/search.py.
    """CREATE TABLE stretches (
        row INTEGER PRIMARY KEY, conversation TEXT NOT NULL, messages TEXT NOT NULL,
        "full" INTEGER NOT NULL, several INTEGER NOT NULL DEFAULT 0)""",
    'CREATE INDEX stretches_conversation ON stretches (conversation, "full")',
    "CREATE INDEX stretches_several ON stretches (several, conversation) WHERE several = 1",
    """CREATE VIRTUAL TABLE words USING fts5 (
        subject, body, party, reference, content = '',
        tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'",
        prefix = '1 2 3 4')""",
    "CREATE VIRTUAL TABLE words_vocabulary USING fts5vocab(words, row)",
    # Whom and what it is about is found by the full text now.
    """CREATE TABLE conversations_now (
        doc_id INTEGER PRIMARY KEY, uid, account, last_at, due_at, soon_at, owed, spam, done_at,
        snoozed_until, their_turn, unread, starred, unsent, gone, rule_hash, "rank", service_text,
        tag_text, attached, language, doc TEXT NOT NULL)""",
    # A hash of no book: every verdict is made again, with what a conversation is said to have now.
    """INSERT INTO conversations_now SELECT
        doc_id, uid, account, last_at, due_at, soon_at, owed, spam, done_at, snoozed_until,
        their_turn, unread, starred, unsent, gone, '', "rank", service_text, tag_text, NULL, NULL,
        json_set(doc, '$.rule_hash', '') FROM doc_conversations""",
    "DROP TABLE doc_conversations",
    "ALTER TABLE conversations_now RENAME TO doc_conversations",
    """CREATE INDEX conversations_list ON doc_conversations (
        "rank", uid, spam, account, last_at, due_at, soon_at, owed, done_at, snoozed_until,
        their_turn, unread, starred, unsent, gone, attached, language)""",
)


def _searched(sql: sqlite3.Connection) -> None:
    """Search by conversation; the index is filled by the last step that makes it anew."""
    kept = sql.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'doc_conversations'"
        " AND name NOT IN ('conversations_list', 'conversations_party')"
    ).fetchall()
    for statement in (*_SEARCHED, *(each for (each,) in kept)):
        sql.execute(statement)


_FORGETTING = (
    # What was forgotten, as hashes, and how well it was answered, as numbers of nobody.
    "CREATE TABLE forgotten (hash TEXT PRIMARY KEY) WITHOUT ROWID",
    """CREATE TABLE forgotten_counts (
        account TEXT NOT NULL, service TEXT NOT NULL, month TEXT NOT NULL, name TEXT NOT NULL,
        count INTEGER NOT NULL, PRIMARY KEY (account, service, month, name)) WITHOUT ROWID""",
)


def _forgetting(sql: sqlite3.Connection) -> None:
    for statement in _FORGETTING:
        sql.execute(statement)


_JUDGED = (
    # What became of each obligation, and every version of a rule that one stood under.
    """CREATE TABLE verdicts (
        account TEXT NOT NULL, anchor TEXT NOT NULL, rule TEXT NOT NULL, conversation TEXT NOT NULL,
        service TEXT NOT NULL, kind TEXT NOT NULL, rule_hash TEXT NOT NULL,
        opened_at INTEGER NOT NULL, due_at INTEGER, met_at INTEGER, missed INTEGER,
        PRIMARY KEY (account, anchor, rule)) WITHOUT ROWID""",
    "CREATE INDEX verdicts_conversation ON verdicts (conversation)",
    "CREATE INDEX verdicts_rule ON verdicts (rule, opened_at)",
    "CREATE INDEX verdicts_open ON verdicts (due_at) WHERE missed IS NULL",
    """CREATE TABLE rule_versions (
        hash TEXT PRIMARY KEY, rule TEXT NOT NULL, doc TEXT NOT NULL) WITHOUT ROWID""",
)


def _judged(sql: sqlite3.Connection) -> None:
    """Keep verdicts and the rules they were given under."""
    for statement in _JUDGED:
        sql.execute(statement)


def _gathered(sql: sqlite3.Connection) -> None:
    """Let the index gather up to 16 MB of words before it writes: less is merged afterwards."""
    sql.execute("INSERT INTO words (words, rank) VALUES ('hashsize', 16777216)")


_STATED = (
    # By which name a service knows a conversation, and what it says of it, as it was heard.
    """CREATE TABLE conversation_refs (
        account TEXT NOT NULL, ref TEXT NOT NULL, conversation TEXT NOT NULL,
        PRIMARY KEY (account, ref)) WITHOUT ROWID""",
    "CREATE INDEX conversation_refs_conversation ON conversation_refs (conversation)",
    """CREATE TABLE said (
        id INTEGER PRIMARY KEY, account TEXT NOT NULL, ref TEXT NOT NULL,
        conversation TEXT NOT NULL, subject TEXT NOT NULL, value TEXT NOT NULL,
        at INTEGER NOT NULL, stands_at INTEGER, seen_until INTEGER,
        ours INTEGER NOT NULL DEFAULT 0)""",
    "CREATE INDEX said_ref ON said (account, ref, subject)",
    "CREATE INDEX said_conversation ON said (conversation)",
    """INSERT OR REPLACE INTO conversation_refs SELECT
        account, json_extract(doc, '$.conversation_ref'), conversation FROM doc_messages
        WHERE json_extract(doc, '$.conversation_ref') IS NOT NULL""",
)


def _stated(sql: sqlite3.Connection) -> None:
    """Keep what services state of whole conversations."""
    for statement in _STATED:
        sql.execute(statement)


_FILES = (
    # Files that came with a message, and those that leave with a reply or wait in a draft.
    """CREATE TABLE files (
        message INTEGER NOT NULL, ref TEXT NOT NULL, account TEXT NOT NULL, state TEXT NOT NULL,
        asked INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
        next_at INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '', content BLOB,
        PRIMARY KEY (message, ref))""",
    "CREATE INDEX files_wanted ON files (account) WHERE state = 'wanted'",
    """CREATE TABLE outgoing_files (
        owner TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL,
        media_type TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (owner, position))""",
)


def _files(sql: sqlite3.Connection) -> None:
    """Keep the bytes of files."""
    for statement in _FILES:
        sql.execute(statement)


_ORDERED = (
    # Orders as their services had them when last asked; without a document: it knew none.
    """CREATE TABLE orders (
        id INTEGER PRIMARY KEY, account TEXT NOT NULL, ref TEXT NOT NULL, buyer TEXT NOT NULL,
        asked_at INTEGER NOT NULL, doc TEXT)""",
    "CREATE UNIQUE INDEX orders_ref ON orders (account, ref)",
    "CREATE INDEX orders_buyer ON orders (buyer)",
)


def _ordered(sql: sqlite3.Connection) -> None:
    """Keep orders."""
    for statement in _ORDERED:
        sql.execute(statement)


_TOLD_LATER = (
    # What a service is still to be told: the last word on each subject of a conversation.
    """CREATE TABLE untold (
        id INTEGER PRIMARY KEY, account TEXT NOT NULL, conversation TEXT NOT NULL,
        subject TEXT NOT NULL, mark TEXT NOT NULL, places TEXT NOT NULL, at INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL DEFAULT 0)""",
    "CREATE UNIQUE INDEX untold_subject ON untold (conversation, subject)",
    "CREATE INDEX untold_account ON untold (account, id)",
)


def _told_later(sql: sqlite3.Connection) -> None:
    """Keep what services are to be told."""
    for statement in _TOLD_LATER:
        sql.execute(statement)


_NAMED = (
    # Relayed mail under its buyer's name, and the copies of our answers that name nobody else.
    """CREATE TABLE named (
        message INTEGER PRIMARY KEY, account TEXT NOT NULL, service TEXT NOT NULL,
        name TEXT NOT NULL, copy INTEGER NOT NULL)""",
    "CREATE INDEX named_name ON named (account, service, name)",
    "CREATE INDEX named_copies ON named (account, service, name) WHERE copy",
)


def _named(sql: sqlite3.Connection) -> None:
    """Find relayed mail by the buyer's name; how names are folded is `inbox.core.copies`'."""
    for statement in _NAMED:
        sql.execute(statement)
    rows = sql.execute(
        "SELECT doc_id, account, json_extract(doc, '$.service'),"
        " coalesce(json_extract(doc, '$.copy_for'), json_extract(doc, '$.sender[0]')),"
        " json_extract(doc, '$.copy_for') IS NOT NULL FROM doc_messages"
        " WHERE json_extract(doc, '$.message_id') IS NOT NULL"
        " AND coalesce(json_extract(doc, '$.automatic'), 0) = 0"
        " AND (json_extract(doc, '$.copy_for') IS NOT NULL OR"
        " (json_extract(doc, '$.buyer_ref') IS NOT NULL"
        " AND json_extract(doc, '$.direction') = 'in'))"
    )
    sql.executemany(
        "INSERT INTO named VALUES (?, ?, ?, ?, ?)",
        (
            (doc_id, account, service, name, copy)
            for doc_id, account, service, said, copy in rows.fetchall()
            if (name := " ".join(said.casefold().split()))
        ),
    )


_ALIKE = (
    # Questions by a number made of their words: those by mail find those told by an API.
    """CREATE TABLE alike (
        message INTEGER PRIMARY KEY, account TEXT NOT NULL, service TEXT NOT NULL,
        words INTEGER NOT NULL, mailed INTEGER NOT NULL)""",
    "CREATE INDEX alike_words ON alike (service, words)",
)


def _alike(sql: sqlite3.Connection) -> None:
    """Find the same words by two ways; of what was stored before nothing is joined."""
    for statement in _ALIKE:
        sql.execute(statement)


def _formed(sql: sqlite3.Connection) -> None:
    """Let rows of the index be of different forms."""
    sql.execute("ALTER TABLE stretches ADD COLUMN form INTEGER NOT NULL DEFAULT 0")


def _coming(sql: sqlite3.Connection) -> None:
    """Let it be known how much of a file came so far."""
    sql.execute("ALTER TABLE files ADD COLUMN came INTEGER NOT NULL DEFAULT 0")


def _merged_seldom(sql: sqlite3.Connection) -> None:
    """Let the index merge its parts in larger lots: by fours it took a tenth of a first sync."""
    sql.execute("INSERT INTO words (words, rank) VALUES ('automerge', 16)")
    sql.execute("INSERT INTO words (words, rank) VALUES ('crisismerge', 64)")


_FEW = (
    # What is owed is counted, and what is spam left out of a search, without reading the rest.
    "DROP INDEX conversations_soon",
    """CREATE INDEX conversations_soon ON doc_conversations (soon_at, due_at, owed, spam)
        WHERE owed = 1""",
    "CREATE INDEX conversations_spam ON doc_conversations (uid, spam) WHERE spam = 1",
)


def _few(sql: sqlite3.Connection) -> None:
    """Find by themselves the few that each change and each letter of a search ask for."""
    for statement in _FEW:
        sql.execute(statement)


_STOWED = (
    # Where old conversations lie that were taken out, and by which hashes their mail is known.
    """CREATE TABLE stowed (
        conversation TEXT PRIMARY KEY, account TEXT NOT NULL, file TEXT NOT NULL,
        start INTEGER NOT NULL, skip INTEGER NOT NULL, size INTEGER NOT NULL, hash TEXT NOT NULL,
        messages INTEGER NOT NULL, last_at INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX stowed_file ON stowed (file, start, skip)",
    """CREATE TABLE stowed_files (
        name TEXT PRIMARY KEY, made_at INTEGER NOT NULL, size INTEGER NOT NULL, hash TEXT NOT NULL,
        conversations INTEGER NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE stowed_keys (
        hash BLOB PRIMARY KEY, conversation TEXT NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX stowed_keys_conversation ON stowed_keys (conversation)",
    "CREATE TABLE stowed_names (hash BLOB PRIMARY KEY) WITHOUT ROWID",
)


def _stowed(sql: sqlite3.Connection) -> None:
    """Know what was stowed away in files."""
    for statement in _STOWED:
        sql.execute(statement)


_PAIRED = (
    # What a message is about, by the names a service gives it: notices by mail find their case.
    """CREATE TABLE matters (
        message INTEGER NOT NULL, service TEXT NOT NULL, name TEXT NOT NULL,
        mailed INTEGER NOT NULL, PRIMARY KEY (message, service, name)) WITHOUT ROWID""",
    "CREATE INDEX matters_name ON matters (service, name, mailed)",
    # A conversation that came by two ways is told of at both.
    "DROP INDEX untold_subject",
    "CREATE UNIQUE INDEX untold_subject ON untold (conversation, account, subject)",
)


def _paired(sql: sqlite3.Connection) -> None:
    """Find one matter by two ways; of what was stored before nothing is joined."""
    for statement in _PAIRED:
        sql.execute(statement)


def _indexed_anew(sql: sqlite3.Connection, tell: Tell = lambda _part: None) -> None:
    """Make the index smaller, and fill it; takes nearly all the time of an update."""
    from inbox.store.rebuilding import STATEMENTS, rebuild_index

    for statement in STATEMENTS:
        sql.execute(statement)
    rebuild_index(sql, tell)


STEPS = (
    _first,
    _seen,
    _searched,
    _forgetting,
    _judged,
    _gathered,
    _stated,
    _files,
    _ordered,
    _told_later,
    _named,
    _alike,
    _formed,
    _coming,
    _merged_seldom,
    _few,
    _stowed,
    _paired,
    _indexed_anew,
)
"""Every step there ever was, in order."""

VERSION = len(STEPS)
"""The version of a store that this program reads and writes."""


def is_due(sql: sqlite3.Connection) -> bool:
    """Return whether steps are missing; asked first, because `migrate` waits for any writer."""
    (version,) = sql.execute("PRAGMA user_version").fetchone()
    return bool(version < VERSION)


def migrate(sql: sqlite3.Connection, tell: Tell = lambda _part: None) -> None:
    """Take the steps that are missing, all in one transaction of its own.

    `tell` is told how far it is, from 0 to 1: nearly all the time goes into the index.
    """
    sql.execute("BEGIN IMMEDIATE")
    try:
        # Read inside: another process may have taken them while we waited.
        (version,) = sql.execute("PRAGMA user_version").fetchone()
        missing = STEPS[version:]
        for number, step in enumerate(missing, 1):
            if step is _indexed_anew:
                _indexed_anew(sql, tell)
            else:
                step(sql)
            if _indexed_anew not in missing:
                tell(number / len(missing))
        if version < VERSION:
            sql.execute(f"PRAGMA user_version = {VERSION}")
        sql.execute("COMMIT")
    except BaseException:
        if sql.in_transaction:
            sql.execute("ROLLBACK")
        raise
