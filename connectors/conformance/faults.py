"""Every way a request goes wrong, and what becomes of it: a table that each connector keeps.

Subclass `FaultMatrix` with a fixture `service` that yields a SimulatedService.
Faults are made by the far side, on the wire. What a service does otherwise
than the table says stands in `OTHERWISE`, under the table's own names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pytest

from connectors.conformance.fault_tables import (
    ALWAYS,
    DOUBTFUL,
    ONE,
    PATIENT,
    READ,
    WRITTEN,
    WRONGS,
)
from connectors.conformance.line import IMPATIENT, pull_until_error
from connectors.conformance.service import Pulled, reply_to
from connectors.conformance.simulated import SimulatedService
from connectors.contract import (
    Connector,
    ConnectorError,
    LoginRefused,
    Temporary,
    Unsure,
)
from connectors.simulation import Fault, Said
from connectors.values import Reply


class FaultMatrix:
    """Whatever goes wrong: the contract's word, nothing lost, nothing twice."""

    OTHERWISE: ClassVar[Mapping[str, type[ConnectorError] | None]] = {}
    """`list 403`, `one 403`, `send 403`, `send 500 carried out`: where this service differs."""

    def expected(
        self, name: str, table: Mapping[str, type[ConnectorError] | None], case: str
    ) -> type[ConnectorError] | None:
        """Return how it ends at this service."""
        return self.OTHERWISE.get(name, table[case])

    @pytest.mark.parametrize("case", READ)
    def test_a_list_that_goes_wrong_loses_nothing(
        self, service: SimulatedService, case: str
    ) -> None:
        """The engine acts on the word alone; the next round brings all, each once."""
        for number in range(3):
            service.deliver(f"Question {number}", "Hello? " * 40)
        wrong, pulled = WRONGS[case], service.nothing_yet()
        service.far.faults.append(wrong.on(service.LISTS))

        error = pull_until_error(service, pulled, patience=wrong.patience)

        assert_is(error, self.expected(f"list {case}", READ, case), case)
        all_once(service, pulled, {f"Question {number}" for number in range(3)})

    @pytest.mark.parametrize("case", ONE)
    def test_one_conversation_that_goes_wrong_keeps_no_other_back(
        self, service: SimulatedService, case: str
    ) -> None:
        """What is wrong with one for ever must not stop the account for ever."""
        if not service.SHOWS:
            service.without("requests for one conversation")
        for number in range(3):
            service.deliver(f"Question {number}", "Hello? " * 40)
        wrong, pulled = WRONGS[case], service.nothing_yet()
        expected = self.expected(f"one {case}", ONE, case)
        service.far.faults.append(wrong.on(service.SHOWS))

        error = pull_until_error(service, pulled, patience=wrong.patience)

        assert_is(error, expected, case)
        if expected is None:
            assert len(pulled.messages) == 2
            assert case == "404" or len(pulled.quarantined) == 1, "it was not told"
        else:
            all_once(service, pulled, {f"Question {number}" for number in range(3)})

    @pytest.mark.parametrize("case", WRITTEN)
    def test_a_reply_that_is_refused_was_not_sent(
        self, service: SimulatedService, case: str
    ) -> None:
        """It may be sent again, and then it is there once."""
        reply, before = self.answering(service)
        wrong = WRONGS[case]
        service.far.faults.append(wrong.on(service.SENDS))

        error = error_of(service, reply, wrong.patience)

        assert_is(error, self.expected(f"send {case}", WRITTEN, case), case)
        assert service.arrived() == []
        service.far.faults.clear()
        assert error_of(service, reply) is None
        self.assert_there_once(service, before)

    @pytest.mark.parametrize("carried_out", [False, True], ids=["lost", "carried out"])
    @pytest.mark.parametrize("case", DOUBTFUL)
    def test_a_reply_in_doubt_is_looked_for_and_there_once(
        self, service: SimulatedService, case: str, *, carried_out: bool
    ) -> None:
        """Whether it arrived or not: never lost, never a second time."""
        reply, before = self.answering(service)
        wrong = WRONGS[case]
        service.far.faults.append(wrong.on(service.SENDS, carried_out=carried_out))

        error = error_of(service, reply, wrong.patience)

        name = f"send {case} carried out" if carried_out else f"send {case}"
        assert_is(error, self.expected(name, DOUBTFUL, case), case)
        service.far.faults.clear()
        assert len(service.arrived()) == int(carried_out)
        self.resolve(service, reply, error)
        self.assert_there_once(service, before)

    def test_a_service_that_does_not_take_the_line_got_nothing(
        self, service: SimulatedService
    ) -> None:
        """A time-out before a byte left is no doubt: it is simply sent later."""
        reply, before = self.answering(service)
        left: list[bool] = []
        service.be_full()
        connector = service.connect(patience=IMPATIENT)
        with pytest.raises(Temporary):
            connector.send(reply, lambda: left.append(True))
        with pytest.raises(Temporary):
            service.pulled(connector, before.checkpoint)
        service.come_back()

        assert (left, service.arrived()) == ([], [])
        assert error_of(service, reply) is None
        self.assert_there_once(service, before)

    def test_an_empty_page_that_says_there_is_more_is_no_end(
        self, service: SimulatedService
    ) -> None:
        """To believe it would be to lose what is below."""
        service.deliver("Question", "Hello?")
        pulled = service.nothing_yet()
        service.far.faults.append(Fault(service.LISTS, times=ALWAYS, change=service.emptied))

        error = pull_until_error(service, pulled, patience=PATIENT)

        assert_is(error, self.expected("empty page", {"empty page": Temporary}, "empty page"), "")
        all_once(service, pulled, {"Question"})

    def test_a_page_that_comes_again_and_again_ends_the_round(
        self, service: SimulatedService
    ) -> None:
        """Else one bug of theirs keeps us asking for ever."""
        subjects = {f"Question {number}" for number in range(service.page + 1)}
        for subject in sorted(subjects):
            service.deliver(subject, "Hello?")
        first: list[Said] = []

        def again(said: Said) -> Said:
            first.append(said)
            return first[0]

        pulled = service.nothing_yet()
        service.far.faults.append(Fault(service.LISTS, times=ALWAYS, change=again))
        error = pull_until_error(service, pulled, patience=PATIENT)

        assert_is(error, Temporary, "repeated page")
        assert len(first) <= 4
        all_once(service, pulled, subjects)

    @pytest.mark.parametrize("minutes", [-10, 10])
    def test_clocks_ten_minutes_apart_lose_nothing(
        self, service: SimulatedService, minutes: int
    ) -> None:
        """Laptops wake up with yesterday's time."""
        service.shift(minutes)
        reply, before = self.answering(service)
        assert error_of(service, reply) is None
        service.deliver("Second", "Hello?")
        connector = service.connect()
        after = service.pulled(connector, before.checkpoint)
        again = service.pulled(connector, after.checkpoint)

        assert sorted(after.subjects) == ["Re: Question", "Second"]
        assert again.messages == []
        assert len(service.arrived()) == 1

    def test_a_token_taken_back_in_flight_is_renewed(self, service: SimulatedService) -> None:
        """Services end tokens when they like; the seller need not know."""
        self.need_tokens(service)
        reply, before = self.answering(service)
        service.deliver("Second", "Hello?")

        def taken_back(said: Said) -> Said:
            service.revoke()
            return said

        service.far.faults.append(Fault(service.LISTS, change=taken_back))
        connector = service.connect()
        after = service.pulled(connector, before.checkpoint)
        service.revoke()
        connector.send(reply)

        assert after.subjects == ["Second"]
        assert len(service.arrived()) == 1

    def test_a_login_taken_back_for_good_is_the_sellers_to_mend(
        self, service: SimulatedService
    ) -> None:
        """Nothing was sent, and it is told."""
        self.need_tokens(service)
        reply, before = self.answering(service)
        service.revoke(for_good=True)
        connector = service.connect()
        with pytest.raises(LoginRefused):
            service.pulled(connector, before.checkpoint)
        with pytest.raises(LoginRefused):
            connector.send(reply)

        assert service.arrived() == []

    def need_tokens(self, service: SimulatedService) -> None:
        """Skip the test where a login is a key and not a token."""
        if not service.tokens:
            service.without("tokens that can be taken back")

    def answering(self, service: SimulatedService) -> tuple[Reply, Pulled]:
        """Return an answer to a question that came, and the pull it came with."""
        service.deliver("Question", "Hello?")
        connector = service.connect()
        before = service.pulled(connector)
        connector.close()
        return reply_to(service, before.only), before

    def resolve(
        self, service: SimulatedService, reply: Reply, error: ConnectorError | None
    ) -> None:
        """Do as the engine does: look where there is a doubt, send again what is not there."""
        connector = service.connect()
        if error is not None and not (
            isinstance(error, Unsure) and is_there(connector, reply, service)
        ):
            connector.send(reply)
        connector.close()

    def assert_there_once(self, service: SimulatedService, before: Pulled) -> None:
        """Fail unless the reply is at the buyer's once, and comes back once."""
        assert len(service.arrived()) == 1
        connector = service.connect()
        after = service.pulled(connector, before.checkpoint)
        connector.close()
        assert after.subjects == ["Re: Question"]


def is_there(connector: Connector, reply: Reply, service: SimulatedService) -> bool:
    """Return whether the service, or where it cannot tell the seller, knows the reply as sent."""
    try:
        return connector.look(reply) is not None
    except Unsure:
        return len(service.arrived()) > 0


def error_of(
    service: SimulatedService, reply: Reply, patience: float = PATIENT
) -> ConnectorError | None:
    """Return what a send by a new connector ends with; None: a receipt."""
    connector = service.connect(patience=patience)
    try:
        connector.send(reply)
    except ConnectorError as error:
        return error
    finally:
        connector.close()
    return None


def assert_is(
    error: ConnectorError | None, expected: type[ConnectorError] | None, case: str
) -> None:
    """Fail unless it ended as expected, with a sentence, and with the seconds it was told."""
    if expected is None:
        assert error is None, error
        return
    assert isinstance(error, expected), error
    assert str(error).endswith((".", "!", "?")), str(error)
    if case.startswith("429"):
        assert isinstance(error, Temporary)
        assert error.retry_after == (17 if case.endswith("Retry-After") else None)


def all_once(service: SimulatedService, pulled: Pulled, subjects: set[str]) -> None:
    """Fail unless, with the fault gone, every message came exactly once."""
    service.far.faults.clear()
    assert pull_until_error(service, pulled, patience=PATIENT) is None
    assert sorted(pulled.subjects) == sorted(subjects)
