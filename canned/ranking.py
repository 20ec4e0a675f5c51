"""Which answers come first in the picker: what was typed, then use, then fit."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from canned.files import Canned

_SHORTCODE, _SHORTCODE_START, _TITLE_START, _TITLE, _TAG, _BODY = 100, 60, 40, 25, 20, 5
_KIND_FIT, _LANGUAGE_FIT, _CHANNEL_FIT, _PER_DOUBLED_USE = 10, 8, 5, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of the conversation that an answer is looked for."""

    channel: str = ""
    """The service, like `email` or `amazon`; "" leaves no answer out."""
    language: str = ""
    """The buyer's, like `de`; "" if it is not known."""
    kind: str = ""
    """The kind of question, if known."""
    uses: Mapping[str, int] = field(default_factory=dict)
    """How often each shortcode was used."""


def rank(responses: Iterable[Canned], text: str, context: Context) -> list[Canned]:
    """Return those that every word of the text is found in, the best first, ties by title."""
    words = folded(text).split()
    scored = [
        (score, canned)
        for canned in responses
        if not context.channel or not canned.channels or context.channel in canned.channels
        if (score := _score(canned, words, context)) is not None
    ]
    scored.sort(key=lambda pair: (-pair[0], folded(pair[1].title), pair[1].shortcode))
    return [canned for _, canned in scored]


def folded(text: str) -> str:
    """Return text for comparing: no case, no accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


def _score(canned: Canned, words: list[str], context: Context) -> float | None:
    """Return how well a response serves, None if a word is not found in it."""
    score = _fit(canned, context)
    for word in words:
        found = _found(canned, word)
        if not found:
            return None
        score += found
    return score


def _fit(canned: Canned, context: Context) -> float:
    """Return what use and fit give a response before anything is typed."""
    uses = context.uses.get(canned.shortcode, 0)
    language = context.language.partition("-")[0]
    return (
        math.log2(1 + max(uses, 0)) * _PER_DOUBLED_USE
        + _KIND_FIT * bool(context.kind and context.kind == canned.kind)
        + _LANGUAGE_FIT * bool(language and language == canned.language.partition("-")[0])
        + _CHANNEL_FIT * bool(context.channel and context.channel in canned.channels)
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
