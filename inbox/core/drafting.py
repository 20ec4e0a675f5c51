"""Words written in two places become one text, and none of them is lost. Pure."""

from __future__ import annotations


def joined(text: str, more: str) -> str:
    """Return both texts, one below the other; one that holds the other is enough."""
    if more.strip() in text:
        return text
    return more if text.strip() in more else f"{text.rstrip()}\n\n{more}"
