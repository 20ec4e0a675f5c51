"""PayPal's specification takes all we ask and simulate; we survive all that it may answer.

Prism needs more than 5 seconds to make up one dispute: the random answers are our own.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from itertools import islice

import pytest

from connectors.conformance import pull_all, reply_to
from connectors.contract import Account
from connectors.pace import Rate
from connectors.paypal import PayPalConnector
from connectors.simulation import in_json
from connectors.values import OutgoingFile, Quarantined
from tests.connectors.test_conformance_paypal import PayPalService
from tests.specs.generated import generated
from tests.specs.prism import SAMPLES, checked
from tests.specs.replay import Replay, survived

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SPEC = "paypal/customer_disputes_v1.json"
ROW = {"dispute_id": "PP-D-1", "update_time": "2026-11-20T09:30:00.000Z"}
SENDS = "https://api-m.paypal.com/v1/customer/disputes/PP-D-1/send-message"
TOKEN = {"access_token": "any", "token_type": "Bearer", "expires_in": 32400}


def connected(base_url: str, auth_url: str, secret: str) -> PayPalConnector:
    """Return a connector to that address."""
    settings = {"client_id": "paypal-app", "base_url": base_url, "auth_url": auth_url}
    account = Account("uid", "shop", settings, lambda _key: secret)
    return PayPalConnector(account, rate=Rate(10_000, 1.0), settled_after=0)


def use_all(service: PayPalService, connector: PayPalConnector) -> None:
    """Make every request that the connector can make."""
    service.deliver("Question", "Hello?")
    pulled = pull_all(connector)
    pdf = OutgoingFile("a.pdf", "application/pdf", b"%PDF")
    reply = replace(reply_to(service, pulled.only), files=(pdf,))
    connector.send(reply)
    assert connector.look(reply) is not None
    assert connector.order(service.disputes[-1].transaction) is not None
    assert pull_all(connector, pulled.checkpoint).messages
    connector.check()


def test_every_request_and_every_simulated_answer_is_as_specified() -> None:
    """One head's mistake is not made twice: the vendor's text is the judge of both sides."""
    service = PayPalService()
    with (
        checked(SPEC, service.sim.base_url) as address,
        closing(service),
        closing(connected(address, service.sim.base_url, service.secret)) as connector,
    ):
        use_all(service, connector)

    assert {asked.method for asked in service.sim.asked} == {"GET", "POST"}


def test_whatever_paypal_may_answer_breaks_nothing() -> None:
    """An answer nobody thought of must not take the account down."""
    lists = generated(SPEC, "/v1/customer/disputes")
    details = generated(SPEC, "/v1/customer/disputes/{id}")
    sent = generated(SPEC, "/v1/customer/disputes/{id}/send-message", method="post")
    link = {"href": SENDS, "rel": "send_message"}
    far = Replay(
        {
            "POST /v1/oauth2/token": in_json(TOKEN),
            "GET /v1/customer/disputes": in_json({"items": [ROW]}),
            "GET /v1/customer/disputes/.*": in_json({**ROW, "links": [link]}),
        }
    )

    service = PayPalService()
    reply = replace(reply_to(service), conversation_ref="PP-D-1")
    service.close()

    with closing(far), closing(connected(far.base_url, "", "any")) as connector:
        aside: list[Quarantined] = []

        def pull() -> None:
            for batch in islice(connector.pull(None), 2):
                aside.extend(batch.quarantined)

        def order() -> None:
            connector.order("1001TX")

        def send() -> None:
            connector.send(reply)

        listed = survived(far, "GET /v1/customer/disputes", lists, pull)
        aside.clear()
        shown = survived(far, "GET /v1/customer/disputes/.*", details, pull)
        ordered = survived(far, "GET /v1/customer/disputes/.*", details, order)
        told = survived(far, "POST /v1/customer/disputes/.*", sent, send)

    assert [sum(each) for each in (listed, shown, ordered, told)] == [SAMPLES] * 4
    assert len(aside) < SAMPLES
    assert ordered[0] > SAMPLES / 4
    assert shown[1] == 0
    assert listed[0] > SAMPLES / 2
