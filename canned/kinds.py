"""Tell what a buyer asks for from their words: tables of phrases by language, as data.

It only puts likely answers first: nothing is hidden or sent for it. The tables
are read when they are first needed, and a text is walked once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from canned.ranking import folded

QUESTIONS = Path(__file__).parent / "questions"
"""A table of phrases for each language, by the kind of question."""

SAID_BY_SERVICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "return": ("return", "refund"),
        "inquiry": ("delivery_delay", "order_status"),
        "cancellation": ("cancellation",),
        "claim": ("complaint", "damaged"),
        "dispute": ("complaint", "refund"),
    }
)
"""The kinds that a service's own word for a conversation (`connectors.values.Kind`) speaks of."""

_COURTESY = "thanks"
"""What stands below most questions too: it counts only where nothing else is said, or asked."""
_GAP = "…"
_MOST_SKIPPED = 3
_ENOUGH = 3000
"""Characters that are looked at: who writes more says at the beginning what it is about."""
_FROM_SERVICE = 2.0
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words that stand one behind the other; "…" lets some others in between."""

    kind: str
    parts: tuple[str, ...]
    """Each a folded word, or its beginning with a "*" behind it."""
    points: float


def kinds_of(text: str, language: str = "", said: str = "") -> tuple[str, ...]:
    """Return the kinds of question in a buyer's own new words, the likeliest first.

    () where nothing tells. `language` is theirs, like `de`; where it is not
    known all tables are tried. `said` is what the service calls it (`return`,
    `claim`, ...). Each phrase counts once, longer ones more.
    """
    points: dict[str, float] = {}
    for place, kind in enumerate(SAID_BY_SERVICES.get(said, ())):
        points[kind] = _FROM_SERVICE / (place + 1)
    short = folded(text[:_ENOUGH])
    words = _WORD.findall(short)
    for each in _tables(language):
        for phrase in _found(short, words, each):
            points[phrase.kind] = points.get(phrase.kind, 0.0) + phrase.points
    if len(points) > 1 or "?" in short:
        points.pop(_COURTESY, None)
    return tuple(sorted(points, key=lambda kind: (-points[kind], kind)))


def known_kinds() -> tuple[str, ...]:
    """Return every kind of question that words are known for."""
    return tuple(tomllib.loads((QUESTIONS / "en.toml").read_text(encoding="utf-8")))


def _tables(language: str) -> tuple[str, ...]:
    """Return the languages whose tables are tried."""
    there = _languages()
    main = language.replace("_", "-").partition("-")[0].lower()
    return (main,) if main in there else there


@cache
def _languages() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in QUESTIONS.glob("*.toml")))


def _found(text: str, words: list[str], language: str) -> list[_Phrase]:
    """Return the phrases of a language that stand in a text, each once."""
    by_word, begun, written_together = _phrases(language)
    here = frozenset(words)
    likely = [phrase for word in here for phrase in by_word.get(word, ())]
    likely += [
        phrase for phrase in begun if any(word.startswith(phrase.parts[0][:-1]) for word in here)
    ]
    found = [
        phrase
        for phrase in dict.fromkeys(likely)
        if any(_follows(words, at, phrase.parts) for at in range(len(words)))
    ]
    return found + [phrase for phrase in written_together if phrase.parts[0] in text]


def _follows(words: list[str], at: int, parts: tuple[str, ...]) -> bool:
    """Return whether the parts of a phrase stand at that place, one behind the other."""
    for number, part in enumerate(parts):
        if part == _GAP:
            rest = parts[number + 1 :]
            return any(_follows(words, at + skip, rest) for skip in range(_MOST_SKIPPED + 1))
        if at >= len(words) or not _is(words[at], part):
            return False
        at += 1
    return True


def _is(word: str, part: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


@cache
def _phrases(
    language: str,
) -> tuple[Mapping[str, tuple[_Phrase, ...]], tuple[_Phrase, ...], tuple[_Phrase, ...]]:
    """Return a language's phrases: by their first word, with a begun one first, and of Han."""
    table = tomllib.loads((QUESTIONS / f"{language}.toml").read_text(encoding="utf-8"))
    by_word: dict[str, list[_Phrase]] = {}
    begun: list[_Phrase] = []
    together: list[_Phrase] = []
    for phrase in (_phrase(kind, text) for kind, texts in table.items() for text in texts):
        if _HAN.search(phrase.parts[0]):
            together.append(phrase)
        elif phrase.parts[0].endswith("*"):
            begun.append(phrase)
        else:
            by_word.setdefault(phrase.parts[0], []).append(phrase)
    by_first = {word: tuple(phrases) for word, phrases in by_word.items()}
    return MappingProxyType(by_first), tuple(begun), tuple(together)


def _phrase(kind: str, text: str) -> _Phrase:
    """Return a phrase as its table writes it: `when will … arrive`, `invoice*`, `退款`."""
    if _HAN.search(text):
        return _Phrase(kind, (folded(text),), len(text) / 2)
    parts: list[str] = []
    for token in text.split():
        words = [_GAP] if token == _GAP else _WORD.findall(folded(token))
        parts += [*words[:-1], f"{words[-1]}*"] if token.endswith("*") else words
    return _Phrase(kind, tuple(parts), float(sum(part != _GAP for part in parts)))
