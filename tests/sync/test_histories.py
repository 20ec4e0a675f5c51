"""Whatever happens, and wherever the plug is pulled: each reply once, no mail lost."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from connectors import steps
from connectors.contract import Temporary
from connectors.values import ReplyKey
from inbox.core.model import Delivery, OutboxItem
from inbox.store import held_back, outbox
from inbox.triage import Triage
from tests.store.making import stored_counts
from tests.sync.desk import SHOP, Desk, PowerCut
from tests.sync.far_side import Fate

FATES = st.lists(
    st.sampled_from([fate for fate in Fate if not fate.value.startswith("bug")]), max_size=2
)
CUTS = st.none() | st.sampled_from([name for name in steps.STEPS if not name.startswith("reply")])
"""The step at which the plug is pulled; None: at none."""

REPLY_CUTS = st.none() | st.sampled_from(["reply.before_queue", "reply.queued"])


class History(RuleBasedStateMachine):
    """A seller, a buyer, a service and an unreliable socket in the wall."""

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self.desk = Desk(Path(self._open.enter_context(tempfile.TemporaryDirectory())))
        self.queued: set[ReplyKey] = set()
        """Every reply that the seller was told is queued."""
        self.withdrawn: set[ReplyKey] = set()

    @initialize(can_tell=st.booleans(), batch_size=st.integers(1, 4))
    def service(self, *, can_tell: bool, batch_size: int) -> None:
        """Decide what kind of service it is."""
        self.desk.far.can_tell = can_tell
        self.desk.far.batch_size = batch_size
        self.desk.asked()

    @rule(count=st.integers(1, 3))
    def buyer_writes(self, count: int) -> None:
        """New questions arrive at the service."""
        for _ in range(count):
            self.desk.far.write(f"Question {len(self.desk.far.mails)}")

    @rule(cut=CUTS, fates=FATES, down=st.booleans())
    def engine_runs(self, cut: str | None, fates: list[Fate], *, down: bool) -> None:
        """One round, which a power cut may end anywhere."""
        self.desk.far.fates.extend(fates)
        if down:
            self.desk.far.pull_fates.append(Temporary("no line"))
        self._with_power_cut(cut, lambda: self.desk.runner().round(nudged=True))

    @precondition(lambda self: self.desk.conversations())
    @rule(which=st.integers(0, 50), delay=st.booleans(), cut=REPLY_CUTS)
    def seller_replies(self, which: int, cut: str | None, *, delay: bool) -> None:
        """An answer is written; the power may fail before or after it is queued."""
        every = self.desk.conversations()
        uid = every[which % len(every)]
        before = self._items()
        self._with_power_cut(cut, lambda: self.desk.reply(uid, delay=delay))
        self.queued |= self._items().keys() - before.keys()

    @rule(which=st.integers(0, 50))
    def seller_withdraws(self, which: int) -> None:
        """A reply is taken back, if it is still there to be taken back."""
        waiting = [
            key for key, item in sorted(self._items().items()) if item.state is Delivery.QUEUED
        ]
        if waiting:
            key = waiting[which % len(waiting)]
            Triage(self.desk.store, self.desk.book, self.desk.watch).cancel(key)
            self.withdrawn.add(key)

    @rule(seconds=st.sampled_from([1, 11, 100, 1000]))
    def time_passes(self, seconds: int) -> None:
        """The clock goes on."""
        self.desk.watch.forward(seconds)

    @invariant()
    def nothing_is_sent_twice(self) -> None:
        """What the buyer got twice can never be taken back."""
        assert all(count <= 1 for count in self.desk.far.arrived.values())
        assert all(count <= 1 for count in self.desk.far.sent_folder.values())

    @invariant()
    def nothing_accepted_is_forgotten(self) -> None:
        """What counts as answered was answered."""
        for key, item in self._items().items():
            if item.state is Delivery.ACCEPTED:
                assert self.desk.far.arrived[key] == 1

    def teardown(self) -> None:
        """In the end, with power and a line, everything is where it belongs."""
        try:
            self.desk.far.fates.clear()
            self.desk.far.pull_fates.clear()
            for _ in range(4):
                self.desk.watch.forward(2000)
                assert self.desk.runner().round().state == "ok"
            self._all_is_well()
            self._a_second_run_changes_nothing()
        finally:
            self.desk.store.close()
            self._open.close()

    def _all_is_well(self) -> None:
        """Compare what is stored with what the far side has."""
        items = self._items()
        assert items.keys() == self.queued - self.withdrawn
        for key, item in items.items():
            arrived = self.desk.far.arrived[key]
            match item.state:
                case Delivery.ACCEPTED:
                    assert (arrived, self.desk.far.sent_folder[key], item.settled) == (1, 1, True)
                case Delivery.REFUSED:
                    assert arrived == 0
                case Delivery.QUEUED:
                    assert item.schedule is not None
                    assert item.schedule.waits or item.send_after > self.desk.watch.now
                    assert arrived == 0
                case _:
                    assert item.state is Delivery.UNSURE
                    assert not self.desk.far.can_tell
        for key in self.withdrawn:
            assert not self.desk.far.arrived[key]
        waiting = sum(item.state is not Delivery.ACCEPTED for item in items.values())
        with self.desk.store.read() as tx:
            assert stored_counts(tx, SHOP)[0] == len(self.desk.far.mails) + waiting
            assert not held_back.every(tx)

    def _a_second_run_changes_nothing(self) -> None:
        """A round without news writes nothing at all."""
        runner = self.desk.runner()
        runner.round()
        before = self.desk.store.revision(), self.desk.far.arrived.copy()
        runner.round()
        assert (self.desk.store.revision(), self.desk.far.arrived) == before
        runner.close()

    def _items(self) -> dict[ReplyKey, OutboxItem]:
        with self.desk.store.read() as tx:
            return {item.key: item for item in outbox.every(tx)}

    def _with_power_cut(self, at: str | None, act: Callable[[], object]) -> None:
        """Act, and pull the plug at that step; then begin again with the store alone."""

        def hook(name: str) -> None:
            if name == at:
                raise PowerCut

        steps.hook = hook
        try:
            act()
        except PowerCut:
            self.desk.power_back()
        finally:
            steps.hook = lambda _name: None


FEW = settings(
    max_examples=25,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)


@pytest.mark.slow
def test_any_history_ends_with_each_reply_once_and_every_mail_there() -> None:
    """The two fears of a seller, tried against a fistful of invented days."""
    run_state_machine_as_test(History, settings=FEW)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_many_histories_end_well() -> None:
    """The same with many more and longer days."""
    many = settings(FEW, max_examples=300, stateful_step_count=40)
    run_state_machine_as_test(History, settings=many)
