"""Answers that wait for their time while everybody does something: each out once, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from connectors.values import Direction, Place, RemoteId, Role
from inbox.core.model import ConversationUid, Delivery, Held, OutboxItem
from inbox.core.scheduling import Wish, wish_of
from inbox.core.snooze import SnoozeError
from inbox.store import conversations
from inbox.triage import AlreadyLeft, MayHaveLeft, Triage
from tests.sync.far_side import BUYER, US
from tests.sync.test_histories import FEW, REPLY_CUTS, History

PHRASES = st.sampled_from(
    [
        *("1m", "20m", "2h", "before due", "23h 50m"),
        *("3h but at latest 30 min before due", "2d but at latest 23h 58m before due"),
    ]
)


class Waiting(History):
    """The same, with a seller who plans ahead and changes their mind."""

    @precondition(lambda self: self.desk.conversations())
    @rule(which=st.integers(0, 50), phrase=PHRASES, cut=REPLY_CUTS)
    def seller_schedules(self, which: int, phrase: str, cut: str | None) -> None:
        """An answer is written for later."""
        every = self.desk.conversations()
        uid = every[which % len(every)]
        wish = self._wish(uid, phrase)
        if wish is None:
            return
        before = self._items()
        self._with_power_cut(cut, lambda: self.desk.reply(uid, when=wish))
        self.queued |= self._items().keys() - before.keys()

    @rule(which=st.integers(0, 50), phrase=PHRASES)
    def seller_moves(self, which: int, phrase: str) -> None:
        """One that waits gets another time."""
        item = self._one(which)
        wish = self._wish(item.conversation, phrase) if item else None
        if item and wish:
            self._unless_out(lambda: self._triage().schedule(item.key, wish))

    @rule(which=st.integers(0, 50))
    def seller_sends_now(self, which: int) -> None:
        """One that waits, or was refused, is let go."""
        item = self._one(which)
        if item:
            self._unless_out(lambda: self._triage().send_now(item.key))

    @rule(which=st.integers(0, 50))
    def seller_writes_anew(self, which: int) -> None:
        """One is taken back and another goes in its place."""
        item = self._one(which)
        if item and self._unless_out(lambda: self._triage().edit(item.key)):
            self.withdrawn.add(item.key)
            self.queued.add(self.desk.reply(item.conversation, "Rather so.").key)

    @precondition(lambda self: self.desk.far.mails)
    @rule(which=st.integers(0, 50), from_phone=st.booleans())
    def somebody_writes_there(self, which: int, *, from_phone: bool) -> None:
        """The buyer writes again, or the seller answers on the phone."""
        far = self.desk.far
        asked = far.mails[which % len(far.mails)].message_id
        number = len(far.mails)
        ours: dict[str, Any] = {
            "direction": Direction.OUT,
            "sender": US,
            "recipients": (BUYER,),
            "places": (Place("Sent", "1", str(number), Role.SENT),),
        }
        far.write(
            f"Re: {number}",
            in_reply_to=(asked,),
            accepted_at=self.desk.watch.now,
            remote_id=RemoteId(f"again-{number}"),
            **(ours if from_phone else {}),
        )

    @invariant()
    def nothing_leaves_before_its_time(self) -> None:
        """What was planned for the buyer's morning must not wake them."""
        for item in self._items().values():
            if item.state is Delivery.ACCEPTED and item.schedule is not None:
                assert item.send_after <= self.desk.watch.now
                assert not item.schedule.waits

    @invariant()
    def what_is_capped_is_never_planned_past_its_latest_instant(self) -> None:
        """Held or not: the answer is never late for having waited."""
        for item in self._items().values():
            schedule = item.schedule
            if item.state is not Delivery.QUEUED or schedule is None or schedule.lead is None:
                continue
            with self.desk.store.read() as tx:
                now = conversations.get(tx, item.conversation)
            if now.owed and now.due_at is not None and schedule.held is not Held.ANSWERED:
                assert not schedule.waits
                assert item.send_after <= max(now.due_at - schedule.lead, schedule.earliest)

    def _one(self, which: int) -> OutboxItem | None:
        """Return one of those that are not out."""
        states = {Delivery.QUEUED, Delivery.REFUSED, Delivery.UNSURE, Delivery.SENDING}
        found = [item for _key, item in sorted(self._items().items()) if item.state in states]
        return found[which % len(found)] if found else None

    def _wish(self, uid: ConversationUid, phrase: str) -> Wish | None:
        """Return what a phrase means there; None where it means nothing."""
        with self.desk.store.read() as tx:
            due_at = conversations.get(tx, uid).due_at
        try:
            return wish_of(phrase, self.desk.watch(), None, None, due_at)
        except SnoozeError:
            return None

    def _triage(self) -> Triage:
        return Triage(self.desk.store, self.desk.book, self.desk.watch)

    def _unless_out(self, act: Callable[[], object]) -> bool:
        """Return whether it was not too late for that."""
        try:
            act()
        except (AlreadyLeft, MayHaveLeft):
            return False
        return True


@pytest.mark.slow
def test_any_history_of_waiting_answers_ends_well() -> None:
    """A handful of days; the slow suite lives many."""
    run_state_machine_as_test(Waiting, settings=settings(FEW, max_examples=8))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_many_histories_of_waiting_answers_end_well() -> None:
    """The same with more and longer days."""
    many = settings(FEW, max_examples=120, stateful_step_count=40)
    run_state_machine_as_test(Waiting, settings=many)
