"""kill -9 while a mail is moved at the server: it lies in one place, and undo brings it back."""

from __future__ import annotations

import email

import pytest

from connectors.steps import MARK_STEPS
from tests.kills.seller import Seller

FOLDERS = {"done": "Archive", "spam": "Junk"}


def lying(seller: Seller) -> list[str]:
    """Return the folders that hold the question, as the server's own files say."""
    return [
        folder
        for folder in ("INBOX", *FOLDERS.values())
        for raw in seller.dovecot.mails(seller.user, folder)
        if email.message_from_bytes(raw)["Subject"] == "Where is my parcel?"
    ]


def archiving(seller: Seller) -> None:
    """Let what is done be archived at the server."""
    config = seller.home / "config.toml"
    (path,) = [config] if config.exists() else list(seller.home.rglob("config.toml"))
    path.write_text('[settings]\non_done = "archive"\n\n' + path.read_text("utf-8"), "utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "verb"),
    [
        ("mark.told", "done"),
        ("mark.telling", "done"),
        ("mark.told", "spam"),
        ("ingest.before_commit", "done"),
        ("ingest.committed", "spam"),
    ],
)
def test_undo_after_a_kill_brings_the_mail_back(seller: Seller, step: str, verb: str) -> None:
    """The move was made, the line that tells where the mail lies now was never read."""
    archiving(seller)
    assert seller.sync()["state"] == "ok"
    uid = seller.question()["id"] if verb == "done" else seller.json("list")[0]["id"]
    assert seller.run(verb, uid).returncode == 0
    seller.killed("sync", "--json", at=step, whom="self")
    aside = lying(seller)
    assert seller.run("undo").returncode == 0
    for _ in range(2):
        assert seller.sync()["state"] == "ok"

    assert aside == ([FOLDERS[verb]] if step != "mark.telling" else ["INBOX"])
    assert lying(seller) == ["INBOX"]
    assert seller.question()["state"] == "open"
    assert seller.sync()["new"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("step", MARK_STEPS)
def test_a_mail_moved_twice_lies_there_once(seller: Seller, step: str) -> None:
    """Without an undo the move is repeated after the kill, and is one move."""
    archiving(seller)
    seller.sync()
    seller.run("done", seller.question()["id"])
    seller.killed("sync", "--json", at=step, whom="self")
    for _ in range(2):
        assert seller.sync()["state"] == "ok"

    assert lying(seller) == ["Archive"]
    assert seller.question()["state"] == "done"
