"""What every page is handed, made from the seller's configuration."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from inbox.clock import Clock
from inbox.commands import rebound, saved, table
from inbox.config import Config
from inbox.locations import Locations
from inbox.screens.conversations import ConversationsScreen
from inbox.screens.desk import Desk
from inbox.screens.key_screen import KeyScreen
from inbox.view.reader import Reader
from inbox.view.rows import Rows

if TYPE_CHECKING:
    from canned.files import Canned
    from canned.library import Library
    from inbox.triage import Triage

log = logging.getLogger(__name__)


def desk_of(
    config: Config,
    locations: Locations,
    reader: Reader,
    verbs: Callable[[], Triage],
    clock: Clock,
    *,
    stays: Callable[[], bool],
) -> Desk:
    """Return the desk of a run of the product."""

    def library() -> Library:
        from canned.library import Library

        return Library.load([locations.canned])

    def edit(text: str) -> str:
        from inbox import editor

        return editor.edit(text, locations, command=config.settings.editor)

    def rewrite(response: Canned) -> str:
        from canned import own

        path, before = own.standing(locations.canned, response)
        text = edit(before)
        if text.strip() == before.strip():
            return ""
        return str(own.keep(path, text) or "")

    def save_file(name: str, content: bytes) -> Path:
        from inbox import files

        return files.save(files.downloads(), name, content)

    def open_file(name: str, content: bytes) -> Path:
        from inbox import files

        return files.open_file(locations.opened, name, content)

    def log_in(name: str) -> bool:
        from inbox import relogin

        return relogin.log_in(name, locations)

    return Desk(
        reader=reader,
        verbs=cache(verbs),
        clock=clock,
        commands=rebound((*table(), *saved(config.views)), config.keys)[0],
        views=config.views,
        library=library,
        edit=edit,
        rewrite=rewrite,
        save_file=save_file,
        open_file=open_file,
        log_in=log_in,
        zone=config.zone,
        stays=stays,
        log=lambda failure: log.error("a page could not do something", exc_info=failure),
    )


def first_page(desk: Desk, *, welcome: bool, first: Rows | None) -> KeyScreen:
    """Return the list with these rows, or what a seller without an account sees."""
    if welcome:
        from inbox.screens.welcome import WelcomeScreen

        return WelcomeScreen(desk)
    return ConversationsScreen(desk, first=first)


def key_troubles(config: Config) -> list[str]:
    """Return what of the seller's `[keys]` could not be followed, in sentences."""
    if not config.keys:
        return []
    return [str(each) for each in rebound((*table(), *saved(config.views)), config.keys)[1]]
