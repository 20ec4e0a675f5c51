"""What a round leaves unsent: answers that were refused, may have arrived, or could not leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from inbox.cli.output import one_line
from inbox.core.model import Delivery
from inbox.i18n import gettext as _
from inbox.i18n import ngettext

if TYPE_CHECKING:
    from inbox.cli.session import Session
    from inbox.view.outbox import OutboxRow


def stuck(session: Session) -> Mapping[str, str]:
    """Return by account's name what keeps its answers here, in a sentence; nobody else is in it."""
    from inbox.view.outbox import unsent

    with session.store.read() as tx:
        rows = unsent(tx, session.book)
    names = dict.fromkeys(row.account_name for row in rows)
    said = {name: _said([row for row in rows if row.account_name == name]) for name in names}
    return {name: words for name, words in said.items() if words}


def _said(rows: Sequence[OutboxRow]) -> str:
    """Return what is wrong with some answers of one account; "" if they only wait their time."""
    parts = []
    if count := sum(row.state is Delivery.REFUSED for row in rows):
        said = ngettext("{} reply was refused.", "{} replies were refused.", count)
        parts.append(said.format(count))
    if count := sum(row.state is Delivery.UNSURE for row in rows):
        said = ngettext(
            "Of {} reply it is not known whether it was sent.",
            "Of {} replies it is not known whether they were sent.",
            count,
        )
        parts.append(said.format(count))
    if failed := [row for row in rows if row.state is Delivery.QUEUED and row.error]:
        said = ngettext(
            "{count} reply could not be sent yet: {why}",
            "{count} replies could not be sent yet: {why}",
            len(failed),
        )
        parts.append(said.format(count=len(failed), why=one_line(failed[0].error)))
    return " ".join([*parts, _('See "inbox outbox".')]) if parts else ""
