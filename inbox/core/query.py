"""What can be asked of the list: words, fields and states, as a value. Reads and writes the text form.

    lamp "blue lamp" lam* -broken is:owed -is:starred from:anna account:shop order:1001

Terms are joined by "and". The store turns a query into SQL; `matches` says
slowly and plainly what it means.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from inbox.core.conversations import state_of
from inbox.core.model import Conversation, DueState, State
from inbox.core.obligations import due_state

STATES = (
    "owed",
    "late",
    "soon",
    "open",
    "waiting",
    "snoozed",
    "done",
    "spam",
    "unread",
    "starred",
    "unsent",
    "gone",
)
"""What `is:` knows."""

FIELDS = ("is", "account", "from", "subject", "order", "service", "tag")
"""What may stand before a colon. `account` holds a name until the caller puts the uid there."""


class QueryError(Exception):
    """The text is no query. `position` counts characters from 0; `said` is plain English."""

    def __init__(self, position: int, said: str) -> None:
        super().__init__(said)
        self.position = position
        self.said = said


@dataclass(frozen=True, slots=True)
class Term:
    """One condition."""

    field: str = ""
    """One of FIELDS; empty: a word (or a phrase) anywhere in the conversation."""
    value: str = ""
    negated: bool = False
    phrase: bool = False
    """It stood in quotes: its words follow each other."""
    prefix: bool = False
    """A word that only begins so (`lam*`)."""


@dataclass(frozen=True, slots=True)
class Query:
    """Terms that must all hold; none of them: everything but spam."""

    terms: tuple[Term, ...] = ()

    @property
    def words(self) -> tuple[Term, ...]:
        """The terms that the full-text index answers."""
        return tuple(term for term in self.terms if not term.field)

    @property
    def wants_spam(self) -> bool:
        """Whether spam may be among the answers: only where `is:spam` asks for it."""
        return Term("is", "spam") in self.terms


def parse(text: str) -> Query:
    """Return the query the text asks; raises QueryError at the place that is no query."""
    raise QueryError(0, text)


def unparse(query: Query) -> str:
    """Return the text that `parse` reads as this query."""
    return str(query)


def matches(
    query: Query, conversation: Conversation, now: datetime, has_word: Callable[[Term], bool]
) -> bool:
    """Return whether the conversation is an answer; `has_word` answers for words."""
    raise NotImplementedError
