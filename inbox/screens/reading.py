"""The reading page: one conversation, and the verbs on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol, cast

from textual.app import ComposeResult
from textual.containers import Horizontal

from inbox.commands import Context
from inbox.core.model import Conversation, ConversationUid, MessageUid
from inbox.i18n import gettext as _
from inbox.screens.acting import ActingScreen
from inbox.screens.desk import Desk
from inbox.screens.moving import Moving
from inbox.view.reading import Reading
from inbox.widgets.reading_pane import ReadingPane

if TYPE_CHECKING:
    from inbox.view.panel import Panel
    from inbox.widgets.text_page import TextPage

_BESIDE_FROM = 110
"""Cells of width from which the order stands beside the conversation."""


class Order(Protocol):
    """The list that a conversation was opened from."""

    def step(self, by: int) -> ConversationUid | None:
        """Move in the list and return where it stands now; None at its end."""

    def leaving(self, uids: frozenset[ConversationUid]) -> None:
        """Stand on what comes after these."""

    def target(self) -> ConversationUid | None:
        """Return where the list stands."""

    def acted(self, uids: Sequence[ConversationUid]) -> None:
        """Know that these changed."""

    @property
    def search(self) -> str:
        """What is searched for, empty if nothing is."""

    def action_go(self, view: str) -> None:
        """Show a view."""

    def action_search(self, count: int | None = None) -> None:
        """Begin a search."""


class ReadingScreen(Moving, ActingScreen):
    """Shows a conversation and marks it read."""

    CONTEXT: ClassVar[Context] = Context.READING

    def __init__(self, desk: Desk, reading: Reading, order: Order) -> None:
        super().__init__(desk)
        self._reading = reading
        self._order = order

    def compose(self) -> ComposeResult:
        """Return the pane and the bottom line."""
        with Horizontal(id="panes"):
            yield ReadingPane(self.desk.clock, self.desk.zone, id="reading")
        yield self.bottom_line()

    @property
    def pane(self) -> ReadingPane:
        """The conversation."""
        return self.query_one("#reading", ReadingPane)

    @property
    def _beside(self) -> TextPage | None:
        """The order beside the conversation, None where it is not shown."""
        return cast("TextPage | None", self.query_one_optional("#beside"))

    def _look_beside(self) -> None:
        """Read what stands beside the conversation, if it is shown."""
        uid = self._reading.conversation.uid

        def show(found: Panel) -> None:
            from inbox.screens.panel import panel_lines

            if self._beside is not None and found.conversation.uid == self.target():
                self._beside.show(panel_lines(self.desk, found))

        self.ask(lambda: self.desk.reader.panel(uid), show, group="beside")

    def on_mount(self) -> None:
        """Show the conversation."""
        self.pane.focus()
        if self._order.search:
            self.pane.mark(self.desk.reader.finder(self._order.search))
        self._show(self._reading)

    def on_screen_resume(self) -> None:
        """Read it again: it may have been answered."""
        self.store_changed()

    def tick(self) -> None:
        """Repaint the times that read differently now."""
        super().tick()
        self.pane.tick()

    def store_changed(self) -> None:
        """Read the conversation again; folds and place stay."""
        uid = self._reading.conversation.uid
        self.ask(lambda: self.desk.reader.reading(uid), self._show_again, group="again")

    def targets(self) -> tuple[Conversation, ...]:
        """Return this conversation."""
        return (self._reading.conversation,)

    def target(self) -> ConversationUid:
        """Return this conversation's id."""
        return self._reading.conversation.uid

    def leaving(self, uids: frozenset[ConversationUid]) -> None:
        """Go on with the next conversation of the list, back to the list at its end."""
        self._order.leaving(uids)
        following = self._order.target()
        if following is None or following in uids:
            self.leave()
        else:
            self._read(following)

    def acted(self, uids: Sequence[ConversationUid]) -> None:
        """Tell the list, and read again if it was about this one."""
        self._order.acted(uids)
        if self._reading.conversation.uid in uids:
            self.store_changed()

    def answered(self, uid: ConversationUid) -> None:
        """Stay: the queued answer is shown here."""
        self._order.acted((uid,))

    def returned(self, uid: ConversationUid) -> None:
        """Show what an undo brought back."""
        if uid != self._reading.conversation.uid:
            self._read(uid)

    def read(self, uid: ConversationUid) -> None:
        """Show a conversation that was chosen elsewhere."""
        self._read(uid)

    def going_on(self, then: Callable[[], object]) -> None:
        """Read the next conversation of the list, then call back."""
        following = self._order.step(1)
        if following is None:
            self.say(_("That was the last one."))
            return

        def shown(reading: Reading) -> None:
            self._show(reading)
            then()

        self.ask(lambda: self.desk.reader.reading(following), shown, group="reading", hold=True)

    def spot(self) -> int:
        """Return the topmost line seen."""
        return self.pane.scroll_offset.y

    def last_spot(self) -> int:
        """Return the last line."""
        return self.pane.last_line

    def page_size(self) -> int:
        """Return how many lines are seen."""
        return self.pane.page

    def go_spot(self, spot: int) -> None:
        """Scroll there."""
        self.pane.go(spot)

    def action_next_conversation(self, count: int | None = None) -> None:
        """Read the next conversation of the list."""
        self._step(count or 1)

    def action_previous_conversation(self, count: int | None = None) -> None:
        """Read the one before."""
        self._step(-(count or 1))

    def action_next_message(self, count: int | None = None) -> None:
        """Go to the next message; after a search to the next hit, folded ones too."""
        self._go_on(count or 1)

    def action_previous_message(self, count: int | None = None) -> None:
        """Go to the message before; after a search to the hit before."""
        self._go_on(-(count or 1))

    def action_fold(self, _count: int | None = None) -> None:
        """Hide the current message's text, or show it."""
        self.pane.fold()

    def action_quoted(self, _count: int | None = None) -> None:
        """Show quoted text, or hide it."""
        self.pane.fold_quotes()

    def action_panel(self, count: int | None = None) -> None:
        """Show the order beside the conversation where there is room, or take it away."""
        if self.app.size.width < _BESIDE_FROM:
            super().action_panel(count)
        elif self._beside is not None:
            self._beside.remove()
        else:
            from inbox.widgets.text_page import TextPage

            beside = TextPage(id="beside")
            beside.can_focus = False
            self.query_one("#panes", Horizontal).mount(beside)
            self._look_beside()

    def on_resize(self) -> None:
        """Give the conversation the room back where there is too little for two."""
        if self._beside is not None and self.app.size.width < _BESIDE_FROM:
            self._beside.remove()

    def action_source(self, _count: int | None = None) -> None:
        """Show the current message as it came."""
        from inbox.screens.pages import show_source

        message = self.pane.message
        show_source(self, self.target(), message.uid if message else None)

    def passed_on(self) -> MessageUid | None:
        """Return the current message."""
        return self.pane.message.uid if self.pane.message is not None else None

    def action_attachments(self, _count: int | None = None) -> None:
        """Show the files of the conversation, those of the current message first."""
        from inbox.screens.attachments import AttachmentsScreen

        uid, message = self.target(), self.pane.message
        self.open_page(
            lambda: self.desk.reader.attachments(uid),
            lambda rows: AttachmentsScreen(
                self.desk, uid, rows, message.uid if message is not None else None
            ),
        )

    def action_unread(self, count: int | None = None) -> None:
        """Mark it unread and leave: staying would read it again."""
        super().action_unread(count)
        self.leave()

    def action_go(self, view: str) -> None:
        """Leave for a view of the list."""
        self.leave()
        self._order.action_go(view)

    def action_search(self, count: int | None = None) -> None:
        """Leave for a search in the list."""
        self.leave()
        self._order.action_search(count)

    def _go_on(self, by: int) -> None:
        """Go to a hit, where there is any, else to a message."""
        hit = self.pane.go_hit(by)
        if hit is None:
            self.pane.go_message(by)
        else:
            self.say(_("Hit {n} of {all}").format(n=hit[0], all=hit[1]))

    def _step(self, by: int) -> None:
        following = self._order.step(by)
        if following is None:
            self.say(_("That was the last one.") if by > 0 else _("That was the first one."))
        else:
            self._read(following)

    def _read(self, uid: ConversationUid) -> None:
        self.ask(lambda: self.desk.reader.reading(uid), self._show, group="reading", hold=True)

    def _show_again(self, reading: Reading) -> None:
        if reading.conversation.uid == self._reading.conversation.uid:
            self._show(reading)

    def _show(self, reading: Reading) -> None:
        self._reading = reading
        self.pane.show(reading)
        if self._beside is not None:
            self._look_beside()
        conversation = reading.conversation
        if conversation.unread and self.is_current:
            uid = conversation.uid
            self.carry_out(
                lambda: self.desk.triage.opened(uid), lambda _: self._order.acted((uid,))
            )
