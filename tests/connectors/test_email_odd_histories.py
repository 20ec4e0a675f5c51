"""Days with an odd server: whatever it is used to, in the end the store holds what it holds."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.contract import Temporary
from connectors.email import EmailConnector
from inbox.store import messages
from tests.connectors.mail_history import pulled
from tests.connectors.test_email_odd_servers import THROTTLED, account_at
from tests.fakes.mails import mail
from tests.fakes.odd_imap import Habits, OddServer
from tests.sync.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A store of the test's own."""
    made = Desk(tmp_path)
    yield made
    made.store.close()


def habits_of(dice: random.Random) -> Habits:
    """Return habits that go together."""
    return Habits(
        capabilities=dice.choice(["IMAP4", "IMAP4rev1", "IMAP4rev1 UIDPLUS UTF8=ACCEPT"]),
        lower_case=dice.random() < 0.5,
        bare=dice.random() < 0.5,
        chatty=dice.random() < 0.5,
        apart=dice.random() < 0.5,
        in_lines=dice.random() < 0.5,
        gap=dice.choice([1, 2, 1000]),
        folders=('(\\Sent) "/" "Sent"',),
    )


def happens(dice: random.Random, far: OddServer) -> None:
    """Let buyers, a phone, and the hoster do something."""
    match dice.randrange(7):
        case 0 | 1 | 2:
            far.deliver(mail(f"Question {dice.random()}"), dice.choice(["INBOX", "INBOX", "Sent"]))
        case 3 if far.mails:
            dice.choice(far.mails).flags.symmetric_difference_update({"\\Seen"})
        case 4 if far.mails:
            far.mails.remove(dice.choice(far.mails))
        case 5 if dice.random() < 0.3:
            far.renumber()
        case _:
            command = dice.choice(["UID FETCH", "UID SEARCH", "EXAMINE", "LOGIN", "LIST"])
            far.habits.refusals[command] = deque([dice.choice(THROTTLED[:5])])
            far.habits.leaves_after = dice.choice([0, 0, 5, 9])


def held(desk: Desk) -> dict[str, tuple[bool, str]]:
    """Return by subject which mails the store believes to be there, read or not, and where."""
    with desk.store.read() as tx:
        heads = [head for uid in desk.conversations() for head in messages.heads(tx, uid)]
    return {
        head.message.subject: (head.message.seen, head.message.places[0].folder)
        for head in heads
        if head.gone_at is None
    }


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_the_store_holds_what_the_server_holds(desk: Desk, seed: int) -> None:
    """A mail lost to a hoster's way of writing is found by nobody."""
    dice = random.Random(seed)
    with OddServer(habits_of(dice)) as far:
        far.folders.append("Sent")
        connector = account_at(far)
        for _ in range(30):
            happens(dice, far)
            if dice.random() < 0.6:
                _round(desk, connector)
        far.habits.refusals.clear()
        far.habits.leaves_after = 0
        for _ in range(2):
            _round(desk, connector)
        connector.close()

        there = {
            each.header("Subject"): ("\\Seen" in each.flags, next(iter(each.uids)))
            for each in far.mails
        }
    assert held(desk) == there


def _round(desk: Desk, connector: EmailConnector) -> None:
    """Let a round come to what end it may."""
    try:
        pulled(desk, connector)
    except Temporary:
        return
