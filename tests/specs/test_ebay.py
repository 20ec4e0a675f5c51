"""eBay's specifications take all we ask and simulate; we survive all that it may answer."""

from __future__ import annotations

import json
import re
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from connectors.conformance import pull_all, reply_to
from connectors.contract import Account
from connectors.ebay import EbayConnector
from connectors.ebay.orders import Sold, order_of
from connectors.ebay.simulated_orders import order_with
from connectors.pace import Rate
from connectors.simulation import Said, in_json
from connectors.tokens import Tokens
from connectors.values import Kind, Mark, Party, SettingValues
from tests.connectors.test_conformance_ebay import EbayService
from tests.connectors.test_ebay_sales import CANCELLATION, DISPUTE, INQUIRY, ORDER, RETURN
from tests.specs.prism import answers, checked, mocked, specification
from tests.specs.replay import Replay, survived

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
MESSAGES = "/commerce/message/v1"
SALES = "/sell/fulfillment/v1"
POST_ORDER = "/post-order/v2"
SPECS = {
    MESSAGES: "ebay/commerce_message_v1.strict.json",
    SALES: "ebay/sell_fulfillment.orders_disputes.trimmed.json",
}

_TEXT = {"type": "string"}
PARCEL = {
    "fulfillmentId": _TEXT,
    "lineItems": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"lineItemId": _TEXT, "quantity": {"type": "integer"}},
        },
    },
    "shipmentTrackingNumber": _TEXT,
    "shippedDate": {"type": "string", "format": "date-time"},
    "shippingCarrierCode": _TEXT,
}
PARCELS = {
    "type": "object",
    "properties": {
        "fulfillments": {"type": "array", "items": {"type": "object", "properties": PARCEL}},
        "total": {"type": "integer"},
        "warnings": {"type": "array", "items": {"type": "object"}},
    },
}
"""What getShippingFulfillments answers, as developer.ebay.com says it: the file leaves it out."""

FAST = Rate(10_000, 1.0)
NOTHING = {"total": 0}
CONVERSATION = {
    "conversationId": "1001",
    "conversationType": "FROM_MEMBERS",
    "createdDate": "2026-11-20T09:30:00.000Z",
    "unreadCount": 1,
    "referenceId": "110012345678",
    "latestMessage": {"senderUsername": "ann", "recipientUsername": "the_shop"},
}


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> str:
    """All specifications as one host: Prism leaves out the paths' beginning."""
    whole: dict[str, object] = {}
    paths: dict[str, object] = {}
    schemas: dict[str, object] = {}
    for number, (base, name) in enumerate(SPECS.items()):
        text = specification(name).read_text()
        text = text.replace("#/components/schemas/", f"#/components/schemas/S{number}")
        document = json.loads(text, object_hook=_as_prose_says)
        whole = whole or {key: document[key] for key in ("openapi", "info")}
        paths |= {f"{base}{path}": said for path, said in document["paths"].items()}
        kept = document["components"]["schemas"]
        schemas |= {f"S{number}{key}": said for key, said in kept.items()}
    named = {"name": "orderId", "in": "path", "required": True, "schema": _TEXT}
    answer = {"description": "", "content": {"application/json": {"schema": PARCELS}}}
    paths[f"{SALES}/order/{{orderId}}/shipping_fulfillment"] = {
        "get": {"parameters": [named], "responses": {"200": answer}}
    }
    for said in paths.values():
        for operation in said.values() if isinstance(said, dict) else ():
            if isinstance(operation, dict):
                operation.pop("security", None)  # both name their own; tests of ours check tokens
    file = Path(tmp_path_factory.mktemp("ebay")) / "ebay.json"
    file.write_text(json.dumps({**whole, "paths": paths, "components": {"schemas": schemas}}))
    return str(file)


def _as_prose_says(said: dict[str, object]) -> dict[str, object]:
    """Return a schema whose dates are dates, and whose repeated parameter may be repeated."""
    if said.get("name") == "payment_dispute_status":
        said["schema"] = {"type": "array", "items": {"type": "string"}}
    for name, field in said.items():
        if name.endswith("Date") and isinstance(field, dict) and field.get("type") == "string":
            field["format"] = "date-time"
            field.pop("example", None)
    return said


def connected(base_url: str, look_every: float = 600.0) -> EbayConnector:
    """Return a connector to that address."""
    tokens = Tokens("any", "any").text()
    settings: SettingValues = {
        "username": ("the_shop",),
        "client_id": "a",
        "runame": "r",
        "base_url": base_url,
    }
    account = Account("uid", "shop", settings, lambda key: tokens if key == "tokens" else "any")
    return EbayConnector(account, rate=FAST, settled_after=0, look_every=look_every)


def test_every_request_and_every_simulated_answer_is_as_specified(spec: str) -> None:
    """One head's mistake is not made twice: the vendor's text is the judge of both sides."""
    service = EbayService()
    service.sim.login.accept("any", "any")
    with (
        checked(spec, service.sim.base_url) as address,
        closing(service),
        closing(connected(address)) as connector,
    ):
        use_all(service, connector)

    assert {asked.method for asked in service.sim.asked} == {"GET", "POST"}


def use_all(service: EbayService, connector: EbayConnector) -> None:
    """Make every request that the connector can make."""
    at = datetime(2026, 11, 1, tzinfo=UTC)
    conversation = service.sim.open("Blue lamp", at=at)
    service.sim.say(conversation, "ann_buyer", "Is it blue?", at)
    service.sim.orders[ORDER["orderId"]] = ORDER
    service.sim.orders["12-1"] = order_with(
        "12-1", "Hat", item="110099", buyer="bob", variants=(("Colour", "grey"),),
        address={"addressLine1": "Lange Gasse 7", "city": "Dresden", "countryCode": "DE"},
        shipped="2026-11-19T08:00:00.000Z",
    )  # fmt: skip
    service.sim.disputes[DISPUTE["paymentDisputeId"]] = DISPUTE
    service.sim.post_order = False
    notice = service.sim.open("Pack it", other="eBay", type="FROM_EBAY", item=None, at=at)
    service.sim.say(notice, "eBay", "Ship it.", at)
    pulled = pull_all(connector)
    message = next(one for one in pulled.messages if one.answerable)
    reply = reply_to(service, message)
    connector.send(reply)
    assert connector.look(reply) is not None
    begun = replace(reply_to(service), recipients=(Party("Bob", "bob"),))
    connector.send(begun)
    assert connector.look(begun) is not None
    for mark in (Mark.SEEN, Mark.UNSEEN, Mark.ARCHIVED, Mark.UNARCHIVED):
        connector.mark([one.places[0] for one in pulled.messages], mark)
    service.sim.sorts = False
    service.sim.say(conversation, "ann_buyer", "And now?")
    service.sim.say(service.sim.open("Later"), "ann_buyer", "And this?")
    found = {one.text for one in pull_all(connector, pulled.checkpoint).messages}
    assert {"And now?", "And this?"} <= found
    assert message.order_ref == ORDER["orderId"]
    assert connector.order(ORDER["orderId"]) == order_of(msgspec.convert(ORDER, Sold))
    service.sim.ship("12-1", "DHL", "0034", "2026-11-19T10:00:00.000Z")
    shipped = connector.order("12-1")
    assert shipped is not None
    assert [each.tracking_number for each in shipped.shipments] == ["0034"]
    assert [one.kind for one in pulled.messages if not one.answerable] == [
        Kind.NOTICE,
        Kind.DISPUTE,
    ]
    assert connector.check().lines


def test_no_address_of_a_buyers_request_is_invented() -> None:
    """Of these lists only the addresses are written down anywhere, with what is asked there."""
    known = [
        (method.upper(), re.compile(POST_ORDER + re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))))
        for name in ("inquiry", "return", "cancellation")
        for path, said in json.loads(specification(f"ebay/hendt__{name}_oas3.json").read_text())[
            "paths"
        ].items()
        for method in said
    ]
    service = EbayService()
    service.sim.login.accept("any", "any")
    rows = (service.sim.inquiries, service.sim.returns, service.sim.cancellations)
    with closing(service), closing(connected(service.sim.base_url, look_every=0)) as connector:
        for each, row in zip(rows, (INQUIRY, RETURN, CANCELLATION), strict=True):
            each["7"] = dict(row)
        pulled = pull_all(connector)
        for each in rows:
            each.clear()
        pull_all(connector, pulled.checkpoint)
        asked = {
            (one.method, one.path) for one in service.sim.asked if one.path.startswith(POST_ORDER)
        }

    assert len(asked) > len(rows)
    assert [
        one for one in asked if not any(m == one[0] and p.fullmatch(one[1]) for m, p in known)
    ] == []


def test_whatever_ebay_may_answer_breaks_nothing(spec: str) -> None:
    """An answer nobody thought of must not take the account down."""
    with mocked(spec, "-d") as address:
        lists = answers(address, f"{MESSAGES}/conversation?conversation_type=FROM_MEMBERS")
        held = answers(address, f"{MESSAGES}/conversation/1?conversation_type=FROM_MEMBERS")
        orders = answers(address, f"{SALES}/order?limit=200")
        order = answers(address, f"{SALES}/order/1")
        parcels = answers(address, f"{SALES}/order/1/shipping_fulfillment")
        disputes = answers(address, f"{SALES}/payment_dispute_summary?limit=200")
        dispute = answers(address, f"{SALES}/payment_dispute/1")
        sent = answers(
            address,
            f"{MESSAGES}/send_message",
            method="POST",
            json={"conversationId": "1001", "messageText": "Yes."},
        )
    far = Replay(
        {
            f"GET {MESSAGES}/conversation": in_json({"conversations": [CONVERSATION], "total": 1}),
            rf"GET {MESSAGES}/conversation/\d+": in_json(NOTHING),
            f"GET {SALES}/payment_dispute_summary": in_json({"paymentDisputeSummaries": [DISPUTE]}),
            "GET /post-order/.*": in_json({"members": None}),
            f"GET {SALES}/order/2": in_json({**ORDER, "fulfillmentHrefs": ["x"]}),
            f"POST {MESSAGES}/.*": Said(204),
        }
    )
    service = EbayService()
    reply = replace(reply_to(service), conversation_ref="1001")
    with closing(service), closing(far), closing(connected(far.base_url, 0.0)) as connector:

        def pull() -> None:
            pull_all(connector)

        taken = [
            survived(far, f"GET {MESSAGES}/conversation", lists, pull),
            survived(far, rf"GET {MESSAGES}/conversation/.+", held, pull),
            survived(far, f"GET {SALES}/order", orders, pull),
            survived(
                far, f"GET {SALES}/payment_dispute_summary", disputes, lambda: pull_all(connector)
            ),
            survived(far, rf"GET {SALES}/payment_dispute/.+", dispute, pull),
            survived(far, f"GET {SALES}/order/1", order, lambda: connector.order("1")),
            survived(far, f"GET {SALES}/order/.+/.+", parcels, lambda: connector.order("2")),
            survived(far, f"POST {MESSAGES}/send_message", sent, lambda: connector.send(reply)),
        ]

    assert [sum(each) for each in taken] == [200] * 8
    assert [refused for _taken, refused in taken[1:7]] == [0] * 6
