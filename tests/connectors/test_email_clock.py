"""A clock counts from when the mail server took the mail, and stops when it took the answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from inbox.core.obligations import Verdict
from inbox.store import derive
from inbox.view.explain import Explanation, explain
from tests.connectors.mail_history import pulled
from tests.connectors.mail_service import MailService
from tests.fakes.mails import mail
from tests.sync.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a desk on a store of the test's own."""
    desk = Desk(tmp_path)
    yield desk
    desk.store.close()


def explained(desk: Desk) -> Explanation:
    """Return what the only conversation's deadline rests on."""
    (uid,) = desk.conversations()
    with desk.store.read() as tx:
        return explain(tx, uid, desk.book)


def test_a_clock_starts_when_the_service_took_the_mail_not_when_we_fetched_it(
    shop: MailService, desk: Desk
) -> None:
    """A laptop that was shut for 20 hours has four left, whatever a buyer's clock says. Counted
    from our fetching, or from a Date in the future, the answer would be late and shown in time.
    """
    taken = desk.watch() - timedelta(hours=20)
    claimed = taken + timedelta(hours=19)
    shop.put(mail(sent_at=claimed, message_id="q@buyer.example"), accepted_at=taken)

    pulled(desk, shop.connect())

    found = explained(desk)
    (owed,) = found.owed
    assert (owed.opened_at, owed.due_at) == (taken, taken + timedelta(hours=24))
    assert [each.claimed_at for each in found.counted] == [claimed]


def test_an_answer_of_the_phone_counts_when_the_service_took_it(
    shop: MailService, desk: Desk
) -> None:
    """Answered in time and fetched two days later it was in time: nobody is told of a late one,
    and no rate is spoiled.
    """
    taken = desk.watch() - timedelta(hours=72)
    answered = taken + timedelta(hours=23)
    shop.put(mail("Lamp", message_id="q@buyer.example"), accepted_at=taken)
    pulled(desk, shop.connect())
    derive.settle(desk.store, desk.watch())
    with shop.phone() as phone:
        phone.create("Sent")
    shop.put(
        mail(
            "Re: Lamp",
            sender=f"The Shop <{shop.seller.address}>",
            to=shop.buyer.address,
            headers=(("In-Reply-To", "<q@buyer.example>"),),
        ),
        "Sent",
        answered,
    )

    pulled(desk, shop.connect())

    (met,) = explained(desk).obligations
    assert (met.met_at, met.verdict(desk.watch())) == (answered, Verdict.MET)
