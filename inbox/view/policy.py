"""What a service takes badly in an answer, told before it leaves; the seller may go on."""

from __future__ import annotations

from inbox.i18n import gettext as _


def warnings_of(service: str, text: str) -> tuple[str, ...]:
    """Return a sentence for each rule of the service that a text goes against, in its order.

    The rules are `canned.wording`'s, each with its source and the day it was read.
    """
    from canned.wording import against

    told: dict[str, str] = {}
    for found, rule in against(text, {service}):
        said = _("“{words}” {why} ({source}, as of {day}).")
        sentence = said.format(
            words=found.group()[:60], why=rule.said, source=rule.source, day=rule.checked
        )
        told.setdefault(rule.said, sentence)
    return tuple(told.values())
