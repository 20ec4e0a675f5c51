"""One line of the conversation list as pieces of text, by the width there is. Pure."""

from __future__ import annotations

from datetime import datetime, tzinfo

from rich.cells import cell_len

from connectors.frozen import frozen
from inbox.core.countdown import CELLS
from inbox.core.model import Delivery
from inbox.i18n import gettext as _
from inbox.i18n import pgettext
from inbox.view.rows import Row
from inbox.widgets.signs import delivery_sign, due_sign
from inbox.widgets.words import fit, name_of, outside, short_when

Piece = tuple[str, str]
"""A text and its role."""

_OWN_SERVICES = frozenset({"", "email"})
"""Services that are no marketplace behind the account: nothing to name."""

_WHEN = 7
_NARROW, _WIDE, _WIDER = 76, 100, 130
"""From these widths on the account is shown, and columns get more room."""


@frozen
class Columns:
    """How many cells each column has; 0: it is not shown."""

    party: int
    subject: int
    account: int
    when: int


def columns(width: int, *, many_accounts: bool) -> Columns:
    """Return the columns for a width in cells."""
    party = 16 if width < _WIDE else 22 if width < _WIDER else 26
    account = (9 if width < _WIDE else 14) if many_accounts and width >= _NARROW else 0
    left = width - (1 + 2 + CELLS + 1 + 3) - (party + 1) - _WHEN - 1
    if account:
        left -= account + 1
    return Columns(party=party, subject=max(left, 0), account=account, when=_WHEN)


def due_text(row: Row, now: datetime) -> str:
    """Return the part of a line that changes by itself: glyph and time left."""
    sign = due_sign(row.conversation, now)
    return f"{sign.glyph} {sign.word}"


def pieces(
    row: Row,
    now: datetime,
    shape: Columns,
    *,
    cursor: bool,
    selected: bool,
    zone: tzinfo | None = None,
) -> list[Piece]:
    """Return a line of exactly the width that `columns` was asked for."""
    conversation = row.conversation
    due = due_sign(conversation, now)
    role = "unread" if conversation.unread else "read"
    nobody = _("(no sender)") if conversation.message_count else ""
    mark = "x" if selected else ">" if cursor else " "
    line: list[Piece] = [
        (mark, "mark"),
        (f"{due.glyph} {fit(due.word, CELLS, right=True)} ", due.role),
        ("•" if conversation.unread else " ", "unread"),
        ("★" if conversation.starred else " ", "soon"),
        (" ", role),
        (fit(name_of(conversation.party) or nobody, shape.party) + " ", role),
        *_subject(row, shape, role, [*_put_off(row, now, zone), *_unsent(row, now, zone)]),
        (" ", "quiet"),
    ]
    if shape.account:
        line.append((fit(outside(row.account_name), shape.account) + " ", "quiet"))
    line.append((fit(short_when(conversation.last_at, now, zone), shape.when, right=True), "quiet"))
    return line


def _put_off(row: Row, now: datetime, zone: tzinfo | None) -> list[Piece]:
    """Return until when a row is snoozed, nothing if it is not."""
    until = row.conversation.snoozed_until
    return [(f"z {short_when(until, now, zone)} ", "quiet")] if until and until > now else []


def _unsent(row: Row, now: datetime, zone: tzinfo | None) -> list[Piece]:
    """Return how an answer that is not out stands: held, when it leaves, or its state."""
    conversation = row.conversation
    unsent = conversation.unsent
    if not conversation.message_count:
        return [("+" + pgettext("delivery", "begun") + " ", "soon")]
    if unsent is None or unsent is Delivery.ACCEPTED:
        return []
    if unsent is Delivery.QUEUED and conversation.held is not None:
        return [("?" + pgettext("delivery", "held") + " ", "trouble")]
    if unsent is Delivery.QUEUED and conversation.leaves_at is not None:
        return [(f"↑{short_when(conversation.leaves_at, now, zone)} ", "soon")]
    sign = delivery_sign(unsent)
    return [(f"{sign.glyph}{sign.word} ", sign.role)]


def _subject(row: Row, shape: Columns, role: str, first: list[Piece]) -> list[Piece]:
    """Return `first`, service, tags, subject and snippet in exactly the cells there are.

    A service that the account's own name tells is not named twice.
    """
    conversation, cells = row.conversation, shape.subject
    whole = list(first)
    told = shape.account and conversation.service.casefold() in row.account_name.casefold()
    chips = [] if told or conversation.service in _OWN_SERVICES else [conversation.service]
    whole += [(f"[{outside(chip)}] ", "tag") for chip in (*chips, *conversation.tags)]
    subject, snippet = outside(conversation.subject), outside(conversation.snippet)
    nothing = _("(no subject)") if conversation.message_count else ""
    whole.append((subject or snippet or nothing, role))
    if subject and snippet:
        whole.append((f"  {snippet}", "quiet"))
    found: list[Piece] = []
    for text, piece_role in whole:
        room = cells - sum(cell_len(each) for each, _ in found)
        if room <= 0:
            break
        found.append((fit(text, room) if cell_len(text) > room else text, piece_role))
    used = sum(cell_len(each) for each, _ in found)
    return [*found, (" " * (cells - used), role)] if used < cells else found
