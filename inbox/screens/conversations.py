"""The first page: the list, its views, and on wide terminals the conversation beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from inbox.commands import Context
from inbox.core.model import Conversation, ConversationUid
from inbox.i18n import gettext as _
from inbox.i18n import ngettext
from inbox.screens.acting import ActingScreen
from inbox.screens.desk import Desk
from inbox.screens.key_screen import PAINTED_WITHIN
from inbox.screens.moving import Moving
from inbox.screens.searching import Searching
from inbox.screens.selecting import Selecting
from inbox.screens.views import ALL, view_of
from inbox.view.reader import Reader
from inbox.view.rows import Rows
from inbox.view.strip import Standing
from inbox.widgets.conversation_list import ConversationList
from inbox.widgets.lines import AccountStrip

if TYPE_CHECKING:
    from inbox.view.reading import Reading
    from inbox.widgets.reading_pane import ReadingPane

_MEASURED_EVERY = timedelta(minutes=1)
"""How old the platforms' measures in the strip may be."""

_PREVIEW_FROM = 120
"""Cells of width from which the conversation under the cursor is shown beside the list."""

FIRST = 200
"""Rows read before the first paint: more than any terminal shows. The rest is read after it."""


def first_rows(reader: Reader) -> Rows:
    """Return the top of what the first page shows: one query, one page of rows."""
    rows = reader.rows(view_of(ALL, {}).query, limit=FIRST)
    rows.prepare(None)
    return rows


class ConversationsScreen(Moving, Selecting, Searching, ActingScreen):
    """Everything starts here, and `q` ends here."""

    CONTEXT: ClassVar[Context] = Context.LIST

    def __init__(self, desk: Desk, *, engine: str = "none", first: Rows | None = None) -> None:
        super().__init__(desk)
        self._first = first
        self._view = view_of(ALL, {})
        self._engine = engine
        self._stale = False
        self._next_wake: datetime | None = None
        self._measured_at: datetime | None = None

    def compose(self) -> ComposeResult:
        """Return strip, list, with preview where there is room, and the bottom line."""
        yield AccountStrip(id="strip")
        with Horizontal(id="panes"):
            yield ConversationList(self.desk.clock, self.desk.zone, id="list")
            if self._wide:
                yield self._new_preview()
        yield self.bottom_line()

    @property
    def listing(self) -> ConversationList:
        """The list."""
        return self.query_one("#list", ConversationList)

    @property
    def _strip(self) -> AccountStrip:
        return self.query_one("#strip", AccountStrip)

    @property
    def _preview(self) -> ReadingPane | None:
        """The conversation beside the list; None where there never was room for it."""
        return cast("ReadingPane | None", self.query_one_optional("#preview"))

    @property
    def _wide(self) -> bool:
        return self.app.size.width >= _PREVIEW_FROM

    def _new_preview(self) -> ReadingPane:
        from inbox.widgets.reading_pane import ReadingPane

        pane = ReadingPane(self.desk.clock, self.desk.zone, id="preview")
        pane.can_focus = False
        return pane

    def on_mount(self) -> None:
        """Load the first rows."""
        self._strip.set_view(self._view.title, None)
        self._strip.set_engine(self._engine)
        self.listing.focus()
        if self._first is not None:
            self._show_rows(self._first, fresh=True, then_to=None)
            if len(self._first) == FIRST:
                # "G" means the end of the whole list, not of what came first: keys wait for it.
                self._strip.set_view(self._view.title, None)
                self.desk.typing.hold()
            self.set_timer(PAINTED_WITHIN, self._load_whole)
        else:
            self.load(fresh=True)

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another page was on top."""
        if self._stale:
            self.store_changed()

    def on_resize(self) -> None:
        """Show the conversation beside the list where there is room."""
        pane, wide = self._preview, self._wide
        if pane is None and wide:
            self.query_one("#panes", Horizontal).mount(self._new_preview())
            self._look()
        elif pane is not None and pane.display != wide:
            pane.display = wide
            self._look()

    def tick(self) -> None:
        """Repaint the countdowns that read differently now."""
        super().tick()
        self.listing.tick()
        if self._preview is not None:
            self._preview.tick()
        if self._next_wake is not None and self.desk.clock() >= self._next_wake:
            self._next_wake = None
            self.store_changed()

    def store_changed(self) -> None:
        """Read the list again; the cursor stays on its conversation."""
        self._stale = not self.is_current
        if self.is_current:
            self.load()

    def set_engine(self, status: str) -> None:
        """Show how the engine is."""
        self._engine = status
        if self.is_mounted:
            self._strip.set_engine(status)

    def targets(self) -> tuple[Conversation, ...]:
        """Return the selected conversations, else the one under the cursor."""
        here = {self.listing.uid} if self.listing.uid is not None else set()
        rows = [self.listing.row(uid) for uid in self.listing.selected or here]
        return tuple(row.conversation for row in rows if row is not None)

    def target(self) -> ConversationUid | None:
        """Return the conversation under the cursor."""
        return self.listing.uid

    def leaving(self, uids: frozenset[ConversationUid]) -> None:
        """Put the cursor on the next row that stays, and select nothing any more."""
        near = self.listing.neighbour(uids)
        self.select(frozenset())
        if near is not None:
            self.listing.go_to(near)

    def acted(self, uids: Sequence[ConversationUid]) -> None:
        """Read the list again."""
        if self.is_current:
            self.load()
        else:
            self._stale = True

    def answered(self, uid: ConversationUid) -> None:
        """Go on to the next row: once it is accepted the answered one moves down the list."""
        if self.listing.uid == uid:
            self.leaving(frozenset({uid}))
        self._stale = True

    def returned(self, uid: ConversationUid) -> None:
        """Stand on what an undo brought back, once the list has it again."""
        self.load(then_to=uid)

    def step(self, by: int) -> ConversationUid | None:
        """Move the cursor and return where it stands now; None if it could not move."""
        before = self.listing.uid
        self.listing.move(by)
        return self.listing.uid if self.listing.uid != before else None

    def going_on(self, then: Callable[[], object]) -> None:
        """Move the cursor to the next row, then call back."""
        if self.step(1) is None:
            self.say(_("That was the last one."))
        else:
            then()

    def spot(self) -> int:
        """Return the cursor's row."""
        return self.listing.cursor

    def last_spot(self) -> int:
        """Return the last row."""
        return max(len(self.listing.rows) - 1, 0) if self.listing.rows is not None else 0

    def page_size(self) -> int:
        """Return how many rows are seen."""
        return self.listing.page

    def go_spot(self, spot: int) -> None:
        """Move the cursor, a begun range with it."""
        self.listing.go(spot)
        self.stretch()

    def action_open(self, _count: int | None = None) -> None:
        """Read the conversation under the cursor."""
        if self.listing.uid is not None:
            self.open(self.listing.uid)

    @on(ConversationList.Opened)
    def open_clicked(self, event: ConversationList.Opened) -> None:
        """Read the conversation that was clicked twice."""
        self.open(event.uid)

    @on(ConversationList.Moved)
    def moved(self) -> None:
        """Show beside the list what stands under the cursor now."""
        self._look()

    def open(self, uid: ConversationUid) -> None:
        """Open the reading page on a conversation; one that is only begun to go on with it."""
        from inbox.screens.reading import ReadingScreen

        self.listing.go_to(uid)
        if any(each.uid == uid and not each.message_count for each in self.targets()):
            self.action_reply()
            return
        self.open_page(
            lambda: self.desk.reader.reading(uid),
            lambda found: ReadingScreen(self.desk, found, self),
        )

    def read(self, uid: ConversationUid) -> None:
        """Open the reading page on a conversation that was chosen elsewhere."""
        self.open(uid)

    def action_go(self, view: str) -> None:
        """Show a view."""
        if view == "outbox":
            from inbox.screens.outbox import OutboxScreen

            self.open_page(
                self.desk.reader.outbox, lambda rows: OutboxScreen(self.desk, rows, self.open)
            )
            return
        if view == "journal":
            from inbox.screens.journal import JournalScreen

            self.open_page(
                self.desk.reader.journal, lambda rows: JournalScreen(self.desk, rows, self.open)
            )
            return
        self.end_search()
        self._stale = False  # it is read now anyway, and what is read later would win
        self._view = view_of(view, self.desk.views)
        self.select(frozenset())
        self.load(fresh=True)

    def action_clear(self, _count: int | None = None) -> None:
        """End the selection, else the search, else the view, else what was said."""
        if not self._back():
            self.desk.notice.said = None
            self.repeat()

    def action_quit(self, _count: int | None = None) -> None:
        """Go back to the whole list; there, leave, after a question if replies are not out."""
        if self._back():
            return
        from inbox.screens.leaving import ask_to_leave

        self.ask(
            self.desk.reader.unsent,
            lambda rows: ask_to_leave(self, rows),
            group="page",
            hold=True,
        )

    def action_log_in(self, _count: int | None = None) -> None:
        """Log in to an account that was refused."""
        from inbox.screens.logging_in import log_in_again

        log_in_again(self)

    def action_source(self, _count: int | None = None) -> None:
        """Show the source of the last message that came in."""
        from inbox.screens.pages import show_source

        if self.listing.uid is not None:
            show_source(self, self.listing.uid, None)

    def _back(self) -> bool:
        """End the selection, else the search, else the view; return whether there was one."""
        if self.selecting:
            self.select(frozenset())
        elif self.search or self.searching:
            self.leave_search()
        elif self._view.id != ALL:
            self.action_go(ALL)
        else:
            return False
        return True

    def _load_whole(self) -> None:
        """Read all of what the first rows are the top of, and how the accounts are."""
        held = self._first is not None and len(self._first) == FIRST
        self.load(hold=held)
        if held:
            self.free_keys()

    def load(
        self,
        *,
        fresh: bool = False,
        then_to: ConversationUid | None = None,
        hold: bool = False,
    ) -> None:
        """Read the view or search again; an answer older than the newest question is dropped.

        The rows come first: to count all views takes longer, and no letter of a
        search changes the counts.
        """
        view, search, here = self._view, self.search, then_to or self.listing.uid
        typing = self.searching

        def read() -> Rows:
            with self.desk.pace.spending():
                rows = view.rows(self.desk.reader, search, typing=typing)
                rows.prepare(then_to if fresh else here)
                return rows

        def show(rows: Rows) -> None:
            with self.desk.pace.spending():
                top = fresh or not (self.touched or self.listing.moved)
                self._show_rows(rows, fresh=top, then_to=then_to)
            if not typing:
                self.ask(self.desk.reader.standing, self._stand, group="standing")

        hold = hold or fresh or then_to is not None
        self.ask(read, show, group="rows", hold=hold)

    def say_failure(self, failure: BaseException) -> None:
        """Tell a search that is no query yet quietly: the next letter may mend it."""
        if self.search and self.query_told(failure):
            return
        super().say_failure(failure)

    def _stand(self, standing: Standing) -> None:
        """Show how the accounts are."""
        self._next_wake = standing.next_wake
        self._strip.set_standing(standing)
        self._measure()
        self.listing.set_many_accounts(len(standing.accounts) > 1)

    def _measure(self) -> None:
        """Count anew, once in a while, how the accounts stand by their platforms' measures."""
        now = self.desk.clock()
        if self._measured_at is None or now - self._measured_at >= _MEASURED_EVERY:
            self._measured_at = now
            self.ask(self.desk.reader.budgets, self._strip.set_budgets, group="budgets")

    def _show_rows(self, rows: Rows, *, fresh: bool, then_to: ConversationUid | None) -> None:
        title = self._view.title
        if self.search:
            found = ngettext("“{words}”: {n} found", "“{words}”: {n} found", len(rows))
            if self.searching and rows.cut:
                found = _("“{words}”: the newest {n}, Enter: all")
            title = found.format(words=self.search.strip(), n=len(rows))
        self._strip.set_view(title, None if self.search else len(rows))
        empty = self.nothing_found() if self.search and not rows.ids else self._view.empty
        self.listing.show(rows, empty=empty, fresh=fresh)
        self.recount()
        if then_to is not None:
            self.listing.go_to(then_to)
        self._look()

    def _look(self) -> None:
        """Read the conversation under the cursor for the pane beside the list."""
        pane = self._preview
        if pane is None or not pane.display:
            return
        uid = self.listing.uid
        if uid is None:
            pane.show(None)
            return
        self.ask(lambda: self.desk.reader.reading(uid), self._preview_of, group="preview")

    def _preview_of(self, reading: Reading) -> None:
        if self._preview is not None and reading.conversation.uid == self.listing.uid:
            self._preview.show(reading)
