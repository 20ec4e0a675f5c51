"""Order numbers in ordinary mail, conservatively: a wrong one puts two matters into one. Pure."""

# ruff: noqa: RUF001 - words and marks of other alphabets are what this file holds
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

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
_NUMBER = r"([A-Za-z]{0,4}-?\d[\d-]{1,22}\d)(?![\w-]{0,40}[A-Za-z])(?!\d|[.,]\d)"
_NO_LETTER_BEFORE = r"(?<![^\W\d_])"
_NO_AMOUNT = r"(?!\s{0,2}(?:x\b|€|\$|£|eur\b|usd\b|pcs|pieces|units|items|stück|stk|pièces|piezas|pezzi|szt|buc))"

_SIGNED = re.compile(
    rf"(?i){_NO_LETTER_BEFORE}(?:{_WORDS})[\s-]{{0,2}}"
    rf"(?:(?:{_SIGNS})\s{{0,2}}[:：#]?|[:：#№])\s{{0,2}}#?{_NUMBER}"
)
_BARE = re.compile(
    rf"(?i){_NO_LETTER_BEFORE}"
    rf"(?:(?:(?:my|the|your|our|this|for|of|about|regarding|re:?|^)\s{{1,2}}|^)order|{_NOUNS})"
    rf"\s{{1,2}}{_NUMBER}{_NO_AMOUNT}",
    re.MULTILINE,
)
"""Without a sign "order" must not be a verb: "I want to order 10000" names no order."""
_BARE_DIGITS = 5
_SHAPED = re.compile(r"(?<![\w-])(\d{3}-\d{7}-\d{7}|\d{2}-\d{5}-\d{5})(?![\w-])")
_DATE = re.compile(r"(?:19|20)\d\d-?\d\d-?\d\d|\d\d?-\d\d?-(?:19|20)?\d\d")
_OLD = re.compile(
    r"(?i)\s{0,8}(?:>|[-_*=]{3,}|(?:from|von|de|da|od|от|发件人|差出人)\s?[:：])"
    r"|.{0,300}\b(?:wrote|schrieb|écrit|escribió|scritto|napisał\S*|scris|пишет|写道)\b.{0,80}[:：]\s*$"
)


def order_of(subject: str, text: str, patterns: Iterable[re.Pattern[str]]) -> str | None:
    """Return the order that a mail names, None if it names none or it is not plain that it is one.

    `patterns` are a marketplace's own, with the number as their first group;
    they come first. Quoted text is not looked at: it may be about another order.
    """
    patterns = (*patterns, _SHAPED, _SIGNED)
    new = "\n".join(_new_lines(text))
    for said in (subject.replace("\u00a0", " "), new.replace("\u00a0", " ")):
        for pattern in patterns:
            found = next(_plausible(pattern, said), None)
            if found is not None:
                return found
        found = next((one for one in _plausible(_BARE, said) if _is_long(one)), None)
        if found is not None:
            return found
    return None


def _plausible(pattern: re.Pattern[str], said: str) -> Iterator[str]:
    """Yield the numbers that a pattern finds and that are no dates."""
    for match in pattern.finditer(said):
        if not _DATE.fullmatch(match[1]):
            yield match[1].lstrip("-")


def _is_long(number: str) -> bool:
    """Return whether a number without a sign in front is too long for an amount."""
    return sum(char.isdigit() for char in number) >= _BARE_DIGITS


def _new_lines(text: str) -> Iterator[str]:
    """Yield the lines of a text up to the first that looks quoted."""
    for line in text.split("\n"):
        if _OLD.match(line[:500]):
            return
        yield line
