"""An operator's Mirakl on loopback, as documented. Imports nothing of client or wire."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import msgspec

from connectors.simulation import Asked, Refused, Said, Simulation, in_json, route

_USUAL, _MOST = 50, 100
_SHORTEST, _LONGEST, _FILES = 3, 50_000, 50
_WITH_MESSAGES = 100


@dataclass(slots=True)
class SimThread:
    """A thread as the far side has it."""

    id: str
    topic: str
    created: datetime
    updated: datetime
    customer: str = "customer-7"
    customer_name: str = "Ann Buyer"
    order: str = ""
    operator: bool = True
    messages: list[dict[str, Any]] = field(default_factory=list)
    needed_since: datetime | None = None


class MiraklSimulator(Simulation):
    """One shop at one operator."""

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        api_key: str = "mirakl-key",
        shop: str = "The Shop",
    ) -> None:
        self.api_key = api_key
        self.shop = shop
        self.threads: dict[str, SimThread] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self.files: dict[str, bytes] = {}
        self.expired = False
        """Whether page tokens given out so far are refused."""
        self._count = 0
        super().__init__(clock)

    def name(self, what: str) -> str:
        """Return an id that nothing has yet."""
        self._count += 1
        return f"{what}-{self._count:06d}"

    def open(self, topic: str, *, order: str = "", at: datetime | None = None) -> SimThread:
        """Begin a thread without a word."""
        when = at or self.clock()
        thread = SimThread(self.name("thread"), topic, when, when, order=order)
        self.threads[thread.id] = thread
        return thread

    def say(
        self,
        thread: SimThread,
        kind: str,
        text: str,
        at: datetime | None = None,
        files: tuple[tuple[str, bytes], ...] = (),
    ) -> str:
        """Let somebody write (CUSTOMER_USER, OPERATOR_USER, SHOP_USER); return the message's id."""
        when, number = at or self.clock(), self.name("message")
        names = {"CUSTOMER_USER": thread.customer_name, "SHOP_USER": self.shop}
        attached = []
        for name, content in files:
            ref = self.name("file")
            self.files[ref] = content
            attached.append({"id": ref, "name": name, "size": len(content)})
        thread.messages.append(
            {
                "id": number,
                "body": text,
                "date_created": _iso(when),
                "from": {"type": kind, "display_name": names.get(kind, "The operator")},
                "to": [{"type": "SHOP", "id": "2001", "display_name": self.shop}],
                "attachments": attached,
            }
        )
        thread.updated = when if len(thread.messages) == 1 else max(thread.updated, when)
        if kind == "SHOP_USER":
            thread.needed_since = None
        else:
            thread.needed_since = thread.needed_since or when
        return number

    def before(self, asked: Asked) -> None:
        """Check the key."""
        if asked.headers.get("authorization") != self.api_key:
            raise Refused(in_json({"message": "Unauthorized", "status": 401}, 401))

    @route("GET", "/api/inbox/threads")
    def list_threads(self, asked: Asked) -> Said:
        """Show a page by its token: threads do not shift between pages."""
        token, limit = asked.one("page_token"), asked.one("limit", str(_USUAL))
        if not limit.isdigit() or not 1 <= int(limit) <= _MOST:
            raise Refused(_bad("limit is not valid"))
        since = asked.one("updated_since")
        every = sorted(self.threads.values(), key=lambda one: (one.updated, one.id), reverse=True)
        if since:
            start = datetime.fromisoformat(since)
            every = [one for one in every if one.updated >= start]
        names = [one.id for one in every]
        if token and (self.expired or token not in names):
            raise Refused(_bad("page_token is not valid"))
        first = names.index(token) + 1 if token else 0
        page = every[first : first + int(limit)]
        with_messages = asked.one("with_messages") == "true"
        said: dict[str, Any] = {"data": [self.shown(one, messages=with_messages) for one in page]}
        if first + int(limit) < len(every):
            said["next_page_token"] = page[-1].id
        return in_json(said)

    @route("GET", "/api/inbox/threads/{name}")
    def show(self, asked: Asked, name: str) -> Said:
        """Show a thread with all its messages."""
        thread = self._found(name)
        return in_json({**self.shown(thread, messages=False), "messages": thread.messages})

    @route("POST", "/api/inbox/threads/{name}/message")
    def answer_thread(self, asked: Asked, name: str) -> Said:
        """Take an answer: a part of JSON, and files."""
        thread = self._found(name)
        said, files = _form(asked, "message_input")
        if set(said) - {"body", "to", "topic"} or not isinstance(said.get("to"), list):
            raise Refused(_bad("message_input is not valid"))
        body = said.get("body")
        if not isinstance(body, str) or not _SHORTEST <= len(body) <= _LONGEST:
            raise Refused(_bad("body is not valid"))
        allowed = [(one["type"], one.get("id")) for one in _allowed(thread)]
        for one in said["to"]:
            if (one.get("type"), one.get("id")) not in allowed:
                raise Refused(_bad("a recipient is not authorized"))
        if not said["to"] or len(files) > _FILES:
            raise Refused(_bad("to is empty, or there are too many files"))
        number = self.say(thread, "SHOP_USER", body, files=tuple(files))
        return in_json({"message_id": number, "thread_id": thread.id}, 201)

    @route("GET", "/api/inbox/threads/{name}/download")
    def download(self, asked: Asked, name: str) -> Said:
        """Hand out a file."""
        if name not in self.files:
            raise Refused(in_json({"message": "No such file", "status": 404}, 404))
        return Said(200, self.files[name], {"Content-Type": "application/octet-stream"})

    @route("GET", "/api/orders")
    def list_orders(self, asked: Asked) -> Said:
        """Show orders by their numbers."""
        wanted = asked.one("order_ids").split(",")
        found = [self.orders[one] for one in wanted if one in self.orders]
        return in_json({"orders": found, "total_count": len(found)})

    def shown(self, thread: SimThread, *, messages: bool) -> dict[str, Any]:
        """Return a thread as lists show it."""
        last = thread.messages[-1] if thread.messages else None
        sender = {"type": "CUSTOMER_USER", "display_name": thread.customer_name}
        needed = thread.needed_since
        said: dict[str, Any] = {
            "id": thread.id,
            "date_created": _iso(thread.created),
            "date_updated": _iso(thread.updated),
            "topic": {"type": "FREE_TEXT", "value": thread.topic},
            "entities": [{"id": thread.order, "type": "MMP_ORDER", "label": thread.order}]
            if thread.order
            else [],
            "authorized_participants": _allowed(thread),
            "current_participants": _allowed(thread)[:1],
            "metadata": {
                "last_message_date": last["date_created"] if last else _iso(thread.created),
                "last_sender": last["from"] if last else sender,
                "shop_reply_needed_since": _iso(needed) if needed else None,
                "total_count": len(thread.messages),
            },
        }
        if messages:
            said["messages"] = thread.messages[-_WITH_MESSAGES:]
        return said

    def _found(self, name: str) -> SimThread:
        """Return the thread of an id."""
        if name not in self.threads:
            raise Refused(in_json({"message": "No such thread", "status": 404}, 404))
        return self.threads[name]


def _allowed(thread: SimThread) -> list[dict[str, Any]]:
    """Return who may be part of a thread."""
    customer = {
        "type": "CUSTOMER",
        "id": thread.customer,
        "display_name": thread.customer_name,
    }
    operator = {"type": "OPERATOR", "display_name": "The operator"}
    return [customer, *([operator] if thread.operator else [])]


def _form(asked: Asked, part: str) -> tuple[dict[str, Any], list[tuple[str, bytes]]]:
    """Return the JSON part of a form, and its files."""
    kind = asked.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        raise Refused(in_json({"message": "Unsupported Media Type", "status": 415}, 415))
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    whole = message_from_bytes(head + asked.body, policy=policy.HTTP)
    said: dict[str, Any] | None = None
    files: list[tuple[str, bytes]] = []
    for each in whole.iter_parts():
        name = each.get_param("name", header="content-disposition")
        content = each.get_payload(decode=True)
        assert isinstance(content, bytes)  # noqa: S101 - a leaf of a form is bytes
        if name == part:
            if each.get_content_type() != "application/json":
                raise Refused(_bad(f"{part} must be JSON"))
            said = msgspec.json.decode(content)
        elif name == "files":
            files.append((each.get_filename() or "", content))
    if not isinstance(said, dict):
        raise Refused(_bad(f"{part} is missing"))
    return said, files


def _bad(message: str) -> Said:
    """Return a refusal."""
    return in_json({"message": message, "status": 400}, 400)


def _iso(when: datetime) -> str:
    """Return an instant as the API writes it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
