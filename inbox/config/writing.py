"""Write accounts into a configuration: one writer at a time, everything else kept as it is."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

from inbox.config.reading import load, parse, refuse_name
from inbox.config.values import AccountConfig, ConfigError
from inbox.i18n import gettext as _
from inbox.locations import make_private

_LOCK_SECONDS = 10.0


def add_account(path: Path, account: AccountConfig) -> None:
    """Write the account into the file, which keeps all else as it is.

    Raises ConfigError for a name or uid that is taken, and for anything that
    would make a file we could not read again. Then nothing is written.
    """
    refuse_name(path, account.name)
    with _writing(path) as document:
        import tomlkit

        accounts = document.setdefault("accounts", tomlkit.table(is_super_table=True))
        if account.name in accounts:
            said = _("There is an account of that name already.")
            raise ConfigError(path, said, key=f"accounts.{account.name}")
        table = tomlkit.table()
        table.add("uid", str(account.uid))
        table.add("kind", account.kind)
        if account.owed_since is not None:
            table.add("owed_since", account.owed_since.astimezone(UTC).replace(microsecond=0))
        for key, value in account.settings.items():
            table.add(key, value if isinstance(value, str) else list(value))
        accounts[account.name] = table


def remove_account(path: Path, name: str) -> AccountConfig:
    """Take the account out of the file and return what it was; raise ConfigError if unknown."""
    account = load(path).account(name)
    if account is None:
        raise ConfigError(path, _("There is no account of that name."), key=f"accounts.{name}")
    with _writing(path) as document:
        document["accounts"].pop(account.name, None)
    return account


@contextmanager
def _writing(path: Path) -> Iterator[MutableMapping[str, Any]]:
    """Yield the file as a document that keeps comments; put it in place if it still reads well."""
    import filelock
    import tomlkit

    path = Path(os.path.realpath(path))
    make_private(path.parent)
    lock = filelock.FileLock(path.with_name(f".{path.name}.lock"), _LOCK_SECONDS, mode=0o600)
    try:
        with lock:
            load(path)
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            document = tomlkit.parse(text)
            yield document
            raw = tomlkit.dumps(document).encode()
            parse(raw, path)
            _put(path, raw)
    except filelock.Timeout as taken:
        said = _("Another program is writing it; try again.")
        raise ConfigError(path, said) from taken


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
