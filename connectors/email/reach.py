"""How far back into a mailbox's past the first sync goes. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

ALL = "all"
NEW = "new"
"""Only what comes from the first look on."""

_SPAN = re.compile(r"(\d{1,4})([ymwd])", re.ASCII)
_DAYS = {"y": 366, "m": 31, "w": 7, "d": 1}
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def is_reach(text: str) -> bool:
    """Return whether a setting says how far back: `all`, `2y`, `18m`, `6w`, `90d`."""
    return text == ALL or bool(_SPAN.fullmatch(text))


def criteria(reach: str, now: datetime) -> tuple[str, ...]:
    """Return the words of a search for the mails within reach; a day more rather than less."""
    match = _SPAN.fullmatch(reach)
    if match is None:
        return ("ALL",)
    days = int(match[1]) * _DAYS[match[2]] + 1
    try:
        since = now - timedelta(days=days)
    except OverflowError:
        return ("ALL",)
    # In English whatever the machine speaks.
    return ("SINCE", f"{since.day}-{_MONTHS[since.month - 1]}-{since.year:04d}")
