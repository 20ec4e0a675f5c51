"""`inbox due` without the rest of the command line: a status bar asks it every few seconds.

What it cannot answer at once (help, wrong words, a file that cannot be read,
rules that may have changed since) it leaves to the ordinary command line.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from inbox.i18n import use
from inbox.locations import Locations
from inbox.store.glance import Glance, glance
from inbox.store.rules_read import sources
from inbox.view.due import FORMATS, micros


def at_once(words: Sequence[str], locations: Locations) -> int | None:
    """Print what `inbox due` with these words prints and return its exit status.

    None, and nothing printed, where the ordinary command line must do it.
    """
    asked = _asked(words)
    if asked is None:
        return None
    form, check = asked
    try:
        read_from = sources(locations.config_file)
        names, zone = _settings(locations.config_file)
        now = datetime.now(UTC)
        look = glance(locations.store_file, micros(now))
        if look.version and look.rules_read_from != read_from:
            return None
        text, late = told(look, form, names, zone, now)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, sqlite3.Error):
        return None
    encoding = sys.stdout.encoding or "utf-8"
    try:
        print(text.encode(encoding, "replace").decode(encoding), flush=True)  # noqa: T201 - the data asked for
    except BrokenPipeError:
        # Whoever asked has read enough: what is still held must not be tried again at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1 if check and late else 0


def answer(
    store_file: Path, form: str, names: Mapping[str, str], zone: tzinfo | None, now: datetime
) -> tuple[str, bool]:
    """Return the text of a format and whether something is late; raises sqlite3.Error."""
    return told(glance(store_file, micros(now)), form, names, zone, now)


def told(
    look: Glance, form: str, names: Mapping[str, str], zone: tzinfo | None, now: datetime
) -> tuple[str, bool]:
    """Return the text of a format for what was seen, and whether something is late."""
    return FORMATS[form](look, names, now, zone), look.late > 0


def _asked(words: Sequence[str]) -> tuple[str, bool] | None:
    """Return format and `--check` of the words after `due`; None where they hold anything else."""
    form, check, rest = "plain", False, list(words)
    while rest:
        word = rest.pop(0)
        if word == "--format" and rest:
            word = f"--format={rest.pop(0)}"
        if word == "--check":
            check = True
        elif word == "--json":
            form = "json"
        elif word.startswith("--format="):
            form = word.partition("=")[2]
        else:
            return None
    return (form, check) if form in FORMATS else None


def _settings(path: Path) -> tuple[dict[str, str], tzinfo | None]:
    """Return the accounts' names by uid and the seller's zone; raises OSError, ValueError."""
    if not path.exists():
        return {}, None
    tables = tomllib.loads(path.read_text("utf-8-sig"))
    settings = tables.get("settings", {})
    use(settings.get("language", ""))
    names = {table["uid"]: name for name, table in tables.get("accounts", {}).items()}
    if not settings.get("timezone"):
        return names, None
    from zoneinfo import ZoneInfo

    return names, ZoneInfo(settings["timezone"])
