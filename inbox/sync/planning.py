"""What the engine is to run, read from the configuration: accounts, how to open them, the rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from connectors import registry
from connectors.contract import Account, Connector
from inbox import config as configuration
from inbox import secrets
from inbox.config import AccountConfig, Config
from inbox.core.model import AccountUid
from inbox.core.obligations import Book
from inbox.locations import Locations
from inbox.rules import load_book
from inbox.store import derive
from inbox.store.database import Store

AT_ONCE = 500
"""Conversations derived in one transaction, so that nobody waits long for the store."""


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
    if config.accounts:
        configuration.check_accounts(config, registry.settings_of)
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
            open=_opener(account, store_uid),
        )
        for account in config.accounts
    )
    return Plan(accounts=accounts, book=load_book(config))


def bring_up_to_date(store: Store, book: Book) -> int:
    """Derive again every verdict made under other rules; return how many there were."""
    with store.read() as tx:
        old = derive.stale(tx, book)
    for start in range(0, len(old), AT_ONCE):
        with store.write() as tx:
            derive.derive(tx, old[start : start + AT_ONCE], book)
    return len(old)


def _opener(account: AccountConfig, store_uid: str) -> Callable[[], Connector]:
    """Return what makes the account's connector; it logs in only when it is used."""

    def open_connector() -> Connector:
        made = registry.load(account.kind)
        return made(
            Account(
                uid=account.uid,
                name=account.name,
                settings=configuration.filled(account, made.SETTINGS),
                secret=secrets.for_account(store_uid, account),
            )
        )

    return open_connector
