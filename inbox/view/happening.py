"""What no message tells but starts a clock: what can be said of some conversations, and its dues.

Pure but for `startable`, which reads the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from connectors.frozen import frozen
from inbox.core.model import Conversation, ConversationUid
from inbox.core.obligations import Book, Duty, Rule, due_under, rules_for
from inbox.i18n import gettext as _
from inbox.store import conversations
from inbox.store.database import Transaction


@frozen
class Startable:
    """Something that can happen, and the rules whose clocks it starts."""

    topic: str
    rules: tuple[Rule, ...]


def startable(
    tx: Transaction, uids: Iterable[ConversationUid], book: Book
) -> tuple[Startable, ...]:
    """Return what can happen in every one of these conversations, by topic; raises UnknownId."""
    each = [_of_one(conversations.get(tx, uid), book) for uid in uids]
    shared = set.intersection(*map(set, each)) if each else set()
    return tuple(Startable(topic, each[0][topic]) for topic in sorted(shared))


def _of_one(conversation: Conversation, book: Book) -> dict[str, tuple[Rule, ...]]:
    """Return the rules that something starts in a conversation, by what does."""
    rules = rules_for(book, conversation.account, conversation.service, conversation.storefront)
    topics = {rule.starts for rule in rules if rule.starts}
    return {topic: tuple(rule for rule in rules if rule.starts == topic) for topic in topics}


def topic_words(topic: str) -> str:
    """Return what happened, as a person says it."""
    words = {
        "claim_granted": _("a claim was granted"),
        "official_complaint": _("somebody complained to an authority"),
    }
    return words.get(topic, topic.replace("_", " "))


def due_of(one: Startable, at: datetime) -> Sequence[tuple[Duty, str, datetime | None]]:
    """Return what would be due if it happened then: which duty, by which rule, until when.

    None as an instant: its calendar never opens long enough. A rule that was not in force
    then starts nothing.
    """
    found: dict[str, tuple[Duty, str, datetime | None]] = {}
    for rule in sorted(one.rules, key=lambda each: (each.valid_from is not None, each.valid_from)):
        if rule.valid_from is None or rule.valid_from <= at:
            found[rule.id] = (rule.kind, rule.id, due_under(rule, at))
    return list(found.values())
