"""What can be asked of the list: words, fields and states, as a value, from text and back.

    lamp "blue lamp" lam* -broken is:owed -is:starred from:anna account:shop order:1001

Terms are joined by "and". The store turns a query into SQL; `matches` says
slowly and plainly what it means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from connectors.frozen import frozen
from inbox.core.conversations import state_of
from inbox.core.model import Conversation, DueState, State
from inbox.core.obligations import due_state
from inbox.i18n import gettext as _

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

LIKE_A_FIELD = re.compile(r"([a-z]{2,20}):(?!/)(?=.)", re.DOTALL)
"""What is meant as a field: neither `12:30` nor `http://` nor `Re:`."""


class QueryError(Exception):
    """The text is no query. `position` counts characters from 0; `said` is for the seller."""

    def __init__(self, position: int, said: str) -> None:
        super().__init__(said)
        self.position = position
        self.said = said


@frozen
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


@frozen
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
        return any(
            term.field == "is" and term.value == "spam" and not term.negated for term in self.terms
        )


def parse(text: str) -> Query:
    """Return the query the text asks; raises QueryError at the place that is no query."""
    return Query(tuple(_term(text, start, end) for start, end in _tokens(text)))


def unparse(query: Query) -> str:
    """Return the text that `parse` reads as this query."""
    return " ".join(map(_written, query.terms))


def _tokens(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each term begins and ends: at blanks that stand in no quotes."""
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        start, position = position, _value_start(text, position)
        if text.startswith('"', position):
            position = _closing(text, position) + 1
        while position < len(text) and not text[position].isspace():
            position += 1
        yield start, position


def _value_start(text: str, position: int) -> int:
    """Return where the value of a term begins, behind its minus and its field."""
    position += _is_minus(text, position)
    field = _field_at(text, position)
    return position + len(field) + 1 if field else position


def _is_minus(text: str, position: int) -> bool:
    """Return whether a minus stands there that turns a term around."""
    return text[position] == "-" and position + 1 < len(text) and not text[position + 1].isspace()


def _field_at(text: str, position: int) -> str:
    """Return the field named there, "" if none is."""
    for field in FIELDS:
        if text.startswith(field + ":", position):
            return field
    return ""


def _closing(text: str, opening: int) -> int:
    """Return where the quotes opened there close; raises QueryError if they do not."""
    position = opening + 1
    while position < len(text) and text[position] != '"':
        position += 2 if text[position] == "\\" else 1
    if position >= len(text):
        raise QueryError(opening, _("The quotes are not closed."))
    return position


def _term(text: str, start: int, end: int) -> Term:
    """Return the term that stands there; raises QueryError."""
    negated = _is_minus(text, start)
    field = _field_at(text, start + negated)
    begin = _value_start(text, start)
    if text.startswith('"', begin) and begin < end:
        return _quoted(text, begin, end, field=field, negated=negated)
    value = text[begin:end]
    if field:
        return _of_field(field, value, begin, negated=negated)
    if (meant := LIKE_A_FIELD.match(value)) is not None:
        said = _('There is no field "{name}". Known are: {known}. Quotes search for the words.')
        raise QueryError(begin, said.format(name=meant[1], known=", ".join(FIELDS)))
    prefix = len(value) > 1 and value.endswith("*")
    return Term("", value[:-1] if prefix else value, negated, prefix=prefix)


def _quoted(text: str, begin: int, end: int, *, field: str, negated: bool) -> Term:
    """Return the term in quotes; raises QueryError if it is empty or goes on behind them."""
    closing = _closing(text, begin)
    if closing + 1 != end:
        raise QueryError(closing + 1, _("A blank must follow the quotes."))
    value = re.sub(r"\\(.)", r"\1", text[begin + 1 : closing], flags=re.DOTALL)
    if not value.strip():
        raise QueryError(begin, _("There is nothing between the quotes."))
    if field == "is":
        return _of_field(field, value, begin, negated=negated)
    return Term(field, value, negated, phrase=True)


def _of_field(field: str, value: str, position: int, *, negated: bool) -> Term:
    """Return the term of a field; raises QueryError if it cannot have that value."""
    if not value:
        raise QueryError(position, _('"{field}:" needs a value.').format(field=field))
    if field == "is" and value not in STATES:
        said = _('"is:{value}" means nothing. Known are: {known}.')
        raise QueryError(position, said.format(value=value, known=", ".join(STATES)))
    return Term(field, value, negated)


def _written(term: Term) -> str:
    """Return the text of a term."""
    head = ("-" if term.negated else "") + (f"{term.field}:" if term.field else "")
    if term.phrase:
        escaped = re.sub(r'(["\\])', r"\\\1", term.value)
        return f'{head}"{escaped}"'
    return head + term.value + ("*" if term.prefix else "")


def matches(
    query: Query, conversation: Conversation, now: datetime, has_word: Callable[[Term], bool]
) -> bool:
    """Return whether the conversation is an answer at `now`.

    `has_word` answers for words, given without their minus. Spam is no answer
    unless `is:spam` asks for it.
    """
    if conversation.spam and not query.wants_spam:
        return False
    for term in query.terms:
        plain = replace(term, negated=False)
        holds = _is_so(plain, conversation, now) if term.field else has_word(plain)
        if holds is term.negated:
            return False
    return True


def _is_so(term: Term, conversation: Conversation, now: datetime) -> bool:
    """Return whether a field term holds."""
    if term.field == "is":
        return _is_state(term.value, conversation, now)
    if term.field == "account":
        return conversation.account == term.value
    wanted, party = term.value.casefold(), conversation.party
    if term.field in ("from", "subject"):
        texts = (party.name, party.address) if term.field == "from" else (conversation.subject,)
        return any(wanted in text.casefold() for text in texts)
    named = {
        "order": (conversation.order_ref or "",),
        "service": (conversation.service,),
        "tag": conversation.tags,
    }
    return wanted in [each.casefold() for each in named[term.field]]


def _is_state(name: str, conversation: Conversation, now: datetime) -> bool:
    """Return whether `is:name` holds."""
    match name:
        case "owed" | "unread" | "starred" | "gone":
            return bool(getattr(conversation, name))
        case "unsent":
            return conversation.unsent is not None
        case "late" | "soon":
            near = due_state(conversation.due_at, conversation.target, now)
            return near is DueState(name)
        case _:
            return state_of(conversation, now) is State(name)
