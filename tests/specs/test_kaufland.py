"""Kaufland's specification takes all we ask and simulate; we survive all that it may answer."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

import pytest

from connectors.conformance import pull_all, reply_to
from connectors.contract import Account, Rejected
from connectors.kaufland import KauflandConnector
from connectors.pace import Rate
from connectors.simulation import in_json
from connectors.values import Mark, OutgoingFile
from tests.connectors.test_conformance_kaufland import KauflandService
from tests.connectors.test_kaufland import ORDER, UNIT
from tests.specs.prism import answers, checked, mocked
from tests.specs.replay import Replay, survived

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SPEC = "kaufland/kaufland.inbox.trimmed.json"
FAST = Rate(10_000, 1.0)
TICKET = {
    "id_ticket": "0011234567",
    "ts_created_iso": "2026-11-20T09:30:00Z",
    "ts_updated_iso": "2026-11-20T09:30:00Z",
    "status": "opened",
}


def connected(base_url: str, secret: str) -> KauflandConnector:
    """Return a connector to that address."""
    settings = {"client_key": "0123456789abcdef", "base_url": base_url}
    account = Account("uid", "shop", settings, lambda _key: secret)
    return KauflandConnector(account, rate=FAST, settled_after=0)


def test_every_request_and_every_simulated_answer_is_as_specified() -> None:
    """One head's mistake is not made twice: the vendor's text is the judge of both sides."""
    service = KauflandService()
    service.sim.orders["MB7UWLD"] = ORDER
    with checked(SPEC, f"{service.sim.base_url}/v2") as address, closing(service):
        service.sim.public_url = address
        with closing(connected(address, service.secret)) as connector:
            use_all(service, connector)

    assert {asked.method for asked in service.sim.asked} == {"GET", "POST", "PATCH"}


def use_all(service: KauflandService, connector: KauflandConnector) -> None:
    """Make every request that the connector can make."""
    ticket = service.sim.open("return_check_status", units=(UNIT,))
    service.sim.say(ticket, "buyer", "Ann Buyer", "Hello?", datetime(2026, 11, 1, tzinfo=UTC))
    pulled = pull_all(connector)
    label = OutgoingFile("label.pdf", "application/pdf", b"%PDF")
    reply = replace(reply_to(service, pulled.only), files=(label,))
    connector.send(reply)
    assert connector.look(reply) is not None
    connector.send(replace(reply, text="We ask the carrier.", form="interim"))
    assert connector.order("MB7UWLD") is not None
    assert connector.order("NOPE") is None
    service.sim.moves = False
    service.sim.say(ticket, "buyer", "Ann Buyer", "And now?")
    assert "And now?" in {m.text for m in pull_all(connector, pulled.checkpoint).messages}
    connector.mark(pulled.only.places, Mark.CLOSED)
    connector.check()
    ticket.status = "customer_service_closed_final"
    for refused in (
        lambda: connector.send(reply),
        lambda: connector.mark(pulled.only.places, Mark.CLOSED),
    ):
        with pytest.raises(Rejected, match="It is closed"):
            refused()


def test_whatever_kaufland_may_answer_breaks_nothing() -> None:
    """An answer nobody thought of must not take the account down."""
    with mocked(SPEC, "-d") as address:
        lists = answers(address, "/tickets?limit=30")
        tickets = answers(address, "/tickets/0011234567?embedded=messages&embedded=files")
        orders = answers(address, "/orders/MB7UWLD")
        words = answers(address, "/tickets/messages?limit=30")
    far = Replay(
        {
            "GET /tickets": in_json({"data": [TICKET]}),
            r"GET /tickets/\d+": in_json({"data": {**TICKET, "messages": []}}),
            "GET /tickets/messages": in_json({"data": []}),
        }
    )
    connector = connected(far.base_url, "any")

    def pull() -> None:
        for _batch in islice(connector.pull(None), 2):
            pass

    (first,) = islice(connector.pull(None), 1)

    def again() -> None:
        for _batch in islice(connector.pull(first.checkpoint), 2):
            pass

    try:
        taken = [
            survived(far, "GET /tickets", lists, pull),
            survived(far, r"GET /tickets/\d+", tickets, pull),
            survived(far, "GET /orders/.*", orders, lambda: connector.order("MB7UWLD")),
            survived(far, "GET /tickets/messages", words, again),
        ]
    finally:
        connector.close()
        far.close()

    assert [sum(each) for each in taken] == [200] * 4
    assert [refused for _taken, refused in taken[1:]] == [0, 0, 0]
