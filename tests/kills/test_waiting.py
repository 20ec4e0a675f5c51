"""kill -9 while an answer waits for its time or is written anew: out once, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from connectors.steps import STEPS
from tests.fakes.ports import wait_until
from tests.kills.seller import Seller
from tests.kills.test_kills import DOUBTFUL

pytestmark = pytest.mark.slow

SENDING = [step for step in STEPS if step.startswith("send")]


def schedule(seller: Seller) -> str:
    """Schedule an answer three seconds ahead; return its key."""
    assert seller.sync()["state"] == "ok"
    words = ("reply", seller.question()["id"], "--text", "-", "--yes", "--no-delay")
    done = seller.run(*words, "--at", "0.05m", text="On its way.\n")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def let_its_time_come(seller: Seller) -> None:
    """Wait until the scheduled answer may leave."""
    (row,) = seller.json("outbox")
    leaves_at = datetime.fromisoformat(row["leaves_at"])
    wait_until(lambda: datetime.now(UTC) >= leaves_at, "its time did not come", 30)


def arrived_texts(seller: Seller) -> list[str]:
    """Return the words of the replies that reached the buyer."""
    mails = [message_from_bytes(each.content, policy=default) for each in seller.arrived()]
    return [str(mail.get_content()).strip() for mail in mails]


@pytest.mark.parametrize("step", SENDING)
def test_a_scheduled_answer_survives_a_kill_at_every_step_of_its_sending(
    seller: Seller, step: str
) -> None:
    """Before its time nothing leaves; after it once, or the seller is asked."""
    schedule(seller)
    before = (seller.sync()["sent"], seller.arrived())
    let_its_time_come(seller)

    seller.killed("sync", "--json", at=step, whom="group")
    for _again in range(2):
        assert seller.sync()["state"] == "ok"

    assert before == (0, [])
    if seller.unsure():
        assert step in DOUBTFUL
        assert len(seller.arrived()) <= 1
        return
    assert arrived_texts(seller) == ["On its way."]
    assert len(seller.sent_copies()) == 1
    assert not seller.question()["owed"]


@pytest.mark.parametrize("step", ["reply.before_queue", "reply.queued"])
def test_a_kill_while_an_answer_is_written_anew_never_sends_the_old_one(
    seller: Seller, step: str
) -> None:
    """Taken back is taken back: its words are the draft, or the new ones wait in its place."""
    key = schedule(seller)
    words = ("outbox", "edit", key, "--text", "-", "--yes")

    seller.killed(*words, at=step, whom="self", text="On Monday.\n")
    waiting = [row["key"] for row in seller.json("outbox")]
    if waiting:
        let_its_time_come(seller)
    for _again in range(2):
        assert seller.sync()["state"] == "ok"

    assert key not in waiting
    assert len(waiting) == (step == "reply.queued")
    assert arrived_texts(seller) == ["On Monday."] * len(waiting)
    assert seller.question()["owed"] is not bool(waiting)


@pytest.mark.parametrize("ahead", [0, 5, 11])
def test_edited_and_sent_at_once_it_is_one_of_the_two(seller: Seller, ahead: int) -> None:
    """Two processes reach for it in the same moment; `ahead` steps the engine goes first."""
    key = schedule(seller)
    let_its_time_come(seller)
    passed = len(seller.log.read_text("ascii").split())
    with seller.start("sync", "--json") as engine:
        wait_until(
            lambda: (
                len(seller.log.read_text("ascii").split()) >= passed + ahead
                or engine.poll() is not None
            ),
            "the engine does not move",
            30,
        )
        done = seller.run("outbox", "edit", key, "--text", "-", "--yes", text="On Monday.\n")
        engine.communicate(timeout=60)
    seller.run("outbox", "now", *[row["key"] for row in seller.json("outbox")][:1])
    for _again in range(2):
        assert seller.sync()["state"] == "ok"

    edited = done.returncode == 0
    assert arrived_texts(seller) == ["On Monday." if edited else "On its way."]
