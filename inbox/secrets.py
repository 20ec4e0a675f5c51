"""Keep the secrets of accounts in the system's keyring, or ask the seller's own command for them.

A secret is never in the store, the configuration, a log line, an error or a
repr. A keyring that keeps secrets in a plain file, or nowhere, is refused.
"""

from __future__ import annotations

import contextlib
import shlex
import subprocess
from collections.abc import Callable, Iterator
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from connectors.contract import LoginRefused
from inbox.config import AccountConfig
from inbox.i18n import gettext as _

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

KEYRING_SECONDS = 30.0
"""How long a keyring may take: it may have to ask the seller to unlock it."""
COMMAND_SECONDS = 60.0

_REFUSED = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
_Answer = TypeVar("_Answer")


class NoSecret(LoginRefused):
    """An account's secret cannot be had; the text says what the seller can do."""


class NoKeyring(Exception):
    """There is no keyring that keeps secrets safely, so none was kept."""

    def __init__(self, key: str) -> None:
        way = f"{key}_command is the other way" if key else "and no other way"
        super().__init__(f"no working keyring; {way}")
        self.key = key
        """The secret's; "oauth2" for a login that a command can stand in for, "" for any other."""


def for_account(store_uid: str, account: AccountConfig) -> Callable[[str], str]:
    """Return the function that returns the account's secret of a key, or raises NoSecret."""

    def secret(key: str) -> str:
        command = account.settings.get(f"{key}_command", "")
        if isinstance(command, str) and command.strip():
            return _of_command(command, f"{key}_command", account.name)
        return _of_keyring(store_uid, account, key)

    return secret


def keeper_for(store_uid: str, account: AccountConfig) -> Callable[[str, str], None]:
    """Return the function that keeps a secret the service gave us; it raises NoSecret.

    Where the secret comes from a command of the seller's nothing is kept.
    """

    def kept(key: str, value: str) -> None:
        if account.settings.get(f"{key}_command"):
            return
        try:
            keep(store_uid, account.uid, key, value)
        except NoKeyring as none:
            said = _("The login of {account} cannot be kept: there is no working keyring.")
            raise NoSecret(said.format(account=account.name)) from none

    return kept


def keep(store_uid: str, account_uid: str, key: str, value: str) -> None:
    """Keep the secret in the keyring and read it back; raise NoKeyring if it is not there then."""
    service, name = _service(store_uid), f"{account_uid}/{key}"

    def put() -> str | None:
        backend = _backend()
        if backend is None:
            return None
        backend.set_password(service, name, value)
        return backend.get_password(service, name)

    try:
        kept = _in_time(put)
    except Exception as broken:  # noqa: BLE001 - a backend may raise anything
        raise NoKeyring(key) from _nameless(broken)
    if kept != value:
        raise NoKeyring(key)


def drop(store_uid: str, account_uid: str, key: str) -> None:
    """Take the secret out of the keyring, if it is there and there is a keyring."""

    def take() -> None:
        backend = _backend()
        if backend is not None:
            backend.delete_password(_service(store_uid), f"{account_uid}/{key}")

    with contextlib.suppress(Exception):
        _in_time(take)


def keyring_name() -> str:
    """Return what the keyring in use calls itself, "" if there is none that we would use."""
    try:
        backend = _in_time(_backend)
    except Exception:  # noqa: BLE001 - a keyring that breaks is none
        return ""
    return "" if backend is None else str(backend.name)


def _service(store_uid: str) -> str:
    """Return the name under which the keyring keeps the secrets of one store."""
    return f"seller-inbox/{store_uid}"


def _of_keyring(store_uid: str, account: AccountConfig, key: str) -> str:
    """Return the secret that the keyring keeps; raise NoSecret."""
    service, name = _service(store_uid), f"{account.uid}/{key}"

    def get() -> str | None:
        backend = _backend()
        return None if backend is None else backend.get_password(service, name)

    try:
        found = _in_time(get)
    except TimeoutError as slow:
        said = _("The keyring did not answer in time. Unlock it and try again.")
        raise NoSecret(said) from slow
    except Exception as broken:  # noqa: BLE001 - a backend may raise anything
        said = _("The keyring cannot be used. Unlock it, or set {key}_command for {account}.")
        raise NoSecret(said.format(key=key, account=account.name)) from _nameless(broken)
    if found is None:
        said = _(
            "No {key} is kept for {account}. Add the account again, or set {key}_command for it."
        )
        raise NoSecret(said.format(key=key, account=account.name))
    return found


def _of_command(command: str, key: str, account: str) -> str:
    """Return the first line that the seller's command prints; raise NoSecret.

    It is run without a shell and without our input. What it says on stderr is
    never shown: it might hold the secret.
    """
    try:
        done = subprocess.run(  # noqa: S603 - the seller's own command, from a file only they may write
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=COMMAND_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        said = _("The {key} of {account} did not end in time.")
        raise NoSecret(said.format(key=key, account=account)) from None
    except (OSError, ValueError):
        said = _("The {key} of {account} cannot be started. Is it installed and spelt right?")
        raise NoSecret(said.format(key=key, account=account)) from None
    if done.returncode != 0:
        said = _("The {key} of {account} failed (it ended with {code}). Run it by hand to see why.")
        raise NoSecret(said.format(key=key, account=account, code=done.returncode))
    try:
        first = done.stdout.partition(b"\n")[0].rstrip(b"\r").decode()
    except UnicodeDecodeError:
        first = ""
    if not first:
        said = _("The {key} of {account} printed no text on its first line.")
        raise NoSecret(said.format(key=key, account=account))
    return first


def _backend() -> KeyringBackend | None:
    """Return the keyring to use, None if every one at hand is one that we refuse."""
    import keyring

    return next(_usable(keyring.get_keyring()), None)


def _usable(backend: KeyringBackend) -> Iterator[KeyringBackend]:
    """Yield the backend, or those behind it if it is a chain, but for those we refuse."""
    if type(backend).__module__ == "keyring.backends.chainer":
        chain: Any = backend
        for one in chain.backends:
            yield from _usable(one)
    elif not type(backend).__module__.startswith(_REFUSED):
        yield backend


def _in_time(ask: Callable[[], _Answer]) -> _Answer:
    """Return the answer, or raise TimeoutError: a keyring may wait for a window nobody sees."""
    answers: list[_Answer] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(ask())
        except BaseException as failure:  # noqa: BLE001 - it is raised again in the asking thread
            failures.append(failure)

    thread = Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(KEYRING_SECONDS)
    if failures:
        raise failures[0]
    if not answers:
        raise TimeoutError
    return answers[0]


def _nameless(broken: Exception) -> Exception:
    """Return the cause without its text: a backend's own words might hold a secret."""
    return RuntimeError(type(broken).__name__)
