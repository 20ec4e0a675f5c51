"""Texts in the form that the full-text index holds and is asked in: the same fold for both. Pure.

Case, accents and look-alikes are folded here and not by SQLite, whose own
folding leaves much apart. Scripts written without blanks are put letter by
letter: a run of them is a phrase, so that a word of two Chinese characters is
found. What must only be found by its own field stands behind a mark that no
text can hold.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

BREAK = "\ue000"
"""A token between messages: no phrase goes across it."""
_PART = "\ue001"
"""Before each end of an order number."""
_WHOLE = "\ue002"
"""Before a whole order number."""
_TO = "\ue003"
"""Before each word of those a message was sent to."""

SHORTEST_PART = 3
"""Of an order number: fewer characters are found as its whole only."""
_LONGEST = 40
"""Characters of an order number whose parts are found."""

_ASCII = bytes(range(128))
_FEW = 40
"""Different letters that are folded faster one after the other than one by one."""

FORM = 1
"""How messages are indexed now; what stands in another form stays so until it changes."""
_PASSAGE = re.compile(r"^(?:>[^\n]*+(?:\n|\Z))++", re.MULTILINE)
_PASSAGES = 50
"""Quoted passages of one text that are compared: their number is a stranger's choice."""

_WORDS = re.compile(r"[^\W_]+")
_WITHOUT_BLANKS = re.compile(
    "["
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Myanmar, Khmer
    "\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff"  # Han, Kana, Bopomofo and their signs
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
    "]"
)
_BARE = ("LATIN", "GREEK", "HEBREW", "ARABIC")
"""Scripts whose accents and points are left out; in others they make another letter."""
_KANA_MARKS = "\u3099\u309a"
_ALIKE = {
    "\u0142": "l",
    "\u0111": "d",
    "\u00f0": "d",
    "\u00f8": "o",
    "\u00e6": "ae",
    "\u0153": "oe",
    "\u00fe": "th",
    "\u0127": "h",
    "\u0131": "i",  # the Turkish i without its dot
    "\u0451": "\u0435",  # Cyrillic yo as ye
    "\u06cc": "\u064a",  # the Persian ye and kaf as the Arabic ones
    "\u06a9": "\u0643",
}


class Words(NamedTuple):
    """What a message is found by, not folded yet."""

    doc_id: int
    subject: str
    body: str
    party: str
    files: str
    order: str
    recipients: str
    folded: str | None = None
    """The body folded, where that was done before."""


Folded = tuple[str, str, str, str]
"""Subject, body, party and references, as the index holds them."""


class _Table(dict[int, str]):
    """Each character's folded form, made when it is first seen."""

    def __missing__(self, code: int) -> str:
        self[code] = found = chr(code) if code < len(_ASCII) else _folded_character(chr(code))
        return found


_TABLE = _Table()


def fold(text: str) -> str:
    """Return the text in the form that is indexed and asked for; ASCII keeps its case."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text)
    foreign = composed.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    changing = {
        letter: found
        for letter in set(foreign.decode("utf-8", "surrogatepass"))
        if (found := _TABLE[ord(letter)]) != letter
    }
    # Few letters, each in one go; all by one where one letter's fold could be folded again.
    if len(changing) > _FEW or not changing.keys().isdisjoint("".join(changing.values())):
        return composed.translate(_TABLE)
    for letter, found in changing.items():
        composed = composed.replace(letter, found)
    return composed


def compact(text: str) -> str:
    """Return letters and digits of an order number, folded, nothing between them."""
    return "".join(_WORDS.findall(fold(text))).casefold()


def is_asking(text: str) -> bool:
    """Return whether a folded text holds a letter or digit, and so can be asked for."""
    return _WORDS.search(text) is not None


def part_asked(text: str) -> str:
    """Return the beginning of the tokens that an order number with this part has."""
    return _PART + compact(text)[:_LONGEST]


def whole_asked(text: str) -> str:
    """Return the token that this order number has."""
    return _WHOLE + compact(text)


def recipients_folded(text: str) -> str:
    """Return the words of those a message was sent to, as tokens that only `to:` finds."""
    return " ".join(_TO + word for word in _WORDS.findall(fold(text)))


def folded(stretch: Iterable[Words], form: int = FORM) -> Folded:
    """Return what the index holds of some messages together, each repeated text once.

    `form` is the one in which they were, or will be, indexed. In form 1 a quoted
    passage is left out where a message before it in the stretch says the same,
    word for word: whoever looks for it finds that one, and no word is unseen.
    """
    rows = list(stretch)
    bodies = [row.body for row in rows]
    kept = said_once(bodies) if form else bodies
    references = [fold(each) for each in _once(f"{row.order}\n{row.files}" for row in rows)]
    references += (token for order in _once(row.order for row in rows) for token in _parts(order))
    references += map(recipients_folded, _once(row.recipients for row in rows))
    return (
        _joined(_once(row.subject for row in rows)),
        f" {BREAK} ".join(map(_folded_body, rows, kept)),
        _joined(_once(row.party for row in rows)),
        " ".join(references),
    )


def said_once(bodies: Iterable[str]) -> Iterator[str]:
    """Yield texts without the quoted passages that a text before them holds word for word."""
    texts = list(bodies)
    quoting = [number for number, text in enumerate(texts) if "\n>" in text or text[:1] == ">"]
    before = ""
    for number, text in enumerate(texts):
        yield _without(text, before) if before and number in quoting else text
        if quoting and number < quoting[-1]:
            before += f"{BREAK} {_unmarked(text)} "


def _without(text: str, before: str) -> str:
    """Return a text with a break for each quoted passage that stands in `before`."""

    def shortened(passage: re.Match[str]) -> str:
        # With blanks around it: whole words only, and each the same as there.
        said = passage[0]
        return BREAK + "\n" * said.endswith("\n") if f" {_unmarked(said)} " in before else said

    return _PASSAGE.sub(shortened, text, count=_PASSAGES)


def _unmarked(text: str) -> str:
    """Return the words of a text, one blank between them, without marks of quotation."""
    return " ".join(text.replace(">", " ").split())


def _folded_body(row: Words, kept: str) -> str:
    """Return what is kept of a message's body, folded."""
    return row.folded if row.folded is not None and kept is row.body else fold(kept)


def _once(texts: Iterable[str]) -> list[str]:
    """Return each text that says anything once, in its order."""
    return [text for text in dict.fromkeys(texts) if text.strip()]


def _joined(texts: Iterable[str]) -> str:
    """Return folded texts with a break between them."""
    return f" {BREAK} ".join(map(fold, texts))


def _parts(order: str) -> Iterator[str]:
    """Yield the tokens by which an order number is found whole and in part."""
    number = compact(order)
    if number:
        yield _WHOLE + number
    for start in range(min(len(number) - SHORTEST_PART + 1, _LONGEST)):
        yield _PART + number[start : start + _LONGEST]


def _folded_character(character: str) -> str:
    """Return what stands for one character."""
    kind = unicodedata.category(character)
    if kind == "Cf" or _is_accent(character):
        return ""
    if kind == "Co":
        return " "
    plain = unicodedata.normalize("NFKC", character)
    apart = unicodedata.normalize("NFKD", character)
    if unicodedata.name(apart[0], "").startswith(_BARE):
        plain = "".join(each for each in apart if not _is_accent(each))
    plain = "".join(each for each in plain.casefold() if not _is_accent(each))
    plain = "".join(_ALIKE.get(each, each) for each in plain)
    return _WITHOUT_BLANKS.sub(r" \g<0> ", plain)


def _is_accent(character: str) -> bool:
    """Return whether this is an accent or point that is left out."""
    return unicodedata.combining(character) != 0 and character not in _KANA_MARKS
