"""The suite that every connector passes, ours and strangers'; needs pytest, and is never run-time.

Write a `Service` for the far side, subclass `ConnectorConformance` and give it
one fixture named `service`::

    class TestMyConnector(ConnectorConformance):
        @pytest.fixture
        def service(self, tmp_path):
            service = MyService(tmp_path)
            yield service
            service.close()

A promise that a service cannot show (it has no marks, say) is skipped with
that reason, and for no other one. Faults are made on the wire, never by
patching the connector.
"""

from connectors.conformance.incoming import IncomingConformance
from connectors.conformance.line import LineConformance
from connectors.conformance.outgoing import OutgoingConformance
from connectors.conformance.service import Arrived, Pulled, Service, pull_all, reply_to
from connectors.conformance.waiting import WaitingConformance

__all__ = ["Arrived", "ConnectorConformance", "Pulled", "Service", "pull_all", "reply_to"]


class ConnectorConformance(
    IncomingConformance, OutgoingConformance, LineConformance, WaitingConformance
):
    """Everything a connector promises, as tests over the fixture `service`."""
