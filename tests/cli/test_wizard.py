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


@pytest.mark.slow
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


@pytest.mark.slow
def test_what_a_service_needs_is_asked_and_what_is_there_is_said(
    empty: Shop, tmp_path: Path
) -> None:
    """The first minute decides whether a seller stays: a slip costs one question, not all."""
    with Terminal(["accounts", "add", "memory"], _environ(empty)) as terminal:
        terminal.answer("call this account?", "my shop")
        terminal.until("made of letters")
        terminal.answer("call this account?", "trial")
        terminal.answer("File", str(tmp_path / "service"))
        terminal.until("no working keyring")
        terminal.answer("Password command", "echo secret")
        terminal.answer("From which day", "soon")
        terminal.until("must be a date")
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


@pytest.mark.slow
def test_a_login_that_a_command_proves_is_tried_again(empty: Shop, tmp_path: Path) -> None:
    """A password store is often locked just after the machine started: L tries, once it is open."""
    locked = tmp_path / "locked"
    locked.touch()
    command = f"sh -c 'test ! -e {locked} && echo secret'"
    words = ["--set", f"path={tmp_path / 'service'}", "--set", f"password_command={command}"]
    empty.run("accounts", "add", "memory", "trial", *words)
    with Terminal(["accounts", "login", "trial"], _environ(empty)) as terminal:
        terminal.until("failed (it ended with 1)")
        locked.unlink()
        terminal.answer("Try again?", "y")
        terminal.until("Logged in: trial")
        assert terminal.end() == 0


@pytest.mark.slow
def test_changing_to_oauth2_asks_for_what_it_then_needs(empty: Shop) -> None:
    """A provider that stops taking passwords must not mean to begin the wizard anew."""
    words = ["accounts", "add", "email", "shop"]
    with Terminal(words, _environ(empty)) as terminal:
        terminal.answer("Your address", "anna@lamps.invalid")
        terminal.answer("User name", "anna")
        terminal.answer("IMAP server", "127.0.0.1")
        terminal.answer("SMTP server", "127.0.0.1")
        terminal.answer("Password command", "echo secret")
        terminal.answer("From which day", "")
        terminal.answer("What now?", "change")
        terminal.until("Not set: ")
        terminal.answer("Enter: done", "3")
        terminal.answer("How you log in (", "oauth2")
        terminal.answer("Enter: done", "")
        terminal.answer("Client id", "app-1")
        terminal.until("oauth2_token_url")
        terminal.answer("Enter: done", "\x03")
        terminal.end()

    assert _accounts(empty) == []


@pytest.mark.slow
def test_without_a_keyring_oauth2_asks_for_a_command_that_prints_tokens(empty: Shop) -> None:
    """A login that cannot be kept would be asked for again at every start."""
    with Terminal(["accounts", "add", "email", "shop"], _environ(empty)) as terminal:
        terminal.answer("Your address", "anna@outlook.com")
        terminal.answer("Use these settings?", "")
        terminal.until("a login cannot be kept")
        terminal.answer("Token command", "my-tokens shop")
        terminal.until("From which day")


@pytest.mark.slow
def test_a_service_whose_login_has_no_place_is_refused_before_any_question(empty: Shop) -> None:
    """Who typed all of it would type it in vain."""
    with Terminal(["accounts", "add", "allegro", "shop"], _environ(empty)) as terminal:
        terminal.until("no keyring here")
        assert terminal.end() == 1
    assert b"_command" not in terminal.seen


@pytest.mark.slow
def test_what_is_given_whole_asks_no_question_on_a_terminal_either(
    empty: Shop, tmp_path: Path
) -> None:
    """The line in the README is pasted into a terminal."""
    words = ["--set", f"path={tmp_path / 'service'}", "--set", "password_command=echo secret"]
    with Terminal(["accounts", "add", "memory", "trial", *words], _environ(empty)) as terminal:
        assert terminal.end() == 0

    assert b"From which day" not in terminal.seen


@pytest.mark.parametrize("words", [["accounts", "add"], ["accounts", "login", "shop"]])
def test_without_a_terminal_nobody_is_asked(shop: Shop, words: list[str]) -> None:
    """A script that hangs on a question is found in the morning."""
    done = shop.run(*words)

    assert done.exit_code == 2
    assert "terminal" in done.stderr


@pytest.mark.slow
def test_what_is_asked_for_is_tried_however_much_was_given(empty: Shop, tmp_path: Path) -> None:
    """Servers on the line, a password by the question: it works before it is saved."""
    words = ["--set", f"path={tmp_path / 'service'}"]
    with Terminal(["accounts", "add", "memory", "trial", *words], _environ(empty)) as terminal:
        terminal.answer("Password command", "echo secret")
        terminal.answer("From which day", "")
        terminal.until("Opened ")
        terminal.until("Saved: trial")
        assert terminal.end() == 0
