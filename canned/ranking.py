"""Which answers come first in the picker: what was typed; then what fits; then what is used.

One after the other, and not weighed against each other, so that it can be told why an answer
stands where it does: what the buyer seems to ask, their language, their service, most used.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from canned.files import Canned

_SHORTCODE, _SHORTCODE_START, _TITLE_START, _TITLE, _TAG, _BODY = 100, 60, 40, 25, 20, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of the conversation that an answer is looked for."""

    channel: str = ""
    """The service, like `email` or `amazon`; "" leaves no answer out."""
    language: str = ""
    """The buyer's, like `de`; "" if it is not known."""
    kinds: tuple[str, ...] = ()
    """The kinds of question they ask, the likeliest first; empty if that is not known."""
    uses: Mapping[str, int] = field(default_factory=dict)
    """How often each shortcode was used."""


def rank(responses: Iterable[Canned], text: str, context: Context) -> list[Canned]:
    """Return those that every word of the text is found in, the best first, ties by title."""
    words = folded(text).split()
    scored = [
        (score, canned)
        for canned in responses
        if not context.channel or not canned.channels or context.channel in canned.channels
        if (score := _score(canned, words)) is not None
    ]
    scored.sort(key=lambda pair: (-pair[0], *_fit(pair[1], context), *_by_title(pair[1])))
    return [canned for _, canned in scored]


def fits(canned: Canned, kinds: Sequence[str]) -> bool:
    """Return whether a response answers what is asked."""
    return bool(canned.kind) and canned.kind in kinds


def folded(text: str) -> str:
    """Return text for comparing: no case, no accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


def _by_title(canned: Canned) -> tuple[str, str]:
    return folded(canned.title), canned.shortcode


def _score(canned: Canned, words: list[str]) -> int | None:
    """Return how well words are found in a response, None if one is not."""
    score = 0
    for word in words:
        found = _found(canned, word)
        if not found:
            return None
        score += found
    return score


def _fit(canned: Canned, context: Context) -> tuple[int, bool, bool, int]:
    """Return where fit and use put a response; the smallest comes first."""
    kinds, language = context.kinds, context.language.partition("-")[0]
    return (
        kinds.index(canned.kind) if fits(canned, kinds) else len(kinds),
        not language or language != canned.language.partition("-")[0],
        not context.channel or context.channel not in canned.channels,
        -context.uses.get(canned.shortcode, 0),
    )


def _found(canned: Canned, word: str) -> int:
    """Return what finding one word in a response is worth, 0 where it is not in it."""
    shortcode, title = folded(canned.shortcode), folded(canned.title)
    if shortcode == word:
        return _SHORTCODE
    if shortcode.startswith(word):
        return _SHORTCODE_START
    if any(each.startswith(word) for each in title.split()):
        return _TITLE_START
    if word in title:
        return _TITLE
    if any(word in folded(each) for each in (*canned.tags, canned.kind)):
        return _TAG
    return _BODY if word in folded(canned.body) else 0
