"""A secret is kept where the system keeps secrets, or nowhere of ours."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.backends.fail import Keyring as FailKeyring
from keyring.backends.null import Keyring as NullKeyring

from connectors.contract import LoginRefused
from inbox import secrets
from inbox.config import AccountConfig
from inbox.core.model import AccountUid
from inbox.secrets import NoKeyring, NoSecret
from tests.fakes import keyrings
from tests.fakes.keyrings import FileKeyring, ForgetfulKeyring, LoudKeyring, StuckKeyring

PASSWORD = "correct horse \N{SNOWMAN}"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file that stands for the system's keyring."""
    path = tmp_path / "keyring.json"
    monkeypatch.setenv("FAKE_KEYRING", str(path))
    _use(FileKeyring)
    yield path
    _use(FailKeyring)


def _account(**settings: str) -> AccountConfig:
    return AccountConfig(
        uid=AccountUid("abcdefgh2345"), name="shop", kind="email", settings=settings
    )


def _use(kind: Callable[[], KeyringBackend]) -> None:
    """Make a keyring of that kind the system's."""
    keyring.set_keyring(kind())


def _prints(path: Path, code: str) -> str:
    script = path / "print password.py"
    script.write_text(code, encoding="utf-8")
    return f"{sys.executable} '{script}'"


def test_what_is_kept_is_had_back_by_the_same_store_only() -> None:
    """Two shops on one machine never log in with each other's passwords."""
    secrets.keep("store1", "abcdefgh2345", "password", PASSWORD)

    assert secrets.for_account("store1", _account())("password") == PASSWORD
    with pytest.raises(NoSecret):
        secrets.for_account("store2", _account())("password")


def test_what_is_dropped_is_gone(kept: Path) -> None:
    """A removed account leaves nothing behind; dropping twice does not matter."""
    secrets.keep("store", "abcdefgh2345", "password", PASSWORD)
    secrets.drop("store", "abcdefgh2345", "password")
    secrets.drop("store", "abcdefgh2345", "password")

    assert kept.read_text() == "{}"


def test_a_missing_secret_is_the_seller_s_to_mend() -> None:
    """The account shows "login" with a sentence, and is not tried in a loop as if it were down."""
    with pytest.raises(LoginRefused, match="password_command"):
        secrets.for_account("store", _account())("password")


@pytest.mark.parametrize(
    "backend",
    [FailKeyring, NullKeyring, ForgetfulKeyring, LoudKeyring],
    ids=lambda one: one.__name__,
)
def test_a_keyring_that_keeps_nothing_is_refused(backend: type[FileKeyring], kept: Path) -> None:
    """Better told at once than at the first login; and never with the secret in the error."""
    _use(backend)

    with pytest.raises(NoKeyring) as told:
        secrets.keep("store", "abcdefgh2345", "password", PASSWORD)

    chain = [told.value, told.value.__cause__]
    assert not any(PASSWORD in repr(each) + str(each) for each in chain)
    assert not kept.exists()


def test_a_keyring_that_writes_plain_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password in a readable file is what a keyring is there to avoid."""
    monkeypatch.setattr(FileKeyring, "__module__", "keyrings.alt.file")

    assert secrets.keyring_name() == ""
    with pytest.raises(NoKeyring):
        secrets.keep("store", "abcdefgh2345", "password", PASSWORD)


def test_in_a_chain_of_keyrings_the_safe_one_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unsafe one installed beside the system's own does not get the secret."""
    kinds: list[Callable[[], KeyringBackend]] = [NullKeyring, FileKeyring]
    monkeypatch.setattr(ChainerBackend, "backends", [kind() for kind in kinds])
    _use(ChainerBackend)

    secrets.keep("store", "abcdefgh2345", "password", PASSWORD)

    assert secrets.for_account("store", _account())("password") == PASSWORD


def test_a_keyring_that_never_answers_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A locked keyring without a screen would freeze the engine for ever."""
    monkeypatch.setattr(secrets, "KEYRING_SECONDS", 0.05)
    monkeypatch.setenv("FAKE_KEYRING_SECONDS", "0.3")
    _use(StuckKeyring)
    started = time.monotonic()

    with pytest.raises(NoSecret, match="in time"):
        secrets.for_account("store", _account())("password")

    assert time.monotonic() - started < 0.3


def test_a_command_is_asked_before_the_keyring(tmp_path: Path) -> None:
    """Who uses pass or a vault keeps one copy of the secret, not two."""
    secrets.keep("store", "abcdefgh2345", "password", "older")
    command = _prints(tmp_path, f"print({PASSWORD!r}); print('login: anna')")

    assert secrets.for_account("store", _account(password_command=command))("password") == PASSWORD


def test_a_command_is_run_without_a_shell(tmp_path: Path) -> None:
    """A semicolon in a vault's path must not run what follows it."""
    command = _prints(tmp_path, "import sys; print(' '.join(sys.argv[1:]))")
    command += " ; echo $HOME '`id`'"

    said = secrets.for_account("store", _account(password_command=command))("password")

    assert said == "; echo $HOME `id`"


@pytest.mark.parametrize(
    "code",
    [
        f"import sys; print({PASSWORD!r}, file=sys.stderr); sys.exit(3)",
        "pass",
        "print()",
        "import sys; sys.stdout.buffer.write(b'\\xff\\n')",
        "import sys; sys.stdin.readline() or sys.exit(4)",
    ],
    ids=["fails", "silent", "empty", "no text", "asks"],
)
def test_a_command_that_fails_is_told_without_what_it_said(tmp_path: Path, code: str) -> None:
    """Its words may hold the secret, and the sentence goes to the screen and the log."""
    command = _prints(tmp_path, code)

    with pytest.raises(NoSecret) as told:
        secrets.for_account("store", _account(password_command=command))("password")

    assert PASSWORD not in str(told.value)
    assert "password_command" in str(told.value)
    assert str(tmp_path) not in str(told.value)


@pytest.mark.parametrize("command", ["/nowhere/at-all", "unclosed 'quote"])
def test_a_command_that_cannot_start_is_told(command: str) -> None:
    """A vault that was moved is the seller's to mend."""
    with pytest.raises(NoSecret, match="cannot be started"):
        secrets.for_account("store", _account(password_command=command))("password")


def test_a_command_that_never_ends_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A vault that waits for a finger on a key must not hold the other accounts up."""
    monkeypatch.setattr(secrets, "COMMAND_SECONDS", 0.2)
    command = _prints(tmp_path, "import time; time.sleep(60)")

    with pytest.raises(NoSecret, match="in time"):
        secrets.for_account("store", _account(password_command=command))("password")


def test_the_fake_is_a_keyring_that_children_can_load() -> None:
    """Tests of whole commands name it by PYTHON_KEYRING_BACKEND."""
    assert keyrings.FileKeyring.priority > 0
    assert secrets.keyring_name()
