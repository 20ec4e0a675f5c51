"""What services take badly in a seller's message, as data: each with its source and day."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
        re.compile(r"\bhttps?://|\bwww\.", re.IGNORECASE),
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
        frozenset({"amazon"}),
        re.compile(r"(?:4|5|four|five|positive|good)[ -]stars? (?:review|rating)", re.IGNORECASE),
        "asks for a good review",
        "Amazon Communication Guidelines",
        "2026-11-21",
    ),
)

LIMITS: Mapping[str, int] = MappingProxyType({"ebay": 2000, "allegro": 2000, "amazon": 4000})
"""Characters that a service takes in one message, as its documentation of 2026-11-21 says."""
