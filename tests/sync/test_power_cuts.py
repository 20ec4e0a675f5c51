"""The plug is pulled at every named step of sync and sending, once each, in this process."""

from __future__ import annotations

import pytest

from connectors import steps
from inbox.core.model import Delivery
from tests.store.making import stored_counts
from tests.sync.desk import SHOP, Desk, PowerCut

CERTAIN = {
    "reply.queued",
    "send.marked_sending",
    "send.before_leaving",
    "send.accepted",
    "settle.before_append",
    "settle.appended",
    "settle.before_answered",
    "settle.before_commit",
    "settle.committed",
}
"""Steps after which even a service that cannot tell leaves no doubt: it goes out exactly once."""


def day(desk: Desk) -> None:
    """Live through a seller's day: mail, an answer, its way out, its copy coming back."""
    desk.runner().round()
    if not desk.far.arrived and not queued(desk):
        uid = desk.conversations()[-1]
        desk.reply(uid)
    desk.runner().round()
    desk.runner().round()


def queued(desk: Desk) -> bool:
    """Return whether the answer is in the outbox."""
    with desk.store.read() as tx:
        return bool(tx.table("outbox"))


def pull_plug_at(step: str) -> list[str]:
    """Let the power fail once, at that step; return the list of steps passed."""
    passed: list[str] = []

    def hook(name: str) -> None:
        first = name not in passed
        passed.append(name)
        if name == step and first:
            raise PowerCut

    steps.hook = hook
    return passed


def test_every_named_step_is_passed(desk: Desk) -> None:
    """A step that is never reached would make its kill test worthless."""
    desk.far.write("Where is my parcel?")
    passed = pull_plug_at("")
    day(desk)

    assert set(passed) == set(steps.STEPS)


@pytest.mark.parametrize("can_tell", [True, False])
@pytest.mark.parametrize("step", steps.STEPS)
def test_after_a_power_cut_the_day_ends_well(desk: Desk, step: str, *, can_tell: bool) -> None:
    """Nothing is lost, nothing goes out twice, and only true doubt is left to the seller."""
    desk.far.can_tell = can_tell
    desk.far.write("Where is my parcel?")
    desk.far.write("Is this still for sale?")
    pull_plug_at(step)
    with pytest.raises(PowerCut):
        day(desk)
    desk.power_back()

    day(desk)
    for _ in range(2):
        # Out of the backoff of a reply that surely did not leave.
        desk.watch.forward(60)
        desk.runner().round()

    item = desk.item()
    arrived = desk.far.arrived[item.key]
    assert arrived <= 1
    if can_tell or step in CERTAIN or step.startswith(("ingest", "reply")):
        assert (item.state, item.settled, arrived) == (Delivery.ACCEPTED, True, 1)
        assert desk.far.sent_folder == {item.key: 1}
    else:
        assert item.state is Delivery.UNSURE
    with desk.store.read() as tx:
        shown = 0 if item.state is Delivery.ACCEPTED else 1
        assert stored_counts(tx, SHOP)[0] == len(desk.far.mails) + shown
