"""What was stowed away, looked for in its files: a row for each hit, brought back one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.worker import get_current_worker

from inbox.commands import Context
from inbox.core.model import ConversationUid
from inbox.i18n import gettext as _
from inbox.screens.desk import Desk
from inbox.screens.row_page import RowPage
from inbox.view.rows import Row
from inbox.widgets.text_page import PageLine, Wrap
from inbox.widgets.words import fit, name_of, outside, short_when


class _Left(Exception):
    """Nobody waits for the rest any more."""


class StowedScreen(RowPage[Row]):
    """It fills while the files are read; leaving ends that."""

    CONTEXT: ClassVar[Context] = Context.STOWED

    def __init__(self, desk: Desk, search: str, read: Callable[[ConversationUid], None]) -> None:
        super().__init__(desk, ())
        self._search = search
        self._read = read
        self._part = 0.0

    def on_mount(self) -> None:
        """Begin to look."""
        self.run_worker(self._look, thread=True, exit_on_error=False, group="stowed")

    def action_open(self, _count: int | None = None) -> None:
        """Bring it back, and read it."""
        row = self.row
        if row is not None:
            self.carry_out(lambda: self.desk.triage.unstow(row.conversation.uid), self._brought)

    def heading(self) -> str:
        """Return what is looked for."""
        words = outside(self._search)
        return _("Stowed away: “{words}”").format(words=words) if words else _("Stowed away")

    def beside_heading(self) -> str:
        """Return how much of the files is looked into."""
        done = int(100 * self._part)
        return _("{n} % looked into").format(n=done) if self._part < 1 else ""

    def name_of_row(self, row: Row) -> str:
        """Return the conversation's id."""
        return row.conversation.uid

    def empty(self) -> str:
        """Return that nothing is found, yet or at all."""
        if self._part < 1:
            return _("  Looking into the files …")
        return _("  Nothing that was stowed away answers this.")

    def line_of(self, row: Row, *, here: bool) -> PageLine:
        """Return when something was said last, by whom and about what."""
        one = row.conversation
        when = fit(short_when(one.last_at, self.desk.clock(), self.desk.zone), 7)
        about = f"{outside(one.subject)}  {outside(one.snippet)}".strip()
        text = f"{'>' if here else ' '}{when} {fit(name_of(one.party), 24)} {about}"
        return PageLine(text, "cursor" if here else "text", Wrap.CUT)

    def _brought(self, uid: ConversationUid) -> None:
        self.leave()
        self._read(uid)
        self.say(_("It is back in the store, and stays for as long as it was silent before."))

    def _look(self) -> None:
        """Look in a thread; what is found comes a few conversations at a time."""
        worker, found = get_current_worker(), list[Row]()

        def tell(part: float) -> None:
            if worker.is_cancelled:
                raise _Left
            self.app.call_from_thread(self._told, tuple(found), part)

        try:
            for row in self.desk.reader.stowed(self._search, tell):
                found.append(row)
            tell(1.0)
        except _Left:
            return
        except Exception as failure:  # noqa: BLE001 - whatever reading raises is told, the screen lives on
            self.app.call_from_thread(self._ended, failure)

    def _told(self, found: tuple[Row, ...], part: float) -> None:
        """Show what is found so far, the newest on top."""
        if self.is_attached:
            self._part = part
            self.show(sorted(found, key=lambda row: row.conversation.last_at, reverse=True))

    def _ended(self, failure: Exception) -> None:
        """Say why the rest is not looked into."""
        if self.is_attached:
            self._told(self._rows, 1.0)
            self.say_failure(failure)
