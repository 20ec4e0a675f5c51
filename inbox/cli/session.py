"""What one command works with: configuration, store, rules and verbs, each opened when first used.

A command gets it by `@click.pass_obj`; it is closed when the command ends.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

import click

from inbox import config as configuration
from inbox import i18n
from inbox.clock import Clock, utc_now
from inbox.config import AccountConfig, Config
from inbox.i18n import gettext as _
from inbox.locations import Locations

if TYPE_CHECKING:
    from inbox.core.model import AccountUid, ConversationUid
    from inbox.core.obligations import Book
    from inbox.core.query import Query
    from inbox.link.client import Link
    from inbox.store.database import Store, Transaction
    from inbox.triage import Triage


class Session:
    """One run of the command line."""

    def __init__(
        self,
        locations: Locations | None = None,
        clock: Clock = utc_now,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.locations = locations or Locations.from_env(environ)
        self.clock = clock
        self.environ = environ
        self._open = ExitStack()

    def close(self) -> None:
        """Let go of the store and of the engine."""
        self._open.close()

    @cached_property
    def config(self) -> Config:
        """What the seller's file says, its accounts' keys checked; raises ConfigError."""
        self.rules_read_from  # noqa: B018 - before the file is read: what changes then is noticed
        found = configuration.load(self.locations.config_file)
        i18n.use(found.settings.language)
        configuration.check(found)
        return found

    @property
    def zone(self) -> tzinfo | None:
        """The zone to show instants in; None: the machine's own."""
        return self.config.zone

    @cached_property
    def store(self) -> Store:
        """The store, created if this is the first run; raises the errors of `store.faults`."""
        from inbox.link.way import open_store

        store = open_store(self.locations)
        store.waiting = _tell_waiting
        self._open.callback(store.close)
        return store

    @cached_property
    def book(self) -> Book:
        """All rules in force; verdicts derived under other rules are derived again first."""
        from inbox.rules import load_book
        from inbox.store import derive, rules_read
        from inbox.store.faults import StoreError

        book = load_book(self.config)
        derive.refresh(self.store, book, self.clock())
        with suppress(StoreError):  # a store that cannot be written can be read
            rules_read.note(self.store, self.rules_read_from)
        return book

    @cached_property
    def rules_read_from(self) -> str:
        """From what the rules are read, see `inbox.store.rules_read`; raises OSError."""
        from inbox.store import rules_read

        return rules_read.sources(self.locations.config_file)

    @cached_property
    def triage(self) -> Triage:
        """The verbs, over this store; they nudge the engine that runs, if one does."""
        from inbox.triage import Triage

        return Triage(
            self.store,
            self.book,
            self.clock,
            nudge=self.nudge,
            undo_seconds=self.config.settings.undo_seconds,
        )

    @cached_property
    def link(self) -> Link | None:
        """The running engine, None if none runs or it cannot be spoken to."""
        from inbox.link.client import EngineNewer, EngineOlder, connect

        try:
            link = connect(self.locations)
        except (EngineOlder, EngineNewer):
            return None
        if link is not None:
            self._open.callback(link.close)
        return link

    def reload_engine(self) -> None:
        """Let a running engine read the configuration again."""
        if self.link is not None:
            self.link.reload()

    def resolve(self, tx: Transaction, ids: Sequence[str]) -> list[ConversationUid]:
        """Return the conversations of ids or their beginnings; raises UnknownId, AmbiguousId."""
        from inbox.store import uids

        return [uids.resolve(tx, each) for each in ids]

    def account(self, name: str) -> AccountConfig:
        """Return the account of that name; wrong usage if there is none."""
        found = self.config.account(name)
        if found is None:
            raise click.UsageError(_unknown_account(name, self.config.accounts))
        return found

    def query(self, words: Sequence[str]) -> Query:
        """Return the query of those words, accounts by their uid; wrong usage if it is none."""
        from inbox.core.query import QueryError
        from inbox.errors import said
        from inbox.view.asking import query_of

        try:
            return query_of(" ".join(words), self.book, self.zone)
        except QueryError as wrong:
            raise click.UsageError(said(wrong).sentence) from wrong

    def nudge(self, account: AccountUid) -> None:
        """Tell a running engine that there is something to do."""
        if self.link is not None:
            self.link.nudge(account)


def _tell_waiting() -> None:
    """Tell a person why nothing happens; a script need not know."""
    from inbox.cli.output import tell

    if sys.stderr is not None and sys.stderr.isatty():
        tell(_("Another inbox is writing just now; waiting for it."))


def on_terminal() -> bool:
    """Return whether a person sits at both ends, so that questions may be asked."""
    ends: tuple[TextIO | None, ...] = (sys.stdin, sys.stdout)  # None: closed by the caller
    return all(end is not None and end.isatty() for end in ends)


def check_screen(without: str) -> None:
    """Raise wrong usage, with these words, where there is no terminal for the screen."""
    if not on_terminal():
        raise click.UsageError(without)
    if sys.stderr is None or not sys.stderr.isatty():
        raise click.UsageError(
            _("The screen is painted where errors go, so they cannot go to a file (2>).")
        )
    if os.environ.get("TERM") == "dumb":
        raise click.UsageError(
            _("This terminal says that it can show lines only (TERM=dumb), no pages: use another.")
        )


def no_account_yet() -> str:
    """Return what to do first."""
    return _('There is no account yet. Add one: "inbox accounts add email NAME".')


def _unknown_account(name: str, known: Iterable[AccountConfig]) -> str:
    """Return the sentence for a name that no account has."""
    names = ", ".join(one.name for one in known)
    if not names:
        return no_account_yet()
    return _("There is no account called {name}. There are: {names}.").format(
        name=name, names=names
    )
