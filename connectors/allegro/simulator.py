"""Allegro on loopback, as its documentation says it behaves. Imports nothing of client or wire."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.allegro.simulated_checks import (
    body_of,
    check_headers,
    iso,
    paging,
    problem,
    said,
)
from connectors.allegro.simulated_issues import SimulatedIssues
from connectors.simulated_login import SimulatedLogin
from connectors.simulation import Asked, Refused, Said, Simulation, in_json, route

_MESSAGING = "/messaging"
_FILES = f"{_MESSAGING}/message-attachments"
_ORDERS = "/order/checkout-forms"
_LONGEST, _HEAVIEST = 2000, 5_242_880
_FORM = "application/x-www-form-urlencoded"


@dataclass(slots=True)
class SimThread:
    """A thread as the far side has it."""

    id: str
    other: str
    began: datetime
    read: bool = True
    messages: list[dict[str, Any]] = field(default_factory=list)
    """The oldest first."""

    @property
    def changed(self) -> str:
        """Return when somebody wrote last."""
        if not self.messages:
            return iso(self.began)
        return max(str(each["createdAt"]) for each in self.messages)


class AllegroSimulator(SimulatedIssues, Simulation):
    """One seller at Allegro."""

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        seller: str = "the_shop",
        client_id: str = "a21e00",
        client_secret: str = "app-secret",  # noqa: S107 - invented
    ) -> None:
        self.seller = seller
        self.login = SimulatedLogin(
            lambda: self.clock(),  # noqa: PLW0108 - tests put another clock in its place
            client_id=client_id,
            client_secret=client_secret,
            seconds=43_200,
            rotates=True,
        )
        self.threads: dict[str, SimThread] = {}
        self.files: dict[str, tuple[int, bytes | None]] = {}
        """By id: the size that was announced, and the file once it is there."""
        self.orders: dict[str, dict[str, Any]] = {}
        """By id, as Allegro writes them."""
        self.parcels: dict[str, list[dict[str, Any]]] = {}
        self.pause = timedelta(seconds=1)
        """How long after a message of the seller's the next one is taken."""
        self.verdict = "DELIVERED"
        """What becomes of messages of the seller's."""
        self._sent_at: datetime | None = None
        self._count = 1000
        self.open_desk()
        super().__init__(clock)

    def number(self) -> int:
        """Return a number that nothing has yet."""
        self._count += 1
        return self._count

    def open(self, *, other: str = "ann_buyer", at: datetime | None = None) -> SimThread:
        """Begin a thread without a word."""
        thread = SimThread(f"4lN1A6WTKM8Acf{self.number()}", other, at or self.clock())
        self.threads[thread.id] = thread
        return thread

    def say(
        self,
        thread: SimThread,
        author: str,
        text: str,
        at: datetime | None = None,
        *,
        subject: str | None = None,
        order: str = "",
        offer: str = "",
        status: str = "DELIVERED",
    ) -> str:
        """Let somebody write into a thread; return the message's id."""
        theirs = author != self.seller
        about: dict[str, Any] = {"offer": {"id": offer} if offer else None}
        message: dict[str, Any] = {
            "id": self.uuid(),
            "status": status,
            "type": "ASK_QUESTION" if offer else "MESSAGE_CENTER",
            "createdAt": iso(at or self.clock()),
            "thread": {"id": thread.id},
            "author": {"login": author, "isInterlocutor": theirs},
            "text": text,
            "subject": subject,
            "relatesTo": {**about, **({"order": {"id": order}} if order else {})},
            "hasAdditionalAttachments": False,
            "attachments": [],
            "additionalInformation": None,
        }
        thread.messages.append(message)
        thread.read = not theirs
        return str(message["id"])

    def attach(
        self, thread: SimThread, name: str, content: bytes, status: str = "SAFE"
    ) -> dict[str, str]:
        """Let a file come with the thread's last message; return how it is shown."""
        key = self.uuid()
        self.files[key] = (len(content), content)
        address = f"https://upload.allegro.pl/message-center/message-attachments/{key}"
        shown = {"fileName": name, "mimeType": "image/jpeg", "url": address, "status": status}
        if status != "SAFE":
            del shown["url"]
        thread.messages[-1]["attachments"].append(shown)
        return shown

    def before(self, asked: Asked) -> None:
        """Check who asks, and in which media type."""
        if asked.path.startswith("/auth/"):
            return
        if not self.login.valid(asked.headers.get("authorization", "")):
            words = {"error": "invalid_token", "error_description": "The token is not valid."}
            raise Refused(in_json(words, 401))
        check_headers(asked)

    def unknown(self, asked: Asked) -> Said:
        """Return the answer to what is no operation of Allegro's."""
        return problem(404, "NotFoundException", f"Not found: {asked.path}")

    @route("POST", "/auth/oauth/device")
    def device(self, asked: Asked) -> Said:
        """Begin a login on another device."""
        if not self._is_form(asked) or not asked.headers.get("authorization"):
            return in_json({"error": "invalid_request"}, 400)
        return self.login.device(asked, "https://allegro.pl/skojarz-aplikacje")

    @route("POST", "/auth/oauth/token")
    def token(self, asked: Asked) -> Said:
        """Give tokens."""
        if not self._is_form(asked):
            return in_json({"error": "invalid_request"}, 400)
        return self.login.token(asked)

    @route("GET", "/me")
    def me(self, asked: Asked) -> Said:
        """Say whose token it is."""
        return said(asked, {"id": "46968690", "login": self.seller})

    @route("GET", f"{_MESSAGING}/threads")
    def list_threads(self, asked: Asked) -> Said:
        """Show a page of threads, written in last first; how many there are is not said."""
        limit, offset = paging(asked, most=20, usual=20, furthest=15_000_000, known=set())
        kept = sorted(self.threads.values(), key=lambda one: (one.changed, one.id), reverse=True)
        rows = [_row(one) for one in kept[offset : offset + limit]]
        return said(asked, {"threads": rows, "offset": offset, "limit": limit})

    @route("PUT", f"{_MESSAGING}/threads/{{name}}/read")
    def mark(self, asked: Asked, name: str) -> Said:
        """Mark a thread as read, or not."""
        read = body_of(asked, {"read"}).get("read")
        if not isinstance(read, bool):
            raise Refused(problem(422, "ValidationException", "The flag is missing."))
        thread = self._known(name)
        thread.read = read
        return said(asked, _row(thread))

    @route("GET", f"{_MESSAGING}/threads/{{name}}/messages")
    def list_messages(self, asked: Asked, name: str) -> Said:
        """Show a page of a thread's messages, the newest first."""
        limit, offset = paging(asked, most=20, usual=20, furthest=15_000, known={"before", "after"})
        between = dict(asked.query)
        if "before" in between and "offset" in between:
            raise Refused(problem(422, "ValidationException", "Either before or offset."))
        rows = [
            each
            for each in self._known(name).messages[::-1]
            if between.get("after", "") < each["createdAt"] < between.get("before", "9")
        ]
        page = rows[offset : offset + limit]
        return said(asked, {"messages": page, "offset": offset, "limit": limit})

    @route("POST", f"{_MESSAGING}/threads/{{name}}/messages")
    def write(self, asked: Asked, name: str) -> Said:
        """Take a message of the seller's, one a second."""
        thread = self._known(name)
        body = body_of(asked, {"text", "attachments"})
        text, files = body.get("text"), body.get("attachments") or []
        if not isinstance(text, str) or len(text) > _LONGEST or not (text or files):
            raise Refused(problem(422, "ValidationException", "The text is not valid."))
        keys = [each.get("id") for each in files]
        if any(self.files.get(key, (0, None))[1] is None for key in keys):
            code = "ASSIGNING_ATTACHMENTS_TO_MESSAGE_FAILED"
            raise Refused(problem(422, code, "The file was not uploaded yet."))
        now = self.clock()
        if self._sent_at is not None and timedelta() <= now - self._sent_at < self.pause:
            raise Refused(problem(429, "TooManyRequests", "One message a second."))
        self._sent_at = now
        self.say(thread, self.seller, text, status=self.verdict)
        message = thread.messages[-1]
        message["attachments"] = [{"fileName": key, "status": "NEW"} for key in keys]
        return said(asked, message, 201)

    @route("GET", f"{_MESSAGING}/messages/{{name}}")
    def show_message(self, asked: Asked, name: str) -> Said:
        """Show one message."""
        for thread in self.threads.values():
            for message in thread.messages:
                if message["id"] == name:
                    return said(asked, message)
        raise Refused(problem(404, "NotFoundException", "Message not found."))

    @route("POST", _FILES)
    def announce(self, asked: Asked) -> Said:
        """Take the name and the size of a file that is to come."""
        body = body_of(asked, {"filename", "size"})
        size = body.get("size")
        good = isinstance(body.get("filename"), str) and isinstance(size, int)
        if not good or not isinstance(size, int) or not 0 <= size <= _HEAVIEST:
            raise Refused(problem(422, "ValidationException", "The file is not valid."))
        key = self.uuid()
        self.files[key] = (size, None)
        return said(asked, {"id": key}, 201)

    @route("PUT", f"{_FILES}/{{name}}")
    def take(self, asked: Asked, name: str) -> Said:
        """Take a file that was announced."""
        if name not in self.files:
            raise Refused(problem(404, "NotFoundException", "No file was announced."))
        size, _content = self.files[name]
        if len(asked.body) > size:
            raise Refused(problem(413, "PayloadTooLarge", "The file is larger than announced."))
        self.files[name] = (size, asked.body)
        return said(asked, {"id": name})

    @route("GET", f"{_FILES}/{{name}}")
    def give(self, asked: Asked, name: str) -> Said:
        """Hand out a file."""
        content = self.files.get(name, (0, None))[1]
        if content is None:
            raise Refused(problem(404, "NotFoundException", f"No file: {asked.path}"))
        return Said(200, content, {"Content-Type": "image/jpeg"})

    @route("GET", f"{_ORDERS}/{{name}}")
    def show_order(self, asked: Asked, name: str) -> Said:
        """Show an order."""
        if name not in self.orders:
            raise Refused(problem(404, "NotFoundException", "Order not found."))
        return said(asked, self.orders[name])

    @route("GET", f"{_ORDERS}/{{name}}/shipments")
    def show_parcels(self, asked: Asked, name: str) -> Said:
        """Show an order's parcels."""
        return said(asked, {"shipments": self.parcels.get(name, [])})

    def _known(self, name: str) -> SimThread:
        """Return the thread of an id."""
        if name not in self.threads:
            raise Refused(problem(404, "NotFoundException", "Thread not found."))
        return self.threads[name]

    def _is_form(self, asked: Asked) -> bool:
        """Return whether a form was posted, as the login wants it."""
        return asked.headers.get("content-type") == _FORM


def _row(thread: SimThread) -> dict[str, Any]:
    """Return a thread as lists show it."""
    avatar = "https://a.allegroimg.com/original/0129e7/avatar"
    return {
        "id": thread.id,
        "read": thread.read,
        "lastMessageDateTime": thread.changed,
        "interlocutor": {"login": thread.other, "avatarUrl": avatar},
    }
