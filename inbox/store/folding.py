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
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

BREAK = "\ue000"
"""A token between messages: no phrase goes across it."""
_PART = 0xE100
"""The first character of each end of an order number is put so many places behind itself: as long
as the others, it is found by its first three as quickly as a word."""
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

_MAY_COMPOSE = re.compile("[^\x80-\u02ff\u0388-\u0482\u2010-\u20cf]")
"""All but Latin, Greek, Cyrillic, punctuation, currencies: those stay as they are in NFC, whatever
stands before them, and looking at a text's different letters costs less than at the text."""

_PASSAGES = 50
"""Quoted passages of one text that are compared: their number is a stranger's choice."""

_SHORT = 200
"""Characters of a text whose fold is kept for when it comes again."""

_WORDS = re.compile(r"[^\W_]+")
_QUOTE_ENDS = re.compile(r"\n(?!>)")
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


Folded = tuple[str, str, str, str]
"""Subject, body, party and references, as the index holds them."""
Encoded = tuple[bytes, bytes, bytes, bytes]
"""The same as UTF-8."""


class Alone(NamedTuple):
    """What the index holds of one message by itself."""

    folded: Encoded
    length: int
    """Characters of its body before they were folded."""


class Words(NamedTuple):
    """What a message is found by, not folded yet."""

    doc_id: int
    subject: str
    body: str
    """Empty where `alone` has it."""
    party: str
    files: str
    order: str
    recipients: str
    alone: Alone | None = None
    """What the index holds of this message by itself, where that was made before."""

    @property
    def length(self) -> int:
        """Characters of the body."""
        return len(self.body) if self.alone is None else self.alone.length


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
    letters = _foreign(text)
    if _MAY_COMPOSE.search("".join(letters)) is not None:
        text = unicodedata.normalize("NFC", text)
        letters = _foreign(text)
    changing = {letter: found for letter in letters if (found := _TABLE[ord(letter)]) != letter}
    # Few letters, each in one go; all by one where one letter's fold could be folded again.
    if len(changing) > _FEW or not changing.keys().isdisjoint("".join(changing.values())):
        return text.translate(_TABLE)
    for letter, found in changing.items():
        text = text.replace(letter, found)
    return text


def _foreign(text: str) -> set[str]:
    """Return each different character of a text beyond ASCII."""
    data = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    return set(data.decode("utf-8", "surrogatepass"))


def tokens(folded_text: str) -> list[str]:
    """Return the runs of letters and digits of a folded text."""
    return _WORDS.findall(folded_text)


def compact(text: str) -> str:
    """Return letters and digits of an order number, folded, nothing between them."""
    return "".join(tokens(fold(text))).casefold()


def is_asking(text: str) -> bool:
    """Return whether a folded text holds a letter or digit, and so can be asked for."""
    return _WORDS.search(text) is not None


def part_asked(text: str) -> str:
    """Return the beginning of the tokens that an order number with this part has.

    The part holds at least one letter or digit.
    """
    return _part(compact(text))


def whole_asked(text: str) -> str:
    """Return the token that this order number has."""
    return _WHOLE + compact(text)


@lru_cache(maxsize=256)
def recipients_folded(text: str) -> str:
    """Return the words of those a message was sent to, as tokens that only `to:` finds."""
    return " ".join(_TO + word for word in tokens(fold(text)))


def made_alone(words: Words) -> Words:
    """Return what a message is found by with what the index holds of it alone in its body's place.

    Raises UnicodeEncodeError for what no index holds: half a letter.
    """
    subject, body, party, references = folded([words])
    texts = (subject.encode(), body.encode(), party.encode(), references.encode())
    return words._replace(body="", alone=Alone(texts, len(words.body)))


def held(stretch: Sequence[Words]) -> Folded | Encoded:
    """Return the same as `folded`, as it was made before if a message stands alone."""
    if len(stretch) == 1 and stretch[0].alone is not None:
        return stretch[0].alone.folded
    return folded(stretch)


def folded(stretch: Iterable[Words]) -> Folded:
    """Return what the index holds of some messages together, each repeated text once.

    A quoted passage is left out where a message before it in the stretch says the
    same, word for word: whoever looks for it finds that one, and no word is unseen.
    It is the folded words that are compared, as the index does.
    """
    rows = list(stretch)
    if len(rows) == 1 and rows[0].alone is None:
        return _alone(rows[0])
    references = [
        _folded_again(each) for each in _once([f"{row.order}\n{row.files}" for row in rows])
    ]
    for order in _once([row.order for row in rows]):
        references += _parts(order)
    references += map(recipients_folded, _once([row.recipients for row in rows]))
    return (
        _joined(_once([row.subject for row in rows])),
        f" {BREAK} ".join(said_once(map(_folded_body, rows))),
        _joined(_once([row.party for row in rows])),
        " ".join(references),
    )


def _alone(row: Words) -> Folded:
    """Return what the index holds of one message: `folded`, where nothing can be a repetition."""
    named = f"{row.order}\n{row.files}"
    references = [fold(named)] if named.strip() else []
    references += _parts(row.order)
    if row.recipients.strip():
        references.append(recipients_folded(row.recipients))
    return (
        fold(row.subject) if row.subject.strip() else "",
        fold(row.body),
        fold(row.party) if row.party.strip() else "",
        " ".join(references),
    )


def said_once(bodies: Iterable[str]) -> Iterator[str]:
    """Yield texts without the quoted passages that a text before them holds word for word."""
    texts = list(bodies)
    later = range(1, len(texts))
    quoting = [number for number in later if "\n>" in texts[number] or texts[number][:1] == ">"]
    before = _Before()
    for number, text in enumerate(texts):
        yield _without(text, before) if number in quoting else text
        if quoting and number < quoting[-1]:
            before.add(text)


class _Before:
    """The texts that stand before one in its stretch."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._words = ""
        self._joined = 0

    def add(self, text: str) -> None:
        """Let this text be one of them."""
        self._lines.append(f"\n{text}\n")

    def holds(self, passage: str) -> bool:
        """Return whether the words of a quoted passage stand in one of them, in this order."""
        if self._lacks_a_word(passage):
            return False
        return self._holds_lines(passage) or self._holds_words(passage)

    def _lacks_a_word(self, passage: str) -> bool:
        """Return whether the longest word of its first line stands in none of them."""
        words = passage.partition("\n")[0].replace(">", " ").split()
        longest = max(words, key=len, default="")
        return not any(longest in text for text in self._lines)

    def _holds_lines(self, passage: str) -> bool:
        """Return whether its very lines stand there: then its words do, and most answers are so."""
        said = f"\n{passage}".replace("\n> ", "\n").replace("\n>", "\n").strip("\n")
        if not said.replace(">", " ").strip():
            return False
        return any(f"\n{said}\n" in text for text in self._lines)

    def _holds_words(self, passage: str) -> bool:
        while self._joined < len(self._lines):
            self._words += f"{BREAK} {_unmarked(self._lines[self._joined])} "
            self._joined += 1
        # With blanks around it: whole words only, and each the same as there.
        return f" {_unmarked(passage)} " in self._words


def _without(text: str, before: _Before) -> str:
    """Return a text with a break for each quoted passage that stands in `before`."""
    kept, end = list[str](), 0
    for first, last in islice(_passages(text), _PASSAGES):
        said = text[first:last]
        if before.holds(said):
            kept += (text[end:first], BREAK + "\n" * said.endswith("\n"))
            end = last
    return "".join([*kept, text[end:]]) if kept else text


def _passages(text: str) -> Iterator[tuple[int, int]]:
    """Yield where lines that begin with ">" stand together: their first place, and behind them."""
    broken = f"\n{text}"  # the first line has a break before it, too: places there are those here
    first = broken.find("\n>")
    while first >= 0:
        last = _QUOTE_ENDS.search(text, first)
        end = len(text) if last is None else last.end()
        yield first, end
        first = broken.find("\n>", end)


def _unmarked(text: str) -> str:
    """Return the words of a text, one blank between them, without marks of quotation."""
    return " ".join(text.replace(">", " ").split())


def _folded_body(row: Words) -> str:
    """Return a message's body, folded, as it was made before or now."""
    return fold(row.body) if row.alone is None else row.alone.folded[1].decode()


def _folded_again(text: str) -> str:
    """Return a text folded that is likely to come again: a name, a subject."""
    if text.isascii():
        return text
    return _remembered(text) if len(text) <= _SHORT else fold(text)


_remembered = lru_cache(maxsize=1024)(fold)


def _once(texts: Iterable[str]) -> list[str]:
    """Return each text that says anything once, in its order."""
    return [text for text in dict.fromkeys(texts) if text.strip()]


def _joined(texts: Iterable[str]) -> str:
    """Return folded texts with a break between them."""
    return f" {BREAK} ".join(map(_folded_again, texts))


@lru_cache(maxsize=256)
def _parts(order: str) -> tuple[str, ...]:
    """Return the tokens by which an order number is found whole and in part."""
    number = compact(order)
    whole = (_WHOLE + number,) if number else ()
    starts = range(min(len(number) - SHORTEST_PART + 1, _LONGEST))
    return (*whole, *[_part(number[start:]) for start in starts])


def _part(number: str) -> str:
    """Return the token of an order number from here on: such a one as no word begins with."""
    first = number[0]
    if not first.isascii():
        return chr(_PART) + number[:_LONGEST]
    return chr(_PART + ord(first)) + number[1:_LONGEST]


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
