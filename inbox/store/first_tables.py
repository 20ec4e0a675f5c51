"""The tables of the first version of a store, which every store began with. Never changed."""

from __future__ import annotations

STATEMENTS = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    # Documents: the hot columns stand before the document, so that they are read without it.
    """CREATE TABLE doc_conversations (
        doc_id INTEGER PRIMARY KEY, uid, account, last_at, due_at, soon_at, owed, spam, done_at,
        snoozed_until, their_turn, unread, starred, unsent, gone, rule_hash, "rank", party_text,
        subject_text, order_text, service_text, tag_text, doc TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX conversations_uid ON doc_conversations (uid)",
    # The list, its views and their counts are read from this index alone.
    """CREATE INDEX conversations_list ON doc_conversations (
        "rank", uid, spam, account, last_at, due_at, soon_at, owed, done_at, snoozed_until,
        their_turn, unread, starred, unsent, gone)""",
    "CREATE INDEX conversations_party ON doc_conversations (party_text, uid)",
    "CREATE INDEX conversations_rule_hash ON doc_conversations (rule_hash)",
    """CREATE TABLE doc_messages (
        doc_id INTEGER PRIMARY KEY, uid, account, remote_id, conversation, accepted_at, outgoing,
        gone_at, digest, doc TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX messages_uid ON doc_messages (uid)",
    "CREATE INDEX messages_remote ON doc_messages (account, remote_id)",
    "CREATE INDEX messages_conversation ON doc_messages (conversation, accepted_at)",
    """CREATE UNIQUE INDEX messages_outgoing ON doc_messages (account, outgoing)
        WHERE outgoing IS NOT NULL""",
    """CREATE TABLE doc_outbox (
        doc_id INTEGER PRIMARY KEY, "key", account, conversation, message, state, created_at,
        settled, doc TEXT NOT NULL)""",
    'CREATE UNIQUE INDEX outbox_key ON doc_outbox ("key")',
    "CREATE INDEX outbox_conversation ON doc_outbox (conversation)",
    "CREATE INDEX outbox_unsettled ON doc_outbox (settled, account)",
    """CREATE TABLE doc_journal (
        doc_id INTEGER PRIMARY KEY, uid, conversation, verb, "group", group_meant,
        doc TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX journal_uid ON doc_journal (uid)",
    "CREATE INDEX journal_conversation ON doc_journal (conversation)",
    "CREATE INDEX journal_verb ON doc_journal (verb)",
    "CREATE INDEX journal_group_meant ON doc_journal (group_meant) WHERE group_meant IS NOT NULL",
    "CREATE TABLE doc_drafts (doc_id INTEGER PRIMARY KEY, conversation, doc TEXT NOT NULL)",
    "CREATE UNIQUE INDEX drafts_conversation ON doc_drafts (conversation)",
    "CREATE TABLE doc_checkpoints (doc_id INTEGER PRIMARY KEY, account, doc TEXT NOT NULL)",
    "CREATE UNIQUE INDEX checkpoints_account ON doc_checkpoints (account)",
    "CREATE TABLE doc_account_states (doc_id INTEGER PRIMARY KEY, account, doc TEXT NOT NULL)",
    "CREATE UNIQUE INDEX account_states_account ON doc_account_states (account)",
    """CREATE TABLE doc_quarantine (
        doc_id INTEGER PRIMARY KEY, uid, account, place, doc TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX quarantine_place ON doc_quarantine (account, place)",
    "CREATE UNIQUE INDEX quarantine_uid ON doc_quarantine (uid)",
    "CREATE TABLE doc_canned_uses (doc_id INTEGER PRIMARY KEY, name, doc TEXT NOT NULL)",
    "CREATE UNIQUE INDEX canned_uses_name ON doc_canned_uses (name)",
    # What is no document: texts and sources, and the ways to find a message or a conversation.
    "CREATE TABLE bodies (message INTEGER PRIMARY KEY, text TEXT NOT NULL, html BLOB)",
    "CREATE TABLE sources (message INTEGER PRIMARY KEY, source BLOB NOT NULL)",
    "CREATE TABLE quarantine_sources (item INTEGER PRIMARY KEY, source BLOB NOT NULL)",
    """CREATE TABLE places (
        account TEXT NOT NULL, folder TEXT NOT NULL, epoch TEXT NOT NULL, id TEXT NOT NULL,
        message INTEGER NOT NULL, PRIMARY KEY (account, folder, epoch, id)) WITHOUT ROWID""",
    """CREATE TABLE thread_keys (
        account TEXT NOT NULL, "key" TEXT NOT NULL, conversation TEXT NOT NULL,
        PRIMARY KEY (account, "key")) WITHOUT ROWID""",
    "CREATE TABLE redirects (uid TEXT PRIMARY KEY, target TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX redirects_target ON redirects (target)",
    """CREATE VIRTUAL TABLE words USING fts5 (
        subject, body, party, reference, content = '',
        tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3')""",
    # For the doctor: every word with the number of messages and of places it stands in.
    "CREATE VIRTUAL TABLE words_vocabulary USING fts5vocab(words, row)",
)
