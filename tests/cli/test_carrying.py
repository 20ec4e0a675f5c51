"""`inbox export` and `inbox import` as a seller or a script calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shop import Shop, wrote
from tests.cli.terminal import Terminal


def test_everything_to_a_new_home_and_back(shop: Shop, tmp_path: Path) -> None:
    """A new machine with another account name: --account says where it goes."""
    (uid,) = shop.deliver(wrote("Kate"))
    shop.run("tag", "vip", uid)
    file = str(tmp_path / "all.jsonl")

    assert shop.json("export", file, "--format", "jsonl") == {
        "path": file,
        "format": "jsonl",
        "messages": 1,
    }
    other = Shop(tmp_path / "other")
    other.home.mkdir(mode=0o700)
    other.add_account("lamps", uid="lampslamps01")
    assert other.run("import", file).exit_code == 2
    done = other.json("import", file, "--account", "lamps")

    assert done == {"messages": 1, "new": 1, "quarantined": 0}
    (row,) = other.json("list")
    assert (row["account"], row["tags"], row["owed"]) == ("lamps", ["vip"], True)
    assert other.json("import", file, "--account", "lamps")["new"] == 0


def test_the_output_is_the_export_and_nothing_else(shop: Shop) -> None:
    """For pipes."""
    shop.deliver(wrote("Kate"), wrote("Omar"))

    result = shop.run("export", "-", "--format", "jsonl", "--query", "from:omar")

    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["type"] for line in lines[:2]] == ["seller-inbox export", "message"]
    assert (result.exit_code, result.stderr) == (0, "")
    assert shop.run("export", "-", "--format", "mbox").stdout.count("\nSubject: My parcel") == 2


def test_an_export_replaces_nothing_unasked(shop: Shop, tmp_path: Path) -> None:
    """It may be the file of last year."""
    shop.deliver(wrote("Kate"))
    file = tmp_path / "out.mbox"
    file.write_text("mine")

    refused = shop.run("export", str(file), "--format", "mbox")

    assert (refused.exit_code, file.read_text()) == (1, "mine")
    assert shop.run("export", str(file), "--format", "mbox", "--force").exit_code == 0
    assert file.read_text().startswith("From in@seller-inbox.invalid")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import", "{file}"], "neither an mbox"),
        (["import", "{folder}"], "no Maildir"),
        (["import", "{file}", "--format", "mbox"], "--account"),
        (["import", "{file}", "--format", "mbox", "--account", "nobody"], "nobody"),
        (["export", "-", "--format", "jsonl", "--query", "account:nobody"], "nobody"),
    ],
)
def test_wrong_usage_is_told(shop: Shop, tmp_path: Path, words: list[str], said: str) -> None:
    """With what to say instead, and nothing written."""
    file = tmp_path / "text"
    file.write_text("hello")

    result = shop.run(*[word.format(file=file, folder=tmp_path) for word in words])

    assert result.exit_code == 2, result.output
    assert said in result.stderr


def test_what_is_no_export_is_said_in_a_sentence(shop: Shop, tmp_path: Path) -> None:
    """Without a traceback."""
    file = tmp_path / "text"
    file.write_text("hello\n")

    result = shop.run("import", str(file), "--format", "jsonl", "--account", "shop")

    assert (result.exit_code, result.stderr) == (
        1,
        "inbox: This is no export of ours.\nNothing was changed.\n",
    )


def test_a_person_sees_how_far_it_is(shop: Shop, tmp_path: Path) -> None:
    """Ten years of mail take a while."""
    file = tmp_path / "old.mbox"
    file.write_text("From a Sat Nov 21 10:00:00 2026\nFrom: a@x.example\nSubject: x\n\nHello\n")
    environ = {"INBOX_HOME": str(shop.home), "LC_ALL": "C.UTF-8"}

    with Terminal(["import", str(file), "--account", "shop"], environ) as terminal:
        terminal.until("1 read, 1 new")
        terminal.until("1 message read, 1 new.")
