"""Our own reply keys: how they look, so that only a well-formed one is ever believed."""

from __future__ import annotations

import re

from connectors.values import ReplyKey

KEY_HEADER = "X-Seller-Inbox-Key"

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=@-]{2,250}")


def key_of(value: str) -> ReplyKey | None:
    """Return the key a header field carries, None for anything that is not formed like one."""
    value = value.strip().removeprefix("<").removesuffix(">")
    return ReplyKey(value) if _KEY.fullmatch(value) else None
