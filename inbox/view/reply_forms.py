"""In which other ways than as a plain answer a reply can leave, and how long it may be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from connectors.values import Kind
from inbox.i18n import gettext as _
from inbox.view.refusals import NoSuchForm
from inbox.view.reply_parts import ReplyParts

if TYPE_CHECKING:
    from connectors.forms import ReplyForm


def for_kind(parts: ReplyParts, kind: Kind) -> ReplyParts:
    """Return the parts with what the service takes in a conversation of that kind."""
    if parts.able is None or not (parts.able.forms or parts.able.chars_of_kind):
        return parts
    forms = tuple(each for each in parts.able.forms if not each.about or kind in each.about)
    limit = dict(parts.able.chars_of_kind).get(kind, parts.limit)
    return replace(parts, forms=forms, limit=limit)


def form_named(parts: ReplyParts, name: str) -> ReplyForm | None:
    """Return the form of that name, None for a plain answer; raises NoSuchForm."""
    if not name:
        return None
    found = next((each for each in parts.forms if each.name == name), None)
    if found is None:
        raise NoSuchForm(name, [each.name for each in parts.forms])
    return found


def after_it(parts: ReplyParts, name: str) -> str:
    """Return the form to offer after this one, "" for a plain answer behind the last."""
    names = ["", *(each.name for each in parts.forms)]
    return names[(names.index(name) + 1) % len(names)] if name in names else ""


def form_words(form: ReplyForm | None) -> str:
    """Return what a reply is sent as, and what that means for the clock."""
    if form is None:
        return _("an answer")
    if form.answers:
        return form.title
    return _("{form}: no answer, so one stays owed").format(form=form.title)
