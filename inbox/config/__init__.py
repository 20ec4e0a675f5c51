"""The seller's `config.toml`: read into values, checked, and accounts written into it.

A mistake is never guessed away: bad syntax is told with file and line, a bad
or unknown key with file and key. A file that others may write is refused,
because it holds commands that we run. No secret is ever in it.
"""

from __future__ import annotations

from inbox.config.checks import COMMON, check, check_accounts, check_kinds, filled, problems, split
from inbox.config.reading import load, parse, wrong_name
from inbox.config.values import AccountConfig, Config, ConfigError, Settings, instant
from inbox.config.writing import add_account, remove_account, rules_of_account

__all__ = [
    "COMMON",
    "AccountConfig",
    "Config",
    "ConfigError",
    "Settings",
    "add_account",
    "check",
    "check_accounts",
    "check_kinds",
    "filled",
    "instant",
    "load",
    "parse",
    "problems",
    "remove_account",
    "rules_of_account",
    "split",
    "wrong_name",
]
