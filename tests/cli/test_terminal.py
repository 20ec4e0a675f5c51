"""On a terminal the command line asks before it acts, and loses no words when the answer is no."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from inbox import config
from tests.cli.shop import Shop, wrote
from tests.cli.terminal import Terminal

PASSWORD = "correct horse battery"


def _environ(shop: Shop, **more: str) -> dict[str, str]:
    return {"INBOX_HOME": str(shop.home), **more}


@pytest.fixture
def uid(shop: Shop) -> str:
    """The id of one buyer's question."""
    return shop.deliver(wrote("Kate"))[0]


def _editor(tmp_path: Path, text: str) -> str:
    script = tmp_path / "editor.py"
    code = f"import pathlib, sys\npathlib.Path(sys.argv[-1]).write_text({text!r}, 'utf-8')\n"
    script.write_text(code, encoding="utf-8")
    return f"{sys.executable} {script}"


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "queued"), [("y", 1), ("n", 0)])
def test_a_reply_is_shown_before_it_is_queued(
    shop: Shop, uid: str, tmp_path: Path, answer: str, queued: int
) -> None:
    """From whom, to whom, under what subject: a slip is cheap here and dear a minute later."""
    path = tmp_path / "answer.txt"
    path.write_text("It left today.")

    with Terminal(["reply", uid, "--text", str(path)], _environ(shop)) as terminal:
        terminal.until("kate@buyers.example")
        terminal.until("Re: My parcel")
        terminal.until("It left today.")
        terminal.answer("Send it?", answer)
        status = terminal.end()

    assert status == 1 - queued
    assert len(shop.json("outbox")) == queued


@pytest.mark.slow
def test_without_a_text_the_editor_opens(shop: Shop, uid: str, tmp_path: Path) -> None:
    """Everybody writes best where they always write."""
    environ = _environ(shop, EDITOR=_editor(tmp_path, "Grüße, Anna"))

    with Terminal(["reply", uid], environ) as terminal:
        terminal.until("Grüße, Anna")
        terminal.answer("Send it?", "y")
        assert terminal.end() == 0

    assert len(shop.json("outbox")) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "answers"),
    [("On second thought", ["n"]), ("Hello {{ customer.first_name }}", ["y"])],
    ids=["not sent", "refused"],
)
def test_what_was_typed_and_not_sent_is_the_draft(
    shop: Shop, uid: str, tmp_path: Path, text: str, answers: list[str]
) -> None:
    """Typed words stand nowhere else."""
    with Terminal(["reply", uid], _environ(shop, EDITOR=_editor(tmp_path, text))) as terminal:
        for answer in answers:
            terminal.answer("Send it?", answer)
        assert terminal.end() == 1

    assert shop.json("outbox") == []
    assert text in shop.run("show", uid).stdout


@pytest.mark.slow
def test_what_a_canned_response_lacks_is_asked_for(shop: Shop, uid: str) -> None:
    """Field by field, instead of an error and typing it all again."""
    shop.locations.canned.mkdir()
    (shop.locations.canned / "fit.md").write_text(
        "+++\ntitle = 'fit'\nshortcode = 'fit'\nlanguage = 'en'\n+++\nSize {{ ask.size }}."
    )

    with Terminal(["reply", uid, "--canned", "fit"], _environ(shop)) as terminal:
        terminal.answer("ask.size", "M")
        terminal.until("Size M.")
        terminal.answer("Send it?", "y")
        assert terminal.end() == 0


@pytest.mark.slow
def test_the_wizard_asks_for_what_is_missing(empty: Shop, tmp_path: Path) -> None:
    """A newcomer types one line and is led through; the password is not shown."""
    kept = tmp_path / "keyring.json"
    environ = _environ(
        empty,
        PYTHON_KEYRING_BACKEND="tests.fakes.keyrings.FileKeyring",
        FAKE_KEYRING=str(kept),
        PYTHONPATH=str(Path(__file__).parents[2]),
    )

    with Terminal(["accounts", "add", "email", "shop"], environ) as terminal:
        terminal.answer("Your address:", "anna@lamps.example")
        terminal.answer("User name [anna@lamps.example]:", "anna")
        terminal.answer("IMAP server:", "127.0.0.1")
        terminal.answer("SMTP server:", "127.0.0.1")
        terminal.answer("Password:", PASSWORD)
        terminal.answer("owe answers", "2026-11-01")
        terminal.until("What now?")
        assert PASSWORD.encode() not in terminal.seen
        terminal.answer("", "save")
        assert terminal.end() == 0

    (account,) = config.load(empty.locations.config_file).accounts
    assert account.settings["imap_host"] == "127.0.0.1"
    assert account.owed_since is not None
    assert list(json.loads(kept.read_text()).values()) == [PASSWORD]


def test_removing_an_account_is_asked(shop: Shop) -> None:
    """It is one letter away from `accounts check`'s arguments in the shell's history."""
    with Terminal(["accounts", "remove", "shop"], _environ(shop)) as terminal:
        terminal.answer("Forget the account shop?", "n")
        assert terminal.end() == 1

    assert config.load(shop.locations.config_file).account("shop") is not None


@pytest.mark.parametrize("words", [["show", "ID", "--source"], ["show", "ID"], ["list"]])
def test_no_stranger_s_byte_commands_the_terminal(shop: Shop, words: list[str]) -> None:
    """Printed raw, a mail could set the clipboard or forge what stands above."""
    bad = "\x1b]52;c;aGk=\x07\x9b2J"
    source = f"Subject: x{bad}\r\n\r\nbody{bad}\r\n".encode()
    (uid,) = shop.deliver(wrote(f"Eve{bad}", f"text{bad}", subject=f"x{bad}", source=source))

    words = [uid if word == "ID" else word for word in words]
    with Terminal(words, _environ(shop, PYTHONIOENCODING="utf-8")) as terminal:
        assert terminal.end() == 0

    assert b"Eve" in terminal.seen or b"body" in terminal.seen
    assert b"\x1b" not in terminal.seen
    assert b"\x07" not in terminal.seen
    assert "\x9b".encode() not in terminal.seen


def test_a_long_line_is_cut_to_the_terminal(shop: Shop) -> None:
    """A list that wraps is no list."""
    shop.deliver(wrote("Kate", subject="parcel " * 40))

    with Terminal(["list"], _environ(shop)) as terminal:
        assert terminal.end() == 0

    (line,) = terminal.seen.decode().splitlines()
    assert len(line) <= 100
