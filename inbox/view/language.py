"""Which language somebody writes in, of those that canned responses are kept in. Pure.

By script where that decides, else by the commonest small words. It only
chooses which variant is offered first, so a wrong guess costs one key.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_ENOUGH = 2
"""Small words of a language that must occur before it is believed."""

_LOOKED_AT = 2_000
"""Characters of a text that are looked at."""

_SMALL_WORDS = {
    "en": "the and is my you have not for this was with when please your order it to of",
    "de": "der die das und ich nicht ist mein meine wann bitte sie habe noch wir ein mit für",
    "es": "el la los que mi por favor cuando no está pedido una con para gracias hola es",
    "fr": "le la les je ne pas est ma mon vous bonjour merci commande une avec pour quand et",
    "pl": "nie jest się kiedy proszę moje moja że dzień dobry na do zamówienie czy mam za",
    "ro": "nu este și meu mea când vă rog bună comanda am pentru cu că mulțumesc unde sunt",
    "it": "il che non è mio mia quando per grazie ordine un una con sono buongiorno di",
    "nl": "de het een ik niet mijn wanneer bestelling is en van graag met heb voor bedankt",
    "pt": "o que não meu minha quando por favor pedido uma com para obrigado olá está",
}
_WORDS = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str:
    """Return the language of a text, like `de`; empty if it cannot be told."""
    text = text[:_LOOKED_AT]
    by_script = _by_script(text)
    if by_script:
        return by_script
    found = Counter(_WORD.findall(text.casefold()))
    scores = {
        language: sum(count for word, count in found.items() if word in words)
        for language, words in _WORDS.items()
    }
    best, second = sorted(scores, key=lambda language: -scores[language])[:2]
    return best if scores[best] >= _ENOUGH and scores[best] > scores[second] else ""


def _by_script(text: str) -> str:
    """Return the language whose script most of the letters are in; empty for Latin."""
    scripts: Counter[str] = Counter()
    for letter in text:
        if letter.isalpha():
            scripts[unicodedata.name(letter, "").partition(" ")[0]] += 1
    if scripts["HIRAGANA"] + scripts["KATAKANA"] > 0:
        return "ja"
    most = max(scripts, key=lambda script: scripts[script], default="")
    return {"CYRILLIC": "ru", "CJK": "zh", "HANGUL": "ko"}.get(most, "")
