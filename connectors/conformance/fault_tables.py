"""What may go wrong with one request, and how a pull or a send then ends: the matrix's tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.conformance.line import IMPATIENT
from connectors.contract import ConnectorError, LoginRefused, Rejected, Temporary, Unsure
from connectors.simulation import Fault, Said

_JSON = {"Content-Type": "application/json"}
ALWAYS = 10**9
"""More requests than a test makes."""
PATIENT = 20.0
"""Seconds after which a connector gives up where nobody waits for that."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What goes wrong with one request."""

    said: Said | None = None
    silent: bool = False
    cut_after: int | None = None
    times: int = 1

    def on(self, pattern: str, *, carried_out: bool = False) -> Fault:
        """Return it as a fault of requests whose `METHOD path` fits."""
        return Fault(
            pattern,
            times=self.times,
            said=self.said,
            carried_out=carried_out,
            silent=self.silent,
            cut_after=self.cut_after,
        )

    @property
    def patience(self) -> float:
        """Return how many seconds the connector waits for an answer."""
        return IMPATIENT if self.silent else PATIENT


def _status(number: int, **headers: str) -> Wrong:
    """Return a refusal."""
    return Wrong(Said(number, b"{}", {**_JSON, **headers}))


WRONGS: Mapping[str, Wrong] = {
    **{str(each): _status(each) for each in (400, 403, 404, 409, 413, 422, 500, 502)},
    "401": Wrong(Said(401, b"{}", _JSON), times=ALWAYS),
    "429": _status(429),
    "429 with Retry-After": Wrong(Said(429, b"{}", {**_JSON, "Retry-After": "17"})),
    "silence": Wrong(silent=True),
    "cut at once": Wrong(cut_after=0),
    "cut in the head": Wrong(cut_after=20),
    "cut in the body": Wrong(cut_after=100),
    "wrong JSON": Wrong(Said(200, b'{"data": [', _JSON)),
    "no JSON": Wrong(Said(200, b"<html>Maintenance</html>", {"Content-Type": "text/html"})),
    "wrong type": Wrong(Said(200, b"5", _JSON)),
}

READ: Mapping[str, type[ConnectorError] | None] = {
    "400": Rejected,
    "401": LoginRefused,
    "403": LoginRefused,
    "404": Rejected,
    "409": Rejected,
    "413": Rejected,
    "422": Rejected,
    "429": Temporary,
    "429 with Retry-After": Temporary,
    "500": Temporary,
    "502": Temporary,
    "silence": Temporary,
    "cut at once": Temporary,
    "cut in the head": Temporary,
    "cut in the body": Temporary,
    "wrong JSON": Temporary,
    "no JSON": Temporary,
    "wrong type": Temporary,
}
"""How a pull ends whose list of conversations is answered so."""

ONE: Mapping[str, type[ConnectorError] | None] = {
    "400": None,
    "401": LoginRefused,
    "403": None,
    "404": None,
    "409": None,
    "413": None,
    "422": None,
    "429": Temporary,
    "429 with Retry-After": Temporary,
    "500": Temporary,
    "502": Temporary,
    "silence": Temporary,
    "cut at once": Temporary,
    "cut in the head": Temporary,
    "cut in the body": Temporary,
    "wrong JSON": Temporary,
    "no JSON": Temporary,
    "wrong type": None,
}
"""How a pull ends where one of many conversations is answered so. None: the others come."""

WRITTEN: Mapping[str, type[ConnectorError]] = {
    "400": Rejected,
    "401": LoginRefused,
    "403": Rejected,
    "404": Rejected,
    "409": Rejected,
    "413": Rejected,
    "422": Rejected,
    "429": Temporary,
    "429 with Retry-After": Temporary,
}
"""How a send ends that was certainly not carried out."""

DOUBTFUL: Mapping[str, type[ConnectorError] | None] = {
    "500": Unsure,
    "502": Unsure,
    "silence": Unsure,
    "cut at once": Unsure,
    "cut in the head": Unsure,
    "cut in the body": Unsure,
    "wrong JSON": Unsure,
    "no JSON": Unsure,
    "wrong type": Unsure,
}
"""How a send ends that may have been carried out; None: with a receipt."""
