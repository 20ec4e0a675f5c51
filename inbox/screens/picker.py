"""The picker of canned responses: found by typing, seen filled in before it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from inbox.commands import Context
from inbox.core.model import ConversationUid
from inbox.i18n import gettext as _
from inbox.i18n import language
from inbox.screens.desk import Desk
from inbox.screens.key_screen import KeyScreen
from inbox.view.filling import Filling
from inbox.view.meant import MeantOrder
from inbox.widgets.field import Field
from inbox.widgets.text_page import PageLine, TextPage, Wrap
from inbox.widgets.words import fit, outside, outside_lines

if TYPE_CHECKING:
    from canned.files import Canned
    from canned.library import Library
    from canned.rendering import Rendered

Insert = Callable[[str, int | None, Mapping[str, str]], None]
"""Takes a filled response, where to go on writing in it, and what happens once it is accepted."""

_ROWS = 8
"""Responses seen at once; the rest is found by typing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The responses, and what fills them in this conversation."""

    library: Library
    filling: Filling


def offered(desk: Desk, uid: ConversationUid) -> Offer:
    """Return what can be offered for a conversation."""
    return Offer(library=desk.library(), filling=desk.reader.filling(uid))


class PickerScreen(KeyScreen):
    """Typing narrows, Enter inserts, Escape changes nothing."""

    CONTEXT: ClassVar[Context] = Context.PICKER

    def __init__(self, desk: Desk, offer: Offer, insert: Insert) -> None:
        super().__init__(desk)
        self._offer = offer
        self._insert = insert
        self._found: Sequence[Canned] = ()
        self._at = 0
        self._sought: tuple[str, str] | None = None
        self._own = language().replace("_", "-")
        self._language = offer.filling.language or self._own
        self._order = offer.filling.order
        self._settled = False
        """Whether the seller said which order is meant."""

    def compose(self) -> ComposeResult:
        """Return field, list and preview."""
        with Vertical(id="picking"):
            yield Field(placeholder=_("Shortcode, title or words of the text"), id="find")
            yield TextPage(id="responses")
            yield TextPage(id="filled")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Show everything that fits this conversation, the likeliest first."""
        for page in self.query(TextPage):
            page.can_focus = False
        self.query_one("#find", Input).focus()
        self._find("")
        faults = self._offer.library.faults
        if faults:
            said = _("{file}, line {line}: {said}").format(
                file=faults[0].path.name, line=faults[0].line, said=faults[0].said
            )
            self.say(said, "trouble")

    @on(Input.Changed, "#find")
    def typed(self, event: Input.Changed) -> None:
        """Narrow the list to what is typed."""
        self._find(event.value)

    def action_pick_next(self, _count: int | None = None) -> None:
        """Look at the next response."""
        self._go(self._at + 1)

    def action_pick_previous(self, _count: int | None = None) -> None:
        """Look at the one before."""
        self._go(self._at - 1)

    def action_other_language(self, _count: int | None = None) -> None:
        """Show the responses in the next language there is."""
        languages = sorted({each.language for each in self._offer.library.answers()})
        if languages:
            here = languages.index(self._language) if self._language in languages else -1
            self._language = languages[(here + 1) % len(languages)]
            self._find(self.query_one("#find", Input).value)

    def action_insert(self, _count: int | None = None) -> None:
        """Insert the response looked at."""
        # Enter may overtake the news of the last letters.
        self._find(self.query_one("#find", Input).value)
        if not self._found:
            return
        from canned.template import names_of

        chosen = self._found[self._at]
        names = names_of(self._offer.library.template(chosen))
        if self._settled or not self._offer.filling.in_doubt(names):
            self._fill(chosen)
        else:
            self._ask_order(lambda: self._fill(chosen))

    def action_other_order(self, _count: int | None = None) -> None:
        """Choose the order that the response speaks of, and look at it again."""
        if self._offer.filling.choices:
            self._ask_order(self._repaint)
        else:
            self.say(_("No order of this buyer is known."))

    def _ask_order(self, then: Callable[[], None]) -> None:
        from inbox.screens.which_order import WhichOrderScreen

        def chosen(order: MeantOrder | None) -> None:
            self._order, self._settled = order, True
            then()

        choices = self._offer.filling.choices
        self.app.push_screen(WhichOrderScreen(self.desk, choices, self._order, chosen))

    def _repaint(self) -> None:
        self.query_one("#filled", TextPage).show(self._preview())

    def _fill(self, chosen: Canned) -> None:
        """Insert a response, once what is missing was asked for."""
        missing = self._rendered(chosen).missing
        if not missing:
            self._chosen(chosen, {})
            return
        from inbox.screens.filling_in import FillScreen

        self.app.push_screen(
            FillScreen(
                self.desk, outside(chosen.title), missing, lambda typed: self._chosen(chosen, typed)
            )
        )

    def action_edit_response(self, _count: int | None = None) -> None:
        """Change the response looked at in the seller's editor, and look at it again."""
        self._find(self.query_one("#find", Input).value)
        if not self._found:
            return
        with self.app.suspend():
            try:
                fault: str | Exception = self.desk.rewrite(self._found[self._at])
            except Exception as failure:  # noqa: BLE001 - an editor can fail in any way; the page stays
                fault = failure
        self.app.refresh(layout=True)
        self.rewritten(fault)

    def rewritten(self, fault: str | Exception) -> None:
        """Show the responses as they are now, and what is wrong with the one just changed."""
        at, self._sought = self._at, None
        self._offer = replace(self._offer, library=self.desk.library())
        self._find(self.query_one("#find", Input).value)
        self._go(at)
        if isinstance(fault, Exception):
            self.say_failure(fault)
        elif fault:
            self.say(outside(fault), "trouble")

    def _chosen(self, chosen: Canned, typed: Mapping[str, str]) -> None:
        """Insert a response, with what the seller typed into it; the cursor goes where it says."""
        rendered = self._rendered(chosen, typed)
        cursor = rendered.cursor
        if cursor is None and rendered.missing:
            cursor = max(rendered.text.find("{{"), 0)
        self.carry_out(lambda: self.desk.reader.note_use(chosen.shortcode), lambda _none: None)
        self._insert(rendered.text, cursor, chosen.after)
        self.leave()

    def _find(self, text: str) -> None:
        if (text, self._language) == self._sought:
            return
        self._sought = (text, self._language)
        from canned.library import Context as Fit

        fit_to = Fit(
            channel=self._offer.filling.channel,
            language=self._language,
            kinds=self._offer.filling.kinds,
            uses=self._offer.filling.uses,
        )
        self._found = self._offer.library.find(text, fit_to)
        self._go(0)

    def _go(self, at: int) -> None:
        self._at = max(min(at, len(self._found) - 1), 0)
        first = max(min(self._at - _ROWS // 2, len(self._found) - _ROWS), 0)
        lines = [
            PageLine(self._line(each), "cursor" if index == self._at else "plain", Wrap.CUT)
            for index, each in enumerate(self._found)
        ][first : first + _ROWS]
        responses = self.query_one("#responses", TextPage)
        responses.show(lines or [PageLine(_("  No canned response has these words."), "quiet")])
        self.query_one("#filled", TextPage).show(self._preview())

    def _line(self, canned: Canned) -> str:
        from canned.ranking import fits

        mark = ">" if self._found[self._at] is canned else " "
        language = f" [{outside(canned.language)}]" if canned.language else ""
        suits = _("  fits what they ask") if fits(canned, self._offer.filling.kinds) else ""
        head = f"{mark} {fit(outside(canned.shortcode), 14)} "
        return f"{head}{outside(canned.title)}{language}{suits}"

    def _preview(self) -> list[PageLine]:
        if not self._found:
            return []
        chosen = self._found[self._at]
        rendered = self._rendered(chosen)
        lines = [PageLine(line) for line in outside_lines(rendered.text).split("\n")]
        lines = [*self._order_lines(chosen), *lines]
        if rendered.missing:
            said = _("To fill in: {names}").format(names=", ".join(rendered.missing))
            lines = [PageLine(said, "soon"), PageLine(""), *lines]
        return lines

    def _order_lines(self, canned: Canned) -> list[PageLine]:
        """Return which order it speaks of, where there are several."""
        from canned.template import names_of
        from canned.variables import of_order

        filling, names = self._offer.filling, names_of(self._offer.library.template(canned))
        if len(filling.choices) < 2 or not any(map(of_order, names)):  # noqa: PLR2004 - one is no choice
            return []
        order = outside(self._order.ref) if self._order is not None else _("none")
        asks = not self._settled and filling.in_doubt(names)
        said = _("Order: {order}, or another: you are asked") if asks else _("Order: {order}")
        return [PageLine(said.format(order=order), "quiet"), PageLine("")]

    def _rendered(self, canned: Canned, typed: Mapping[str, str] | None = None) -> Rendered:
        filling = self._offer.filling
        values = {**filling.filled(self._order), **(typed or {})}
        return self._offer.library.render(canned, values, filling.formats(canned, self._own))
