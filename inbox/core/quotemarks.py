"""The marks that mail programs put around old words: what one line (or a few joined ones) is. Pure.

Each test takes time in proportion to the line's length. The words of the
languages stand in `quotewords`.
"""

# ruff: noqa: RUF001 - marks of other alphabets are what these patterns hold
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from inbox.core import quotewords as words

LINE_LIMIT = 1000
"""Letters of a line that are looked at for marks."""
_JOINED_LIMIT = 400
"""Letters that an attribution may have."""
_HEADER_SPAN = 10
"""Lines within which a quoted mail's header fields stand."""
_LABEL_LIMIT = 26
_ASIDE_LIMIT = 120
_FACE_LIMIT = 8
_FIELDS = 3
COLONS = (":", "：")
"""What a label or an attribution ends with."""


def _any_of(said: Sequence[str]) -> str:
    """Return a pattern for one of the words, longer ones first."""
    return "|".join(re.escape(word) for word in sorted(set(said), key=len, reverse=True))


_DIGIT = re.compile(r"\d")
_TIME = re.compile(r"\d\s?[:.h時时시]\s?\d\d")
_START = re.compile(
    rf"(?i)(?:(?:{_any_of(words.STARTERS)})(?=[\s\d,])"
    rf"|(?:{_any_of(words.WEEKDAYS)})[^\W\d_]{{0,9}}[.,]{{0,2}}\s"
    r"|\d{1,4}\s?[-/.年년]\s?\d{1,2}|\d{1,2}\.?\s[^\W\d_]{3,12}\.?\s\d{4})"
)
_WORDS = re.compile(r"[^\W\d_]+")
_DIVIDER = re.compile(
    rf"(?i)[-_–—*=]{{2,}}\s{{0,3}}(?:{_any_of(words.ORIGINALS)})\s{{0,3}}:?\s{{0,3}}[-_–—*=]{{2,}}"
)
_FORWARD = re.compile(
    rf"(?i)[-_–—*=]{{0,20}}\s{{0,3}}(?:{_any_of(words.FORWARDED)})\s{{0,3}}[-_–—*=:：\s]*"
)
_FORWARD_SUBJECT = re.compile(rf"(?i)\s*(?:{_any_of(words.FORWARD_SUBJECTS)})\s?[:：]")
RULES = frozenset("-_–—*=")
"""What a divider or a rule begins with."""
_EVERY = (">", "@", *COLONS, *RULES)
"""One of these is in every mark, but in what a phone says of itself on the last line."""
_RULE = re.compile(r"[_-]{10,}")
_OTHER_LABEL = re.compile(r"\*?[^\W\d_][^:：*]{0,24}?\s?\*?[:：]\*?(?=\s|$|[^/\s])")
_OUTSIDE_ADDRESS = re.compile(r"[\s<>()\[\]\",;:]")
_WEAK = re.compile(r"\|(?!.*\|\s*$)|[A-Z]\w{0,3}>")
_FACE = re.compile(r">\s?(?![-._=^]+\Z)[:;=._^-]\S{0,3}|>[^<]*[^\s<]\s?<+")
_SENT_FROM = tuple(
    (start.strip(), "" if start else end.strip(), f"{start}{{}}{end}")
    for start, _, end in (line.partition("{}") for line in words.SENT_FROM)
)
"""How each such line begins, or else how it ends, and the line."""
_SENT_FROM_STARTS = (*(start for start, _, _ in _SENT_FROM if start), "outlook", "yahoo")
_SENT_FROM_ENDS = tuple(end for _, end, _ in _SENT_FROM if end)
_OTHER_ASIDE = r"(?i)outlook\s\w+\s(?:ios|android)\b.*|yahoo mail:? .{0,40}"

FRAME_BEGIN = re.compile(
    r"(?i)---(?<!----)-*+\s{0,3}(?:begin message(?:\s?/\s?début du message)?|début du message"
    r"|iniciar mensagem|inicio del mensaje|inizio messaggio|beginn der nachricht)\s{0,3}-{3,}+"
)
FRAME_END = re.compile(
    r"(?i)---(?<!----)-*+\s{0,3}(?:end message(?:\s?/\s?fin du message)?|fin du message"
    r"|encerrar mensagem|mensagem final|fin del mensaje|fine messaggio|ende der nachricht)"
    r"\s{0,3}-{3,}+"
)
"""The lines between which a marketplace puts a buyer's own words."""


@dataclass(frozen=True, slots=True)
class Header:
    """The header fields of a quoted mail, as its lines show them."""

    length: int
    """Lines it takes, blank ones above it included."""
    whole: bool
    """Whether sender, date and recipient are all there."""
    certain: bool
    """Whether it also shows an address, or a subject and a time: a buyer's own list does not."""
    sender: str
    """The address behind "From:", in lower case; empty where there is none."""


def has_none(text: str) -> bool:
    """Return whether a text surely holds no mark and no signature, as most short ones do not."""
    if any(map(text.__contains__, _EVERY)):
        return False
    last = text.rstrip().rpartition("\n")[2].strip()
    return len(last) <= LINE_LIMIT and not is_aside(last)


def is_marked(line: str) -> bool:
    """Return whether a stripped line begins with a quote's mark, and is no face and no shout."""
    if line[:1] != ">":
        return False
    odd = len(line) <= _FACE_LIMIT or line[-1] == "<"
    return not odd or _FACE.fullmatch(line) is None


def is_weakly_marked(line: str) -> bool:
    """Return whether a line begins with a mark that some programs use and people do, too."""
    return line[:1] != ">" and _WEAK.match(line) is not None


def starts_attribution(line: str) -> bool:
    """Return whether a line begins as "On Friday 20 ..." does."""
    return _DIGIT.search(line) is not None and _START.match(line) is not None


def ends_attribution(line: str) -> bool:
    """Return whether a line ends as "... wrote:" does."""
    return line.endswith(COLONS) and len(line) <= _JOINED_LIMIT


def is_attribution(line: str, *, begun: bool) -> bool:
    """Return whether a (joined) line says who wrote what follows, and when or under what address.

    `begun` says that a sentence cannot have begun above it.
    """
    if len(line) > _JOINED_LIMIT or _DIGIT.search(line) is None:
        return False
    if _START.match(line) is not None:
        return "@" in line or names_writer(line)
    return begun and "@" in line and (names_writer(line) or _TIME.search(line) is not None)


def is_whole_attribution(line: str) -> bool:
    """Return whether only a program writes such a line: date, time, address, and a colon."""
    if len(line) > _JOINED_LIMIT or "@" not in line or _TIME.search(line) is None:
        return False
    if not line.endswith(COLONS) and ":  " not in line:
        return False
    if names_writer(line):
        return "<" in line or _START.match(line) is not None
    return "<" in line and _START.match(line) is not None


def is_bare_attribution(line: str) -> bool:
    """Return whether a line names a writer and a time, though it has no colon at its end."""
    return starts_attribution(line) and names_writer(line) and _TIME.search(line) is not None


def names_writer(line: str) -> bool:
    """Return whether a line has a word for "wrote", and is no person's "your driver wrote"."""
    said = _WORDS.findall(line)
    if "@" not in line and not words.PERSONAL.isdisjoint((*said, *map(str.lower, said[:1]))):
        return False
    if not words.WRITERS.isdisjoint(map(str.lower, said)):
        return True
    return not line.isascii() and any(said in line for said in words.WRITERS_WITHOUT_BLANKS)


def is_divider(line: str) -> bool:
    """Return whether a line is "-----Original Message-----" in one of its forms."""
    return _DIVIDER.fullmatch(line) is not None


def is_forward(line: str) -> bool:
    """Return whether a line says that what follows was passed on: meant to be read, not old."""
    marked = line[:1] in RULES or line.endswith(COLONS)
    return marked and _FORWARD.fullmatch(line) is not None


def is_forward_subject(subject: str) -> bool:
    """Return whether a mail program set "Fwd:" in one of its languages before a subject."""
    return _FORWARD_SUBJECT.match(subject) is not None


def is_rule(line: str) -> bool:
    """Return whether a line is the rule some programs draw above a quoted mail's header."""
    return _RULE.fullmatch(line) is not None


def is_aside(line: str) -> bool:
    """Return whether a line is what a phone or a program says of itself below a text."""
    if len(line) > _ASIDE_LIMIT:
        return False
    said = line.lower().rstrip(". ")
    if not (said.startswith(_SENT_FROM_STARTS) or said.endswith(_SENT_FROM_ENDS)):
        return False
    return re.fullmatch(_OTHER_ASIDE, line) is not None or any(
        said.startswith(start) and said.endswith(end) and _sent_from(written).fullmatch(line)
        for start, end, written in _SENT_FROM
    )


def says_answers_below(text: str) -> bool:
    """Return whether a text says that its answers stand within the quote below it."""
    signs = not text.isascii() and any(sign in text for sign in words.ANSWERS_BELOW_SIGNS)
    if not signs and words.ANSWERS_BELOW_WORDS.isdisjoint(_WORDS.findall(text.lower())):
        return False
    return _hints().search(text) is not None


# Making all of these takes a twentieth of a second, and few texts are asked about any of them.


@cache
def _sent_from(line: str) -> re.Pattern[str]:
    """Return the pattern for what a phone or a program says of itself, from end to end."""
    slot = rf"(?:\S+\s){{0,4}}\S{{0,12}}(?:{_any_of(words.DEVICES)})[^,?!;]{{0,50}}"
    return re.compile("(?i)" + re.escape(line).replace(r"\{\}", slot) + r"[.\s]*")


@cache
def _hints() -> re.Pattern[str]:
    """Return the pattern for what says that answers stand below."""
    return re.compile(
        rf"(?i)(?:(?<!\w)|(?<=[\u2e80-\uffff]))(?:{'|'.join(words.ANSWERS_BELOW)})"
        r"(?:(?!\w)|(?=[\u2e80-\uffff]))"
    )


@cache
def _greeting() -> re.Pattern[str]:
    """Return the pattern for a greeting, with a name or two, and not a word more."""
    return re.compile(
        rf"(?i)(?:{_any_of(words.GREETINGS)})(?:[ \t]+[\w.&-]{{1,30}}){{0,3}}[\s,.!:，。！、-]*"
    )


def only_greets(text: str) -> bool:
    """Return whether a text says "Hello," to somebody and nothing else."""
    said = text.strip()
    return len(said) <= _ASIDE_LIMIT and _greeting().fullmatch(said) is not None


def label_of(line: str) -> int:
    """Return which field of a quoted mail's header a line is (`quotewords.FROM` ...), else -1."""
    head, colon, _ = line.partition(":")
    if not colon:
        head, colon, _ = line.partition("：")
    if not colon or len(head) > _LABEL_LIMIT:
        return -1
    return words.LABELS.get(head.strip("* \t\u00a0|").lower(), -1)


def header_at(lines: Sequence[str], start: int) -> Header | None:
    """Return the header of a quoted mail that begins at `start`, None where no field does."""
    first = _below_blanks(lines, start)
    found: set[int] = set()
    length, sender, addressed, timed = 0, "", False, False
    for number in range(first, min(len(lines), first + _HEADER_SPAN)):
        line = lines[number]
        label = label_of(line)
        if label < 0 and not (found and (_OTHER_LABEL.match(line) or "@" in line)):
            break
        length = number - start + 1
        found.add(label)
        addressed = addressed or "@" in line
        if label == words.FROM and "@" in line:
            sender = address_in(line)
        timed = timed or (label == words.DATE and _TIME.search(line) is not None)
    if not found:
        return None
    whole = found >= {words.FROM, words.DATE, words.TO}
    certain = whole and (addressed or (timed and words.SUBJECT in found))
    return Header(length, whole, certain, sender)


def foreign_header_at(lines: Sequence[str], start: int) -> int:
    """Return the lines of a header in a language that is not known here, 0 for none.

    Below a program's own rule: three fields at least, an address, a time, and
    nothing but fields. Blank lines above them count.
    """
    addressed = timed = False
    number = first = _below_blanks(lines, start)
    while number < min(len(lines), first + _HEADER_SPAN) and _OTHER_LABEL.match(lines[number]):
        addressed = addressed or "@" in lines[number]
        timed = timed or _TIME.search(lines[number]) is not None
        number += 1
    return number - start if number - first >= _FIELDS and addressed and timed else 0


def _below_blanks(lines: Sequence[str], start: int) -> int:
    """Return the first line that says something, of a few from `start` on."""
    number = start
    while number < len(lines) and not lines[number] and number < start + 3:
        number += 1
    return number


def address_in(line: str) -> str:
    """Return the first address in a line, in lower case."""
    before, _, after = line.partition("@")
    local, domain = _OUTSIDE_ADDRESS.split(before)[-1], _OUTSIDE_ADDRESS.split(after, maxsplit=1)[0]
    return f"{local}@{domain}".lower()
