"""Allegro's specification takes all we ask and simulate; we survive all that it may answer.

Prism does not look at Content-Type here: tests/connectors/test_allegro.py does.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from connectors.allegro import AllegroConnector
from connectors.allegro.simulated_orders import order_with
from connectors.conformance import pull_all, reply_to
from connectors.contract import Account
from connectors.pace import Rate
from connectors.simulation import in_json
from connectors.tokens import Tokens
from connectors.values import Mark, OutgoingFile, Place, Reply, Role
from tests.connectors.test_allegro_orders import FORM, ID, PARCEL
from tests.connectors.test_conformance_allegro import AllegroService
from tests.specs.prism import SAMPLES, answers, checked, mocked
from tests.specs.replay import Replay, survived

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
SPEC = "allegro/allegro.inbox.patched.yaml"
FAST = Rate(10_000, 1.0)
PUBLIC = "application/vnd.allegro.public.v1+json"
BETA = "application/vnd.allegro.beta.v1+json"
PICTURE = OutgoingFile("lamp.png", "image/png", b"PNG")  # Prism passes on text alone
ISSUE: dict[str, Any] = {
    "id": "6f552f2e-9626-46b3-af09-bfdbf9690d65",
    "type": "CLAIM",
    "openedDate": "2026-11-20T12:12:12.019Z",
    "currentState": {"status": "CLAIM_SUBMITTED", "chatActive": True},
}
THREAD = {"id": "T1", "read": False, "lastMessageDateTime": "2026-11-20T09:30:00.000Z"}
MESSAGE = {
    "id": "M1",
    "status": "DELIVERED",
    "createdAt": "2026-11-20T09:30:00.000Z",
    "author": {"login": "ann", "isInterlocutor": True},
    "text": "Hello?",
}
USUAL = {
    "GET /messaging/threads": in_json({"threads": [THREAD]}),
    "GET /messaging/threads/.+/messages": in_json({"messages": [MESSAGE]}),
    "GET /sale/issues": in_json({"issues": [ISSUE]}),
    "GET /sale/issues/.+/chat": in_json({"chat": []}),
    "GET /sale/issues/.+": in_json(ISSUE),
    f"GET /order/checkout-forms/{ID}": in_json(FORM),
    f"GET /order/checkout-forms/{ID}/shipments": in_json({"shipments": [PARCEL]}),
    "PUT .+": in_json({"id": "1"}),
    "POST .+": in_json({"id": "1", "createdAt": "2026-11-20T09:30:00.000Z"}),
}


def connected(base_url: str) -> AllegroConnector:
    """Return a connector to that address."""
    tokens = Tokens("any", "any").text()
    settings = {"client_id": "a", "base_url": base_url, "language": "pl-PL"}
    account = Account("uid", "shop", settings, lambda key: tokens if key == "tokens" else "any")
    return AllegroConnector(account, rate=FAST, sends=FAST, settled_after=0, look_every=0)


def test_every_request_and_every_simulated_answer_is_as_specified() -> None:
    """One head's mistake is not made twice: the vendor's text is the judge of both sides."""
    service = AllegroService()
    service.sim.login.accept("any", "any")
    with (
        checked(SPEC, service.sim.base_url) as address,
        closing(service),
        closing(connected(address)) as connector,
    ):
        service.sim.uploads_at = address
        use_all(service, connector)

    used = {(each.method, each.path.split("/")[-1]) for each in service.sim.asked}
    assert {("GET", "chat"), ("GET", "messages"), ("PUT", "read"), ("POST", "message")} <= used
    assert len(service.sim.asked) > 25


def use_all(service: AllegroService, connector: AllegroConnector) -> None:
    """Make every request that the connector can make."""
    sim, at = service.sim, datetime(2026, 11, 1, tzinfo=UTC)
    sim.orders[ID], sim.parcels[ID] = FORM, [PARCEL]
    service.deliver("Question", "Hello?", at)
    (thread,) = sim.threads.values()
    sim.say(thread, "ann_buyer", "About it", at, order=ID, offer="82398120310")
    sim.attach(thread, "a.png", b"a picture")
    checking = sim.attach(thread, "b.png", b"another", "NEW")
    claim = sim.claim(at=at)
    claim.expectations = [{"name": "REFUND", "refund": {"amount": "2.50", "currency": "PLN"}}]
    sim.hand_in(claim, "c.png", b"a third")
    sim.verdict = "VERIFYING"
    pulled = pull_all(connector)
    for conversation in (thread.id, f"issue {claim.id}"):
        message = next(one for one in pulled.messages if one.conversation_ref == conversation)
        reply = replace(reply_to(service, message), files=(PICTURE,))
        connector.send(reply)
        assert connector.look(reply) is not None
        forms = [one for one in connector.capabilities.forms if message.kind in one.about]
        for form in forms:
            connector.send(replace(reply_to(service, message), form=form.name))
    files = [(one.places[0], file.ref) for one in pulled.messages for file in one.attachments]
    checking |= {"status": "SAFE", "url": f"https://upload.allegro.pl/x/{list(sim.files)[1]}"}
    assert {connector.attachment(*each) for each in files} == {
        b"a picture",
        b"another",
        b"a third",
    }
    for mark in (Mark.SEEN, Mark.UNSEEN):
        connector.mark([Place(thread.id, "", "1", Role.INBOX)], mark)
    for number in range(51):
        sim.dispute(str(number), at=at.replace(day=2, minute=number))
    after = pull_all(connector, pulled.checkpoint)
    again = pull_all(connector, after.checkpoint)
    assert (len(after.messages), again.messages) == (55, [])
    assert connector.order(ID) is not None
    other = sim.uuid()
    sim.orders[other] = order_with(other, "Hat", address={
        "street": "Lipowa 14", "city": "Warszawa", "zipCode": "00-316", "countryCode": "PL",
    })  # fmt: skip
    assert connector.order(other) is not None
    assert len(connector.check().lines) == 2


def test_the_mock_wants_a_token_and_the_right_media_type() -> None:
    """A mock that takes everything would prove nothing."""
    with mocked(SPEC) as address:
        path, token = f"{address}/messaging/threads", {"Authorization": "Bearer any"}
        assert httpx2.get(path, headers={"Accept": PUBLIC}).status_code == 401
        assert httpx2.get(path, headers={"Accept": BETA, **token}).status_code == 406
        assert httpx2.get(path, headers={"Accept": PUBLIC, **token}).status_code == 200
        much = f"{path}?limit=21"
        assert httpx2.get(much, headers={"Accept": PUBLIC, **token}).status_code == 422


def reply(ref: str) -> Reply:
    """Return an answer in a conversation."""
    service = AllegroService()
    with closing(service):
        return replace(reply_to(service), conversation_ref=ref)


Use = Callable[[AllegroConnector], object]
OPERATIONS: dict[str, tuple[str, str, object, str, Use]] = {
    "threads": ("/messaging/threads", PUBLIC, None, "GET /messaging/threads", pull_all),
    "messages": (
        "/messaging/threads/1/messages",
        PUBLIC,
        None,
        "GET /messaging/threads/.+/messages",
        pull_all,
    ),
    "message": (
        "/messaging/messages/1",
        PUBLIC,
        None,
        "GET /messaging/messages/.+",
        lambda connector: connector.attachment(Place("T1", "", "M1", Role.INBOX), "file 0"),
    ),
    "issues": ("/sale/issues", BETA, None, "GET /sale/issues", pull_all),
    "issue": (
        f"/sale/issues/{ISSUE['id']}",
        BETA,
        None,
        "GET /sale/issues/[^/]+",
        lambda connector: connector.look(reply(f"issue {ISSUE['id']}")),
    ),
    "chat": (
        f"/sale/issues/{ISSUE['id']}/chat",
        BETA,
        None,
        "GET /sale/issues/.+/chat",
        pull_all,
    ),
    "order": (
        f"/order/checkout-forms/{ID}",
        PUBLIC,
        None,
        f"GET /order/checkout-forms/{ID}",
        lambda connector: connector.order(ID),
    ),
    "parcels": (
        f"/order/checkout-forms/{ID}/shipments",
        PUBLIC,
        None,
        f"GET /order/checkout-forms/{ID}/shipments",
        lambda connector: connector.order(ID),
    ),
    "me": ("/me", PUBLIC, None, "GET /me", lambda connector: connector.check()),
    "sent": (
        "/messaging/threads/1/messages",
        PUBLIC,
        {"text": "Yes."},
        "POST /messaging/threads/.+/messages",
        lambda connector: connector.send(reply("T1")),
    ),
    "read": (
        "/messaging/threads/1/read",
        PUBLIC,
        {"read": True},
        "PUT /messaging/threads/.+/read",
        lambda connector: connector.mark([Place("T1", "", "M1", Role.INBOX)], Mark.SEEN),
    ),
    "said": (
        f"/sale/issues/{ISSUE['id']}/message",
        BETA,
        {"text": "Yes.", "type": "REGULAR"},
        "POST /sale/issues/.+/message",
        lambda connector: connector.send(reply(f"issue {ISSUE['id']}")),
    ),
    "announced": (
        "/messaging/message-attachments",
        PUBLIC,
        {"filename": "lamp.png", "size": 4},
        "POST /messaging/message-attachments",
        lambda connector: connector.send(replace(reply("T1"), files=(PICTURE,))),
    ),
    "handed in": (
        "/sale/issues/attachments",
        BETA,
        {"fileName": "lamp.png", "size": 4},
        "POST /sale/issues/attachments",
        lambda connector: connector.send(replace(reply(f"issue {ISSUE['id']}"), files=(PICTURE,))),
    ),
    "file of a message": (
        "/messaging/message-attachments/1",
        PUBLIC,
        PICTURE.content,
        "PUT /messaging/message-attachments/.+",
        lambda connector: connector.send(replace(reply("T1"), files=(PICTURE,))),
    ),
    "file of an issue": (
        f"/sale/issues/attachments/{ISSUE['id']}",
        BETA,
        PICTURE.content,
        "PUT /sale/issues/attachments/.+",
        lambda connector: connector.send(replace(reply(f"issue {ISSUE['id']}"), files=(PICTURE,))),
    ),
}
"""Each operation we call: its path, media type and body, and what asks for it."""


@pytest.fixture(scope="module")
def mock() -> Any:
    """The address of a mock that makes answers up."""
    with mocked(SPEC, "-d") as address:
        yield address


@pytest.mark.parametrize("name", OPERATIONS)
def test_whatever_allegro_may_answer_breaks_nothing(mock: str, name: str) -> None:
    """An answer nobody thought of must not take the account down."""
    path, media, body, pattern, use = OPERATIONS[name]
    file = body if isinstance(body, bytes) else None
    sent = media if file is None else PICTURE.media_type
    headers = {"Accept": media, "Content-Type": sent, "Authorization": "Bearer any"}
    method = pattern.split(" ")[0]
    random = answers(
        *(mock, path),
        method=method,
        headers=headers,
        json=body if file is None else None,
        content=file,
    )
    far = Replay(USUAL)
    with closing(far), closing(connected(far.base_url)) as connector:
        taken, refused = survived(far, pattern, random, lambda: use(connector))

    assert taken + refused == SAMPLES
    assert taken > SAMPLES / 4 or name == "message"  # most files are not there to be had
