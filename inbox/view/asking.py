"""From what a person types to a query the store understands."""

from __future__ import annotations

from dataclasses import replace

from inbox.core.obligations import Book
from inbox.core.query import Query, QueryError, Term, parse
from inbox.i18n import gettext as _


def query_of(text: str, book: Book) -> Query:
    """Return the query of a text, account names turned into their uids; raises QueryError."""
    query = parse(text)
    return Query(tuple(_resolved(term, text, book) for term in query.terms))


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
