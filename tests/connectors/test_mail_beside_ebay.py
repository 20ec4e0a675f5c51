"""A mailbox and eBay's API, both of one shop: one row for each matter, and both are told of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from connectors.contract import Connector
from inbox.core.model import AccountUid, Conversation
from inbox.core.obligations import make_book
from inbox.store import conversations, messages
from inbox.sync.outbox import Deliverer
from inbox.sync.pulling import Pulled, pull
from inbox.sync.telling import tell_marks
from inbox.triage import Triage
from tests.connectors.mail_service import MailService
from tests.connectors.test_conformance_ebay import EbayService
from tests.fakes.mails import mail
from tests.sync.desk import DAY, SHOP, Desk

EBAY = AccountUid("ebayuid00001")
ITEM = "110012345678"
RELAY = '"ann_buyer" <k3s9a0@members.ebay.com>'


class Shop:
    """One seller with both accounts, and the mails that eBay sends besides."""

    def __init__(self, desk: Desk, mails: MailService, ebay: EbayService) -> None:
        self.desk, self.mails, self.ebay = desk, mails, ebay
        (terms,) = desk.book.accounts.values()
        both = [
            replace(terms, on_done="archive"),
            replace(terms, uid=EBAY, name="ebay", kind="ebay", addresses=frozenset()),
        ]
        desk.book = make_book([DAY], both)
        ebay.sim.clock = desk.watch
        self.connectors: dict[AccountUid, Connector] = {
            SHOP: mails.connect(),
            EBAY: ebay.connect(),
        }
        self.triage = Triage(desk.store, desk.book, desk.watch)

    def asked(self, text: str) -> None:
        """Let a buyer ask at eBay; it mails the question, too."""
        talk = self.ebay.sim.open("Lamp", item=ITEM)
        self.ebay.sim.say(talk, "ann_buyer", text)
        subject = f"ann_buyer has sent a question about item #{ITEM}"
        self.mails.put(mail(subject, text, sender=RELAY), accepted_at=self.at)

    def lost(self) -> None:
        """Let a buyer say that the item did not come; eBay mails a notice in its own words."""
        opened = {"value": f"{self.at:%Y-%m-%dT%H:%M:%S}.000Z"}
        self.ebay.sim.inquiries["5123456780"] = {
            "inquiryId": "5123456780",
            "inquiryStatusEnum": "WAITING_SELLER_RESPONSE",
            "creationDate": opened,
            "respondByDate": {"value": "2026-03-27T23:59:59.000Z"},
            "itemId": ITEM,
            "buyer": "ann_buyer",
        }
        text = "Please respond soon.\nRequest number: 5123456780\nIt was a present!\n"
        subject = "ann_buyer hasn't received an item: Lamp"
        self.mails.put(mail(subject, text, sender="eBay <ebay@ebay.com>"), accepted_at=self.at)

    @property
    def at(self) -> datetime:
        """Return what time it is there."""
        return self.desk.watch()

    def pulled(self, *accounts: AccountUid) -> list[Conversation]:
        """Pull these accounts in their order; return the conversations there are."""
        for account in accounts:
            pull(
                *(self.desk.store, self.connectors[account], account, Pulled()),
                book=self.desk.book,
                clock=self.desk.watch,
                accept_gone=True,
                between=lambda: True,
                beginning=lambda: None,
            )
        with self.desk.store.read() as tx:
            return [conversations.get(tx, uid) for uid in self.desk.conversations()]

    def told(self) -> None:
        """Let both be told what waits."""
        for account, connector in self.connectors.items():
            on_done = self.desk.book.accounts[account].on_done
            args = (self.desk.store, connector, account, self.desk.watch, on_done, lambda: True)
            tell_marks(*args, looked=True)


@pytest.fixture
def both(tmp_path: Path, shop: MailService) -> Iterator[Shop]:
    """A seller who connected both."""
    desk, ebay = Desk(tmp_path), EbayService()
    made = Shop(desk, shop, ebay)
    yield made
    for connector in made.connectors.values():
        connector.close()
    ebay.close()
    desk.store.close()


@pytest.mark.parametrize("order", [(SHOP, EBAY), (EBAY, SHOP)])
def test_one_row_for_each_matter_whichever_tells_of_it_first(
    both: Shop, order: tuple[AccountUid, AccountUid]
) -> None:
    """A question and a lost parcel of one buyer: two rows, two clocks, and no third."""
    both.asked("Does the lamp glow?")
    both.lost()
    found = both.pulled(*order)

    assert sorted((each.account, each.subject, each.owed) for each in found) == [
        (EBAY, "Item not received", True),
        (EBAY, "Lamp", True),
    ]
    with both.desk.store.read() as tx:
        shown = {
            each.message.text.strip()
            for row in found
            for each in messages.of_conversation(tx, row.uid)
        }
    assert "Does the lamp glow?" in shown
    assert any("It was a present!" in text for text in shown)


def test_what_is_read_and_done_is_so_in_the_mailbox(both: Shop) -> None:
    """The inbox on the phone is as empty as the seller's desk."""
    both.asked("Does the lamp glow?")
    both.lost()
    found = both.pulled(EBAY, SHOP)
    both.triage.read([each.uid for each in found])
    both.told()
    flags = both.mails.server.flags(both.mails.user)
    both.triage.done([each.uid for each in found])
    both.told()

    assert flags == [{"\\Seen"}, {"\\Seen"}]
    assert both.mails.server.flags(both.mails.user) == []
    assert len(both.mails.server.mails(both.mails.user, "Archive")) == 2
    assert len(both.pulled(SHOP, EBAY)) == 2


def test_what_is_read_on_the_phone_is_read_here_and_at_ebay(both: Shop) -> None:
    """Mail is read on the train, and eBay's own page agrees in the evening."""
    both.asked("Does the lamp glow?")
    both.pulled(EBAY, SHOP)
    with both.mails.phone() as phone:
        phone.flag(f"ann_buyer has sent a question about item #{ITEM}", "\\Seen")
    (row,) = both.pulled(SHOP)
    both.told()

    assert not row.unread
    (talk,) = both.ebay.sim.conversations.values()
    assert [each["readStatus"] for each in talk.messages] == [True]


def test_what_is_answered_at_ebay_is_marked_as_answered_in_the_mailbox(both: Shop) -> None:
    """Who looks at the mails on a phone must see that this one needs no second answer."""
    both.asked("Does the lamp glow?")
    (row,) = both.pulled(SHOP, EBAY)
    both.desk.watch.forward(60)
    both.triage.reply(row.uid, "It does.", delay=False)
    sent = Deliverer(
        store=both.desk.store,
        connector=both.connectors[EBAY],
        account=EBAY,
        book=lambda: both.desk.book,
        clock=both.desk.watch,
    ).deliver()
    both.told()
    (again,) = both.pulled(SHOP, EBAY)

    assert sent == 1
    assert both.mails.server.flags(both.mails.user) == [{"\\Answered"}]
    assert not again.owed
    assert both.mails.arrived() == []
    (talk,) = both.ebay.sim.conversations.values()
    assert [each["messageBody"].strip() for each in talk.messages[1:]] == ["It does."]
