"""The outbox: what is not out yet, what needs the seller's decision, what was sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult

from connectors.values import ReplyKey
from inbox.commands import Context
from inbox.core.model import ConversationUid, Delivery
from inbox.core.scheduling import Wish, phrase_of
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.screens.acting import leaving_words
from inbox.screens.base import KeyScreen
from inbox.screens.deed_words import undone_words
from inbox.screens.desk import Desk
from inbox.screens.moving import Moving
from inbox.view.outbox import OutboxRow
from inbox.view.scheduling import delay_of, standing_of
from inbox.widgets.lines import Said
from inbox.widgets.signs import delivery_sign
from inbox.widgets.text_page import PageLine, TextPage, Wrap
from inbox.widgets.words import fit, long_when, name_of, outside, short_when


class OutboxScreen(Moving, KeyScreen):
    """A row for each reply; a line below says why it is stuck."""

    CONTEXT: ClassVar[Context] = Context.OUTBOX

    def __init__(
        self, desk: Desk, rows: Sequence[OutboxRow], read: Callable[[ConversationUid], None]
    ) -> None:
        super().__init__(desk)
        self._rows = rows
        self._read = read
        self._key: ReplyKey | None = rows[0].key if rows else None

    def compose(self) -> ComposeResult:
        """Return the rows, a line about the one under the cursor, and the bottom line."""
        yield TextPage(id="page")
        yield TextPage(id="about")
        yield self.bottom_line()

    def on_mount(self) -> None:
        """Show the rows."""
        self.query_one("#about", TextPage).can_focus = False
        self.query_one("#page", TextPage).focus()
        self._show(self._rows)

    def on_screen_resume(self) -> None:
        """Read it again."""
        self.store_changed()

    def store_changed(self) -> None:
        """Read it again; the cursor stays on its reply."""
        self.ask(self.desk.reader.outbox, self._show, group="outbox")

    def spot(self) -> int:
        """Return the cursor's row."""
        keys = [row.key for row in self._rows]
        return keys.index(self._key) if self._key in keys else 0

    def last_spot(self) -> int:
        """Return the last row."""
        return max(len(self._rows) - 1, 0)

    def page_size(self) -> int:
        """Return how many rows are seen."""
        return self.query_one("#page", TextPage).page

    def go_spot(self, spot: int) -> None:
        """Move the cursor."""
        if self._rows:
            self._key = self._rows[max(min(spot, len(self._rows) - 1), 0)].key
            self._show(self._rows)

    def action_open(self, _count: int | None = None) -> None:
        """Read the conversation of a reply."""
        for row in self._rows[self.spot() :][:1]:
            self.leave()
            self._read(row.conversation)

    def action_edit_queued(self, _count: int | None = None) -> None:
        """Take a reply back in one step, and open it to be written anew."""
        from inbox.screens.composer import ComposerScreen, begun

        row = self._here()
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

        row = self._here()
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
        key = self._key
        if key is not None:
            self.carry_out(
                lambda: self.desk.triage.send_now(key),
                lambda _item: self._done(_("It leaves now.")),
            )

    def _here(self) -> OutboxRow | None:
        """Return the row under the cursor."""
        return next(iter(self._rows[self.spot() :]), None)

    def action_undo(self, _count: int | None = None) -> None:
        """Take the last action back, here mostly a reply that was just queued."""
        self.carry_out(
            self.desk.triage.undo, lambda undone: self._done(undone_words(undone, again=False))
        )

    def action_retry(self, _count: int | None = None) -> None:
        """Queue a stuck reply again."""
        key = self._key
        if key is not None:
            self.carry_out(
                lambda: self.desk.triage.retry(key), lambda _item: self._done(_("Queued again."))
            )

    def action_withdraw(self, _count: int | None = None) -> None:
        """Take a reply back; its words become the draft."""
        key = self._key
        if key is not None:
            self.carry_out(
                lambda: self.desk.triage.cancel(key),
                lambda _uid: self._done(_("Taken back; its words are kept as a draft.")),
            )

    def _done(self, said: str | Said) -> None:
        self.say(said)
        self.store_changed()

    def _show(self, rows: Sequence[OutboxRow]) -> None:
        at = self.spot()
        self._rows = rows
        if self._key not in {row.key for row in rows}:
            self._key = rows[min(at, len(rows) - 1)].key if rows else None
        at = self.spot()
        page = self.query_one("#page", TextPage)
        if not rows:
            page.show([PageLine(""), PageLine(_("  Nothing was sent from here yet."), "quiet")])
            return
        top = page.scroll_offset.y
        page.show(
            [
                PageLine(
                    self._line(row, here=index == at),
                    "cursor" if index == at else _role(row),
                    Wrap.CUT,
                )
                for index, row in enumerate(rows)
            ]
        )
        height = page.page
        page.go(at if at < top else at - height + 1 if at >= top + height else top)
        self.query_one("#about", TextPage).show(self._about(rows[at]))

    def _line(self, row: OutboxRow, *, here: bool) -> str:
        sign = delivery_sign(row.state)
        when = short_when(row.created_at, self.desk.clock(), self.desk.zone)
        to = ", ".join(name_of(party) for party in row.recipients)
        mark = ">" if here else " "
        said = f"{sign.glyph} {sign.word}"
        if row.state is Delivery.QUEUED and row.schedule is not None:
            said = _("? held") if row.schedule.held else f"{sign.glyph} {self._leaves(row)}"
        state = fit(said, 11)
        return f"{mark}{state} {fit(when, 7)} {fit(to, 24)} {outside(row.subject)}"

    def _leaves(self, row: OutboxRow) -> str:
        return short_when(row.send_after, self.desk.clock(), self.desk.zone)

    def _when(self, at: datetime) -> str:
        return long_when(at, self.desk.clock(), self.desk.zone)

    def _about(self, row: OutboxRow) -> list[PageLine]:
        said = [PageLine("")]
        if row.state is Delivery.UNSURE:
            said.append(
                PageLine(
                    _(
                        "It may have gone out. Look in the service; then r sends it again,"
                        " x takes it back."
                    ),
                    "soon",
                )
            )
        if row.schedule is not None and row.state is Delivery.QUEUED:
            told = standing_of(row.schedule, row.send_after, self._when)
            said.append(PageLine(told, "trouble" if row.schedule.held else "soon"))
        late = delay_of(row.schedule, row.send_after, row.accepted_at, self._when)
        if late:
            said.append(PageLine(late, "quiet"))
        if row.interim:
            told = _("It only says that an answer will follow: one stays owed.")
            said.append(PageLine(told, "soon"))
        if row.awaits and row.state is Delivery.QUEUED:
            told = ngettext(
                "It waits for {n} file, which is being fetched, and leaves with it.",
                "It waits for {n} files, which are being fetched, and leaves with them.",
                row.awaits,
            )
            said.append(PageLine(told.format(n=row.awaits), "soon"))
        if row.error:
            said.append(PageLine(outside(row.error), "trouble"))
        return said


def _role(row: OutboxRow) -> str:
    if row.state in {Delivery.REFUSED, Delivery.UNSURE}:
        return "trouble"
    if row.state is Delivery.QUEUED and row.schedule is not None and row.schedule.held:
        return "trouble"
    return "quiet" if row.state is Delivery.ACCEPTED else "soon"
