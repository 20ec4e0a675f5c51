"""The terminal app: opens store, rules and engine, and wires them to the pages. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.command import Provider
from textual.message import Message
from textual.screen import Screen

from inbox import config as configuration
from inbox import i18n, logs
from inbox.clock import Clock, utc_now
from inbox.core.model import AccountUid
from inbox.i18n import gettext as _
from inbox.link.late import LateKeeper
from inbox.locations import Locations
from inbox.messages import Asked, EngineIs, of_fact
from inbox.rules import load_book
from inbox.screens.base import KeyScreen
from inbox.screens.conversations import ConversationsScreen
from inbox.screens.desk import Desk
from inbox.screens.opening import desk_of, key_troubles
from inbox.screens.palette import CommandsProvider
from inbox.screens.plain import TooSmallScreen, WelcomeScreen, too_small
from inbox.store.database import Store
from inbox.view.reader import Reader

if TYPE_CHECKING:
    from inbox.triage import Triage

_CALM = 0.25
"""Seconds between two readings of the list while much comes in."""

_OVERTAKEN = 0.05
"""Seconds for keys that were pressed before ctrl+q and are still on their way to a page."""


class InboxApp(App[None]):
    """Shows the first page, hands on what the engine says, and keeps the clock ticking."""

    CSS_PATH = "inbox.tcss"
    TITLE = "inbox"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {CommandsProvider}

    def __init__(
        self,
        desk: Desk,
        *,
        welcome: bool = False,
        begin: Callable[[], None] | None = None,
        troubles: Iterable[str] = (),
    ) -> None:
        super().__init__()
        self._begin = begin
        self._desk = desk
        self._welcome = welcome
        self._troubles = tuple(troubles)
        self._seen = 0
        self._read_at = 0.0
        self._due = False

    def on_mount(self) -> None:
        """Show the first page; everything that can wait comes after it is painted."""
        page = WelcomeScreen(self._desk) if self._welcome else ConversationsScreen(self._desk)
        self.push_screen(page)
        if too_small(self.size):
            self.push_screen(TooSmallScreen())
        self.set_interval(1.0, self._tick)
        self.call_after_refresh(self._start)
        if self._troubles:
            page.when_ready(lambda: page.say(" ".join(self._troubles), "trouble"))

    def on_resize(self, event: events.Resize) -> None:
        """Say so where the terminal is too small to read anything."""
        covered = isinstance(self.screen, TooSmallScreen)
        if too_small(event.size) and not covered and len(self.screen_stack) > 1:
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
        """Let the pages read again, a few times a second at most."""
        if monotonic() - self._read_at >= _CALM:
            self._read()
        elif not self._due:
            self._due = True
            self.set_timer(_CALM, self._read)

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

    def action_help_quit(self) -> None:
        """Say how to leave: ctrl+c is for copying."""
        for page in self._pages()[-1:]:
            page.say(_("Ctrl+Q leaves."))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Return nothing: the palette holds the table's commands only."""
        return ()

    def _start(self) -> None:
        """Begin what the first page did not wait for."""
        if self._begin is not None:
            self._begin()
        self.run_worker(self._freshen, thread=True, exit_on_error=False)

    def _freshen(self) -> None:
        self._desk.triage.freshen()

    def _tick(self) -> None:
        for page in self._pages()[-1:]:
            page.tick()
        revision = self._desk.reader.revision()
        if revision != self._seen:
            self.on_changed()

    def _read(self) -> None:
        self._due, self._read_at = False, monotonic()
        self._seen = self._desk.reader.revision()
        for page in self._pages():
            page.store_changed()

    def _pages(self) -> list[KeyScreen]:
        return [page for page in self.screen_stack if isinstance(page, KeyScreen) and page.ready]


def run(locations: Locations, *, clock: Clock = utc_now) -> None:
    """Open the screen and return when it is left; raises what config, rules and store raise."""
    config = configuration.load(locations.config_file)
    i18n.use(config.settings.language)
    locations.prepare()
    logs.start(locations.log_file)
    book = load_book(config)
    store = Store.open(locations.store_file)
    try:
        keeper = LateKeeper(
            locations,
            facts=lambda fact: _post(app, of_fact(fact)),
            status=lambda status: _post(app, EngineIs(status)),
        )

        def verbs() -> Triage:
            from inbox.triage import Triage

            window = config.settings.undo_seconds
            return Triage(store, book, clock, nudge=keeper.nudge, undo_seconds=window)

        reader = Reader(store, book, clock, seller=config.settings.name, zone=config.zone)
        desk = desk_of(config, locations, reader, verbs, clock)
        app = InboxApp(
            desk,
            welcome=not config.accounts,
            begin=keeper.start if config.accounts else None,
            troubles=key_troubles(config),
        )
        app.run()
        keeper.stop()
    finally:
        store.close()


def _post(app: InboxApp, message: Message | None) -> None:
    """Hand a message to the screen from any thread."""
    if message is not None and app.is_running:
        app.post_message(message)
