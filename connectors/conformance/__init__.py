"""The suite that every connector passes, ours and strangers'; needs pytest, and is never run-time.

Write a `Service` for the far side, subclass `ConnectorConformance` and give it
one fixture named `service`::

    class TestMyConnector(ConnectorConformance):
        @pytest.fixture
        def service(self):
            service = MyService()
            yield service
            service.close()

For a service that speaks HTTP, subclass `SimulatedService` around a simulator
(connectors/simulation.py): it brings the line that breaks, and lets
`FaultMatrix` run over it as well.

A promise that a service cannot show (it has no marks, say) is skipped with
that reason, and for no other one. Faults are made on the wire, never by
patching the connector. `pytest.register_assert_rewrite("connectors.conformance")`
in a conftest.py lets a failure show its values.
"""

from connectors.conformance.faults import FaultMatrix
from connectors.conformance.incoming import IncomingConformance
from connectors.conformance.line import LineConformance
from connectors.conformance.outgoing import OutgoingConformance
from connectors.conformance.service import Arrived, Pulled, Service, pull_all, reply_to
from connectors.conformance.simulated import SimulatedService
from connectors.conformance.waiting import WaitingConformance

__all__ = [
    "Arrived",
    "ConnectorConformance",
    "FaultMatrix",
    "Pulled",
    "Service",
    "SimulatedService",
    "pull_all",
    "reply_to",
]


class ConnectorConformance(
    IncomingConformance, OutgoingConformance, LineConformance, WaitingConformance
):
    """Everything a connector promises, as tests over the fixture `service`."""
