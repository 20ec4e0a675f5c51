"""What was done to which conversations, in a few words for the bottom line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from inbox.core.model import Conversation
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.widgets.words import name_of, outside

if TYPE_CHECKING:
    from inbox.triage import Undone


def what(found: Sequence[Conversation]) -> str:
    """Return which conversations something was done to, in a few words."""
    name = name_of(found[0].party) if len(found) == 1 else ""
    return name or about_what(found)


def about_what(found: Sequence[Conversation]) -> str:
    """Return what conversations are about: the subject of one, the number of many."""
    if len(found) == 1:
        return outside(found[0].subject) or outside(found[0].snippet)
    return ngettext("{n} conversation", "{n} conversations", len(found)).format(n=len(found))


def undone_words(undone: Undone | None, *, again: bool) -> str:
    """Return what is said of an undo or a redo."""
    from inbox.view.verb_words import verb_words  # the first list needs no words for it

    if undone is None:
        return _("Nothing to do again.") if again else _("Nothing to undo.")
    passed = ngettext(
        "{n} newer reply has left and stays.", "{n} newer replies have left and stay.",
        len(undone.passed_over),
    ).format(n=len(undone.passed_over)) if undone.passed_over else ""  # fmt: skip
    if undone.verb is None:
        return passed or _("A reply taken back is a draft now: r opens it.")
    if undone.withdrawn is not None:
        said = _("The reply is taken back; its words are kept as a draft (r).")
    elif again:
        said = _("Redone: {verb}. z: undo").format(verb=verb_words(undone.verb))
    else:
        said = _("Undone: {verb}. Z: redo").format(verb=verb_words(undone.verb))
    return f"{said} {passed}".strip()
