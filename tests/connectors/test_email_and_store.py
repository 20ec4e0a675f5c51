"""Whatever the server and the line do: in the end the store holds what the mailbox holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from inbox.store import conversations, held_back, messages
from inbox.triage import Triage
from tests.connectors.mail_history import History, pulled
from tests.connectors.mail_service import MailService
from tests.fakes.dovecot import Dovecot
from tests.fakes.mails import mail
from tests.fakes.smtp_server import SmtpServer
from tests.sync.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a desk on a store of the test's own."""
    desk = Desk(tmp_path)
    yield desk
    desk.store.close()


def test_a_mailbox_numbered_anew_keeps_tags_snoozes_and_drafts(
    shop: MailService, dovecot: Dovecot, desk: Desk
) -> None:
    """A hoster moves the mailbox to another machine: the seller's own work hangs on the mails."""
    for number in range(3):
        shop.put(mail(f"Question {number}", sender=f"b{number}@buyer.example"))
    pulled(desk, shop.connect())
    triage = Triage(desk.store, desk.book, desk.watch)
    tagged, snoozed, drafted = desk.conversations()
    triage.tag([tagged], "fragile")
    triage.snooze({snoozed: desk.watch() + timedelta(days=3)})
    triage.save_draft(drafted, "It ships")
    with desk.store.read() as tx:
        before = {uid: conversations.get(tx, uid) for uid in (tagged, snoozed, drafted)}
    shop.hang_up()
    dovecot.change_uidvalidity(shop.user)
    again = pulled(desk, shop.connect())

    with desk.store.read() as tx:
        after = {uid: conversations.get(tx, uid) for uid in desk.conversations()}
        heads = [head for uid in after for head in messages.heads(tx, uid)]
    assert again.new == 0
    assert after == before
    assert (after[tagged].tags, after[snoozed].snoozed_until) == (
        ("fragile",),
        desk.watch() + timedelta(days=3),
    )
    draft = triage.draft(drafted)
    assert draft is not None
    assert draft.text == "It ships"
    assert [head.gone_at for head in heads] == [None] * 3
    assert {place.epoch for head in heads for place in head.message.places} == {epoch(shop)}


def epoch(shop: MailService) -> str:
    """Return INBOX's UIDVALIDITY as the server says it now."""
    with shop.phone() as phone:
        return phone.uidvalidity("INBOX")


@pytest.mark.parametrize(
    "seed", [pytest.param(n, marks=pytest.mark.slow if n != 1 else ()) for n in range(12)]
)
def test_whatever_happens_the_store_holds_what_the_mailbox_holds(
    shop: MailService, desk: Desk, seed: int
) -> None:
    """A mail lost on a bad day is found by nobody."""
    lived(shop, desk, seed, 8 if seed < 2 else 40)


WITHOUT = ("CONDSTORE", "QRESYNC", "UIDPLUS", "MOVE", "ESEARCH")


@pytest.mark.slow
@pytest.mark.parametrize("without", [*WITHOUT, "all of them"])
@pytest.mark.parametrize("at", ["dovecot", "pymap"])
def test_whatever_the_server_cannot_do(
    request: pytest.FixtureRequest, smtp: SmtpServer, desk: Desk, at: str, without: str
) -> None:
    """Each thing that a hoster may have switched off makes another way through the same faults."""
    service = MailService(request.getfixturevalue(at), smtp)
    names = "|".join(WITHOUT) if without == "all of them" else without
    word = re.compile(f" ({names})(?=[ \\]\r])".encode())
    service.imap_line.always = lambda said: word.sub(b"", said)
    try:
        lived(service, desk, seed=len(without), steps=10)
    finally:
        service.close()


def lived(shop: MailService, desk: Desk, seed: int, steps: int) -> None:
    """Let a history happen, then compare the store with the server over a good line."""
    with shop.phone() as phone:
        for folder in ("Archive", "Trash", "Sent"):
            phone.create(folder)
    history = History(shop, desk, seed)
    history.round()
    for _ in range(steps):
        history.step()
    # A mail that three rounds could not hand out is put aside: the line is good from here on.
    connector = shop.connect()
    for _ in range(4):
        pulled(desk, connector)

    assert history.stored() == history.there()
    with desk.store.read() as tx:
        assert held_back.every(tx) == []


def test_a_phone_sees_what_lies_there(shop: MailService) -> None:
    """The comparison above would hold for two empty mailboxes as well."""
    shop.put(mail("Question"))
    with shop.phone() as phone:
        phone.flag("Question", "\\Seen")
        found = phone.mails("INBOX")

    assert found == {"1": ("Question", True, False)}
