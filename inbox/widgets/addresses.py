"""Whom a mail goes to: a line for each kind of recipient, typed into where the service lets one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.suggester import Suggester
from textual.widgets import Input

from connectors.values import Party
from inbox.core.addresses import written
from inbox.i18n import gettext as _
from inbox.widgets.field import Field
from inbox.widgets.lines import PieceLine
from inbox.widgets.words import fit, outside

LABEL = 9
"""Cells of the labels before the addresses."""

KINDS = ("to", "cc", "bcc")


class KnownParties(Suggester):
    """Completes the last address of a line from those that are known; asks nobody."""

    def __init__(self, parties: Iterable[Party]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._known = [
            outside(said)
            for party in parties
            for said in dict.fromkeys((written([party]), party.address))
        ]

    async def get_suggestion(self, value: str) -> str | None:
        """Return the line with its last address completed, None where nobody is called so."""
        begun = value[max(value.rfind(","), value.rfind(";")) + 1 :].lstrip()
        wanted = begun.casefold()
        if not wanted:
            return None
        for known in self._known:
            if len(known) > len(begun) and known[: len(begun)].casefold() == wanted:
                return value.removesuffix(begun) + known
        return None


class AddressField(Field):
    """A line of addresses; the right arrow takes what is offered."""

    def __init__(self, value: str, known: KnownParties, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(value, id=id)
        self.suggester = known


class AddressLines(Vertical):
    """To, and Cc and Bcc where somebody stands in them or is to."""

    def __init__(
        self,
        texts: Sequence[str],
        known: Sequence[Party],
        *,
        copies: bool,
        id: str,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._texts = tuple(texts)
        self._known = KnownParties(known)
        self._copies = copies

    def compose(self) -> ComposeResult:
        """Return a line for each kind, those that nobody needs yet hidden."""
        shown = (True, self._copies or bool(self._texts[1]), bool(self._texts[2]))
        for kind, text, seen in zip(KINDS, self._texts, shown, strict=True):
            with Horizontal(id=f"{kind}-line", classes="field-line") as line:
                yield PieceLine(id=f"{kind}-label")
                yield AddressField(text, self._known, id=f"{kind}-field")
            line.display = seen

    def on_mount(self) -> None:
        """Paint the labels."""
        for kind, label in zip(KINDS, (_("To"), _("Cc"), _("Bcc")), strict=True):
            self.query_one(f"#{kind}-label", PieceLine).paint([(fit(label, LABEL), "quiet")])

    def show_copies(self) -> None:
        """Show the lines for copies, and go to the first that is empty."""
        for kind in KINDS[1:]:
            self.query_one(f"#{kind}-line").display = True
        empty = [kind for kind in KINDS[1:] if not self._field(kind).value.strip()]
        self._field(empty[0] if empty else "cc").focus()

    def go_to(self, kind: str = "to") -> None:
        """Put the cursor into a line."""
        self._field(kind).focus()

    @property
    def texts(self) -> tuple[str, str, str]:
        """What stands in To, Cc and Bcc."""
        return self._field("to").value, self._field("cc").value, self._field("bcc").value

    def _field(self, kind: str) -> Input:
        return self.query_one(f"#{kind}-field", Input)
