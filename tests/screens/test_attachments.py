"""The files of a conversation on the screen: seen, fetched, saved, opened, never run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.widgets import Input

from connectors.values import Attachment, Direction, OutgoingFile, Party
from inbox.core.model import MessageUid
from inbox.screens.attaching import AttachScreen
from inbox.screens.attachments import AttachmentsScreen, state_words
from inbox.screens.composer import ComposerScreen
from inbox.screens.reading import ReadingScreen
from inbox.screens.review import ReviewScreen
from inbox.store import attachments, outbox
from inbox.store.attachments import Held, StoredFile
from inbox.view.attachments import FileRow
from tests.screens.driving import hands_on
from tests.screens.shop import MAIL, Shop, hours, open_shop, wrote

PHOTO = Attachment("2", "damage.jpg", "image/jpeg", 48_211)
PROGRAM = Attachment("3", "invoice.pdf.exe", "application/pdf", 2)


def arrive(shop: Shop, content: bytes) -> None:
    """Let the engine fetch one wanted file."""
    with shop.store.write() as tx:
        wanted = attachments.next_wanted(tx, MAIL, shop.hands())
        assert wanted is not None
        attachments.keep(tx, wanted, content)


@pytest.mark.slow
async def test_v_lists_fetches_and_saves_a_file(tmp_path: Path) -> None:
    """One key asks for it, and it is saved when it comes, whatever the seller does meanwhile."""
    asked = wrote("Anna", "It broke.", ago=hours(2), attachments=(PHOTO, PROGRAM))
    with open_shop(tmp_path, [asked]) as shop:
        async with hands_on(shop.app()) as hands:
            await hands.press("enter")
            await hands.on(ReadingScreen)
            await hands.press("v")
            await hands.on(AttachmentsScreen)
            await hands.see("damage.jpg", "47 kB", "invoice.pdf.exe", "at service", "image/jpeg")
            await hands.press("s")
            await hands.see("Fetching damage.jpg", "fetching")
            await hands.until(lambda: shop.nudged == [MAIL])
            arrive(shop, b"\xff\xd8 broken")
            page = hands.app.screen
            assert isinstance(page, AttachmentsScreen)
            page.store_changed()
            await hands.see("Saved:", "here")

    assert (tmp_path / "saved" / "damage.jpg").read_bytes() == b"\xff\xd8 broken"


async def test_a_program_is_saved_but_never_opened(tmp_path: Path) -> None:
    """Called invoice or not."""
    asked = wrote("Anna", "See the invoice.", ago=hours(2), attachments=(PROGRAM,))
    with open_shop(tmp_path, [asked]) as shop:
        with shop.store.write() as tx:
            attachments.want(tx, attachments.of_conversation(tx, shop.uid("My order")))
        arrive(shop, b"MZ")
        async with hands_on(shop.app()) as hands:
            await hands.press("enter")
            await hands.on(ReadingScreen)
            await hands.press("v")
            await hands.on(AttachmentsScreen)
            await hands.press("enter")
            await hands.see("is not opened from here")
            await hands.press("s")
            await hands.see("Saved:")
            await hands.press("u")
            await hands.on(ReadingScreen)

    assert (tmp_path / "saved" / "invoice.pdf.exe").read_bytes() == b"MZ"
    assert not (tmp_path / "opened").exists()


@pytest.mark.parametrize("name", ["\x1b]0;x\x07photo.jpg", "[bold]x[/bold].jpg", ""])
async def test_a_hostile_name_is_only_a_name(tmp_path: Path, name: str) -> None:
    """It is a stranger's text like any other."""
    file = Attachment("2", name, "image/jpeg", 1)
    asked = wrote("Anna", "It broke.", ago=hours(2), attachments=(file,))
    with open_shop(tmp_path, [asked]) as shop:
        async with hands_on(shop.app()) as hands:
            await hands.press("enter")
            await hands.on(ReadingScreen)
            await hands.press("v")
            await hands.on(AttachmentsScreen)
            await hands.see(name.rpartition("\x07")[2] or "file without a name")


@pytest.mark.slow
async def test_a_file_is_attached_seen_in_the_review_and_taken_out_again(tmp_path: Path) -> None:
    """The label goes with the answer, and only the one that was meant."""
    (tmp_path / "label.pdf").write_bytes(b"%PDF label")
    asked = wrote("Anna", "The label, please.", ago=hours(2))
    with open_shop(tmp_path, [asked]) as shop:
        async with hands_on(shop.app()) as hands:
            await hands.press("r")
            await hands.on(ComposerScreen)
            await hands.write("The label is attached.")
            await hands.press("ctrl+s")
            await hands.on(ReviewScreen)
            await hands.see("It says “attached”, and no file is attached.")
            await hands.press("a")
            await hands.on(AttachScreen)
            hands.app.screen.query_one("#path", Input).value = f"{tmp_path}/lab"
            await hands.see("label.pdf")
            await hands.press("tab", "enter")
            await hands.on(ReviewScreen)
            await hands.see("File     label.pdf · 10 bytes")
            assert "no file is attached" not in hands.seen()
            await hands.press("x")
            await hands.until(lambda: "label.pdf" not in hands.seen())
            await hands.press("e")
            await hands.on(ComposerScreen)
            await hands.press("f3")
            await hands.on(AttachScreen)
            hands.app.screen.query_one("#path", Input).value = f"{tmp_path}/label.pdf"
            await hands.press("enter")
            await hands.on(ComposerScreen)
            await hands.see("1 file, 10 bytes")
            await hands.press("ctrl+s")
            await hands.on(ReviewScreen)
            await hands.press("y")
            await hands.see("leaves in 10 s")
        with shop.store.read() as tx:
            (item,) = outbox.every(tx)
            files = outbox.reply_of(tx, item).files

    assert files == (OutgoingFile("label.pdf", "application/pdf", b"%PDF label"),)


@pytest.mark.slow
async def test_a_path_without_a_file_is_said_and_the_words_stay(tmp_path: Path) -> None:
    """A typing error is no reason to write it all again."""
    asked = wrote("Anna", "The label, please.", ago=hours(2))
    with open_shop(tmp_path, [asked]) as shop:
        async with hands_on(shop.app()) as hands:
            await hands.press("r")
            await hands.on(ComposerScreen)
            await hands.write("Here.")
            await hands.press("f3")
            await hands.on(AttachScreen)
            await hands.write(f"{tmp_path}/nothing.pdf")  # behind the ~/ that stands there
            assert hands.app.screen.query_one("#path", Input).value == f"{tmp_path}/nothing.pdf"
            await hands.press("enter")
            await hands.on(ComposerScreen)
            await hands.see("There is no file", "Here.")


def test_how_much_came_stands_in_place_of_the_state() -> None:
    """And never a whole hundred before it is here; without a size nothing is made up."""

    def shown(came: int, size: int | None) -> str:
        file = StoredFile(
            message=MessageUid("m"),
            number=1,
            attachment=Attachment("2", "film.mp4", "video/mp4", size),
            held=Held.WANTED,
            came=came,
        )
        row = FileRow(
            number=1,
            file=file,
            direction=Direction.IN,
            sender=Party("Anna", "anna@buyers.example"),
            accepted_at=datetime(2026, 3, 2, tzinfo=UTC),
        )
        return state_words(row)

    assert [shown(0, 1000), shown(420, 1000), shown(1010, 1000), shown(420, None)] == [
        "fetching",
        "42 % came",
        "99 % came",
        "fetching",
    ]
