"""The outbox: what is not out yet, what needs the seller's decision, what was sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from inbox.commands import Context
from inbox.core.model import ConversationUid, Delivery
from inbox.core.scheduling import Wish, phrase_of
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.screens.acting import leaving_words
from inbox.screens.deed_words import undone_words
from inbox.screens.desk import Desk
from inbox.screens.row_page import RowPage
from inbox.view.outbox import OutboxRow
from inbox.view.scheduling import delay_of, standing_of
from inbox.widgets.lines import Said
from inbox.widgets.signs import delivery_sign
from inbox.widgets.text_page import PageLine, Wrap
from inbox.widgets.words import fit, long_when, name_of, outside, short_when


class OutboxScreen(RowPage[OutboxRow]):
    """A row for each reply; a line below says why it is stuck."""

    CONTEXT: ClassVar[Context] = Context.OUTBOX
    TELLS_MORE = True

    def __init__(
        self, desk: Desk, rows: Sequence[OutboxRow], read: Callable[[ConversationUid], None]
    ) -> None:
        super().__init__(desk, rows)
        self._read = read

    def on_screen_resume(self) -> None:
        """Read it again."""
        self.store_changed()

    def store_changed(self) -> None:
        """Read it again; the cursor stays on its reply."""
        self.ask(self.desk.reader.outbox, self.show, group="outbox")

    def heading(self) -> str:
        """Return what is listed."""
        return _("Outbox: not out yet, then sent")

    def name_of_row(self, row: OutboxRow) -> str:
        """Return its key."""
        return row.key

    def empty(self) -> str:
        """Return that there is nothing yet."""
        return _("  Nothing was sent from here yet.")

    def action_open(self, _count: int | None = None) -> None:
        """Read the conversation of a reply."""
        row = self.row
        if row is not None:
            self.leave()
            self._read(row.conversation)

    def action_edit_queued(self, _count: int | None = None) -> None:
        """Take a reply back in one step, and open it to be written anew."""
        from inbox.screens.composer import ComposerScreen, begun

        row = self.row
        if row is None:
            return

        def taken(uid: ConversationUid) -> None:
            self.open_page(
                lambda: begun(self.desk, uid),
                lambda writing: ComposerScreen(
                    self.desk, writing, queued=lambda _uid: None, planned=row.wish
                ),
            )

        self.carry_out(lambda: self.desk.triage.edit(row.key), taken)

    def action_reschedule(self, _count: int | None = None) -> None:
        """Ask for another time."""
        from inbox.screens.scheduling import ScheduleScreen

        row = self.row
        if row is None:
            return
        phrase = phrase_of(row.wish, self.desk.clock(), self.desk.zone) if row.wish else ""

        def chosen(wish: Wish) -> None:
            self.carry_out(
                lambda: self.desk.triage.schedule(row.key, wish),
                lambda item: self._done(leaving_words(item, self.desk.zone)),
            )

        self.open_page(
            lambda: self.desk.reader.answering(row.conversation),
            lambda about: ScheduleScreen(self.desk, about, chosen, phrase),
        )

    def action_send_now(self, _count: int | None = None) -> None:
        """Let a reply leave now."""
        row = self.row
        if row is not None:
            self.carry_out(
                lambda: self.desk.triage.send_now(row.key),
                lambda _item: self._done(_("It leaves now.")),
            )

    def action_undo(self, _count: int | None = None) -> None:
        """Take the last action back, here mostly a reply that was just queued."""
        self.carry_out(
            self.desk.triage.undo, lambda undone: self._done(undone_words(undone, again=False))
        )

    def action_retry(self, _count: int | None = None) -> None:
        """Queue a stuck reply again."""
        row = self.row
        if row is not None:
            self.carry_out(
                lambda: self.desk.triage.retry(row.key),
                lambda _item: self._done(_("Queued again.")),
            )

    def action_withdraw(self, _count: int | None = None) -> None:
        """Take a reply back; its words become the draft."""
        row = self.row
        if row is not None:
            self.carry_out(
                lambda: self.desk.triage.cancel(row.key),
                lambda _uid: self._done(_("Taken back; its words are kept as a draft.")),
            )

    def _done(self, said: str | Said) -> None:
        self.say(said)
        self.store_changed()

    def line_of(self, row: OutboxRow, *, here: bool) -> PageLine:
        """Return its state, when it was written, to whom and about what."""
        sign = delivery_sign(row.state)
        when = short_when(row.created_at, self.desk.clock(), self.desk.zone)
        to = ", ".join(name_of(party) for party in row.recipients)
        mark = ">" if here else " "
        said = f"{sign.glyph} {sign.word}"
        if row.state is Delivery.QUEUED and row.schedule is not None:
            said = _("? held") if row.schedule.held else f"{sign.glyph} {self._leaves(row)}"
        state = fit(said, 11)
        text = f"{mark}{state} {fit(when, 7)} {fit(to, 24)} {outside(row.subject)}"
        return PageLine(text, "cursor" if here else _role(row), Wrap.CUT)

    def _leaves(self, row: OutboxRow) -> str:
        return short_when(row.send_after, self.desk.clock(), self.desk.zone)

    def _when(self, at: datetime) -> str:
        return long_when(at, self.desk.clock(), self.desk.zone)

    def about(self, row: OutboxRow) -> list[PageLine]:
        """Return why it waits, and what can be done."""
        said: list[tuple[str, str]] = []
        if row.state is Delivery.UNSURE:
            told = _(
                "It may have gone out. Look in the service; then r sends it again, x takes it back."
            )
            said.append((told, "soon"))
        if row.schedule is not None and row.state is Delivery.QUEUED:
            told = standing_of(row.schedule, row.send_after, self._when)
            said.append((told, "trouble" if row.schedule.held else "soon"))
        late = delay_of(row.schedule, row.send_after, row.accepted_at, self._when)
        if late:
            said.append((late, "quiet"))
        if row.interim:
            told = _("It only says that an answer will follow: one stays owed.")
            said.append((told, "soon"))
        if row.awaits and row.state is Delivery.QUEUED:
            told = ngettext(
                "It waits for {n} file, which is being fetched, and leaves with it.",
                "It waits for {n} files, which are being fetched, and leaves with them.",
                row.awaits,
            )
            said.append((told.format(n=row.awaits), "soon"))
        if row.error:
            said.append((outside(row.error), "trouble"))
        return [PageLine(told, role, lead=" ") for told, role in said]


def _role(row: OutboxRow) -> str:
    if row.state in {Delivery.REFUSED, Delivery.UNSURE}:
        return "trouble"
    if row.state is Delivery.QUEUED and row.schedule is not None and row.schedule.held:
        return "trouble"
    return "quiet" if row.state is Delivery.ACCEPTED else "soon"
