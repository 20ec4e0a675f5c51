"""What can be asked of the list: words, fields and states, as a value, from text and back.

    lamp "blue lamp" lam* -broken is:owed -is:starred from:anna order:1001 due:<2h lang:de

Terms are joined by "and"; there is no "or". The store turns a query into SQL;
`inbox.core.answering` says slowly and plainly what it means.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import field, replace
from datetime import tzinfo

from connectors.frozen import frozen
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

HAVINGS = ("attachment",)
"""What `has:` knows."""

WORDED = ("", "from", "to", "subject")
"""The fields that hold words and are answered by the full text; "" is all of it."""

TIMED = ("before", "after", "due")
"""The fields whose value is a time."""

FIELDS = (
    *("is", *WORDED[1:], "order", "account", "service", "tag", "lang", "has"),
    *TIMED,
)
"""What may stand before a colon. `account` holds a name until the caller puts the uid there."""

_LONGEST_FIELD = max(map(len, FIELDS)) + 1
"""Characters of a field and its colon."""

LIKE_A_FIELD = re.compile(r"([a-z]{2,20}):(?!/)(?=.)", re.DOTALL)
"""What is meant as a field: neither `12:30` nor `http://` nor `Re:`."""


class QueryError(Exception):
    """The text is no query. `position` counts characters from 0; `said` is for the seller.

    `said` says what was expected there.
    """

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
    zone: tzinfo | None = field(default=None, compare=False)
    """Where the days of `before:`, `after:` and `due:` begin; None: the machine's own."""

    @property
    def words(self) -> tuple[Term, ...]:
        """The terms that the full-text index answers."""
        return tuple(term for term in self.terms if term.field in WORDED or term.field == "order")

    @property
    def wants_spam(self) -> bool:
        """Whether spam may be among the answers: only where `is:spam` asks for it."""
        return any(
            term.field == "is" and term.value == "spam" and not term.negated for term in self.terms
        )


def parse(text: str) -> Query:
    """Return the query the text asks; raises QueryError at the place that is no query.

    Signs beside other terms ask nothing; alone they would find everything.
    """
    found = [(start, _term(text, start, end)) for start, end in _tokens(text)]
    empty = [start for start, term in found if not asks(term)]
    named = [start for start, term in found if term.field and start in empty]
    if named or (empty and len(empty) == len(found)):
        said = _("There is no letter or digit here to look for.")
        raise QueryError((named or empty)[0], said)
    return Query(tuple(term for _start, term in found))


def places(text: str) -> list[int]:
    """Return where each term of a text that `parse` takes begins."""
    return [start for start, _end in _tokens(text)]


def typed(query: Query) -> Query:
    """Return the query as it is meant while it is typed: the last word is only begun."""
    if not query.terms or query.terms[-1].field not in WORDED or query.terms[-1].phrase:
        return query
    return replace(query, terms=(*query.terms[:-1], replace(query.terms[-1], prefix=True)))


def unparse(query: Query) -> str:
    """Return the text that `parse` reads as this query."""
    return " ".join(map(_written, query.terms))


def asks(term: Term) -> bool:
    """Return whether a term can be looked for: of words, whether there is a letter or digit."""
    if term.field not in WORDED and term.field != "order":
        return True
    letters = [c for c in unicodedata.normalize("NFC", term.value) if not unicodedata.combining(c)]
    return any(c.isalnum() for c in unicodedata.normalize("NFKC", "".join(letters)).casefold())


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
    """Return the field named there, in capitals or not; "" if none is."""
    name, colon, _value = text[position : position + _LONGEST_FIELD].partition(":")
    return name.lower() if colon and name.lower() in FIELDS else ""


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
    if value == "OR" and not negated:
        said = _('There is no "OR": all terms must hold. Search for one, then the other.')
        raise QueryError(begin, said)
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
    if field in _CHECKED:
        return _of_field(field, value, begin, negated=negated)
    return Term(field, value, negated, phrase=True)


def _of_field(field: str, value: str, position: int, *, negated: bool) -> Term:
    """Return the term of a field; raises QueryError if it cannot have that value."""
    if not value:
        raise QueryError(position, _('"{field}:" needs a value.').format(field=field))
    if field in _CHECKED:
        value = value.lower()
    if field in _CHECKED and not _CHECKED[field](field, value):
        said = _('"{field}:{value}" means nothing. Known are: {known}.')
        raise QueryError(position, said.format(field=field, value=value, known=_EXPECTED[field]))
    if field in WORDED and len(value) > 1 and value.endswith("*"):
        return Term(field, value[:-1], negated, prefix=True)
    return Term(field, value, negated)


def _named(field: str, value: str) -> bool:
    """Return whether a field of few words knows this one."""
    return value in (STATES if field == "is" else HAVINGS)


def _time(field: str, value: str) -> bool:
    """Return whether the value may stand behind that field; loaded with the first time asked."""
    from inbox.core import moments

    return moments.is_time(field, value)


def _language(_field: str, value: str) -> bool:
    """Return whether the value may be a language's code."""
    return re.fullmatch("[A-Za-z]{2,3}", value) is not None


_CHECKED = {
    "is": _named,
    "has": _named,
    "lang": _language,
    **dict.fromkeys(TIMED, _time),
}
"""The fields that do not take every value, each with what says whether it takes one."""


_EXPECTED = {
    "lang": "de, en, pl, zh, …",
    "is": ", ".join(STATES),
    "has": ", ".join(HAVINGS),
    "before": "2026-11-01, 2026-11, today, 30d",
    "after": "2026-11-01, 2026-11, today, 30d",
    "due": "<2h, >2d, today, tomorrow, 2026-11-30, <2026-11-30",
}
"""What a checked field takes, all of it or by examples."""


def _written(term: Term) -> str:
    """Return the text of a term."""
    head = ("-" if term.negated else "") + (f"{term.field}:" if term.field else "")
    if term.phrase:
        escaped = re.sub(r'(["\\])', r"\\\1", term.value)
        return f'{head}"{escaped}"'
    return head + term.value + ("*" if term.prefix else "")
