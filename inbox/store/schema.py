"""Which documents there are, and which of their fields SQLite knows as columns.

A hot field stands in the document and, once more, in an indexed column of its
row, so that a query on it reads few rows. Declared here and nowhere else; a
test compares this with what the migrations build.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connectors.frozen import frozen

Scalar = str | int | float | None
"""What a hot column holds."""

Document = Mapping[str, Any]

_NO_DUE = 1 << 62
"""Above every instant in microseconds: what has no due instant stands behind what has."""


@frozen
class Hot:
    """One column beside the document."""

    name: str
    derived: Callable[[Document], Scalar] | None = None
    """Makes the column of the whole document; None: it is the field of the same name.

    Only plain fields narrow a TinyDB query.
    """


@frozen
class Layout:
    """One table of documents."""

    name: str
    hot: tuple[Hot, ...] = ()
    indexed: frozenset[str] = frozenset()
    """The plain columns that begin an index: a query on one of them reads only what it finds."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the hot columns in their order."""
        return tuple([hot.name for hot in self.hot])


def rank(document: Document) -> Scalar:
    """Return where a conversation stands in the list, as one number that SQLite can walk.

    Late oldest first, then due ascending, is ascending by the due instant;
    behind these stand those without one, newest first.
    """
    due_at = document.get("due_at")
    return _NO_DUE - int(document["last_at"]) if due_at is None else int(due_at)


def service_text(document: Document) -> Scalar:
    """Return the service, folded for `service:`."""
    service: str = document["service"]
    return service.casefold()


def tag_text(document: Document) -> Scalar:
    """Return the tags, folded, each between line breaks; None without any."""
    tags = document.get("tags")
    return "\n" + "\n".join(tags).casefold() + "\n" if tags else None


def group_meant(document: Document) -> Scalar:
    """Return the group that an undo or a redo is about."""
    group: str | None = document.get("arguments", {}).get("group")
    return group


def _plain(*names: str) -> tuple[Hot, ...]:
    return tuple(Hot(name) for name in names)


CONVERSATIONS = Layout(
    "conversations",
    (
        *_plain("uid", "account", "last_at", "due_at", "soon_at", "owed", "spam", "done_at"),
        *_plain("snoozed_until", "their_turn", "unread", "starred", "unsent", "gone"),
        Hot("rule_hash"),
        Hot("rank", rank),
        Hot("service_text", service_text),
        Hot("tag_text", tag_text),
        *_plain("attached", "language"),
    ),
    frozenset({"uid", "rule_hash"}),
)
MESSAGES = Layout(
    "messages",
    (
        *_plain("uid", "account", "remote_id", "conversation", "accepted_at", "outgoing"),
        *_plain("gone_at", "digest"),
    ),
    frozenset({"uid", "account", "conversation"}),
)
OUTBOX = Layout(
    "outbox",
    _plain("key", "account", "conversation", "message", "state", "created_at", "settled"),
    frozenset({"key", "conversation", "settled"}),
)
JOURNAL = Layout(
    "journal",
    (*_plain("uid", "conversation", "verb", "group"), Hot("group_meant", group_meant)),
    frozenset({"uid", "conversation", "verb"}),
)
DRAFTS = Layout("drafts", _plain("conversation"), frozenset({"conversation"}))
CHECKPOINTS = Layout("checkpoints", _plain("account"), frozenset({"account"}))
ACCOUNT_STATES = Layout("account_states", _plain("account"), frozenset({"account"}))
QUARANTINE = Layout("quarantine", _plain("uid", "account", "place"), frozenset({"uid", "account"}))
CANNED_USES = Layout("canned_uses", _plain("name"), frozenset({"name"}))

TABLES: Mapping[str, Layout] = {
    table.name: table
    for table in (
        CONVERSATIONS,
        MESSAGES,
        OUTBOX,
        JOURNAL,
        DRAFTS,
        CHECKPOINTS,
        ACCOUNT_STATES,
        QUARANTINE,
        CANNED_USES,
    )
}
"""Every table of documents by name."""
