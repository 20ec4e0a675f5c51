"""Open the screen: configuration, store, rules and engine, each as late as it may be.

What the first page does not show is loaded, checked or begun once it is
painted: a start that takes a second is a start put off.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from textual.message import Message

from inbox import config as configuration
from inbox import i18n, logs
from inbox.app import InboxApp
from inbox.clock import Clock, utc_now
from inbox.link.late import LateKeeper
from inbox.link.way import open_store
from inbox.locations import Locations
from inbox.messages import EngineIs, of_fact
from inbox.rules import load_book
from inbox.screens.conversations import first_rows
from inbox.screens.opening import desk_of, key_troubles
from inbox.view.reader import Reader

if TYPE_CHECKING:
    from textual.theme import Theme

    from inbox.config import Config
    from inbox.notices.watch import Watch
    from inbox.triage import Triage
    from inbox.view.forecast import DeskHours


def run(locations: Locations, *, clock: Clock = utc_now) -> None:
    """Open the screen and return when it is left; raises what config, rules and store raise."""
    config = configuration.load(locations.config_file)
    i18n.use(config.settings.language)
    locations.prepare()
    logs.start(locations.log_file)
    book = load_book(config)
    store = open_store(locations)
    keeper = LateKeeper(
        locations,
        facts=lambda fact: _post(app, of_fact(fact)),
        status=lambda status: _post(app, EngineIs(status)),
    )

    def verbs() -> Triage:
        from inbox.triage import Triage

        window = config.settings.undo_seconds
        return Triage(store, book, clock, nudge=keeper.nudge, undo_seconds=window)

    def begin() -> None:
        # What stands now stays: no later collection looks at it again.
        gc.freeze()
        gc.enable()
        configuration.check(config)
        if config.accounts:
            keeper.start()
            from inbox.screens import soon

            soon.load()

    def watch() -> Watch:
        from inbox.notices import watch as watching

        settings = watching.notice_settings(config.settings)
        return watching.Watch(store, watching.SCREEN, clock, lambda: settings)

    def hours() -> DeskHours:
        from inbox.view.forecast import DeskHours

        said = config.settings
        return DeskHours(
            calendar=said.calendar, answer_minutes=said.answer_minutes, zone=config.zone
        )

    theme, odd = _theme(config)
    try:
        reader = Reader(
            store, book, clock, seller=config.settings.name, zone=config.zone, hours=hours
        )
        app = InboxApp(
            desk_of(config, locations, reader, verbs, clock, stays=keeper.stays),
            welcome=not config.accounts,
            first=first_rows(reader) if config.accounts else None,
            begin=begin,
            troubles=(*key_troubles(config), *odd),
            watch=watch,
        )
        if theme is not None:
            app.register_theme(theme)
            app.theme = theme.name
        app.run()
        keeper.stop()
    finally:
        gc.enable()
        store.close()
    if app.failure is not None:
        raise app.failure


def _theme(config: Config) -> tuple[Theme | None, list[str]]:
    """Return the seller's theme, None for the usual one, and what of it could not be followed."""
    if not config.settings.theme and not config.theme:
        return None, []
    from inbox.screens import colours

    return colours.chosen(config.settings.theme, config.theme)


def _post(app: InboxApp, message: Message | None) -> None:
    """Hand a message to the screen from any thread."""
    if message is not None and app.is_running:
        app.post_message(message)
