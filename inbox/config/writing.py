"""Write accounts into a configuration: one writer at a time, everything else kept as it is."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

from inbox.config.reading import load, parse, refuse_name
from inbox.config.values import AccountConfig, Config, ConfigError
from inbox.i18n import gettext as _
from inbox.locations import make_private

_LOCK_SECONDS = 10.0


def add_account(path: Path, account: AccountConfig) -> None:
    """Write the account at the end of the file; what stands there stays to the byte.

    Raises ConfigError for a name or uid that is taken, and for anything that
    would make a file we could not read again. Then nothing is written.
    """
    refuse_name(path, account.name)

    def with_account(text: str) -> str:
        if any(one.name == account.name for one in parse(text.encode(), path).accounts):
            said = _("There is an account of that name already.")
            raise ConfigError(path, said, key=f"accounts.{account.name}")
        gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
        return f"{text}{gap}{_table_of(account)}"

    _rewrite(path, with_account)


def remove_account(path: Path, name: str) -> AccountConfig:
    """Take the account out of the file and return what it was; raise ConfigError if unknown.

    The `[[deadline]]` tables that are for it alone go with it (`rules_of_account` names
    them): a rule for nobody makes the whole file one that cannot be used.
    """
    account = load(path).account(name)
    if account is None:
        raise ConfigError(path, _("There is no account of that name."), key=f"accounts.{name}")

    def without_account(text: str) -> str:
        import tomlkit

        document = tomlkit.parse(text)
        accounts: Any = document["accounts"]
        accounts.pop(account.name, None)
        rules: Any = document.get("deadline", [])
        for at in reversed(range(len(rules))):
            if rules[at].get("account") in (account.name, account.uid):
                del rules[at]
        if "deadline" in document and not rules:
            del document["deadline"]
        return tomlkit.dumps(document)

    _rewrite(path, without_account)
    return account


def rules_of_account(config: Config, account: AccountConfig) -> tuple[str, ...]:
    """Return the ids of the deadline rules that are for that account alone."""
    names = (account.name, account.uid)
    return tuple(str(each.get("id")) for each in config.deadlines if each.get("account") in names)


def _table_of(account: AccountConfig) -> str:
    """Return the account as the TOML table it is written as."""
    import tomlkit

    table: dict[str, object] = {"uid": str(account.uid), "kind": account.kind}
    if account.owed_since is not None:
        table["owed_since"] = account.owed_since.astimezone(UTC).replace(microsecond=0)
    for key, value in account.settings.items():
        table[key] = value if isinstance(value, str) else list(value)
    return tomlkit.dumps({"accounts": {account.name: table}})


def _rewrite(path: Path, change: Callable[[str], str]) -> None:
    """Put the changed text in place of the file, one writer at a time, if it reads well."""
    import filelock

    path = Path(os.path.realpath(path))
    make_private(path.parent)
    lock = filelock.FileLock(path.with_name(f".{path.name}.lock"), _LOCK_SECONDS, mode=0o600)
    try:
        with lock:
            load(path)
            raw = change(path.read_bytes().decode("utf-8-sig") if path.exists() else "").encode()
            parse(raw, path)
            _put(path, raw)
    except filelock.Timeout as taken:
        raise ConfigError(path, _("Another program is writing it; try again.")) from taken


def _put(path: Path, raw: bytes) -> None:
    """Put the bytes in place of the file at once, so that a power cut leaves one or the other."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
