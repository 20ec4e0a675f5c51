"""Files that leave with a reply: kept with it, out once, whatever happens in between."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from connectors import steps
from connectors.contract import Account
from connectors.memory import MemoryConnector, MemoryService
from connectors.values import OutgoingFile
from inbox.core.model import ConversationUid, Delivery, FileHead
from inbox.store import outbox
from inbox.sync.runner import Runner
from inbox.triage import Triage
from inbox.view import attachments as viewing
from inbox.view.replying import FilesRefused
from tests.sync.desk import SHOP, Desk, PowerCut

LABEL = OutgoingFile("label.pdf", "application/pdf", b"%PDF label")
PHOTO = OutgoingFile("photo.jpg", "image/jpeg", b"\xff\xd8 photo")


class Shop:
    """A shop at the service in a file."""

    def __init__(self, desk: Desk, path: Path) -> None:
        self.desk = desk
        self.path = path
        self.service = MemoryService(path, desk.watch)
        self.service.deliver("Label please")
        self.round()
        self.uid: ConversationUid = desk.conversations()[0]

    @property
    def triage(self) -> Triage:
        """The verbs."""
        return Triage(self.desk.store, self.desk.book, self.desk.watch)

    def round(self) -> None:
        """Let the engine do what it can."""
        runner: Runner = self.desk.runner(
            lambda: MemoryConnector(
                Account(SHOP, "shop", {"path": str(self.path)}, lambda _key: "secret")
            )
        )
        try:
            runner.round(hurry=True)
        finally:
            runner.close()


@pytest.fixture
def shop(desk: Desk, tmp_path: Path) -> Shop:
    """A shop at the service in a file."""
    return Shop(desk, tmp_path / "service.json")


def test_files_reach_the_buyer_once_and_stay_readable_here(shop: Shop) -> None:
    """The label is in the parcel's mail, and the seller can see which one it was."""
    item = shop.triage.reply(shop.uid, "Here it is.", delay=False, files=[LABEL, PHOTO])
    shop.round()
    shop.round()

    (sent,) = shop.service.sent()
    assert sent.attached == {"label.pdf": LABEL.content, "photo.jpg": PHOTO.content}
    with shop.desk.store.read() as tx:
        assert outbox.get(tx, item.key).state is Delivery.ACCEPTED
        rows = [row for row in viewing.files_of(tx, shop.uid) if row.direction.value == "out"]
        contents = [
            viewing.content_of(tx, row.file.message, row.file.attachment.ref) for row in rows
        ]
    assert [(row.name, row.held.value) for row in rows] == [
        ("label.pdf", "kept"),
        ("photo.jpg", "kept"),
    ]
    assert contents == [LABEL.content, PHOTO.content]


@pytest.mark.parametrize(
    "step", ["reply.queued", "send.marked_sending", "send.leaving", "send.before_accepted_commit"]
)
def test_a_power_cut_loses_no_file_and_sends_none_twice(shop: Shop, step: str) -> None:
    """Wherever the plug is pulled."""
    pulled: list[str] = []

    def hook(name: str) -> None:
        if name == step and not pulled:
            pulled.append(name)
            raise PowerCut

    steps.hook = hook
    with suppress(PowerCut):
        shop.triage.reply(shop.uid, "Here it is.", delay=False, files=[LABEL])
        shop.round()
    assert pulled == [step]
    shop.desk.power_back()
    for _round in range(2):
        shop.round()
        shop.desk.watch.forward(60)

    assert [sent.attached for sent in shop.service.sent()] == [{"label.pdf": LABEL.content}]


def test_a_draft_keeps_its_files_and_sends_them(shop: Shop) -> None:
    """What was attached goes out as it was then, even if the file on the disk is gone."""
    shop.triage.attach(shop.uid, LABEL)
    shop.triage.attach(shop.uid, PHOTO)
    shop.triage.save_draft(shop.uid, "")
    assert shop.triage.detach_last(shop.uid) == (FileHead("label.pdf", "application/pdf", 10),)

    shop.triage.reply(shop.uid, "Here it is.", delay=False)
    shop.round()

    assert [sent.attached for sent in shop.service.sent()] == [{"label.pdf": LABEL.content}]
    assert shop.triage.draft_files(shop.uid) == ()


def test_a_reply_taken_back_brings_its_files_back_into_the_draft(shop: Shop) -> None:
    """A second thought costs no attaching again."""
    item = shop.triage.reply(shop.uid, "Here it is.", files=[LABEL])

    shop.triage.cancel(item.key)

    assert [file.name for file in shop.triage.draft_files(shop.uid)] == ["label.pdf"]
    assert shop.service.sent() == []


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([OutgoingFile("a.exe", "application/x-msdownload", b"MZ")], "a file of that type"),
        ([OutgoingFile("big.jpg", "image/jpeg", bytes(1_000_001))], "Too large"),
        ([PHOTO] * 4, "3 files"),
    ],
)
def test_what_the_service_would_refuse_is_refused_before_it_is_queued(
    shop: Shop, files: list[OutgoingFile], said: str
) -> None:
    """Now, while the seller sits there, and not as "refused" tonight."""
    with pytest.raises(FilesRefused) as refused:
        shop.triage.reply(shop.uid, "Here it is.", files=files)

    assert said in refused.value.sentence
    with shop.desk.store.read() as tx:
        assert outbox.every(tx) == []
