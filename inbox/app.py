"""The terminal app: wires pages, clock and what the engine says. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import SystemCommand
from textual.command import Provider
from textual.screen import Screen

from inbox.core.model import AccountUid
from inbox.i18n import gettext as _
from inbox.messages import Asked, EngineIs
from inbox.screens.desk import Desk
from inbox.screens.key_screen import PAINTED_WITHIN, KeyScreen
from inbox.screens.opening import first_page
from inbox.screens.terminal import TerminalApp, TooSmallScreen, too_small
from inbox.view.rows import Rows

if TYPE_CHECKING:
    from inbox.core.alerts import Alert
    from inbox.notices.watch import Watch

_OVERTAKEN = 0.05
"""Seconds for keys that were pressed before ctrl+q and are still on their way to a page."""


def _commands() -> type[Provider]:
    """Return what the palette offers; it is loaded when the palette opens."""
    from inbox.screens.palette import CommandsProvider

    return CommandsProvider


class InboxApp(TerminalApp):
    """Shows the first page, hands on what the engine says, and keeps the clock ticking."""

    CSS_PATH = "inbox.tcss"
    TITLE = "inbox"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_commands}

    def __init__(
        self,
        desk: Desk,
        *,
        welcome: bool = False,
        first: Rows | None = None,
        begin: Callable[[], None] | None = None,
        troubles: Iterable[str] = (),
        watch: Callable[[], Watch] | None = None,
    ) -> None:
        super().__init__()
        self._begin = begin
        self.failure: Exception | None = None
        """Why the app ended by itself; None while all is well."""
        self._desk = desk
        self._welcome = welcome
        self._first = first
        self._troubles = tuple(troubles)
        self._seen, self._due = 0, False
        self._make_watch = watch
        self._watch: Watch | None = None
        self._looking = False

    def get_default_screen(self) -> KeyScreen:
        """Return the first page, so that no empty one is laid out and painted before it."""
        page = first_page(self._desk, welcome=self._welcome, first=self._first)
        if self._troubles:
            page.when_ready(lambda: page.say(" ".join(self._troubles), "trouble"))
        return page

    def on_mount(self) -> None:
        """Keep the time; everything that can wait comes after the first page is painted."""
        self.set_interval(1.0, self._tick)
        self.set_timer(PAINTED_WITHIN, self._start)

    def on_resize(self, event: events.Resize) -> None:
        """Say so where the terminal is too small to read anything."""
        covered = isinstance(self.screen, TooSmallScreen)
        if too_small(event.size) and not covered:
            self.push_screen(TooSmallScreen())
        elif covered and not too_small(event.size):
            self.pop_screen()

    async def on_event(self, event: events.Event) -> None:
        """Hold keys while a page opens; they come before any later key."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            if self._desk.typing.kept(event):
                return
            await self.on_keys_freed()
        await super().on_event(event)

    async def on_keys_freed(self) -> None:
        """Read the keys that were held."""
        for key in self._desk.typing.taken():
            await super().on_event(key)

    def on_changed(self) -> None:
        """Let the pages read again, for a small part of the time at most."""
        if not self._due:
            wait = self._desk.pace.wait(monotonic())
            self._due = wait > 0
            self.set_timer(wait, self._read) if wait else self._read()

    def on_engine_is(self, event: EngineIs) -> None:
        """Show how the engine is."""
        for page in self._pages():
            page.set_engine(event.status.value)

    def on_asked(self, event: Asked) -> None:
        """Say that an account waits for the seller's word."""
        names = {uid: terms.name for uid, terms in self._desk.reader.book.accounts.items()}
        said = _("{name} says that all its mail is gone. If so: inbox sync {name} --accept-gone")
        for page in self._pages()[-1:]:
            page.say(said.format(name=names.get(AccountUid(event.account))), "trouble")

    async def action_quit(self) -> None:
        """Leave from anywhere, once the keys before this one are read and carried out."""
        page = self.screen
        self.set_timer(
            _OVERTAKEN, page.action_quit_now if isinstance(page, KeyScreen) else self.exit
        )

    def action_command_palette(self) -> None:
        """Open the palette once the page has read the keys before: Textual reads this one first."""
        for page in self._pages()[-1:]:
            (self.focused or page).call_later(page.call_later, page.action_palette)

    def action_help_quit(self) -> None:
        """Say how to leave: ctrl+c is for copying."""
        for page in self._pages()[-1:]:
            page.say(_("Ctrl+Q leaves."))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Return nothing: the palette holds the table's commands only."""
        return ()

    def _start(self) -> None:
        """Begin what the first page did not wait for."""
        if not self.is_headless:
            from inbox.screens import hangup

            hangup.watch(self, self._pages)
        self.run_worker(self._begin_rest, thread=True, exit_on_error=False)

    def _begin_rest(self) -> None:
        """Check, start and load in a thread; what makes going on senseless ends the app."""
        try:
            if self._begin is not None:
                self._begin()
            self._desk.triage.freshen()
            self._watch = self._make_watch() if self._make_watch is not None else None
        except Exception as failure:  # noqa: BLE001 - told by whoever opened the screen
            self.failure = failure
            self.call_from_thread(self.exit)

    def _tick(self) -> None:
        for page in self._pages()[-1:]:
            page.tick()
        revision = self._desk.reader.revision()
        if revision != self._seen:
            self.on_changed()
        if self._watch is not None and not self._looking and self._watch.wants(revision):
            self._looking = True
            self.run_worker(partial(self._look, self._watch), thread=True, exit_on_error=False)

    def _look(self, watch: Watch) -> None:
        """Find in a thread what became due, and ring for it."""
        try:
            alerts, word = watch.look(), watch.word()
            self.call_from_thread(self._alert, alerts, word, watch.terminal)
        finally:
            self._looking = False

    def _alert(self, alerts: Sequence[Alert], word: tuple[str, str], setting: str) -> None:
        """Ring, and say it where nothing else is being said."""
        from inbox.screens.ringing import ring

        ring(self, alerts, setting)
        words = [alert.text for alert in alerts[:1]]
        for page in self._pages()[-1:]:
            if word[0]:
                page.say(*word)
            elif words and not self._desk.notice.text(self._desk.clock()):
                page.say(words[0], "soon")

    def _read(self) -> None:
        self._due = False
        self._desk.pace.begin(monotonic())
        self._seen = self._desk.reader.revision()
        for page in self._pages():
            page.store_changed()

    def _pages(self) -> list[KeyScreen]:
        return [page for page in self.screen_stack if isinstance(page, KeyScreen) and page.ready]
