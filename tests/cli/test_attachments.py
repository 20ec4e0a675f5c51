"""`inbox attachments`: what a screen shows, a script can have."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from connectors.memory import MemoryService
from connectors.values import Party
from inbox import config
from inbox.config import AccountConfig
from inbox.core.model import AccountUid
from tests.cli.shop import NOW, Shop
from tests.cli.test_docs import _example


def _memory(shop: Shop, folder: Path) -> MemoryService:
    """Give the shop an account at the service in a file."""
    path = folder / "service.json"
    config.add_account(
        shop.locations.config_file,
        AccountConfig(
            uid=AccountUid("memmemmemmem"),
            name="mem",
            kind="memory",
            settings={"path": str(path), "password_command": "echo secret"},
            owed_since=NOW.replace(year=2026, month=1),
        ),
    )
    return MemoryService(path, lambda: NOW)


def test_files_are_listed_and_saved_under_safe_names(empty: Shop, tmp_path: Path) -> None:
    """A script files every photo of a complaint; nothing it had is replaced."""
    service = _memory(empty, tmp_path)
    service.deliver("Broken", attached={"../damage.jpg": b"\xff\xd8", "list.txt": b"hello"})
    assert empty.run("sync").exit_code == 0
    (row,) = empty.json("list")
    target = tmp_path / "photos"

    listed = empty.json("attachments", row["id"])
    saved = empty.json("attachments", row["id"], "--save", str(target), "--file", "1")
    again = empty.json("attachments", row["id"], "--save", str(target), "--file", "1")

    assert [(each["name"], each["size"], each["state"]) for each in listed] == [
        ("../damage.jpg", 2, "kept"),
        ("list.txt", 5, "kept"),
    ]
    assert set(listed[0]) == set(_example("attachments ID"))
    assert [each["saved"] for each in (*saved, *again)] == [
        str(target / "damage.jpg"),
        str(target / "damage (2).jpg"),
    ]


def test_what_is_not_here_is_fetched_first(empty: Shop, tmp_path: Path) -> None:
    """Answered long ago, and wanted today."""
    service = _memory(empty, tmp_path)
    asked = service.deliver("Old", attached={"film.mp4": b"film"})
    service.answer_elsewhere("Re: Old", "Thanks.", in_reply_to=(f"{asked}@memory.example",))
    empty.run("sync")
    (row,) = empty.json("list")
    assert empty.json("attachments", row["id"])[0]["state"] == "absent"

    empty.json("attachments", row["id"], "--save", str(tmp_path / "films"))

    assert (tmp_path / "films" / "film.mp4").read_bytes() == b"film"


def test_a_file_that_cannot_be_had_fails_and_says_why(empty: Shop, tmp_path: Path) -> None:
    """A script must not believe that it has it."""
    service = _memory(empty, tmp_path)
    asked = service.deliver("Old", attached={"film.mp4": b"film"})
    service.answer_elsewhere("Re: Old", "Thanks.", in_reply_to=(f"{asked}@memory.example",))
    empty.run("sync")
    (row,) = empty.json("list")
    with service.changing() as contents:
        contents.find(asked).attached.clear()

    result = empty.run("attachments", row["id"], "--save", str(tmp_path / "films"))

    assert result.exit_code == 1
    assert "does not have this attachment any more" in result.stdout
    assert not (tmp_path / "films").exists()


def test_a_number_that_no_file_has_is_wrong_usage(empty: Shop, tmp_path: Path) -> None:
    """A typing error saves nothing."""
    service = _memory(empty, tmp_path)
    service.deliver("Broken", sender=replace(Party("Ann", "ann@buyer.example")))
    empty.run("sync")
    (row,) = empty.json("list")

    assert empty.run("attachments", row["id"], "--file", "1").exit_code == 2
