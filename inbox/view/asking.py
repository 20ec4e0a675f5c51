"""From what a person types to a query the store understands."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo

from inbox.core.obligations import Book
from inbox.core.query import Query, QueryError, Term, parse, places, typed
from inbox.i18n import gettext as _


def query_of(text: str, book: Book, zone: tzinfo | None = None, *, typing: bool = False) -> Query:
    """Return the query of a text, account names turned into their uids; raises QueryError.

    Its days begin in `zone` (None: the machine's own). While it is typed, its
    last word is one that is only begun, until a blank ends it.
    """
    query = parse(text)
    if typing and not text[-1:].isspace():
        query = typed(query)
    terms = tuple(
        _resolved(term, at, book) for term, at in zip(query.terms, places(text), strict=True)
    )
    return replace(query, terms=terms, zone=zone)


def _resolved(term: Term, position: int, book: Book) -> Term:
    """Return the term that stands there with the uid of the account it names."""
    if term.field != "account":
        return term
    name = term.value
    named = {uid: each.name for uid, each in book.accounts.items()}
    exact = [uid for uid in named if name in (named[uid], uid)]
    alike = [uid for uid in named if named[uid].casefold() == name.casefold()]
    if found := exact or alike:
        return replace(term, value=found[0])
    names = ", ".join(sorted(named.values()))
    said = _("There is no account {name}; there are: {names}.").format(name=name, names=names)
    raise QueryError(position, said if names else _("There is no account yet."))
