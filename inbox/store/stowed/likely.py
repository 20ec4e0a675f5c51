"""Which stowed conversations can answer a query at all: told by their lines, not by a store.

To put a conversation into a store and to ask there takes many times as long.
What is left out here could be no answer: what is asked of the conversation as
a whole does not hold, or the words of a term stand in none of its messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.frozen import frozen
from inbox.core import moments
from inbox.core.answering import matches
from inbox.core.model import Conversation
from inbox.core.query import Query, Term
from inbox.store import folding
from inbox.store.conversations import conversation_of
from inbox.store.heads import words_of
from inbox.store.instants import instant
from inbox.store.rows import decoded
from inbox.store.stowed.catalogue import Spot
from inbox.store.stowed.lines import CONVERSATION, MESSAGES


@frozen
class _Sought:
    """A term that a conversation must have, as parts that stand in one of its messages."""

    tokens: tuple[str, ...]
    number: str
    """The same without what stands between letters and digits, as in a part of an order number."""


class Likely:
    """A query, asked of what can be told quickly."""

    def __init__(self, query: Query, now: datetime) -> None:
        self._whole = replace(query, terms=tuple(t for t in query.terms if t not in query.words))
        self._now = now
        self.settled = not query.words
        """Whether nothing is asked but what is told here: what can answer does."""
        self._sought = tuple(
            _Sought(tuple(folding.tokens(_folded(term.value))), folding.compact(term.value))
            for term in query.words
            if not term.negated
        )

    def place(self, spot: Spot) -> bool:
        """Return whether the conversation that lies there can be an answer."""
        return all(
            self._may_be(term, spot) is not False for term in self._whole.terms if not term.negated
        )

    def told(self, lines: Iterable[bytes]) -> Conversation | None:
        """Return the conversation of these lines if it can be an answer; takes them all."""
        every = iter(lines)
        one = conversation_of(decoded(next(every))[CONVERSATION])
        left = list(self._sought)
        able = matches(self._whole, one, self._now, lambda _term: True)
        for raw in every:
            if able and left and raw.startswith(MESSAGES):
                text, number = _text(decoded(raw))
                left = [each for each in left if not _holds(each, text, number)]
        return one if able and not left else None

    def _may_be(self, term: Term, spot: Spot) -> bool | None:
        """Return whether a term holds there, None where the place does not tell."""
        if term.field == "account":
            return term.value == spot.account
        if term.field in {"before", "after"}:
            begin, end = moments.stretch(term.field, term.value, self._now, self._whole.zone)
            at = instant(spot.last_at)
            return (begin is None or begin <= at) and (end is None or at < end)
        return None


def _text(line: Mapping[str, Any]) -> tuple[str, str]:
    """Return what a message is found by, folded, and its order number."""
    found = words_of(0, line["head"], line["text"])
    texts = (found.subject, found.body, found.party, found.files, found.order, found.recipients)
    return _folded("\n".join(texts)), folding.compact(found.order)


def _holds(sought: _Sought, text: str, number: str) -> bool:
    """Return whether a message may have what is sought."""
    if all(token in text for token in sought.tokens):
        return True
    return bool(sought.number) and sought.number in number


def _folded(text: str) -> str:
    return folding.fold(text).lower()
