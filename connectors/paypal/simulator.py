"""PayPal's disputes on loopback, as documented. Imports nothing of client or wire."""

from __future__ import annotations

import base64
import email.message
import email.parser
import email.policy
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from connectors.simulated_login import SimulatedLogin
from connectors.simulation import Asked, Refused, Said, Simulation, in_json, route

_STATES = {
    "REQUIRED_ACTION",
    "REQUIRED_OTHER_PARTY_ACTION",
    "UNDER_PAYPAL_REVIEW",
    "RESOLVED",
    "OPEN_INQUIRIES",
    "APPEALABLE",
}
_KNOWN = {
    "page_size",
    "next_page_token",
    "disputed_transaction_id",
    "dispute_state",
    "update_time_after",
    "update_time_before",
    "start_time",
}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)\Z")
_LONGEST = 2000
_MOST_ROWS = 50
_HEAVIEST = 10 * 1024 * 1024
_FILES = {"image/jpeg", "image/gif", "image/png", "application/pdf"}
_REACH = timedelta(days=180)


@dataclass(slots=True)
class SimDispute:
    """A dispute as the far side has it."""

    id: str
    reason: str
    created: datetime
    updated: datetime
    buyer: str = "Ann Buyer"
    cents: int = 5999
    item: str = "Desk lamp, brass"
    item_id: str = "LAMP2"
    quantity: int = 1
    stage: str = "INQUIRY"
    status: str = "WAITING_FOR_SELLER_RESPONSE"
    due: datetime | None = None
    transaction: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)
    appealable: bool = False
    """Whether its decision can be appealed."""
    more: dict[str, Any] = field(default_factory=dict)
    """Fields of the details beside these: offers, evidence, decisions."""


class PayPalSimulator(Simulation):
    """One seller's disputes."""

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        client_id: str = "paypal-app",
        client_secret: str = "paypal-secret",  # noqa: S107 - invented
    ) -> None:
        self.login = SimulatedLogin(self._now, client_id=client_id, client_secret=client_secret)
        self.disputes: dict[str, SimDispute] = {}
        self.contents: dict[str, bytes] = {}
        self.joint = "_"
        """What stands between the words of a link's name."""
        self._count = 1000
        super().__init__(clock)

    def _now(self) -> datetime:
        """Return our clock's time: it may be put forward while we run."""
        return self.clock()

    def number(self) -> int:
        """Return a number that nothing has yet."""
        self._count += 1
        return self._count

    def open(
        self,
        reason: str = "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
        *,
        at: datetime | None = None,
        due: datetime | None = None,
        stage: str = "INQUIRY",
    ) -> SimDispute:
        """Let a buyer dispute a payment, without a word."""
        when, number = at or self.clock(), self.number()
        dispute = SimDispute(f"PP-D-{number}", reason, when, when, stage=stage)
        dispute.due = due or when + timedelta(days=10)
        dispute.transaction = f"{number}TX"
        self.disputes[dispute.id] = dispute
        return dispute

    def say(self, dispute: SimDispute, by: str, text: str, at: datetime | None = None) -> None:
        """Let somebody write: BUYER, SELLER or ARBITER."""
        when = at or self.clock()
        dispute.messages.append({"posted_by": by, "time_posted": _iso(when), "content": text})
        dispute.updated = max(dispute.updated, when)
        dispute.status = (
            "WAITING_FOR_BUYER_RESPONSE" if by == "SELLER" else "WAITING_FOR_SELLER_RESPONSE"
        )

    def attach(self, dispute: SimDispute, name: str, content: bytes) -> None:
        """Let a file come with the dispute's last message."""
        path = f"/files/{self.number()}"
        self.contents[path] = content
        file = {"name": name, "url": f"{self.base_url}{path}"}
        dispute.messages[-1].setdefault("documents", []).append(file)

    def before(self, asked: Asked) -> None:
        """Check who asks."""
        if asked.path == "/v1/oauth2/token":
            return
        if not self.login.valid(asked.headers.get("authorization", "")):
            raise Refused(in_json({"error": "invalid_token"}, 401))

    @route("POST", "/v1/oauth2/token")
    def token(self, asked: Asked) -> Said:
        """Give a token to the app."""
        if asked.headers.get("content-type") != "application/x-www-form-urlencoded":
            raise Refused(in_json({"error": "invalid_request"}, 400))
        return self.login.token(asked)

    @route("GET", "/v1/customer/disputes")
    def list_disputes(self, asked: Asked) -> Said:
        """Show a page of disputes, the oldest first: no order is documented."""
        for name, _value in asked.query:
            if name not in _KNOWN:
                raise Refused(_problem(400, "INVALID_REQUEST", f"{name} is not known."))
        size = asked.one("page_size", "10")
        if not size.isdigit() or not 1 <= int(size) <= _MOST_ROWS:
            raise Refused(_problem(400, "INVALID_REQUEST", "page_size is not valid."))
        found = self._chosen(asked)
        start = _offset(asked.one("next_page_token"))
        rows = [_row(dispute) for dispute in found[start : start + int(size)]]
        links = [_link(self._address(asked), "self", "GET")]
        if start + int(size) < len(found):
            token = base64.b64encode(str(start + int(size)).encode()).decode()
            rest = [f"{name}={value}" for name, value in asked.query if name != "next_page_token"]
            query = "&".join([*rest, f"next_page_token={token.replace('=', '%3D')}"])
            links.append(_link(f"{self._address(asked)}?{query}", "next", "GET"))
        return in_json({**({"items": rows} if rows else {}), "links": links})

    def _chosen(self, asked: Asked) -> list[SimDispute]:
        """Return the disputes that a query asks for."""
        every = sorted(self.disputes.values(), key=lambda one: (one.created, one.id))
        for name in ("update_time_after", "update_time_before", "start_time"):
            text = asked.one(name)
            if text and not _INSTANT.match(text):
                raise Refused(_problem(400, "INVALID_REQUEST", f"{name} is not valid."))
            if text and datetime.fromisoformat(text) < self.clock() - _REACH:
                raise Refused(_problem(400, "INVALID_REQUEST", f"{name} is too old."))
        if states := asked.one("dispute_state"):
            if not set(states.split(",")) <= _STATES:
                raise Refused(_problem(400, "INVALID_REQUEST", "dispute_state is not valid."))
            every = [one for one in every if _state(one) in states.split(",")]
        if after := asked.one("update_time_after"):
            every = [one for one in every if one.updated >= datetime.fromisoformat(after)]
        if before := asked.one("update_time_before"):
            every = [one for one in every if one.updated < datetime.fromisoformat(before)]
        if transaction := asked.one("disputed_transaction_id"):
            every = [one for one in every if one.transaction == transaction]
        return [one for one in every if one.updated >= self.clock() - _REACH]

    @route("GET", "/v1/customer/disputes/{name}")
    def show_dispute(self, asked: Asked, name: str) -> Said:
        """Show a dispute."""
        dispute = self._found(name)
        said = {
            **_row(dispute),
            "disputed_transactions": [_paid(dispute)],
            **({"messages": dispute.messages} if dispute.messages else {}),
            **dispute.more,
        }
        del said["dispute_state"]
        links = [_link(self._address(asked), "self", "GET")]
        if dispute.appealable:
            links.append(_link(f"{self._address(asked)}/appeal", "appeal", "POST"))
        if dispute.status != "RESOLVED":
            actions = ["accept-claim"]
            if dispute.stage == "INQUIRY":
                actions += ["send-message", "make-offer"]
            elif dispute.status == "WAITING_FOR_SELLER_RESPONSE":
                actions += ["provide-evidence"]
            links += [
                _link(f"{self._address(asked)}/{each}", each.replace("-", self.joint), "POST")
                for each in actions
            ]
        return in_json({**said, "links": links})

    @route("POST", "/v1/customer/disputes/{name}/send-message")
    def write(self, asked: Asked, name: str) -> Said:
        """Take a message of the seller's."""
        dispute = self._found(name)
        parts = _parts(asked)
        texts = [part for part in parts if _field(part) == "message"]
        files = [part for part in parts if _field(part) == "message_document"]
        if len(texts) != 1 or len(texts) + len(files) != len(parts):
            raise Refused(_problem(400, "INVALID_REQUEST", "The form is not valid."))
        text = texts[0].get_payload(decode=True)
        written = text.decode() if isinstance(text, bytes) else ""
        if not 1 <= len(written) <= _LONGEST:
            raise Refused(_problem(400, "INVALID_REQUEST", "message is not valid."))
        if dispute.stage != "INQUIRY" or dispute.status == "RESOLVED":
            raise Refused(_problem(422, "UNPROCESSABLE_ENTITY", "No message can be sent now."))
        for file in files:
            content = file.get_payload(decode=True)
            if file.get_content_type() not in _FILES or len(content or b"") > _HEAVIEST:
                raise Refused(_problem(400, "INVALID_REQUEST", "A document is not valid."))
        self.say(dispute, "SELLER", written)
        for file in files:
            content = file.get_payload(decode=True)
            self.attach(
                dispute, file.get_filename() or "", content if isinstance(content, bytes) else b""
            )
        return in_json({"links": [_link(self._address(asked), "self", "GET")]})

    @route("GET", "/files/{number}")
    def file(self, asked: Asked, number: str) -> Said:
        """Hand out a file."""
        return Said(200, self.contents[asked.path], {"Content-Type": "application/pdf"})

    def _found(self, name: str) -> SimDispute:
        """Return the dispute of a name."""
        if name not in self.disputes:
            raise Refused(_problem(404, "RESOURCE_NOT_FOUND", "There is no such dispute."))
        return self.disputes[name]

    def _address(self, asked: Asked) -> str:
        """Return an address as PayPal's links name it: on a host that nobody asked."""
        return f"https://api.paypal.com{asked.path}"


def _row(dispute: SimDispute) -> dict[str, Any]:
    """Return a dispute as lists show it."""
    said = {
        "dispute_id": dispute.id,
        "create_time": _iso(dispute.created),
        "update_time": _iso(dispute.updated),
        "reason": dispute.reason,
        "status": dispute.status,
        "dispute_state": _state(dispute),
        "dispute_amount": _money(dispute),
        "dispute_life_cycle_stage": dispute.stage,
        "dispute_channel": "INTERNAL",
    }
    if dispute.due and dispute.status == "WAITING_FOR_SELLER_RESPONSE":
        said["seller_response_due_date"] = _iso(dispute.due)
    return said


def _state(dispute: SimDispute) -> str:
    """Return what a dispute waits for."""
    if dispute.stage == "INQUIRY" and dispute.status != "RESOLVED":
        return "OPEN_INQUIRIES"
    return {
        "WAITING_FOR_SELLER_RESPONSE": "REQUIRED_ACTION",
        "WAITING_FOR_BUYER_RESPONSE": "REQUIRED_OTHER_PARTY_ACTION",
        "UNDER_REVIEW": "UNDER_PAYPAL_REVIEW",
    }.get(dispute.status, "RESOLVED")


def _paid(dispute: SimDispute) -> dict[str, Any]:
    """Return the payment that is disputed."""
    return {
        "seller_transaction_id": dispute.transaction,
        "create_time": _iso(dispute.created - timedelta(days=5)),
        "transaction_status": "COMPLETED",
        "gross_amount": _money(dispute),
        "buyer": {"name": dispute.buyer},
        "items": [
            {
                "item_id": dispute.item_id,
                "item_name": dispute.item,
                "item_quantity": str(dispute.quantity),
            }
        ],
    }


def _money(dispute: SimDispute) -> dict[str, str]:
    """Return what is disputed."""
    return {"currency_code": "EUR", "value": f"{dispute.cents // 100}.{dispute.cents % 100:02}"}


def _link(address: str, rel: str, method: str) -> dict[str, str]:
    """Return what can be done next."""
    return {"href": address, "rel": rel, "method": method}


def _offset(token: str) -> int:
    """Return where a page begins."""
    try:
        return int(base64.b64decode(token, validate=True)) if token else 0
    except ValueError as broken:
        raise Refused(_problem(400, "INVALID_REQUEST", "next_page_token is not valid.")) from broken


def _parts(asked: Asked) -> list[email.message.Message]:
    """Return the parts of a multipart form."""
    kind = asked.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data;"):
        raise Refused(_problem(415, "UNSUPPORTED_MEDIA_TYPE", "A form is wanted."))
    whole = f"Content-Type: {kind}\r\n\r\n".encode() + asked.body
    parsed = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(whole)
    return [part for part in parsed.walk() if not part.is_multipart()]


def _field(part: email.message.Message) -> str:
    """Return the name of a form's field."""
    name = part.get_param("name", header="content-disposition")
    return name if isinstance(name, str) else ""


def _problem(status: int, name: str, message: str) -> Said:
    """Return an error as PayPal words it."""
    said = {"name": name, "message": message, "debug_id": "8b4d5c", "details": [], "links": []}
    return Said(status, msgspec.json.encode(said), {"Content-Type": "application/json"})


def _iso(when: datetime) -> str:
    """Return an instant as the API writes it."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03}Z"
