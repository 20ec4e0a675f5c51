"""How much there is of each kind, in words."""

from __future__ import annotations

from collections.abc import Mapping

from inbox.i18n import gettext as _
from inbox.i18n import ngettext


def in_words(counts: Mapping[str, int]) -> str:
    """Return counts by name as a list of words; what there is none of is left out."""
    parts = [
        said.format(count)
        for name in ("conversations", "messages", "attachments", "drafts", "replies")
        if (count := counts.get(name, 0)) and (said := _said(name, count))
    ]
    return ", ".join(parts) or _("nothing")


def _said(name: str, count: int) -> str:
    """Return how so many of a kind are called; empty for a kind that is not told."""
    match name:
        case "conversations":
            return ngettext("{} conversation", "{} conversations", count)
        case "messages":
            return ngettext("{} message", "{} messages", count)
        case "attachments":
            return ngettext("{} attachment", "{} attachments", count)
        case "drafts":
            return ngettext("{} draft", "{} drafts", count)
        case "replies":
            return ngettext("{} reply written here", "{} replies written here", count)
    return ""
