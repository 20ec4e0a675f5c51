"""Order numbers in ordinary mail, conservatively: a wrong one puts two matters into one. Pure."""

# ruff: noqa: RUF001 - words and marks of other alphabets are what this file holds
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_NOUNS = (
    r"purchase order|bestellung|auftrag|commande|pedido|ordine|zamówieni[eau]|comand[aă]|comenzii|"
    r"bestelling|beställning|ordre|tilaus|objednávk[auy]|rendelés|sipariş|заказ[ау]?|encomenda|"
    r"订单|訂單|注文|주문"
)
_WORDS = rf"orders?|bestell|auftrags|{_NOUNS}"
_SIGNS = (
    r"numbers?|num\.?|no\.?|nr\.?|nº|n°|№|id|nummer|numer|numéro|numero|número|numărul|"
    r"номер|番号|号|编号|編號|번호"
)
_NUMBER = r"([A-Za-z]{0,4}-?\d[\d/-]{1,22}\d)(?![\w-]{0,40}[A-Za-z])(?!\d|[.,]\d)"
_NO_LETTER_BEFORE = r"(?<![^\W\d_])"
_BEGINS = "(?=[obapcztrseз订訂注주])"
"""The first letters of `_WORDS`: one look at a word instead of thirty."""
_BARE_BEGINS = "(?=[obapcztrsefmyз订訂注주])"
_NO_AMOUNT = (
    r"(?!\s{0,2}(?:x\b|€|\$|£|eur\b|usd\b|pcs|pieces|units|items|stück|stk|pièces|piezas|"
    r"pezzi|szt|buc))"
)

_SIGNED = re.compile(
    rf"(?i){_NO_LETTER_BEFORE}{_BEGINS}(?:{_WORDS})[\s-]{{0,2}}"
    rf"(?:(?:{_SIGNS})\s{{0,2}}[:：#]?|[:：#№])\s{{0,2}}#?{_NUMBER}"
)
_BARE = re.compile(
    rf"(?i){_NO_LETTER_BEFORE}{_BARE_BEGINS}"
    rf"(?:(?:(?:my|the|your|our|this|for|of|about|regarding|re:?|^)\s{{1,2}}|^)order|{_NOUNS})"
    rf"\s{{1,2}}{_NUMBER}{_NO_AMOUNT}",
    re.MULTILINE,
)
"""Without a sign "order" must not be a verb: "I want to order 10000" names no order."""
_BARE_DIGITS = 5
_SHAPED = re.compile(r"(?<![\w-])(\d{3}-\d{7}-\d{7}|\d{2}-\d{5}-\d{5})(?![\w-])")
_LIKELY_SHAPED = re.compile(r"\d-\d{5}")
"""What is in every number of that shape, and quickly looked for."""
_STEMS = (
    *("order", "bestell", "auftrag", "commande", "pedido", "ordine", "zamówieni", "comand"),
    *("comenzii", "beställning", "ordre", "tilaus", "objednávk", "rendelés", "sipariş"),
    *("заказ", "encomenda", "订单", "訂單", "注文", "주문"),
)
"""One of these is in every word that says "order", in lower case."""
_ODD_CASE = ("ı", "İ", "ſ")
"""Letters that a pattern takes for others, whose lower case they are not."""
_DATE = re.compile(r"(?:19|20)\d\d([-/])\d\d?\1\d\d?|\d\d?([-/])\d\d?\2(?:19|20)?\d\d")
_DIGITS = re.compile(r"\d[\d/-]*\d")
_WHOLE = re.compile(r"\d[\d/-]{1,22}\d(?![\w-]{0,40}[A-Za-z])")
"""What is in every line that holds an order number of no marketplace's own form."""
_ASCII = bytes(range(128))
_OLD = re.compile(r"(?i)\s{0,8}(?:>|[-_*=]{3,}|(?:from|von|de|da|od|от|发件人|差出人)\s?[:：])")
_OLD_BEGINS = frozenset(">-_*=fvdoFVDOоОᲂ发差")
"""What such a line begins with."""
_WROTE = re.compile(
    r"(?i)\b(?:wrote|schrieb|écrit|escribió|scritto|napisał|napisała|scris|пишет)\b|写道|napisał\("
)
_LINES_LIMIT = 300


def order_of(subject: str, text: str, patterns: Sequence[re.Pattern[str]]) -> str | None:
    """Return the order that a mail names, None if it names none or it is not plain that it is one.

    `patterns` are a marketplace's own, with the number as their first group;
    they come first. Quoted text is not looked at: it may be about another order.
    """
    every = (*patterns, _SHAPED)
    found = None
    if patterns or _has_digit(subject):
        found = _first(every, subject.replace("\u00a0", " "))
    if found is None and (_may_name_one(text) if not patterns else _has_digit(text)):
        said = _new_lines(text, patterns)
        found = _first(every, said) if said else None
    return found


def _may_name_one(text: str) -> bool:
    """Return whether a text may name an order that no marketplace's own pattern finds.

    Asked in the order of what it costs: most mails do not.
    """
    if not _has_digit(text):
        return False
    likely = _WHOLE if _is_worded(text) else _LIKELY_SHAPED
    return likely.search(text) is not None


def _is_worded(text: str) -> bool:
    """Return whether a text may hold a word that says "order"."""
    lower = text.lower()
    return any(map(lower.__contains__, _STEMS)) or any(map(text.__contains__, _ODD_CASE))


def _first(patterns: Iterable[re.Pattern[str]], said: str) -> str | None:
    """Return the number that the first fitting pattern finds, or that stands behind a word."""
    worded = _is_worded(said)
    for pattern in (*patterns, _SIGNED) if worded else patterns:
        for match in pattern.finditer(said):
            if not _DATE.fullmatch(match[1]):
                return match[1].lstrip("-")
    if not worded:
        return None
    bare = (match[1] for match in _BARE.finditer(said) if not _DATE.fullmatch(match[1]))
    return next((number for number in bare if _is_long(number)), None)


def _is_long(number: str) -> bool:
    """Return whether a number without a sign in front is too long for an amount."""
    return sum(char.isdigit() for char in number) >= _BARE_DIGITS


def _new_lines(text: str, patterns: Sequence[re.Pattern[str]]) -> str:
    """Return the lines with a number in them, up to the first line that looks quoted."""
    kept: list[str] = []
    for line in text.split("\n", _LINES_LIMIT)[:_LINES_LIMIT]:
        bare = line.strip()
        if not bare:
            continue
        if bare[0] in _OLD_BEGINS and _OLD.match(line):
            break
        if bare[-1] in ":：" and _WROTE.search(line[-400:]):
            break
        if _DIGITS.search(line):
            kept.append(line)
    return "\n".join(kept if patterns else _near_whole(kept)).replace("\u00a0", " ")


def _near_whole(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines in which a number may be an order's, and those directly above and below.

    A word for it may stand above, and what makes it an amount below.
    """
    whole = [False, *(_WHOLE.search(line) is not None for line in lines), False]
    for number, line in enumerate(lines):
        if True in whole[number : number + 3]:
            yield line


def _has_digit(text: str) -> bool:
    """Return whether a text has a digit of any script: much faster than a pattern is."""
    if any(map(text.__contains__, "0123456789")):
        return True
    if text.isascii():
        return False
    data = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    foreign = data.decode("utf-8", "surrogatepass")
    return not foreign.isalpha() and any(map(str.isdecimal, foreign))
