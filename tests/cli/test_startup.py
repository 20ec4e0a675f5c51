"""A command line that is asked a hundred times a day must not load what it does not use."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import click
import pytest

from inbox.cli import _COMMANDS, cli
from tests.cli.shop import Shop, wrote

HEAVY = (
    "textual", "imapclient", "selectolax", "keyring", "babel", "tomlkit", "smtplib", "filelock",
    "canned", "inbox.sync", "connectors.email.imap", "connectors.email.mime",
)  # fmt: skip

_PROBE = """
import json, sys
sys.argv = ["inbox", *{words!r}]
from inbox.__main__ import main
try:
    main()
except SystemExit:
    pass
print(json.dumps([name for name in {heavy!r} if name in sys.modules]), file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        (["--help"], set()),
        (["list", "--json"], set()),
        (["show", "ID", "--json"], set()),
        (["explain", "ID"], set()),
        (["done", "ID"], set()),
        (["outbox"], set()),
        (["canned", "list"], {"canned"}),
    ],
)
def test_a_command_loads_only_what_it_uses(shop: Shop, words: list[str], allowed: set[str]) -> None:
    """Each heavy library is a tenth of a second that every prompt and every script would pay."""
    (uid,) = shop.deliver(wrote("Kate"))
    code = _PROBE.format(words=[uid if word == "ID" else word for word in words], heavy=HEAVY)
    environ = {**os.environ, "INBOX_HOME": str(shop.home)}

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ
    )

    loaded = set(json.loads(done.stderr.splitlines()[-1]))
    assert loaded <= allowed


def test_what_is_made_is_for_the_owner_alone(empty: Shop) -> None:
    """Even where the machine's habit is to let everybody read."""
    environ = {**os.environ, "INBOX_HOME": str(empty.home)}
    words = [sys.executable, "-m", "inbox", "list", "--json"]
    subprocess.run(words, check=True, env=environ, capture_output=True, umask=0)

    made = list(empty.home.rglob("*"))
    assert made
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in made)


@pytest.mark.parametrize("name", sorted(_COMMANDS))
def test_every_command_in_the_table_exists_and_has_help(name: str) -> None:
    """The table is written by hand: a slip in it would be found by a seller."""
    context = click.Context(cli)

    command = cli.get_command(context, name)

    assert command is not None
    assert command.name == name
    assert command.help


def test_help_names_every_command(empty: Shop) -> None:
    """And is the page a newcomer begins with."""
    said = empty.run("--help").stdout

    assert all(f"  {name} " in said for name in _COMMANDS)


def test_the_version_is_told(empty: Shop) -> None:
    """A bug report begins with it."""
    result = empty.run("--version")

    assert result.exit_code == 0
    assert result.stdout.startswith("inbox, version ")


def test_python_m_inbox_is_the_same_program(empty: Shop, tmp_path: Path) -> None:
    """The engine is started that way, whatever the PATH says."""
    environ = {**os.environ, "INBOX_HOME": str(empty.home), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-m", "inbox", "list", "--json"],
        capture_output=True,
        text=True,
        check=True,
        env=environ,
        cwd=tmp_path,
    )

    assert json.loads(done.stdout) == []
