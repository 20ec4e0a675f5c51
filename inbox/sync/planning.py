"""What the engine is to run, read from the configuration: accounts, how to open them, the rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from connectors import registry
from connectors.contract import Account, Connector
from inbox import config as configuration
from inbox import secrets
from inbox.config import AccountConfig, Config
from inbox.core.model import AccountUid
from inbox.core.obligations import Book
from inbox.locations import Locations
from inbox.notices.watch import NoticeSettings, notice_settings
from inbox.rules import load_book
from inbox.rules.checking import check
from inbox.store.database import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One account to run. Equal to another if nothing that matters to its runner changed."""

    uid: AccountUid
    name: str
    config: AccountConfig
    poll_every: float | None
    """Seconds; None: as the connector says."""
    open: Callable[[], Connector] = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything to run, in the configuration's order."""

    accounts: tuple[Planned, ...]
    book: Book
    notices: NoticeSettings = field(default_factory=NoticeSettings)
    """How the seller wants to be told what becomes due."""

    def name_of(self, uid: AccountUid) -> str:
        """Return the account's name, its uid if it is no longer run."""
        return next((account.name for account in self.accounts if account.uid == uid), uid)

    def named(self, names: tuple[str, ...]) -> tuple[list[Planned], list[str]]:
        """Return the accounts of these names (none: all) and the names that no account has."""
        by_name = {account.name: account for account in self.accounts}
        if not names:
            return list(self.accounts), []
        known = [by_name[name] for name in dict.fromkeys(names) if name in by_name]
        return known, [name for name in names if name not in by_name]


def load_plan(locations: Locations, store: Store) -> Plan:
    """Return what the seller's configuration asks for; raises ConfigError, RuleFault."""
    config = configuration.load(locations.config_file)
    if config.accounts:  # a kind that is not installed breaks its own account only
        configuration.check_accounts(config, registry.settings_of)
    if config.calendars:
        check(config)  # a country that nobody knows is told now, not when a date is asked for
    return plan_of(config, store.uid)


def plan_of(config: Config, store_uid: str) -> Plan:
    """Return what a configuration asks for; raises RuleFault."""
    poll_every = float(config.settings.poll_seconds) or None
    accounts = tuple(
        Planned(
            uid=account.uid,
            name=account.name,
            config=account,
            poll_every=poll_every,
            open=partial(connector_of, account, store_uid),
        )
        for account in config.accounts
    )
    return Plan(accounts=accounts, book=load_book(config), notices=notice_settings(config.settings))


def connector_of(account: AccountConfig, store_uid: str) -> Connector:
    """Return the account's connector, not logged in yet; whoever asked closes it."""
    made = registry.load(account.kind)
    return made(
        Account(
            uid=account.uid,
            name=account.name,
            settings=configuration.filled(account, made.SETTINGS),
            secret=secrets.for_account(store_uid, account),
            keep=secrets.keeper_for(store_uid, account),
        )
    )
