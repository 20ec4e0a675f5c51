"""kill -9 while a new mail or a forward leaves: out exactly once, and no clock stops for it."""

from __future__ import annotations

from email import message_from_bytes
from typing import Any

import pytest

from tests.kills.seller import Seller
from tests.kills.test_kills import DOUBTFUL

STEPS = (
    "reply.before_queue",
    "reply.queued",
    "send.leaving",
    "send.accepted_by_service",
    "settle.appended",
)
"""The moments between which a mail changes hands; all of them are tried with answers."""
TO = "supplier@buyers.example"


def words_of(seller: Seller, kind: str) -> tuple[str, ...]:
    """Return the command line that sends such a mail."""
    shared = ("--to", TO, "--text", "-", "--yes", "--no-delay")
    if kind == "compose":
        return ("compose", "--subject", "Ten lamps", *shared)
    return ("forward", asked(seller)["id"], *shared)


def asked(seller: Seller) -> dict[str, Any]:
    """Return the buyer's question as `inbox list` prints it."""
    (found,) = [
        each for each in seller.json("list") if each["party"]["address"] == "anna@buyers.example"
    ]
    question: dict[str, Any] = found
    return question


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("kind", ["compose", "forward"])
def test_a_kill_sends_a_mail_once_and_leaves_the_question_owed(
    seller: Seller, kind: str, step: str
) -> None:
    """The power fails: the supplier has it once, or the seller is asked; the buyer still waits."""
    assert seller.sync()["state"] == "ok"
    words = words_of(seller, kind)
    if step.startswith("reply"):
        seller.killed(*words, at=step, whom="self", text="Do you have ten?\n")
    else:
        assert seller.run(*words, text="Do you have ten?\n").returncode == 0
        seller.killed("sync", "--json", at=step, whom="group")
    for _again in range(3):
        assert seller.sync()["state"] == "ok"

    arrived = [each for each in seller.arrived() if each.rcpt_tos == (TO,)]
    mine = [each for each in seller.json("list") if each["id"] != asked(seller)["id"]]
    about_the_store = [
        (finding["severity"], finding["said"])
        for finding in seller.json("doctor")["findings"]
        if finding["about"] == "store"
    ]
    assert about_the_store == [("ok", "The store is whole.")]
    assert asked(seller)["owed"]
    assert "R" not in seller.dovecot.files(seller.user)[0].name.rpartition(",")[2]
    assert len(mine) == 1, "the mail stands in one conversation of its own"
    if step == "reply.before_queue":
        assert arrived == []
        assert seller.json("outbox") == []
        return
    if seller.unsure():
        assert step in DOUBTFUL
        assert len(arrived) <= 1
        return
    (envelope,) = arrived
    (copy,) = seller.sent_copies()
    said = message_from_bytes(envelope.content)
    assert said["Message-ID"] == copy["Message-ID"]
    assert said["In-Reply-To"] is None
    assert said["Subject"] == ("Ten lamps" if kind == "compose" else "Fwd: Where is my parcel?")
    assert mine[0]["state"] == "waiting"
