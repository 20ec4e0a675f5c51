"""Which of a buyer's orders an answer speaks of, where nobody but the seller can know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from inbox.commands import Context
from inbox.i18n import gettext as _
from inbox.screens.base import KeyScreen
from inbox.screens.desk import Desk
from inbox.view.meant import MeantOrder, order_words
from inbox.widgets.text_page import PageLine, TextPage, Wrap
from inbox.widgets.words import outside

Chosen = Callable[[MeantOrder | None], None]
"""Takes the order that is meant, None for none of them."""


class WhichOrderScreen(KeyScreen):
    """The orders, the likeliest first, then none of them. Escape changes nothing."""

    CONTEXT: ClassVar[Context] = Context.ORDERS

    def __init__(
        self, desk: Desk, orders: Sequence[MeantOrder], now: MeantOrder | None, chosen: Chosen
    ) -> None:
        super().__init__(desk)
        self._orders: tuple[MeantOrder | None, ...] = (*orders, None)
        self._at = self._orders.index(now)
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """Return the list."""
        with Vertical(id="choosing-order"):
            yield TextPage(id="orders")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Begin at the order that is likely meant."""
        self.query_one("#orders", TextPage).can_focus = False
        self._go(self._at)

    def action_next_order(self, _count: int | None = None) -> None:
        """Go to the next order."""
        self._go(self._at + 1)

    def action_previous_order(self, _count: int | None = None) -> None:
        """Go to the one before."""
        self._go(self._at - 1)

    def action_take_order(self, _count: int | None = None) -> None:
        """Take the order looked at."""
        self.leave()
        self._chosen(self._orders[self._at])

    def _go(self, at: int) -> None:
        self._at = max(min(at, len(self._orders) - 1), 0)
        asked = PageLine(_("Which order does the answer speak of?"), "title")
        rows = [self._line(number) for number in range(len(self._orders))]
        page = self.query_one("#orders", TextPage)
        page.show([asked, PageLine(""), *rows])
        page.go(self._at + 2 - page.page // 2)

    def _line(self, number: int) -> PageLine:
        order, here = self._orders[number], number == self._at
        words = _("None of these") if order is None else outside(order_words(order))
        mark = ">" if here else " "
        return PageLine(f"{mark} {words}", "cursor" if here else "plain", Wrap.CUT)
