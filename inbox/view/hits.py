"""Where the words of a search stand in a text that is read, by the fold of the index."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from connectors.frozen import frozen
from inbox.core.query import QueryError, Term, parse, typed
from inbox.store import folding

Span = tuple[int, int]
Finder = Callable[[str], list[Span]]
"""Returns where a text holds what is sought: begin and end of each place, in order."""

_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f\u0590-\u05c7\u064b-\u0652\u00ad]*)+")


@frozen
class _Word:
    """One word of a text, folded, and where it stands."""

    folded: str
    begin: int
    end: int


def finder(search: str) -> Finder | None:
    """Return what finds the words of a search as it was typed, None where it seeks none."""
    try:
        query = parse(search)
    except QueryError:
        return None
    if not search[-1:].isspace():
        query = typed(query)
    sought = [
        (term, [word.folded for word in _words(term.value)])
        for term in query.words
        if not term.negated and term.field in {"", "subject", "order"}
    ]
    sought = [(term, words) for term, words in sought if words]
    if not sought:
        return None
    return lambda text: _found(text, sought)


def _found(text: str, sought: Sequence[tuple[Term, list[str]]]) -> list[Span]:
    words = list(_words(text))
    spans: set[Span] = set()
    for term, wanted in sought:
        for at in range(len(words) - len(wanted) + 1):
            here = words[at : at + len(wanted)]
            if _fits(term, wanted, [word.folded for word in here]):
                spans.add((here[0].begin, here[-1].end))
    return _apart(sorted(spans))


def _fits(term: Term, wanted: Sequence[str], here: Sequence[str]) -> bool:
    """Return whether these words are those of the term."""
    if here[:-1] != wanted[:-1]:
        return False
    if term.field == "order" or (len(wanted) == 1 and _is_number(wanted[0])):
        return wanted[-1] in here[-1]
    return here[-1].startswith(wanted[-1]) if term.prefix else here[-1] == wanted[-1]


def _is_number(word: str) -> bool:
    """Return whether a word may be part of an order number that is marked inside another."""
    return len(word) >= folding.SHORTEST_PART and any(letter.isdigit() for letter in word)


def _words(text: str) -> Iterator[_Word]:
    """Yield the words of a text; of a script without blanks each character."""
    for found in _WORD.finditer(text):
        pieces = folding.fold(found[0]).casefold().split()
        if len(pieces) <= 1:
            yield _Word("".join(pieces), found.start(), found.end())
            continue
        for at, character in enumerate(found[0], start=found.start()):
            piece = folding.fold(character).casefold().strip()
            if piece:
                yield _Word(piece, at, at + 1)


def _apart(spans: Sequence[Span]) -> list[Span]:
    """Return sorted spans with those that overlap made one."""
    found: list[Span] = []
    for begin, end in spans:
        if found and begin < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found
