"""The line to the service: cut, garbled, silent, refused. Faults are made on the wire."""

from __future__ import annotations

import logging
import traceback

import pytest

from connectors.conformance.service import Pulled, Service, reply_to
from connectors.contract import ConnectorError, LoginRefused, Temporary

PLACES = (1, 60, 400, 1500, 3000, 6000, 20_000)
"""Bytes of the service's words after which a fault sets in: greeting, login, listing, mails."""
IMPATIENT = 0.2
"""Seconds after which a connector gives up in tests that wait for that."""


def pull_until_error(service: Service, pulled: Pulled, *, patience: float) -> ConnectorError | None:
    """Pull what there is, as a store would take it; return the error that ended it."""
    connector = service.connect(patience=patience)
    try:
        for batch in connector.pull(pulled.checkpoint):
            pulled.add(batch)
    except ConnectorError as error:
        return error
    finally:
        connector.close()
    return None


class LineConformance:
    """What is promised when the line or the login fails."""

    def deliver_some(self, service: Service) -> set[str]:
        """Let the buyer write a few times; return the subjects."""
        subjects = {f"Question {number}" for number in range(8)}
        for subject in sorted(subjects):
            service.deliver(subject, "Hello? " * 40)
        return subjects

    @pytest.mark.parametrize("place", PLACES)
    def test_a_line_cut_in_the_middle_is_temporary(self, service: Service, place: int) -> None:
        """The train goes into a tunnel: it is tried again, and nothing is lost or doubled."""
        subjects = self.deliver_some(service)
        service.cut_after(place)
        pulled = service.nothing_yet()
        error = pull_until_error(service, pulled, patience=20)
        assert isinstance(error, Temporary) or (error is None and place > PLACES[1])
        service.mend()

        assert pull_until_error(service, pulled, patience=20) is None
        assert len(pulled.subjects) == len(subjects)
        assert set(pulled.subjects) == subjects

    @pytest.mark.parametrize("place", PLACES[::2])
    def test_garbled_answers_are_temporary(self, service: Service, place: int) -> None:
        """Nonsense is no message, no end of messages, and no crash."""
        subjects = self.deliver_some(service)
        service.garble_after(place)
        pulled = service.nothing_yet()
        error = pull_until_error(service, pulled, patience=IMPATIENT)
        assert isinstance(error, Temporary) or (error is None and place > PLACES[1])
        service.mend()

        assert pull_until_error(service, pulled, patience=20) is None
        assert set(pulled.subjects) >= subjects

    @pytest.mark.parametrize("place", [0, 400, 3000])
    def test_a_line_that_falls_silent_is_temporary(self, service: Service, place: int) -> None:
        """A connection that is dead without saying so must not hold up the account for ever."""
        subjects = self.deliver_some(service)
        service.fall_silent_after(place)
        pulled = service.nothing_yet()
        error = pull_until_error(service, pulled, patience=IMPATIENT)
        assert isinstance(error, Temporary) or (error is None and place)
        service.mend()

        assert pull_until_error(service, pulled, patience=20) is None
        assert set(pulled.subjects) == subjects

    def test_a_service_that_is_away_is_temporary(self, service: Service) -> None:
        """The seller is offline; what is stored stays, and the rest comes later."""
        service.deliver("Question", "Hello?")
        service.go_away()
        pulled = service.nothing_yet()
        assert isinstance(pull_until_error(service, pulled, patience=5), Temporary)
        service.come_back()

        assert pull_until_error(service, pulled, patience=20) is None
        assert pulled.subjects == ["Question"]

    def test_a_connector_outlives_an_outage(self, service: Service) -> None:
        """The same connector goes on when the service is back, without a restart."""
        service.deliver("Question", "Hello?")
        connector = service.connect()
        before = service.pulled(connector)
        service.go_away()
        with pytest.raises(Temporary):
            service.pulled(connector, before.checkpoint)
        service.come_back()
        service.deliver("Second", "Hello?")
        after = service.pulled(connector, before.checkpoint)
        connector.close()

        assert after.subjects == ["Second"]

    def test_a_pause_that_is_asked_for_is_passed_on(self, service: Service) -> None:
        """Who asks again too soon is locked out."""
        service.be_busy(17)
        connector = service.connect()
        with pytest.raises(Temporary) as busy:
            service.pulled(connector)
        connector.close()

        assert busy.value.retry_after == 17

    def test_a_refused_login_is_the_sellers_to_mend(self, service: Service) -> None:
        """A wrong password does not get better by trying, and locks accounts."""
        connector = service.connect(secret="wrong " + service.secret)
        with pytest.raises(LoginRefused) as refused:
            service.pulled(connector)
        with pytest.raises(LoginRefused):
            connector.check()
        connector.close()

        assert str(refused.value).endswith(".")

    def test_a_secret_shows_nowhere(
        self, service: Service, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Not in a log, not in an error, not in what a debugger prints."""
        wrong = "wrong-" + service.secret
        said: list[str] = []
        with caplog.at_level(logging.DEBUG):
            for secret in (service.secret, wrong):
                connector = service.connect(secret=secret)
                said += [repr(connector), repr(connector.account), repr(vars(connector))]
                try:
                    service.pulled(connector)
                    connector.send(reply_to(service))
                except LoginRefused as refused:
                    said += traceback.format_exception(refused)
                said.append(repr(vars(connector)))
                connector.close()
        said += [
            record.getMessage()
            for record in caplog.records
            if not record.name.startswith(service.own_loggers)
        ]

        assert [line for line in said if service.secret in line] == []

    def test_a_check_says_what_it_found_in_sentences(self, service: Service) -> None:
        """The seller sees that the account works, before the first buyer waits."""
        connector = service.connect()
        findings = connector.check()
        connector.close()

        assert findings.lines
        assert all(line.endswith(".") for line in findings.lines)

    def test_the_settings_explain_themselves(self, service: Service) -> None:
        """The wizard, the documentation and the validation are made from them."""
        connector = service.connect()
        settings = connector.SETTINGS
        connector.close()

        keys = [setting.key for setting in settings]
        assert len(set(keys)) == len(keys)
        assert all(setting.title and setting.help.endswith(".") for setting in settings)
        assert all(
            setting.default in setting.choices
            for setting in settings
            if setting.choices and setting.default is not None
        )
