"""On a terminal an account is added by answering questions, and it is tried at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox import config
from tests.cli.shop import Shop
from tests.cli.terminal import Terminal

NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


def _environ(shop: Shop) -> dict[str, str]:
    return {"INBOX_HOME": str(shop.home), **NO_KEYRING}


def _accounts(shop: Shop) -> list[tuple[str, str]]:
    return [(one.name, one.kind) for one in config.load(shop.locations.config_file).accounts]


def test_the_services_are_listed_and_the_one_picked_is_asked_about(empty: Shop) -> None:
    """A seller knows where they sell, not what we call a connector."""
    with Terminal(["accounts", "add"], _environ(empty)) as terminal:
        terminal.until("1  E-mail")
        terminal.answer("Number or name", "nonsense")
        terminal.until("none of them")
        terminal.answer("Number or name", "E-Mail")
        terminal.answer("call this account?", "")
        terminal.until("Your address")
        terminal.answer(":", "\x03")
        terminal.end()

    assert not empty.locations.config_file.exists()


def test_what_a_service_needs_is_asked_and_what_is_there_is_said(
    empty: Shop, tmp_path: Path
) -> None:
    """The first minute decides whether a seller stays."""
    with Terminal(["accounts", "add", "memory", "trial"], _environ(empty)) as terminal:
        terminal.answer("File", str(tmp_path / "service"))
        terminal.until("no working keyring")
        terminal.answer("Password command", "echo secret")
        terminal.answer("From which day", "")
        status = terminal.end()

    assert status == 0, terminal.seen
    assert b"Saved: trial" in terminal.seen
    assert _accounts(empty) == [("trial", "memory")]


@pytest.mark.slow
def test_what_is_given_is_not_asked_and_the_rest_is(empty: Shop, tmp_path: Path) -> None:
    """A sandbox's address is given once; its keys are asked for and tried as anywhere."""
    words = ["accounts", "add", "memory", "--set", f"path={tmp_path / 'service'}"]
    with Terminal(words, _environ(empty)) as terminal:
        terminal.answer("call this account?", "trial")
        terminal.answer("Password command", "echo secret")
        terminal.answer("From which day", "")
        status = terminal.end()

    assert (status, b"File" in terminal.seen) == (0, False), terminal.seen
    assert _accounts(empty) == [("trial", "memory")]


def test_a_name_that_is_taken_is_asked_again(shop: Shop) -> None:
    """Two accounts of one name could not be told apart."""
    with Terminal(["accounts", "add", "email"], _environ(shop)) as terminal:
        terminal.answer("call this account?", "shop")
        terminal.until("already")
        terminal.answer("call this account?", "second")
        terminal.until("Your address")


def test_an_account_that_logs_in_by_its_settings_says_so(shop: Shop) -> None:
    """`accounts login` is for services that want a browser."""
    with Terminal(["accounts", "login", "shop"], _environ(shop)) as terminal:
        terminal.until("logs in with what its settings say")
        assert terminal.end() == 1


@pytest.mark.parametrize("words", [["accounts", "add"], ["accounts", "login", "shop"]])
def test_without_a_terminal_nobody_is_asked(shop: Shop, words: list[str]) -> None:
    """A script that hangs on a question is found in the morning."""
    done = shop.run(*words)

    assert done.exit_code == 2
    assert "terminal" in done.stderr
