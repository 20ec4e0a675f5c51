"""A laptop sleeps, a router forgets: the next question is heard within a minute all the same."""

from __future__ import annotations

import re
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from connectors.conformance import pull_all
from connectors.conformance.service import eventually
from connectors.contract import Account, Temporary
from connectors.email import EmailConnector, idling
from tests.connectors.mail_service import MailService
from tests.fakes.mails import mail


class Wall:
    """A clock on the wall that a sleep can move."""

    def __init__(self) -> None:
        self.slept = timedelta()
        self.looks = 0

    def __call__(self) -> datetime:
        """Return what it shows."""
        self.looks += 1
        return datetime.now(UTC) + self.slept


@pytest.mark.slow
@pytest.mark.parametrize("able", ["IDLE", "no IDLE"])
def test_after_a_sleep_a_round_begins_at_once(shop: MailService, able: str) -> None:
    """The lid was closed over night: what came in is seen before the coffee."""
    if able == "no IDLE":
        shop.imap_line.fault.rewrite = lambda said: re.sub(rb" IDLE(?=[ \]\r])", b"", said)
    wall = Wall()
    account = Account("uid", "shop", shop.settings(), lambda _: shop.secret)
    connector = EmailConnector(account, wall, answer_seconds=20)
    before = pull_all(connector)
    woken: list[bool] = []
    waiting = threading.Thread(target=lambda: woken.append(connector.wait(600)))
    began = time.monotonic()
    waiting.start()
    eventually(lambda: wall.looks > 1, "the wait to look at the clock again")
    shop.hush()
    wall.slept = timedelta(hours=8)
    waiting.join(30)
    took = time.monotonic() - began
    shop.mend()
    shop.put(mail("Came over night"))
    after = pull_all(connector, before.checkpoint)
    connector.close()

    assert woken == [True]
    assert took < idling.LOOK_SECONDS + idling.LEAVE_SECONDS + 10
    assert after.subjects == ["Came over night"]


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_line_that_died_without_a_word_is_noticed_within_a_minute(shop: MailService) -> None:
    """A router that forgets a line tells nobody; the longest wait must not depend on it."""
    connector = shop.connect(patience=60)
    pull_all(connector)
    shop.imap_line.fault.when = (b"IDLE", lambda: None)
    began = time.monotonic()
    threading.Timer(2, shop.hush).start()
    with pytest.raises(Temporary):
        connector.wait(1800)

    assert time.monotonic() - began < 60


@pytest.mark.slow
def test_a_line_that_no_longer_answers_is_replaced_soon(shop: MailService) -> None:
    """Else the first round after it would wait for a whole answer's time."""
    connector = shop.connect(patience=60)
    before = pull_all(connector)
    shop.put(mail("Question"))
    shop.imap_line.fault.silent_after = 0
    threading.Timer(2, shop.imap_line.mend).start()
    began = time.monotonic()
    after = pull_all(connector, before.checkpoint)

    assert after.subjects == ["Question"]
    assert time.monotonic() - began < idling.ALIVE_SECONDS + 10
