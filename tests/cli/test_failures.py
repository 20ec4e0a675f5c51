"""What goes wrong is said in a sentence: no traceback, nothing lost, nothing half written."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.cli.shop import Shop, wrote

_AS_NOBODY = """
import os, sys
import connectors.registry, inbox.cli.lists, inbox.errors, inbox.rules, inbox.view.rows
from inbox.__main__ import main
if os.getuid() == 0:  # root may write everywhere: become someone who may not
    os.setgid(65534)
    os.setuid(65534)
sys.argv = ["inbox", "list", "--json"]
main()
"""


def _inbox(
    shop: Shop, *words: str, stdin: str = "", limit: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the real program as a child, perhaps with a limit on the bytes of a file."""

    def confined() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    environ = {**os.environ, "INBOX_HOME": str(shop.home), "HOME": str(shop.home)}
    return subprocess.run(
        [sys.executable, "-m", "inbox", *words],
        input=stdin,
        text=True,
        capture_output=True,
        check=False,
        timeout=50,
        env=environ,
        preexec_fn=confined,
    )


def _told(done: subprocess.CompletedProcess[str], exit_code: int) -> str:
    """Return what was said of a failure, after asserting that it was said well."""
    assert done.returncode == exit_code, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
    return done.stderr


def test_bad_syntax_is_told_with_file_and_line(shop: Shop) -> None:
    """The seller opens the file at that line."""
    path = shop.locations.config_file
    path.write_text('[settings]\nname = "Anna\n')

    assert f"{path}:2" in _told(_inbox(shop, "list"), 1)


def test_a_bad_value_is_told_with_file_and_key(shop: Shop) -> None:
    """The seller searches for that key."""
    shop.settings("undo_seconds = -1")

    told = shop.run("list")

    assert told.exit_code == 1
    assert str(shop.locations.config_file) in told.stderr
    assert "settings.undo_seconds" in told.stderr


def test_an_account_s_misspelt_key_stops_every_command(shop: Shop) -> None:
    """A default in force by mistake is found when a buyer complains; this is found now."""
    path = shop.locations.config_file
    path.write_text(path.read_text() + 'imap_prot = "143"\n')

    told = shop.run("list")

    assert told.exit_code == 1
    assert "accounts.shop.imap_prot" in told.stderr


def test_a_configuration_that_others_may_write_is_refused(shop: Shop) -> None:
    """It holds commands that we run as the seller."""
    shop.locations.config_file.chmod(0o664)

    told = shop.run("sync", "--json")

    assert (told.exit_code, told.stdout) == (1, "")
    assert "chmod go-w" in told.stderr


def test_a_full_disk_is_told_and_the_store_stays_whole(shop: Shop) -> None:
    """What came in before is there when there is room again."""
    (uid,) = shop.deliver(wrote("Kate"))
    before = shop.json("list")

    told = _told(
        _inbox(shop, "reply", uid, "--text", "-", "--yes", stdin="x" * 400_000, limit=150_000), 1
    )

    assert "no room" in told
    assert shop.json("list") == before
    assert shop.json("outbox") == []
    assert shop.run("doctor").exit_code == 0


def test_a_full_disk_leaves_the_configuration_as_it_was(shop: Shop) -> None:
    """A file cut in the middle would stop every account."""
    shop.deliver(wrote("Kate"))
    before = shop.locations.config_file.read_bytes()
    words = [word for key in ("imap_host", "smtp_host", "username")
             for word in ("--set", f"{key}=127.0.0.1")]  # fmt: skip
    words += ["--set", "address=anna@shop.example"]

    told = _told(
        _inbox(shop, "accounts", "add", "email", "second", *words, "--set", "password_command=x",
               limit=len(before)), 1,
    )  # fmt: skip

    assert "no room" in told
    assert shop.locations.config_file.read_bytes() == before


def test_a_home_that_cannot_be_written_is_told() -> None:
    """An external disk that was mounted read-only, a home of another user."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        home.mkdir(mode=0o555)
        done = subprocess.run(
            [sys.executable, "-c", _AS_NOBODY],
            env={**os.environ, "INBOX_HOME": str(home)},
            capture_output=True,
            text=True,
            check=False,
        )

        assert str(home) in _told(done, 1)
        assert list(home.iterdir()) == []


def test_a_store_of_a_newer_version_is_left_alone(shop: Shop) -> None:
    """An older program must not write what it does not understand."""
    import sqlite3

    shop.deliver(wrote("Kate"))
    sql = sqlite3.connect(shop.locations.store_file)
    sql.execute("PRAGMA journal_mode = DELETE")
    sql.execute("PRAGMA user_version = 9999")
    sql.commit()
    sql.close()
    before = shop.locations.store_file.read_bytes()

    told = shop.run("list")

    assert told.exit_code == 1
    assert "newer" in told.stderr
    assert shop.locations.store_file.read_bytes() == before


def test_no_terminal_for_the_screen_is_wrong_usage(shop: Shop) -> None:
    """A script that forgot its command must not hang."""
    assert "terminal" in _told(_inbox(shop), 2)
    assert "terminal" in _told(_inbox(shop, "demo"), 2)


def test_a_mistake_of_ours_is_a_sentence_and_a_traceback_in_the_log(shop: Shop) -> None:
    """The seller reads a line; whoever mends it reads the rest."""
    shop.locations.canned.write_text("a file where a folder should be")
    shop.locations.canned.chmod(0)

    class Broken(Exception):
        pass

    def clock() -> None:
        raise Broken("hunter2")

    from click.testing import CliRunner

    from inbox.cli import cli
    from inbox.cli.session import Session

    session = Session(shop.locations, clock=clock)  # type: ignore[arg-type] # it must break
    told = CliRunner().invoke(cli, ["list"], obj=session)

    assert told.exit_code == 1
    assert "hunter2" not in told.output
    assert str(shop.locations.log_file) in told.stderr
    assert "hunter2" in shop.locations.log_file.read_text()


def test_a_reader_that_went_away_is_no_failure(shop: Shop) -> None:
    """`inbox list | head` is an everyday command."""
    shop.deliver(*(wrote(f"Buyer{number}") for number in range(200)))
    environ = {**os.environ, "INBOX_HOME": str(shop.home)}
    words = [sys.executable, "-m", "inbox", "list", "--json"]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        said = child.stderr.read()

    assert b"Traceback" not in said


@pytest.mark.slow
def test_a_terminal_that_knows_few_letters_is_served(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old machines and cron: JSON stays JSON, and a name is better garbled than not shown."""
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    shop.deliver(wrote("\u0141ukasz"))

    data, table = _inbox(shop, "list", "--json"), _inbox(shop, "list")

    assert json.loads(data.stdout)[0]["party"]["name"] == "\u0141ukasz"
    assert (table.returncode, "?ukasz" in table.stdout) == (0, True)


def test_a_closed_input_is_no_terminal(shop: Shop) -> None:
    """Daemons close it."""
    environ = {**os.environ, "INBOX_HOME": str(shop.home)}
    command = [sys.executable, "-m", "inbox"]
    with subprocess.Popen(
        ["/bin/sh", "-c", 'exec "$@" <&- ', "sh", *command],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ,
    ) as child:  # fmt: skip
        __, said = child.communicate(timeout=30)

    assert (child.returncode, b"terminal" in said) == (2, True)


@pytest.mark.parametrize("words", [["frobnicate"], ["list", "--nope"], ["show"], ["outbox", "x"]])
def test_what_is_no_command_is_wrong_usage(shop: Shop, words: list[str]) -> None:
    """Status 2, so that a script's own mistake is told from a failure."""
    assert shop.run(*words).exit_code == 2
