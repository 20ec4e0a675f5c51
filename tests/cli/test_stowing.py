"""`inbox stow`, `unstow`, and what other commands know of stowed conversations."""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from inbox.core.model import ConversationUid
from tests.cli.shop import Shop, wrote
from tests.cli.terminal import Terminal

YEARS = timedelta(days=4 * 365)
KATE = "kate@buyers.example"


@pytest.fixture
def old(shop: Shop) -> list[ConversationUid]:
    """Three conversations of years ago, one of today."""
    return shop.deliver(
        wrote("Kate", "Is the lamp blue?", ago=YEARS, seen=True, order_ref="PL-4711"),
        wrote("Omar", "Is the lamp green?", ago=YEARS, seen=True),
        wrote("Zoe", "Nobody read this.", ago=YEARS),
        wrote("Kim"),
    )


def stow(shop: Shop) -> dict[str, Any]:
    """Stow what was silent for three years."""
    done: dict[str, Any] = shop.json("stow", "--older-than", "3y", "--yes")
    return done


def senders(rows: list[dict[str, Any]]) -> list[str]:
    """Return who wrote in listed conversations."""
    return [row["party"]["name"] for row in rows]


def test_it_is_told_first_then_done_then_listed(shop: Shop, old: list[ConversationUid]) -> None:
    """A seller wants to know what would go, and why the rest stays."""
    planned = shop.json("stow", "--older-than", "3y", "--dry-run")
    assert planned == {
        "before": "2023-11-22T12:00:00+00:00",
        "dry_run": True,
        "conversations": 2,
        "messages": 2,
        "files": [],
        "stays": {"unread": 1},
    }
    assert len(shop.json("list")) == 4

    done = stow(shop)

    (path,) = done["files"]
    assert done == {**planned, "dry_run": False, "files": [path]}
    assert senders(shop.json("list")) == ["Kim", "Zoe"]
    (file,) = shop.json("stow", "--list")
    assert (file["path"], file["conversations"], file["messages"]) == (path, 2, 2)
    assert file["size"] == Path(path).stat().st_size
    shown = shop.run("show", old[0])
    assert (shown.exit_code, f'Bring it back: "inbox unstow {old[0]}"' in shown.stderr) == (1, True)


@pytest.mark.slow
def test_a_person_is_told_in_words_and_asked(shop: Shop, old: list[ConversationUid]) -> None:
    """What goes away is the seller's word."""
    assert len(old) == 4
    shop.settings('stow_after = "3y"')
    environ = {"INBOX_HOME": str(shop.home), "LC_ALL": "C.UTF-8"}
    with Terminal(["stow"], environ) as terminal:
        terminal.until("2 conversations, 2 messages, silent since 20")
        terminal.answer("[y/N]", "y\n")
        terminal.until("Stowed away: 2 conversations, 2 messages.")
        terminal.until("Stays: 1, because it is unread")
    with Terminal(["list", "--stowed", "from:kate"], environ) as terminal:
        terminal.until("Looking into the stowed: 0 %")
        terminal.until("Kate")


@pytest.mark.slow
def test_wrong_words_are_told(shop: Shop, old: list[ConversationUid]) -> None:
    """And nothing is done then."""
    assert len(old) == 4
    for words in (
        ["stow", "--yes"],
        ["stow", "--older-than", "3y"],
        ["stow", "--yes", "--older-than", "89d"],
        ["unstow"],
        ["unstow", ""],
        ["unstow", "lamp", "--all"],
    ):
        assert shop.run(*words).exit_code == 2, words
    shop.settings('stow_after = "soon"')
    assert "stow_after" in shop.run("list").stderr


@pytest.mark.slow
def test_what_is_stowed_is_found_and_brought_back(shop: Shop, old: list[ConversationUid]) -> None:
    """By its words, or by its id; and it is not stowed again the next day."""
    stow(shop)

    assert sorted(senders(shop.json("list", "--stowed", "lamp"))) == ["Kate", "Omar"]
    assert senders(shop.json("list", "--stowed", "order:PL-4711")) == ["Kate"]
    assert "Omar" in shop.run("list", "--stowed", "gree*").stdout
    assert shop.json("list", "--stowed", "nothing") == []
    wanted = {"conversations": [old[0]], "dry_run": True}
    assert shop.json("unstow", "blue", "--dry-run") == wanted

    assert shop.json("unstow", "blue") == {**wanted, "dry_run": False}
    assert "1 conversation is back." in shop.run("unstow", old[1][:6]).stdout

    assert sorted(senders(shop.json("list"))) == ["Kate", "Kim", "Omar", "Zoe"]
    assert shop.json("show", old[0])["messages"][0]["text"] == "Is the lamp blue?"
    assert (shop.json("stow", "--list"), stow(shop)["conversations"]) == ([], 0)
    assert stow(shop)["stays"] == {"unread": 1, "young": 2}


@pytest.mark.slow
def test_forgetting_a_buyer_reaches_the_files(shop: Shop, old: list[ConversationUid]) -> None:
    """Kate asks for it by law; that her words lie elsewhere by now is no answer."""
    (path,) = stow(shop)["files"]

    done = shop.json("forget", KATE, "--yes")

    assert (done["counts"]["conversations"], done["counts"]["messages"]) == (1, 1)
    assert not Path(path).exists()
    (file,) = shop.json("stow", "--list")
    assert file["conversations"] == 1
    left = gzip.decompress(Path(file["path"]).read_bytes()).lower()
    assert (b"kate" in left, b"omar" in left) == (False, True)
    assert b"kate" not in shop.locations.store_file.read_bytes().lower()
    assert shop.run("unstow", old[0]).stderr.startswith("Nothing found.")


@pytest.mark.slow
def test_what_came_back_before_is_forgotten_in_the_file_too(
    shop: Shop, old: list[ConversationUid]
) -> None:
    """The file still held it, though the store knew it there no more."""
    stow(shop)
    question = wrote("Kate", "And now?", order_ref="PL-4711")
    (again,) = shop.deliver(question)
    assert again == old[0]

    shop.run("forget", KATE, "--yes")

    (file,) = shop.json("stow", "--list")
    assert b"kate" not in gzip.decompress(Path(file["path"]).read_bytes()).lower()


@pytest.mark.slow
def test_a_backup_holds_the_files(shop: Shop, old: list[ConversationUid], tmp_path: Path) -> None:
    """A disk dies: what was stowed must not die with it."""
    (path,) = stow(shop)["files"]
    (fine,) = [each for each in shop.json("doctor")["findings"] if each["about"] == "stowed"]
    assert fine["said"].startswith("Stowed away: 2 conversations, 2 messages; 1 file, 0.0 MB")
    backup = tmp_path / "all.tar.gz"
    shop.run("backup", str(backup))
    shutil.rmtree(Path(path).parent)
    damaged = shop.run("doctor")
    assert (damaged.exit_code, "missing or damaged" in damaged.stdout) == (1, True)
    assert shop.json("backup", str(tmp_path / "later.tar.gz"))["lacking"] == [path]
    assert path in shop.run("forget", "nobody@buyers.example", "--yes").stderr

    assert shop.run("restore", str(backup), "--yes").exit_code == 0

    assert shop.run("doctor").exit_code == 0
    assert shop.json("unstow", "--all")["conversations"] == sorted(old[:2])


@pytest.mark.slow
def test_a_restore_forgets_what_was_forgotten_in_the_files_too(
    shop: Shop, old: list[ConversationUid], tmp_path: Path
) -> None:
    """A backup is older than the law's request."""
    assert len(old) == 4
    before, backup = tmp_path / "before.tar.gz", tmp_path / "all.tar.gz"
    shop.run("backup", str(before))
    stow(shop)
    shop.run("backup", str(backup))
    shop.run("forget", KATE, "--yes")

    shop.json("restore", str(backup), "--yes")

    assert senders(shop.json("list", "--stowed")) == ["Omar"]
    (file,) = shop.json("stow", "--list")
    assert b"kate" not in gzip.decompress(Path(file["path"]).read_bytes()).lower()

    restored = shop.json("restore", str(before), "--yes")

    (aside,) = [each for each in restored["aside"] if "stowed" in each]
    assert aside in shop.json("forget", "omar@buyers.example", "--yes")["aside"]
    assert sorted(senders(shop.json("list"))) == ["Kim", "Zoe"]


@pytest.mark.slow
def test_a_file_can_be_taken_in_elsewhere(
    shop: Shop, old: list[ConversationUid], tmp_path: Path
) -> None:
    """On another machine, or in a store begun anew."""
    (path,) = stow(shop)["files"]
    copy = shutil.copy(path, tmp_path)
    other = Shop(tmp_path / "other")
    other.home.mkdir(mode=0o700)
    other.add_account()

    assert other.json("import", str(copy)) == {"messages": 2, "new": 2, "quarantined": 0}
    assert sorted(senders(other.json("list"))) == ["Kate", "Omar"]

    assert shop.run("import", path).exit_code == 0
    assert shop.json("show", old[0])["messages"][0]["text"] == "Is the lamp blue?"
    assert shop.run("doctor").exit_code == 0


@pytest.mark.slow
def test_the_journal_tells_how_much_went(shop: Shop, old: list[ConversationUid]) -> None:
    """And undo takes back what the seller did, not that."""
    shop.run("tag", "b2b", old[3])
    stow(shop)

    assert shop.json("undo")["verb"] == "tag"
    assert json.loads(shop.run("redo", "--json").stdout)["verb"] == "tag"
