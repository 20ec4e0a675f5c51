"""What services take badly in a seller's message, as data: each with its source and day."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Something that may not stand in an answer on some services."""

    services: frozenset[str]
    """Empty: on any."""
    pattern: re.Pattern[str]
    said: str
    source: str
    checked: str
    """The day the source was read, ISO 8601."""


_AUTOMATIC = (
    "this is an automated", "automatic reply", "automated response", "auto-reply",
    "autoreply", "do not reply to this", "out of office",
    "automatische antwort", "automatisch generiert", "automatisch erstellt", "nicht im büro",
    "respuesta automática", "mensaje automático", "fuera de la oficina",
    "réponse automatique", "message automatique", "absent du bureau",
    "odpowiedź automatyczna", "wiadomość automatyczna", "wygenerowana automatycznie",
    "răspuns automat", "mesaj automat", "автоматический ответ", "автоответ",
    "自动回复", "自动答复",
)  # fmt: skip

_GOOD_REVIEW = (
    r"(?:4|5|four|five|positive|good)[ -]stars? (?:review|rating)",
    r"\b(?:positive|good) (?:review|feedback|rating)\b",
    r"\b(?:5|fünf)[ -]sterne\b", r"\b(?:positive|gute) bewertung",
    r"\b(?:5|cinco) estrellas\b", r"\b(?:reseña|opinión|valoración) positiva",
    r"\b(?:5|cinq) étoiles\b", r"\bavis positif",
    r"\b(?:5|pięć) gwiazd", r"\bpozytywn\w{1,4} (?:opini|ocen|komentarz)",
    r"\b(?:5|cinci) stele\b", r"\brecenzi[ei] pozitiv",
    r"\b(?:5|пять) зв[её]зд", r"\bположительн\w{1,4} отзыв",  # noqa: RUF001 - Russian letters, as meant
    r"五星|好评",
)  # fmt: skip

_PROMOTION = (
    r"\bcoupons?\b", r"\bvouchers?\b", r"\bpromo(?:tion)? codes?\b", r"\bdiscount codes?\b",
    r"\b[0-9]{1,2} ?% (?:off|discount|rabatt|de descuento|de réduction|zniżki|reducere|скидк)",
    r"\bgutschein", r"\brabattcode", r"\bcupón", r"\bcódigo de descuento", r"\bcode promo",
    r"\bbon de réduction", r"\bkod rabatowy", r"\bcod de reducere", r"\bпромокод",  # noqa: RUF001 - Russian letters, as meant
    r"优惠券|折扣码",
)  # fmt: skip

RULES = (
    Forbidden(
        frozenset(),
        re.compile("|".join(map(re.escape, _AUTOMATIC)), re.IGNORECASE),
        "reads like an automatic reply, which services do not count as an answer",
        "RFC 3834, section 1; the wordings that mail systems send",
        "2026-11-21",
    ),
    Forbidden(
        frozenset({"amazon", "ebay"}),
        re.compile(
            r"\b(?:https?://|www\.)(?![\w.-]{0,60}\b(?:amazon|ebay)\.)[^\s<>]{0,200}", re.IGNORECASE
        ),
        "holds a link, which leads buyers off the service",
        "Amazon Communication Guidelines; eBay member-to-member contact policy",
        "2026-11-21",
    ),
    Forbidden(
        frozenset({"amazon", "ebay"}),
        re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.\w"),
        "holds an e-mail address, which leads buyers off the service",
        "Amazon Communication Guidelines; eBay member-to-member contact policy",
        "2026-11-21",
    ),
    Forbidden(
        frozenset({"amazon", "ebay"}),
        re.compile(r"(?<![\w#])(?:\+|00)[0-9][0-9 ()/-]{6,16}[0-9]"),
        "holds a telephone number, which leads buyers off the service",
        "Amazon Communication Guidelines; eBay member-to-member contact policy",
        "2026-11-21",
    ),
    Forbidden(
        frozenset({"amazon", "ebay"}),
        re.compile(r"\b(?:whatsapp|telegram|facebook|instagram|wechat)\b|微信", re.IGNORECASE),
        "names another way to reach you, which leads buyers off the service",
        "Amazon Communication Guidelines; eBay member-to-member contact policy",
        "2026-11-21",
    ),
    Forbidden(
        frozenset({"ebay"}),
        re.compile(
            r"\b(?:outside (?:of )?|off |außerhalb von |fuera de |en dehors d.|poza |în afara )ebay"
            r"|\bвне ebay",  # noqa: RUF001 - Russian letters, as meant
            re.IGNORECASE,
        ),
        "speaks of dealing outside of eBay",
        "eBay policy on offers to buy or sell outside of eBay",
        "2026-11-21",
    ),
    Forbidden(
        frozenset({"amazon"}),
        re.compile("|".join(_GOOD_REVIEW), re.IGNORECASE),
        "asks for a good review",
        "Amazon Communication Guidelines",
        "2026-11-21",
    ),
    Forbidden(
        frozenset({"amazon"}),
        re.compile("|".join(_PROMOTION), re.IGNORECASE),
        "is promotion, or holds out a reward",
        "Amazon Communication Guidelines",
        "2026-11-21",
    ),
)

LIMITS: Mapping[str, int] = MappingProxyType({"ebay": 2000, "allegro": 2000, "amazon": 4000})
"""Characters that a service takes in one message, as its documentation of 2026-11-21 says."""


def against(text: str, services: Collection[str]) -> Iterator[tuple[re.Match[str], Forbidden]]:
    """Yield each place of a text that one of the services takes badly, with why."""
    for rule in RULES:
        if not rule.services or rule.services.intersection(services):
            for found in rule.pattern.finditer(text):
                yield found, rule
