"""eBay on loopback, as its documentation says it behaves. Imports nothing of client or wire."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors.ebay.simulated_sales import SimulatedSales
from connectors.simulated_login import SimulatedLogin
from connectors.simulation import Asked, Refused, Said, Simulation, in_json, route

_BASE = "/commerce/message/v1"
_TYPES = {"FROM_MEMBERS", "FROM_EBAY"}
_STATUSES = {"ACTIVE", "ARCHIVE", "DELETE", "READ", "UNREAD"}
_MEDIA = {"IMAGE", "PDF", "DOC", "TXT"}
_LISTED_BY = {
    "conversation_type",
    "conversation_status",
    "start_time",
    "end_time",
    "other_party_username",
    "reference_id",
    "reference_type",
    "limit",
    "offset",
}
_SENT = {
    "conversationId",
    "otherPartyUsername",
    "messageText",
    "messageMedia",
    "reference",
    "emailCopyToSender",
}
_LONGEST, _MOST_MEDIA, _MOST = 2000, 5, 50
_BACK = "https://signin.ebay.com/ws/eBayISAPI.dll?ThirdPartyAuthSucessFailure&isAuthSuccessful=true"


@dataclass(slots=True)
class SimConversation:
    """A conversation as the far side has it."""

    id: str
    type: str
    other: str
    title: str
    created: datetime
    item: str | None = None
    status: str = "ACTIVE"
    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def changed(self) -> str:
        """Return when somebody wrote last."""
        if not self.messages:
            return _iso(self.created)
        return max(str(each["createdDate"]) for each in self.messages)


class EbaySimulator(SimulatedSales, Simulation):
    """One seller at eBay."""

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        seller: str = "the_shop",
        client_id: str = "TheShop-inbox-PRD-1",
        client_secret: str = "PRD-secret",  # noqa: S107 - invented
        runame: str = "The_Shop-TheShop-inbox-abcdefg",
    ) -> None:
        self.seller = seller
        self.runame = runame
        self.login = SimulatedLogin(
            lambda: self.clock(),  # noqa: PLW0108 - tests put another clock in its place
            client_id=client_id,
            client_secret=client_secret,
        )
        self.sorts = True
        """Whether lists show the newest first; eBay does not document it."""
        self.conversations: dict[str, SimConversation] = {}
        self.contents: dict[str, bytes] = {}
        self.open_shop()
        self._count = 1000
        super().__init__(clock)

    def number(self) -> int:
        """Return a number that nothing has yet."""
        self._count += 1
        return self._count

    def open(
        self,
        title: str = "Question about an item",
        *,
        other: str = "ann_buyer",
        item: str | None = "110012345678",
        type: str = "FROM_MEMBERS",  # noqa: A002 - eBay's word
        at: datetime | None = None,
    ) -> SimConversation:
        """Begin a conversation without a word."""
        number = str(self.number())
        conversation = SimConversation(number, type, other, title, at or self.clock(), item)
        self.conversations[number] = conversation
        return conversation

    def say(
        self,
        conversation: SimConversation,
        sender: str,
        text: str,
        at: datetime | None = None,
        subject: str = "",
    ) -> str:
        """Let somebody write into a conversation; return the message's id."""
        number = str(self.number())
        ours = sender == self.seller
        conversation.messages.append(
            {
                "messageId": number,
                "createdDate": _iso(at or self.clock()),
                "messageBody": text,
                "messageMedia": [],
                "readStatus": False,
                "senderUsername": sender,
                "recipientUsername": conversation.other if ours else self.seller,
                "subject": subject or conversation.title,
            }
        )
        return number

    def attach(self, conversation: SimConversation, name: str, content: bytes) -> None:
        """Let a file come with the conversation's last message."""
        path = f"/images/{self.number()}"
        self.contents[path] = content
        media = {"mediaName": name, "mediaType": "IMAGE", "mediaUrl": f"{self.base_url}{path}"}
        conversation.messages[-1]["messageMedia"].append(media)

    def before(self, asked: Asked) -> None:
        """Check who asks."""
        if asked.path.startswith(("/images/", "/oauth2/", "/identity/")):
            return
        prefix = "IAF" if asked.path.startswith("/post-order/") else "Bearer"
        if not self.login.valid(asked.headers.get("authorization", ""), prefix):
            raise Refused(error(401, 1001, "Invalid access token"))

    @route("GET", "/oauth2/authorize")
    def authorize(self, asked: Asked) -> Said:
        """Agree as the seller would; eBay sends the browser to the page of the RuName."""
        if asked.one("redirect_uri") != self.runame or not asked.one("scope"):
            return Said(400, b"invalid_request")
        said = self.login.authorize(asked)
        if said.status != 302:  # noqa: PLR2004 - HTTP's own number
            return said
        _address, _mark, query = said.headers["Location"].partition("?")
        return Said(302, b"", {"Location": f"{_BACK}&{query}"})

    @route("POST", "/identity/v1/oauth2/token")
    def token(self, asked: Asked) -> Said:
        """Give tokens."""
        if asked.headers.get("content-type") != "application/x-www-form-urlencoded":
            return in_json({"error": "invalid_request"}, 400)
        return self.login.token(asked)

    @route("GET", f"{_BASE}/conversation")
    def list_conversations(self, asked: Asked) -> Said:
        """Show a page of conversations."""
        limit, offset = _paging(asked, _LISTED_BY)
        kept = [one for one in self.conversations.values() if self._asked_for(asked, one)]
        if self.sorts:
            kept.sort(key=lambda one: (one.changed, int(one.id)), reverse=True)
        rows = [self._row(one) for one in kept[offset : offset + limit]]
        return in_json({"conversations": rows, **_place(asked, limit, offset, len(kept))})

    def _asked_for(self, asked: Asked, one: SimConversation) -> bool:
        """Return whether the query asks for a conversation."""
        said = dict(asked.query)
        if said.get("reference_id") and said.get("reference_type") != "LISTING":
            raise Refused(error(400, 355016, "The reference type is missing."))
        status = said.get("conversation_status")
        if status is not None and status not in _STATUSES:
            raise Refused(error(400, 355001, "The conversation status is not valid."))
        states = {one.status, "UNREAD" if self._unread(one) else "READ"}
        return (
            one.type == said["conversation_type"]
            and (status in states if status else one.status != "DELETE")
            and one.changed > said.get("start_time", "")
            and one.changed < said.get("end_time", "9")
            and said.get("other_party_username", one.other) == one.other
            and said.get("reference_id", one.item) == one.item
        )

    @route("GET", f"{_BASE}/conversation/{{number}}")
    def show(self, asked: Asked, number: str) -> Said:
        """Show a page of a conversation's messages, the newest first."""
        limit, offset = _paging(asked, {"conversation_type", "limit", "offset"})
        one = self._found(number, asked.one("conversation_type"))
        rows = one.messages[::-1]
        said = {
            "conversationStatus": one.status,
            "conversationTitle": one.title,
            "conversationType": one.type,
            "messages": rows[offset : offset + limit],
        }
        return in_json({**said, **_place(asked, limit, offset, len(rows))})

    @route("POST", f"{_BASE}/send_message")
    def send(self, asked: Asked) -> Said:
        """Take a message of the seller's."""
        body = _body(asked, _SENT)
        text = body.get("messageText", "")
        media = body.get("messageMedia", [])
        if not isinstance(text, str) or len(text) > _LONGEST:
            raise Refused(error(400, 355013, "The message text is too long."))
        if not text and not media:
            raise Refused(error(400, 355015, "The message is empty."))
        if len(media) > _MOST_MEDIA:
            raise Refused(error(400, 355010, "There are too many media."))
        for each in media:
            if each.get("mediaType") not in _MEDIA:
                raise Refused(error(400, 355011, "The media type is not valid."))
            if not str(each.get("mediaUrl", "")).startswith("https://"):
                raise Refused(error(400, 355014, "The media URL is not valid."))
        one = self._recipient(body)
        self.say(one, self.seller, text, subject=f"Re: {one.title}")
        said = dict(one.messages[-1])
        said["senderUserName"] = said.pop("senderUsername")
        said["recipientUserName"] = said.pop("recipientUsername")
        return in_json(said, 201)

    def _recipient(self, body: dict[str, Any]) -> SimConversation:
        """Return the conversation a message goes to, begun if there is none yet."""
        if body.get("conversationId"):
            return self._found(str(body["conversationId"]), "FROM_MEMBERS")
        other = body.get("otherPartyUsername")
        if not isinstance(other, str) or not other:
            raise Refused(error(400, 355018, "There is no recipient."))
        item = (body.get("reference") or {}).get("referenceId")
        return self.open(f"Message from {self.seller}", other=other, item=item)

    @route("POST", f"{_BASE}/update_conversation")
    def update(self, asked: Asked) -> Said:
        """Mark a conversation."""
        body = _body(asked, {"conversationId", "conversationType", "conversationStatus", "read"})
        one = self._found(str(body.get("conversationId")), body.get("conversationType"))
        if ("read" in body) is ("conversationStatus" in body):
            raise Refused(error(400, 355001, "Either read or conversationStatus is wanted."))
        if "read" in body:
            if not isinstance(body["read"], bool):
                raise Refused(error(400, 355001, "read is not valid."))
            self.mark_read(one, read=body["read"])
        elif body["conversationStatus"] not in {"ACTIVE", "ARCHIVE", "DELETE"}:
            raise Refused(error(400, 355001, "The conversation status is not valid."))
        else:
            one.status = body["conversationStatus"]
        return Said(204)

    @route("GET", "/images/{number}")
    def image(self, asked: Asked, number: str) -> Said:
        """Hand out a file."""
        return Said(200, self.contents[asked.path], {"Content-Type": "image/jpeg"})

    def mark_read(self, one: SimConversation, *, read: bool) -> None:
        """Let the seller have read what came into a conversation, or not its newest message."""
        came = [each for each in one.messages if each["senderUsername"] != self.seller]
        for each in came if read else came[-1:]:
            each["readStatus"] = read

    def _found(self, number: str, kind: str | None) -> SimConversation:
        """Return the conversation of a number."""
        if kind not in _TYPES:
            raise Refused(error(400, 355002, "The conversation type is not valid."))
        one = self.conversations.get(number)
        if one is None or one.type != kind:
            raise Refused(error(404, 355007, "The conversation ID is not valid."))
        return one

    def _unread(self, one: SimConversation) -> int:
        """Return how many messages the seller has not read."""
        came = [each for each in one.messages if each["senderUsername"] != self.seller]
        return sum(not each["readStatus"] for each in came)

    def _row(self, one: SimConversation) -> dict[str, Any]:
        """Return a conversation as lists show it."""
        row: dict[str, Any] = {
            "conversationId": one.id,
            "conversationStatus": one.status,
            "conversationTitle": one.title,
            "conversationType": one.type,
            "createdDate": _iso(one.created),
            "unreadCount": self._unread(one),
        }
        if one.messages:
            row["latestMessage"] = max(one.messages, key=lambda each: str(each["createdDate"]))
        if one.item:
            row |= {"referenceId": one.item, "referenceType": "LISTING"}
        return row


def error(status: int, number: int, message: str) -> Said:
    """Return an error as eBay words it."""
    said = {
        "errorId": number,
        "domain": "API_MESSAGE",
        "category": "REQUEST",
        "message": message,
        "longMessage": message,
    }
    return in_json({"errors": [said]}, status)


def _paging(asked: Asked, known: set[str]) -> tuple[int, int]:
    """Return limit and offset; refuse what a query may not hold."""
    if {name for name, _value in asked.query} - known:
        raise Refused(error(400, 355009, "Unknown parameters."))
    if asked.one("conversation_type") not in _TYPES:
        raise Refused(error(400, 355002, "The conversation type is not valid."))
    limit, offset = asked.one("limit", "25"), asked.one("offset", "0")
    if not limit.isdigit() or not 1 <= int(limit) <= _MOST:
        raise Refused(error(400, 355009, "The limit is not valid."))
    if not offset.isdigit() or int(offset) % int(limit):
        raise Refused(error(400, 355008, "The offset must be a multiple of the limit."))
    return int(limit), int(offset)


def _place(asked: Asked, limit: int, offset: int, total: int) -> dict[str, Any]:
    """Return where a page stands in its list."""
    said: dict[str, Any] = {"href": asked.url, "limit": limit, "offset": offset, "total": total}
    address, _mark, _query = asked.url.partition("?")
    if offset + limit < total:
        said["next"] = f"{address}?limit={limit}&offset={offset + limit}"
    if offset:
        said["prev"] = f"{address}?limit={limit}&offset={max(offset - limit, 0)}"
    return said


def _body(asked: Asked, known: set[str]) -> dict[str, Any]:
    """Return a request's JSON; refuse other media types and unknown fields."""
    if asked.headers.get("content-type") != "application/json":
        raise Refused(error(415, 355000, "JSON is wanted."))
    body = asked.json()
    if not isinstance(body, dict) or set(body) - known:
        raise Refused(error(400, 355015, "The request is not valid."))
    return body


def _iso(when: datetime) -> str:
    """Return an instant as the API writes it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03}Z"
