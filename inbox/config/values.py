"""The values a configuration is read into, and the error that tells what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any

from connectors.frozen import frozen
from connectors.values import SettingValues
from inbox.core.model import AccountUid


class ConfigError(Exception):
    """The configuration cannot be used as it is; only the seller can mend it."""

    def __init__(
        self, path: Path, said: str, *, line: int | None = None, key: str | None = None
    ) -> None:
        where = f"{path}:{line}" if line is not None else f"{path}"
        super().__init__(f"{where}: {key}: {said}" if key else f"{where}: {said}")
        self.path = path
        self.line = line
        """Counted from 1; None where a key says it better."""
        self.key = key
        """Dotted, as in `accounts.shop.imap_port`; None where a line says it better."""
        self.said = said


@frozen(kw_only=True)
class Settings:
    """The `[settings]` table."""

    timezone: str = ""
    """An IANA name; "": the machine's own zone."""
    language: str = ""
    """"": what the environment says."""
    undo_seconds: int = 10
    """How long a reply waits before it goes out; 0 to 600."""
    quote_below: bool = False
    """Whether the message answered is quoted below the reply."""
    on_done: str = "keep"
    """What a service is told when you are done: keep (nothing), archive, close."""
    name: str = ""
    """The seller's own name, for `{{ agent.first_name }}`."""
    theme: str = ""
    editor: str = ""
    """A command; "": $VISUAL, then $EDITOR."""
    poll_seconds: int = 0
    """Seconds between rounds where a service cannot push, 10 to 3600; 0: the connector's own."""
    notify: str = "auto"
    """How the terminal tells what becomes due: auto, bell, osc9, osc777, osc99, off."""
    notify_command: str = ""
    """A command run for what becomes due; split as a shell would, run without one."""
    notify_soon: bool = True
    """Whether what becomes due soon is told, not only what becomes late."""
    quiet_hours: str = ""
    """Hours in which nothing is told, such as "22:00-07:00"."""
    quiet_except: str = "none"
    """What is told in quiet hours all the same: none, late, all."""
    calendar: str = ""
    """The calendar of the hours in which the seller is at the desk."""
    answer_minutes: int = 5
    """How long an answer takes, for the forecast; 1 to 240."""
    auto_backup: bool = True
    """Whether the engine makes a backup each day."""
    backup_folder: str = ""
    """Where the automatic backups lie; "": `backups` beside the store."""
    stow_after: str = ""
    """For how long a conversation was silent that the engine stows away (`3y`); "": never."""


@frozen(kw_only=True)
class AccountConfig:
    """One `[accounts.<name>]` table."""

    uid: AccountUid
    """Made once; the name may change, this never does."""
    name: str
    kind: str
    settings: SettingValues = field(default_factory=dict, repr=False)
    """What stands in the file, defaults not filled in (see `filled`)."""
    owed_since: datetime | None = None
    """Messages accepted before (aware, UTC) open no obligation; None: all open one."""


@frozen(kw_only=True)
class Config:
    """The whole file."""

    path: Path
    settings: Settings = Settings()
    accounts: tuple[AccountConfig, ...] = ()
    """In the file's order."""
    deadlines: tuple[Mapping[str, Any], ...] = ()
    """The `[[deadline]]` tables as they stand; `inbox/rules.py` reads them."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Verb id to keys; the table of verbs checks them."""
    calendars: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    theme: Mapping[str, str] = field(default_factory=dict)
    views: Mapping[str, str] = field(default_factory=dict)
    """The seller's own views: a title, and the query behind it, in the file's order."""

    @property
    def zone(self) -> tzinfo | None:
        """The zone to show instants in; None: the machine's own, as `astimezone` takes it."""
        return zone_of(self.settings.timezone)

    def account(self, name: str) -> AccountConfig | None:
        """Return the account of that name or uid, or None."""
        return next((one for one in self.accounts if name in (one.name, one.uid)), None)

    def name_of(self, uid: str) -> str:
        """Return the account's name, its uid if the file no longer holds it."""
        return next((one.name for one in self.accounts if one.uid == uid), uid)


def zone_of(name: str) -> tzinfo | None:
    """Return the zone of that IANA name, None for ""; raise ValueError if there is none."""
    if not name:
        return None
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as unknown:
        raise ValueError(name) from unknown


def instant(value: object, zone: tzinfo | None) -> datetime:
    """Return a date, a date-time or its ISO text as aware UTC; raise ValueError.

    What names no offset is meant in `zone` (None: the machine's own).
    """
    if isinstance(value, str):
        value = datetime.fromisoformat(value.strip())
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the zone comes next
    if not isinstance(value, datetime):
        raise ValueError(f"{type(value).__name__} is no date")  # noqa: TRY004 - one error for all
    if value.tzinfo is None and zone is not None:
        value = value.replace(tzinfo=zone)
    return value.astimezone(UTC)
