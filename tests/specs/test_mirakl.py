"""Mirakl's specification takes all we ask and simulate; we survive all that it may answer."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from itertools import islice
from typing import Any

import httpx2
import pytest

from connectors.conformance import pull_all, reply_to
from connectors.contract import Account
from connectors.mirakl import MiraklConnector
from connectors.mirakl.simulated_orders import order_with
from connectors.pace import Rate
from connectors.simulation import in_json
from connectors.values import OutgoingFile
from tests.connectors.test_conformance_mirakl import MiraklService
from tests.specs.generated import generated
from tests.specs.prism import answers, checked, mocked, specification
from tests.specs.replay import Replay, survived

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SPEC = "mirakl/mirakl.inbox.patched.json"
PARTS = "mirakl/mirakl.multipart-json-parts.schema.json"
KEY = {"Authorization": "any"}
THREAD = {
    "id": "thread-1",
    "date_updated": "2026-11-20T09:30:00Z",
    "metadata": {"total_count": 1},
    "messages": [],
    "authorized_participants": [{"type": "CUSTOMER", "id": "1"}],
}


def connected(base_url: str, secret: str) -> MiraklConnector:
    """Return a connector to that address."""
    account = Account("uid", "shop", {"base_url": base_url}, lambda _key: secret)
    return MiraklConnector(account, rate=Rate(10_000, 1.0), settled_after=0)


def test_every_request_and_every_simulated_answer_is_as_specified() -> None:
    """One head's mistake is not made twice: the vendor's text is the judge of both sides."""
    service = MiraklService()
    with (
        checked(SPEC, service.sim.base_url) as address,
        closing(service),
        closing(connected(address, service.secret)) as connector,
    ):
        thread = service.sim.open("Where is it?", order="PC-881-A")
        service.sim.say(thread, "CUSTOMER_USER", "Hello?", files=(("a.txt", b"words"),))
        pulled = pull_all(connector)
        reply = reply_to(service, pulled.only)  # Prism makes no list of a form's files: see below
        connector.send(reply)
        assert connector.look(reply) is not None
        (file,) = pulled.only.attachments
        assert connector.attachment(pulled.only.places[0], file.ref) == b"words"
        assert connector.order("NOPE") is None
        service.sim.orders["PC-2"] = order_with(
            "PC-2", "Hat", address={"city": "Madrid", "country_iso_code": "ES"},
            shipped="2026-11-19T10:00:00Z", tracking="CX123",
        )  # fmt: skip
        assert connector.order("PC-2") is not None
        connector.check()


def test_the_json_in_the_form_is_as_specified() -> None:
    """Prism does not look into a part of JSON, so it is looked at here."""
    parts = json.loads(specification(PARTS).read_text())["components"]["schemas"]
    known = parts["M12_Request_MultipartFormData_MessageInput"]
    to = parts["M12_Request_MultipartFormData_MessageInput_To"]
    service = MiraklService()
    with closing(service), closing(connected(service.base_url, service.secret)) as connector:
        service.deliver("Question", "Hello?")
        reply = reply_to(service, pull_all(connector).only)
        file = OutgoingFile("a.pdf", "application/pdf", b"%PDF")
        connector.send(replace(reply, files=(file,)))
        (asked,) = [asked for asked in service.sim.asked if asked.method == "POST"]
    part = asked.body.split(b"\r\n\r\n", 1)[1].split(b"\r\n--", 1)[0]
    said: dict[str, Any] = json.loads(part)

    assert set(known["required"]) <= set(said) <= set(known["properties"])
    assert known["properties"]["body"]["minLength"] <= len(said["body"])
    for each in said["to"]:
        assert set(to["required"]) <= set(each) <= set(to["properties"])


def test_whatever_mirakl_may_answer_breaks_nothing() -> None:
    """An answer nobody thought of must not take the account down."""
    with mocked(SPEC, "-d") as address:
        lists = answers(address, "/api/inbox/threads?with_messages=true", headers=KEY)
        threads = answers(address, "/api/inbox/threads/thread-1", headers=KEY)
    orders = generated(SPEC, "/api/orders")  # Prism takes minutes for one
    path = "/api/inbox/threads/{thread_id}/message"
    sent = generated(SPEC, path, method="post", status="201")
    far = Replay(
        {
            "GET /api/inbox/threads": in_json({"data": [THREAD]}),
            "GET /api/inbox/threads/.*": in_json(THREAD),
        }
    )

    service = MiraklService()
    reply = replace(reply_to(service), conversation_ref="thread-1")
    service.close()

    with closing(far), closing(connected(far.base_url, "any")) as connector:

        def pull() -> None:
            for _batch in islice(connector.pull(None), 2):
                pass

        taken = [
            survived(far, "GET /api/inbox/threads", lists, pull),
            survived(far, "GET /api/inbox/threads/.*", threads, pull),
            survived(far, "GET /api/orders", orders, lambda: connector.order("A")),
            survived(far, "POST /api/inbox/.*", sent, lambda: connector.send(reply)),
        ]

    assert [sum(each) for each in taken] == [200] * 4
    assert taken[1] == (200, 0)
    assert taken[2][0] > 50  # the rest hold instants that are none


def test_the_mock_wants_the_key() -> None:
    """A mock that takes everybody would prove nothing."""
    with mocked(SPEC) as address:
        assert httpx2.get(f"{address}/api/inbox/threads").status_code == 401
