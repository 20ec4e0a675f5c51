"""Tell which language a buyer writes in, so that the answer can be in it: sure, or silent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_ENOUGH = 1500
"""Characters that are looked at: the beginning says it."""
_SURE = 2.0
"""Points that a language needs."""
_LEAD = 1.4
"""How many times the points of the next one it needs."""
_WORD = re.compile(r"[^\W\d_]+")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3041-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_UKRAINIAN = re.compile(r"[\u0404\u0406\u0407\u0454\u0456\u0457\u0490\u0491]")
_OTHER_SCRIPT = re.compile("|".join(each.pattern for each in (_HAN, _KANA, _HANGUL, _CYRILLIC)))
_LETTER_POINTS = 0.5
_BLANK = ord(" ")
_APART = bytes(byte if byte >= 128 or chr(byte).isalpha() else _BLANK for byte in range(256))  # noqa: PLR2004 - ASCII ends there
"""Every byte of a text by itself, but those of ASCII that are no letters: they are blanks."""
_ASCII = bytes(range(128))


def _words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


_COMMON: Mapping[str, frozenset[str]] = {
    "en": _words(
        "the and is my you it have has was for not can could would what when where this that "
        "with please thanks thank hello hi dear order parcel arrived are do does did one how "
        "from still"
    ),
    "de": _words(
        "der die das und ist nicht ich sie wir mein meine mit für bitte danke hallo guten tag ein "
        "eine wann wo noch habe ist bei auf zu dem den von paket bestellung wie kann können viele "
        "grüße ob auch leider schon bekomme dafür es wieder"
    ),
    "es": _words(
        "el los las y es no mi yo está para por favor gracias hola qué cuándo dónde pedido con una "
        "un que se ha he pero todavía llegado quiero del me puede podría tarda cuánto hacéis le"
    ),
    "fr": _words(
        "le la les et est pas je vous mon ma pour avec merci bonjour une un quand où commande "
        "colis que qui ce n'ai ai toujours du des cordialement pouvez pourriez il au sur reçu "
        "peut aussi"
    ),
    "pl": _words(
        "i jest nie się proszę dziękuję dzień dobry na do mój moje zamówienie zamówienia paczka "
        "paczki kiedy gdzie czy w z ale jeszcze pozdrawiam mam za po nadal co można od jak dla"
    ),
    "ro": _words(
        "și este nu mi vă mulțumesc bună ziua comanda pentru când unde coletul cu din am ați încă "
        "dar o un să pe la se îmi puteți mai aveți acum sunt"
    ),
    "it": _words(
        "il gli e è non mi per con grazie buongiorno salve quando dove ordine pacco che una del "
        "della ho ancora arrivato sono posso vorrei ma anche"
    ),
    "nl": _words(
        "de het een en is niet ik mijn u wij voor met bedankt hallo wanneer waar bestelling pakket "
        "van dat die nog heb heeft graag kunt ook maar op"
    ),
    "pt": _words(
        "o os as e é não meu minha para com obrigado obrigada olá quando onde encomenda pedido que "
        "uma um do da ainda chegou por você mas"
    ),
}
_SHARES: Mapping[str, tuple[tuple[str, float], ...]] = {
    word: tuple((language, 1 / len(owners)) for language in owners)
    for word in frozenset[str]().union(*_COMMON.values())
    if (owners := [language for language, words in _COMMON.items() if word in words])
}
"""What a word counts, for each language that has it."""
_LETTERS: Mapping[str, frozenset[str]] = {
    "de": frozenset("äöüß"),
    "es": frozenset("ñ¿¡"),
    "fr": frozenset("êèçœîû"),
    "pl": frozenset("łżąęśćźń"),
    "ro": frozenset("ășțţş"),
    "pt": frozenset("ãõ"),
}
_TELLING = frozenset[str]().union(*_LETTERS.values())


def language_of(text: str) -> str:
    """Return the language a text is in (`de`, `zh`, ...), "" where that is not sure.

    Give it the buyer's own new words: a quoted answer of ours would mislead it.
    """
    text = text[:_ENOUGH].lower()
    data = text.encode("utf-8", "surrogatepass")
    words = _words_in(text, data)
    foreign = "" if text.isascii() else _read(data.translate(None, _ASCII))
    return (foreign and _by_script(foreign, len(words))) or _by_words(foreign, words)


def _words_in(text: str, data: bytes) -> list[str]:
    """Return each run of letters in a text; `data` is the same as UTF-8."""
    found = _read(data.translate(_APART)).split()
    # Signs beyond ASCII that are no letters: then each letter is looked at.
    return found if text.isascii() or "".join(found).isalpha() else _WORD.findall(text)


def _read(data: bytes) -> str:
    """Return the text that this UTF-8 is; single surrogates are read as well."""
    return data.decode("utf-8", "surrogatepass")


def _by_script(text: str, words: int) -> str:
    """Return the language that its letters give away, "" for the Latin ones.

    `text` need not hold any ASCII: nothing of it is looked at.
    """
    if not _OTHER_SCRIPT.search(text):
        return ""
    if _KANA.search(text) and len(_KANA.findall(text)) * 5 > len(_HAN.findall(text)):
        return "ja"
    if len(_HAN.findall(text)) > words:
        return "zh"
    if len(_HANGUL.findall(text)) > words:
        return "ko"
    if len(_CYRILLIC.findall(text)) > 2 * words:
        return "uk" if _UKRAINIAN.search(text) else "ru"
    return ""


def _by_words(foreign: str, words: Sequence[str]) -> str:
    """Return the language whose common words and letters stand out, "" for none.

    `foreign` are the text's letters beyond ASCII.
    """
    points = dict.fromkeys(_COMMON, 0.0)
    for shares in filter(None, map(_SHARES.get, words)):
        for language, share in shares:
            points[language] += share
    if foreign and (telling := _TELLING.intersection(foreign)):
        for language, letters in _LETTERS.items():
            found = sum(map(foreign.count, letters.intersection(telling)))
            points[language] += min(found, 6) * _LETTER_POINTS
    *_, next_most, most = sorted(points.values())
    if most < _SURE or most < _LEAD * next_most:
        return ""
    return next(language for language, score in points.items() if score == most)
