"""Which of a buyer's orders an answer speaks of, where nobody but the seller can know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from inbox.commands import Context
from inbox.i18n import gettext as _
from inbox.screens.desk import Desk
from inbox.screens.row_page import RowPage
from inbox.view.meant import MeantOrder, order_words
from inbox.widgets.text_page import PageLine, Wrap
from inbox.widgets.words import outside

Chosen = Callable[[MeantOrder | None], None]
"""Takes the order that is meant, None for none of them."""


class WhichOrderScreen(RowPage[MeantOrder | None]):
    """The orders, the likeliest first, then none of them. Escape changes nothing."""

    CONTEXT: ClassVar[Context] = Context.ORDERS

    def __init__(
        self, desk: Desk, orders: Sequence[MeantOrder], now: MeantOrder | None, chosen: Chosen
    ) -> None:
        super().__init__(desk, (*orders, None))
        self._at = self._rows.index(now)
        self._chosen = chosen

    def action_open(self, _count: int | None = None) -> None:
        """Take the order under the cursor."""
        self.leave()
        self._chosen(self.row)

    def heading(self) -> str:
        """Return what is asked."""
        return _("Which order does the answer speak of?")

    def name_of_row(self, row: MeantOrder | None) -> str:
        """Return the order's number."""
        return "" if row is None else row.ref

    def line_of(self, row: MeantOrder | None, *, here: bool) -> PageLine:
        """Return an order's number and what was bought."""
        words = _("None of these") if row is None else outside(order_words(row))
        mark = ">" if here else " "
        return PageLine(f"{mark} {words}", "cursor" if here else "plain", Wrap.CUT)

    def empty(self) -> str:
        """Return nothing: there is always a row."""
        return ""
