"""`inbox backup` and `inbox restore`: what is said, asked and printed."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

from inbox.store.keeping import rotation
from inbox.sync.lock import EngineLock
from tests.cli.shop import NOW, Shop, wrote
from tests.cli.terminal import Terminal


def test_a_backup_says_what_it_holds_and_that_it_is_private(shop: Shop, tmp_path: Path) -> None:
    """A seller who puts it on a stick must know what is on the stick."""
    shop.deliver(wrote("Kate"), wrote("Omar"))

    result = shop.run("backup", str(tmp_path / "mine.backup"))

    assert result.exit_code == 0
    assert "2 conversations, 2 messages" in result.stdout
    assert "buyers' personal data" in result.stderr


def test_a_folder_gets_a_dated_file(shop: Shop, tmp_path: Path) -> None:
    """The seller's own copies in one folder, without thinking of names."""
    shop.deliver(wrote("Kate"))

    made = shop.json("backup", str(tmp_path))

    assert Path(made["path"]).parent == tmp_path
    assert Path(made["path"]).name.endswith("-20261121T120000Z.backup.tar.gz")
    assert made["counts"] == {"conversations": 1, "messages": 1, "outbox": 0, "drafts": 0}
    assert (made["left_out"], made["lacking"], made["made_at"]) == (
        None,
        [],
        "2026-11-21T12:00:00+00:00",
    )


def test_there_and_back_again(shop: Shop, tmp_path: Path) -> None:
    """The whole way by the command line, with a reply that was waiting."""
    (uid,) = shop.deliver(wrote("Kate"))
    shop.run("reply", uid, "--text", "-", "--yes", input="Soon.")
    file = str(tmp_path / "mine.backup")
    shop.json("backup", file)
    shop.deliver(wrote("Omar"))

    done = shop.json("restore", file, "--yes")

    assert [row["id"] for row in shop.json("list")] == [uid]
    assert (done["held"], len(done["aside"])) == (1, 2)
    (item,) = shop.json("outbox")
    assert item["state"] == "unsure"
    assert "may have gone out since" in item["error"]


def test_nothing_is_restored_unasked(shop: Shop, tmp_path: Path) -> None:
    """A script that forgot --yes must not replace a shop."""
    shop.deliver(wrote("Kate"))
    file = str(tmp_path / "mine.backup")
    shop.run("backup", file)

    assert shop.run("restore", file).exit_code == 2


def test_a_person_is_asked_and_may_say_no(shop: Shop, tmp_path: Path) -> None:
    """And is told what would not be sent any more."""
    (uid,) = shop.deliver(wrote("Kate"))
    file = str(tmp_path / "mine.backup")
    shop.run("backup", file)
    shop.run("reply", uid, "--text", "-", "--yes", input="Soon.")

    environ = {"INBOX_HOME": str(shop.home), "LC_ALL": "C.UTF-8"}
    with Terminal(["restore", file], environ) as terminal:
        terminal.until("1 reply of the present store is not out yet and will not be sent.")
        terminal.answer("[y/N]", "n\n")
        terminal.until("Aborted")

    assert len(shop.json("outbox")) == 1


def test_an_engine_at_work_is_not_disturbed(shop: Shop, tmp_path: Path) -> None:
    """It would go on writing into the store that was set aside."""
    shop.deliver(wrote("Kate"))
    file = str(tmp_path / "mine.backup")
    shop.run("backup", file)
    lock = EngineLock(shop.locations.store_file)
    lock.acquire()
    try:
        result = shop.run("restore", file, "--yes")
    finally:
        lock.release()

    assert result.exit_code == 1
    assert "in use" in result.stderr


def test_what_is_no_backup_is_said_in_a_sentence(shop: Shop, tmp_path: Path) -> None:
    """With what to do, and without a traceback."""
    shop.deliver(wrote("Kate"))
    (tmp_path / "text").write_text("hello")

    for name, said in (("text", "no whole backup"), ("missing", "no such file"), ("", "a folder")):
        result = shop.run("restore", str(tmp_path / name), "--yes")
        assert result.exit_code == 1
        assert said in result.stderr


def _about_backups(shop: Shop) -> list[tuple[str, str]]:
    findings = json.loads(shop.run("doctor", "--json").stdout)["findings"]
    return [(each["severity"], each["said"]) for each in findings if each["about"] == "backup"]


def test_the_doctor_tells_how_old_the_newest_is(shop: Shop) -> None:
    """A backup that silently stopped is found on the day it is needed."""
    shop.deliver(wrote("Kate"))
    folder = shop.locations.data / "backups"
    folder.mkdir(mode=0o700)
    uid = json.loads(shop.run("backup", str(folder), "--json").stdout)["path"].split("-")[-2]

    assert _about_backups(shop) == [("ok", "The newest automatic backup is 0 days old.")]
    shop.now = NOW + timedelta(days=4)
    assert _about_backups(shop) == [("warning", "The newest automatic backup is 4 days old.")]
    assert len(shop.json("backup", "--list")) == len(rotation.found(folder, uid)) == 1
    shop.locations.store_file.unlink()
    assert [severity for severity, _ in _about_backups(shop)] == ["warning"]
    assert uid in shop.run("doctor").stdout  # a store that was lost is not taken for a new one


def test_the_doctor_asks_why_there_is_none(shop: Shop) -> None:
    """Not on the first day, and not where the seller switched them off."""
    shop.deliver(wrote("Kate"))
    lock = EngineLock(shop.locations.store_file)
    lock.acquire()
    lock.release()
    os.utime(lock.path, (NOW.timestamp(), NOW.timestamp()))

    assert [severity for severity, _ in _about_backups(shop)] == ["ok"]
    shop.now = NOW + timedelta(days=4)
    assert [severity for severity, _ in _about_backups(shop)] == ["warning"]
    shop.settings("auto_backup = false")
    assert _about_backups(shop) == [("ok", "Automatic backups are off, and there is none.")]
