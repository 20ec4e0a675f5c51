"""The order that a mail names is found the quick way as it is the slow way."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from connectors.email import orders

_SLOWLY = tuple(
    re.compile(pattern.pattern.replace(begins, ""), pattern.flags)
    for pattern, begins in (
        (orders._SIGNED, orders._BEGINS),
        (orders._BARE, orders._BARE_BEGINS),
    )
)
_PIECES = st.sampled_from(
    [
        *("order", "Orders", "my order", "ORDRE", "bestellung", "Bestellnummer", "Заказ", "订单"),
        *("no.", "nr", "№", "#", ":", "id", "number", "x", "€", "pcs", ".5", ",", "-", "/", "at"),
        *("12345", "123", "100234", "12-34567-89012", "123-1234567-1234567", "2026-11-20", "7"),
        *("\u0661\u0662\u0663\u0664\u0665", "9f3c81", "B12345", "> old 12345", "wrote:"),
        *(" ", " ", "  ", "\n", "\n", "\n\n", "\u00a0", "\u017f", "\u0131d"),
    ]
)
_TEXTS = st.lists(_PIECES, max_size=25).map("".join)


def slowly(subject: str, text: str) -> str | None:
    """Return the order in a mail, each line with a number looked at by each whole pattern."""
    for said in (subject.replace("\u00a0", " "), _lines_with_numbers(text)):
        shaped = (match[1] for match in orders._SHAPED.finditer(said))
        signed = (match[1] for match in _SLOWLY[0].finditer(said))
        bare = (match[1] for match in _SLOWLY[1].finditer(said))
        long_enough = (one for one in bare if sum(map(str.isdigit, one)) >= 5)
        named = (one.lstrip("-") for one in (*shaped, *signed) if not orders._DATE.fullmatch(one))
        for found in (*named, *(one for one in long_enough if not orders._DATE.fullmatch(one))):
            return found
    return None


def _lines_with_numbers(text: str) -> str:
    kept: list[str] = []
    for line in filter(None, text.split("\n")):
        if line.rstrip().endswith((":", "\uff1a")) and orders._WROTE.search(line[-400:]):
            break
        if orders._OLD.match(line):
            break
        if re.search(r"\d[\d/-]*\d", line):
            kept.append(line)
    return "\n".join(kept).replace("\u00a0", " ")


@given(_TEXTS, _TEXTS)
def test_the_quick_way_finds_the_order_that_the_slow_way_finds(subject: str, text: str) -> None:
    """Another number would put two buyers' matters into one conversation, or one into two."""
    assert orders.order_of(subject, text, ()) == slowly(subject, text)
