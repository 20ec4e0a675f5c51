"""From what a person types to a query the store understands."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo

from inbox.core.obligations import Book
from inbox.core.query import Query, QueryError, Term, parse, typed
from inbox.i18n import gettext as _


def query_of(text: str, book: Book, zone: tzinfo | None = None, *, typing: bool = False) -> Query:
    """Return the query of a text, account names turned into their uids; raises QueryError.

    Its days begin in `zone` (None: the machine's own). While it is typed, its
    last word is one that is only begun, until a blank ends it.
    """
    query = parse(text)
    if typing and not text[-1:].isspace():
        query = typed(query)
    terms = tuple(_resolved(term, text, book) for term in query.terms)
    return replace(query, terms=terms, zone=zone)


def _resolved(term: Term, text: str, book: Book) -> Term:
    if term.field != "account":
        return term
    for uid, terms in book.accounts.items():
        if term.value.casefold() in {terms.name.casefold(), uid}:
            return replace(term, value=uid)
    names = ", ".join(sorted(terms.name for terms in book.accounts.values()))
    position = max(text.casefold().find(f"account:{term.value.casefold()}"), 0)
    raise QueryError(
        position,
        _("There is no account {name}; there are: {names}.").format(name=term.value, names=names),
    )
