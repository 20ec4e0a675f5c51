"""What a display name tells of a person. When in doubt, nothing: a wrong name is worse than none.

Nothing is ever re-cased: a name is used as its owner writes it, or not at all.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


def _words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


USERNAME_SERVICES = frozenset({"ebay", "allegro", "kaufland", "discogs", "reverb", "vinted"})
"""Services that show a user name where a name should be: one word alone is no name there."""

_FAMILY_FIRST = frozenset({"zh", "ja", "ko", "hu", "vi"})
_HONORIFICS = _words(
    "mr mrs ms miss mx dr prof sir madam herr frau hr fr sr sra srta don doña señor señora "
    "m mme mlle monsieur madame pan pani dl dna domnul doamna signor signora "
    "г-н г-жа"  # noqa: RUF001 - Russian letters, as meant
)
_SUFFIXES = _words("jr sr ii iii iv phd md mba esq dds ing dipl-ing")
_PARTICLES = _words(
    "van von vom zu zum zur der den de del della des di da das do dos du la le las los el "
    "al bin ibn ben ter ten te af av y e het op 't"
)
_COMPANY = _words(
    "gmbh ug ag kg kgaa ohg gbr mbh ltd limited llc llp inc corp co company plc pty sa s.a "
    "sarl sas srl s.r.l spa s.p.a sl s.l bv b.v nv oy ab aps sro s.r.o kft zoo o.o z.o.o sp "
    "ooo ltda group shop store boutique trading imports studio support team service "
    "kundenservice kundendienst info office sales billing buchhaltung einkauf customer "
    "marketplace member guest user unknown admin noreply no-reply newsletter "
    "ооо ип зао"  # noqa: RUF001 - Russian letters, as meant
)
_HOUSEHOLD = _words("family familie fam familia famille famiglia família rodzina państwo семья")
_JOINERS = frozenset({"&", "+", "and", "und", "et", "i", "și", "si", "и", "/"})
_PATRONYMIC = re.compile(r"(?:ович|евич|ёвич|ьич|овна|евна|ична|инична)$")
_FAMILY_ENDING = re.compile(
    r"(?:ов|ова|ев|ева|ёв|ёва|ский|ская|цкий|цкая|енко|escu|eanu|ovič|ová)$", re.IGNORECASE
)
_GIVEN_LIKE_FAMILY = frozenset({"яков", "иаков"})
_WEST_SLAVIC = frozenset({"pl", "cs", "sk"})
_WEST_SLAVIC_ENDING = re.compile(r"(?:sk[iay]|ck[iay]|dzk[iay]|wicz|czyk)$", re.IGNORECASE)
_GIVEN_LIKE_WEST_SLAVIC = _words("franziska franciska mariska ilska juliska")
_LATIN = re.compile(r"[A-Za-z]")
_APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}"
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_VIA = re.compile(r"\s(?:via|over|durch|через)\s+\S+$|\s-\s.*$", re.IGNORECASE)
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a buyer's name; an empty text where it is not."""

    first: str = ""
    last: str = ""
    whole: str = ""
    username: str = ""


def person_of(display: str, address: str, *, service: str = "email", language: str = "") -> Person:
    """Return the person behind a display name and address, as far as that is sure.

    A user name, relay alias, mail address, company or couple has no first
    name; names in Chinese, Japanese and Korean, and those of languages that
    put the family first, are only used whole.
    """
    shown = _shown(display)
    words = shown.replace(",", " , ").split()
    if not words or len(shown) > _LONGEST:
        return Person()
    if _is_username(words, address, service):
        return Person(username=shown if service != "email" else "")
    if any(_bare(word) in _COMPANY for word in words):
        return Person() if _is_placeholder(words) else Person(whole=shown)
    if any(word.casefold() in _JOINERS or _bare(word) in _HOUSEHOLD for word in words):
        return Person(whole=shown)
    return _ordered(words, language.partition("-")[0].lower())


def _shown(display: str) -> str:
    """Return a display name without quotes, asides in brackets and the relay's own words."""
    text = unicodedata.normalize("NFC", display).strip().strip("\"'“”„«»").strip()
    text = _VIA.sub("", _ASIDE.sub(" ", text))
    return " ".join(text.split())


def _bare(word: str) -> str:
    """Return a word for looking up: without its final dot and case."""
    return word.strip(".,").casefold()


def _is_placeholder(words: list[str]) -> bool:
    """Return whether a marketplace wrote this because it knows no name."""
    marks = {"customer", "member", "guest", "user", "unknown", "noreply", "no-reply"}
    return any(_bare(word) in marks for word in words)


def _is_word(word: str) -> bool:
    """Return whether this is letters (with apostrophes, hyphens), or an initial with its dot."""
    letters = word.removesuffix(".").translate(dict.fromkeys(map(ord, f"-{_APOSTROPHES}")))
    return bool(letters) and all(unicodedata.category(c)[0] in "LM" for c in letters)


def _is_username(words: list[str], address: str, service: str) -> bool:
    """Return whether this is what a machine or a marketplace calls somebody."""
    if any(not _is_word(word) and word not in {",", *_JOINERS} for word in words):
        return not any(_bare(word) in _COMPANY for word in words)
    if len(words) > 1:
        return False
    word = words[0]
    local = address.partition("@")[0].partition("+")[0]
    inner_capital = any(c.isupper() for c in word[1:] if c.isalpha()) and not word.isupper()
    joined = any(mark in word for mark in f"-{_APOSTROPHES}")
    return (
        service in USERNAME_SERVICES
        or (inner_capital and not joined)
        or word == local
        or (word[0].islower() and bool(_LATIN.match(word)))
    )


def _ordered(words: list[str], language: str) -> Person:
    """Return the parts of a name that is only words."""
    if words[-1] != "," and _bare(words[-1]) in _SUFFIXES and len(words) > 1:
        words = words[:-1]
    while words and words[-1] == ",":
        words = words[:-1]
    titled = bool(words) and _bare(words[0]) in _HONORIFICS
    while words and _bare(words[0]) in _HONORIFICS:
        words = words[1:]
    if words.count(",") == 1 and words[0] != ",":
        comma = words.index(",")
        words = [*words[comma + 1 :], *words[:comma]]
        return _named(words, family_at=len(words) - comma)
    words = [word for word in words if word != ","]
    whole = " ".join(words)
    if not words:
        return Person()
    if language in _FAMILY_FIRST or any(_is_cjk(c) for c in whole):
        return Person(whole=whole)
    if len(words) == 1:
        family = titled or any(mark in whole for mark in _APOSTROPHES)  # O'Brien, D'Angelo
        return Person(last=whole, whole=whole) if family else _named(words, family_at=1)
    if words[0].casefold() in _PARTICLES and words[0].islower():
        return Person(last=whole, whole=whole)
    return _slavic(words, language) or _named(words, family_at=_family_at(words))


def _slavic(words: list[str], language: str) -> Person | None:
    """Return the person of a name written family first, or with a father's name; else None.

    Where only the ending says that the family may stand first, and not the
    language too, nobody is greeted by either half.
    """
    whole = " ".join(words)
    if len(words) == 3 and _PATRONYMIC.search(words[2].lower()):  # noqa: PLR2004 - family, first, father
        return Person(first=words[1], last=words[0], whole=whole)
    if _PATRONYMIC.search(words[1].lower()):
        return Person(first=words[0], last=" ".join(words[2:]), whole=whole)
    if len(words) != 2 or words[0].lower() in _GIVEN_LIKE_FAMILY:  # noqa: PLR2004 - first and family
        return None
    west = _ends_as_polish_families(words[0]) and not _ends_as_polish_families(words[1])
    sure = west and language in _WEST_SLAVIC
    if sure or (_FAMILY_ENDING.search(words[0]) and not _FAMILY_ENDING.search(words[1])):
        return Person(first=words[1], last=words[0], whole=whole)
    return Person(whole=whole) if west else None


def _ends_as_polish_families(word: str) -> bool:
    """Return whether a word ends as Polish, Czech and Slovak families do, and is no first name."""
    known = word.lower() in _GIVEN_LIKE_WEST_SLAVIC
    return not known and _WEST_SLAVIC_ENDING.search(word) is not None


def _family_at(words: list[str]) -> int:
    """Return where the family name begins: at the first particle, else at the last word."""
    for place, word in enumerate(words[1:], start=1):
        if word in _PARTICLES:
            return place
    return len(words) - 1


def _named(words: list[str], family_at: int) -> Person:
    """Return the person of words in the order given, family, if the first is fit for a greeting."""
    whole, last = " ".join(words), " ".join(words[family_at:])
    first = words[0] if family_at else ""
    fit = len(first.strip(".")) > 1 and not first.endswith(".") and first[:1].isupper()
    shouted = first.isupper() and len(first) > 1
    return Person(first=first if fit and not shouted else "", last=last, whole=whole)


def _is_cjk(character: str) -> bool:
    """Return whether a character is Han, kana or hangul."""
    name = unicodedata.name(character, "")
    return name.startswith(("CJK ", "HIRAGANA ", "KATAKANA ", "HANGUL "))
