"""A mail that is passed on: its files go along, and it waits for those that are not here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.values import Attachment, OutgoingFile
from inbox.core.model import ConversationUid
from inbox.store import attachments, messages, outbox
from inbox.view.refusals import FilesLost, FilesRefused, NotWhole
from tests.screens.shop import MAIL, Shop, hours, open_shop, wrote
from tests.triage.test_composing import ABLE, SUPPLIER, draft_of, learn


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as found:
        learn(found, ABLE)
        yield found


PHOTO = Attachment("1.2", "photo.jpg", "image/jpeg", 4)


def passed_on(shop: Shop) -> ConversationUid:
    """Begin to pass on a question with a photo that is not here."""
    shop.take(wrote("Kate", "See?", ago=hours(1), subject="Broken", attachments=(PHOTO,)))
    return shop.triage.forward(shop.uid("Broken"), to=SUPPLIER)


def next_file(shop: Shop, content: bytes | None) -> None:
    """Let the next file that is wanted come, or be lost."""
    with shop.store.write() as tx:
        wanted = attachments.next_wanted(tx, MAIL, shop.hands())
        assert wanted is not None
        if content is None:
            attachments.give_up(tx, wanted, "It is gone.")
        else:
            attachments.keep(tx, wanted, content)


def test_files_that_are_here_go_along(shop: Shop) -> None:
    """What the buyer photographed is what the supplier must see; it is fetched at once."""
    uid = passed_on(shop)
    waiting = shop.triage.draft_files(uid)

    next_file(shop, b"JPEG")
    here = shop.triage.draft_files(uid)
    item = shop.triage.reply(uid, "See below.", subject="x")

    assert shop.nudged[:1] == [MAIL]
    assert [(each.name, each.coming) for each in waiting] == [("photo.jpg", True)]
    assert [(each.name, each.coming) for each in here] == [("photo.jpg", False)]
    assert item.awaits == ()
    with shop.store.read() as tx:
        assert outbox.reply_of(tx, item).files == (
            OutgoingFile("photo.jpg", "image/jpeg", b"JPEG"),
        )


def test_a_mail_that_waits_for_files_can_be_taken_back_and_sent_again(shop: Shop) -> None:
    """Neither words nor files are lost on the way there and back."""
    uid = passed_on(shop)
    item = shop.triage.reply(uid, "See below.", subject="x")
    shop.triage.undo()
    again = draft_of(shop, uid)

    second = shop.triage.reply(uid, again.text, subject=again.subject)

    assert len(item.awaits) == 1
    assert again.carries == item.awaits == second.awaits
    with shop.store.read() as tx:
        (shown,) = attachments.of_conversation(tx, uid)
        assert (shown.attachment.name, shown.attachment.size) == ("photo.jpg", 4)
        assert attachments.content(tx, shown.message, shown.attachment.ref) is None


def test_a_file_that_cannot_be_had_is_named_and_can_be_left_out(shop: Shop) -> None:
    """Gone at the server: the seller decides, nothing is dropped in silence."""
    uid = passed_on(shop)
    next_file(shop, None)

    with pytest.raises(FilesLost) as refused:
        shop.triage.reply(uid, "See below.", subject="x")
    left = shop.triage.detach_last(uid)
    shop.triage.reply(uid, "See below.", subject="x")

    assert "photo.jpg" in refused.value.sentence
    assert "It is gone." in refused.value.hint
    assert left == ()


def test_files_too_large_for_a_mail_are_said_before_they_are_fetched(shop: Shop) -> None:
    """An hour of fetching for a mail that no server takes."""
    film = Attachment("1.2", "film.mp4", "video/mp4", 5000)
    shop.take(wrote("Kate", "See?", ago=hours(1), subject="Broken", attachments=(film,)))

    with pytest.raises(FilesRefused):
        shop.triage.forward(shop.uid("Broken"), to=SUPPLIER)

    with shop.store.read() as tx:
        assert attachments.next_wanted(tx, MAIL, shop.hands()) is None
        assert tx.table("drafts").all() == []


def test_a_whole_mail_goes_along_as_a_file(shop: Shop) -> None:
    """For whoever must see the headers; only if all its parts are here."""
    lamp = shop.uid("Lamp")
    with shop.store.read() as tx:
        source = messages.source(tx, messages.heads(tx, lamp)[0].uid)
    partial = b"Content-Type: multipart/mixed; boundary=b1\r\n\r\nonly the text"
    shop.take(wrote("Liu", "Large", ago=hours(1), subject="Large", source=partial))

    uid = shop.triage.forward(lamp, to=SUPPLIER, whole=True)
    item = shop.triage.reply(uid, draft_of(shop, uid).text, subject="Fwd: Lamp")

    assert source is not None
    with shop.store.read() as tx:
        assert outbox.reply_of(tx, item).files == (
            OutgoingFile("Lamp.eml", "message/rfc822", source),
        )
    with pytest.raises(NotWhole):
        shop.triage.forward(shop.uid("Large"), to=SUPPLIER, whole=True)
