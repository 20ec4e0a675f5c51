"""Read a configuration: bytes in, values or a ConfigError out."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from codecs import BOM_UTF8
from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any

from inbox.config.checks import setting_problem, unknown
from inbox.config.values import AccountConfig, Config, ConfigError, Settings, instant, zone_of
from inbox.core.model import AccountUid
from inbox.i18n import gettext as _

Tables = Mapping[str, Any]

_TOP = ("settings", "accounts", "deadline", "keys", "calendars", "theme", "views")
_NAME = re.compile(r"\w[\w.-]{0,39}")
_UID = re.compile(r"[0-9a-z]{8,26}")
_WHERE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def load(path: Path) -> Config:
    """Return what the file says, an empty Config if there is none; raise ConfigError."""
    try:
        with path.open("rb") as file:
            _refuse_strangers(path, os.fstat(file.fileno()))
            raw = file.read()
    except FileNotFoundError:
        return Config(path=path)
    except OSError as broken:
        raise ConfigError(path, _("It cannot be read: {}.").format(broken.strerror)) from broken
    return parse(raw, path)


def parse(raw: bytes, path: Path) -> Config:
    """Return what the bytes of a configuration say; `path` is for what is told of mistakes.

    Some editors put a mark (BOM) before UTF-8 text; it means nothing.
    """
    raw = raw.removeprefix(BOM_UTF8)
    try:
        return _parsed(raw, path)
    except ConfigError as wrong:
        if wrong.line is not None or wrong.key is None:
            raise
        from inbox.config.lines import line_of  # wanted only where something is wrong

        line = line_of(raw.decode(), wrong.key)
        raise ConfigError(path, wrong.said, line=line, key=wrong.key) from wrong.__cause__


def _parsed(raw: bytes, path: Path) -> Config:
    """Return the same; raise ConfigError with its key only where it is no matter of TOML."""
    tables = _tables(raw, path)
    for name in tables:
        if name not in _TOP:
            raise ConfigError(path, unknown(name, _TOP), key=name)
    settings = _settings(path, _table(path, tables, "settings"))
    accounts = _accounts(path, _table(path, tables, "accounts"), zone_of(settings.timezone))
    return Config(
        path=path,
        settings=settings,
        accounts=accounts,
        deadlines=_list_of_tables(path, tables, "deadline"),
        keys=_texts(path, "keys", _table(path, tables, "keys")),
        calendars={
            name: _table(path, _table(path, tables, "calendars"), name, "calendars.")
            for name in _table(path, tables, "calendars")
        },
        theme=_texts(path, "theme", _table(path, tables, "theme")),
        views=_views(path, _texts(path, "views", _table(path, tables, "views"))),
    )


def _refuse_strangers(path: Path, found: os.stat_result) -> None:
    """Raise ConfigError if anyone but the seller could have written the file."""
    if found.st_uid not in (0, os.getuid()):
        raise ConfigError(path, _("It belongs to someone else, and it holds commands we run."))
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        said = _("Others may write it, and it holds commands we run. Mend it by: chmod go-w {}")
        raise ConfigError(path, said.format(path))


def _tables(raw: bytes, path: Path) -> dict[str, Any]:
    """Return the tables of TOML bytes; raise ConfigError with the line of the mistake."""
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as broken:
        line = raw.count(b"\n", 0, broken.start) + 1
        raise ConfigError(path, _("It is not UTF-8 text."), line=line) from broken
    except tomllib.TOMLDecodeError as broken:
        where = _WHERE.search(str(broken))
        line = int(where[1]) if where and where[1] else raw.rstrip().count(b"\n") + 1
        said = _("It is not TOML: {}.").format(_WHERE.sub("", str(broken)))
        raise ConfigError(path, said, line=line) from broken
    except RecursionError as deep:
        raise ConfigError(path, _("Its values are nested too deeply.")) from deep


def _settings(path: Path, table: Tables) -> Settings:
    """Return the `[settings]` table; raise ConfigError for a value that is none."""
    for key, value in table.items():
        if said := setting_problem(key, value):
            raise ConfigError(path, said, key=f"settings.{key}")
    return Settings(**table)


def _accounts(path: Path, table: Tables, zone: tzinfo | None) -> tuple[AccountConfig, ...]:
    """Return every `[accounts.<name>]` table; two with one uid are a mistake."""
    found: dict[str, AccountConfig] = {}
    for name in table:
        account = _account(path, name, _table(path, table, name, "accounts."), zone)
        if account.uid in found:
            said = _("It has the uid of {}; each account needs its own.")
            said = said.format(found[account.uid].name)
            raise ConfigError(path, said, key=f"accounts.{name}.uid")
        found[account.uid] = account
    return tuple(found.values())


def _account(path: Path, name: str, table: Tables, zone: tzinfo | None) -> AccountConfig:
    """Return one account; which other keys it may have is its connector's to say."""
    refuse_name(path, name)
    uid, kind = table.get("uid"), table.get("kind")
    if not isinstance(uid, str) or not _UID.fullmatch(uid):
        said = _('It must be what "inbox accounts add" made: 12 small letters and digits.')
        raise ConfigError(path, said, key=f"accounts.{name}.uid")
    if not isinstance(kind, str) or not kind:
        raise ConfigError(path, _('It must be text, such as "email".'), key=f"accounts.{name}.kind")
    owed_since = None
    if "owed_since" in table:
        try:
            owed_since = instant(table["owed_since"], zone)
        except ValueError as wrong:
            said = _("It must be a date, such as 2026-11-01.")
            raise ConfigError(path, said, key=f"accounts.{name}.owed_since") from wrong
    settings = {
        key: _setting(path, f"accounts.{name}.{key}", value)
        for key, value in table.items()
        if key not in ("uid", "kind", "owed_since")
    }
    return AccountConfig(
        uid=AccountUid(uid), name=name, kind=kind, settings=settings, owed_since=owed_since
    )


def _setting(path: Path, key: str, value: object) -> str | tuple[str, ...]:
    """Return a connector's setting as text or texts, whatever plain TOML it is written in."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise ConfigError(path, _("It must be text, a number or a list of texts."), key=key)


def _table(path: Path, tables: Tables, name: str, prefix: str = "") -> Tables:
    """Return the table of that name, an empty one if there is none."""
    found = tables.get(name, {})
    if not isinstance(found, dict):
        said = _("It must be a table: [{}].").format(prefix + name)
        raise ConfigError(path, said, key=prefix + name)
    return found


def _list_of_tables(path: Path, tables: Tables, name: str) -> tuple[Tables, ...]:
    """Return the `[[name]]` tables."""
    found = tables.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ConfigError(path, _("It must be written as [[{}]].").format(name), key=name)
    return tuple(found)


def _texts(path: Path, name: str, table: Tables) -> Mapping[str, str]:
    """Return a table whose every value is text."""
    for key, value in table.items():
        if not isinstance(value, str):
            raise ConfigError(path, _("It must be text."), key=f"{name}.{key}")
    return table


def _views(path: Path, table: Mapping[str, str]) -> Mapping[str, str]:
    """Return the `[views]` table; raise ConfigError for a query that is none."""
    for title, text in table.items():
        from inbox.core.query import QueryError, parse

        try:
            parse(text)
        except QueryError as wrong:
            said = _("Column {column}: {said}").format(column=wrong.position + 1, said=wrong.said)
            raise ConfigError(path, said, key=f"views.{title}") from wrong
    return table


def refuse_name(path: Path, name: str) -> None:
    """Raise ConfigError if an account may not be called that."""
    if said := wrong_name(name):
        raise ConfigError(path, said, key=f"accounts.{name}")


def wrong_name(name: str) -> str:
    """Return why an account may not be called that, "" if it may."""
    if _NAME.fullmatch(name):
        return ""
    return _("A name is made of letters, digits, dots, dashes and underscores, 40 at most.")
