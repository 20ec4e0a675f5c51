"""Files that leave with a reply: kept with it, out once, whatever happens in between."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from connectors import steps
from connectors.contract import Account
from connectors.memory import MemoryConnector, MemoryService
from connectors.values import OutgoingFile, ReplyKey
from inbox.core.model import ConversationUid, Delivery, FileHead, OutboxItem
from inbox.store import conversations, drafts, outbox
from inbox.store.drafts import Draft
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


class Carrying(Shop):
    """A shop with an old photo that was never fetched, and a reply that it goes along with."""

    def __init__(self, desk: Desk, path: Path) -> None:
        super().__init__(desk, path)
        self.photo = self.service.deliver("Thanks", attached={"photo.jpg": PHOTO.content})
        answers = (f"{self.photo}@memory.example",)
        self.service.answer_elsewhere("Re: Thanks", "Welcome!", in_reply_to=answers)
        self.round()

    def answer(self) -> OutboxItem:
        """Queue an answer that the photo goes along with."""
        with self.desk.store.write() as tx:
            every = [row for uid in self.desk.conversations() for row in viewing.files_of(tx, uid)]
            (row,) = [row for row in every if row.held is viewing.Held.ABSENT]
            carries = ((row.file.message, row.file.attachment.ref),)
            drafts.put(tx, Draft(self.uid, "See.", "", self.desk.watch(), carries=carries))
        self.triage.want_files([row.file])
        return self.triage.reply(self.uid, "See.", delay=False)

    def item(self, key: ReplyKey) -> OutboxItem:
        """Return how the reply stands."""
        with self.desk.store.read() as tx:
            return outbox.get(tx, key)


@pytest.fixture
def carrying(desk: Desk, tmp_path: Path) -> Carrying:
    """A shop with a photo that is not here."""
    return Carrying(desk, tmp_path / "service.json")


def test_a_reply_waits_for_its_files_and_leaves_with_them(carrying: Carrying) -> None:
    """Never without them, and nobody has to come back for it: one round does it all."""
    item = carrying.answer()
    before = [sent.attached for sent in carrying.service.sent() if sent.text.startswith("See.")]

    carrying.round()
    carrying.round()

    sent = [sent.attached for sent in carrying.service.sent() if sent.text.startswith("See.")]
    assert (len(item.awaits), before) == (1, [])
    assert sent == [{"photo.jpg": PHOTO.content}]
    assert carrying.item(item.key).state is Delivery.ACCEPTED
    with carrying.desk.store.read() as tx:
        (row,) = [each for each in viewing.files_of(tx, carrying.uid) if each.name == "photo.jpg"]
        assert viewing.content_of(tx, row.file.message, row.file.attachment.ref) == PHOTO.content


def test_a_reply_whose_files_are_gone_is_refused_and_says_which(carrying: Carrying) -> None:
    """The seller must know; the words are still there to be sent without."""
    item = carrying.answer()
    carrying.service.remove(carrying.photo)

    carrying.round()

    found = carrying.item(item.key)
    assert found.state is Delivery.REFUSED
    assert found.error.startswith("Not sent, since a file cannot be had. photo.jpg: The service")
    assert not [sent for sent in carrying.service.sent() if sent.text.startswith("See.")]
    carrying.triage.cancel(item.key)
    carrying.triage.detach_last(carrying.uid)
    carrying.triage.reply(carrying.uid, "See.", delay=False)
    carrying.round()
    assert [sent.attached for sent in carrying.service.sent() if sent.text.startswith("See.")] == [
        {}
    ]


def test_a_reply_that_waits_does_not_hold_up_another(carrying: Carrying) -> None:
    """One lost photo must not make every answer late."""
    waiting = carrying.answer()
    with carrying.desk.store.write() as tx:
        tx.sql.execute("UPDATE files SET next_at = 9e18 WHERE state = 'wanted'")
    carrying.service.deliver("Another question")
    carrying.round()
    (other,) = set(carrying.desk.conversations()) - {carrying.uid} - answered_ones(carrying)

    carrying.triage.reply(other, "At once.", delay=False)
    carrying.round()

    assert [sent.text.strip() for sent in carrying.service.sent()][-1] == "At once."
    assert carrying.item(waiting.key).state is Delivery.QUEUED


def answered_ones(carrying: Carrying) -> set[ConversationUid]:
    """Return the conversations that nobody waits in."""
    with carrying.desk.store.read() as tx:
        every = conversations.page(tx, carrying.desk.conversations())
    return {each.uid for each in every if not each.owed}
