"""Disputes and claims of the simulated Allegro. Knows nothing of ours."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connectors.allegro.simulated_checks import body_of, iso, paging, problem, said
from connectors.simulation import Asked, Refused, Said, route

_PATH = "/sale/issues"
_STATUSES = {
    "DISPUTE_CLOSED",
    "DISPUTE_ONGOING",
    "DISPUTE_UNRESOLVED",
    "CLAIM_SUBMITTED",
    "CLAIM_ACCEPTED",
    "CLAIM_REJECTED",
}
_ONLY_FOR = {
    "REGULAR": {"DISPUTE", "CLAIM"},
    "END_REQUEST": {"DISPUTE"},
    "RETURN_REQUIRED_SELLER_LABEL": {"CLAIM"},
    "RETURN_REQUIRED_CUSTOM": {"CLAIM"},
    "RETURN_NOT_REQUIRED": {"CLAIM"},
}
_LONGEST = 20_000


@dataclass(slots=True)
class SimIssue:
    """An issue as the far side has it."""

    id: str
    type: str
    status: str
    buyer: str
    opened: datetime
    order: str
    subject: str | None = None
    reason: str | None = None
    number: str | None = None
    status_due: datetime | None = None
    decision_due: datetime | None = None
    description: str | None = None
    expectations: list[dict[str, Any]] = field(default_factory=list)
    chat_active: bool = True
    return_required: bool | None = None
    chat: list[dict[str, Any]] = field(default_factory=list)
    """The oldest first; Allegro does not document in which order it shows them."""

    @property
    def last_status(self) -> str:
        """Return who wrote last, as Allegro says it."""
        roles = [each["author"]["role"] for each in self.chat]
        if "SELLER" not in roles:
            return "NEW"
        words = {"SELLER": "SELLER_REPLIED", "BUYER": "BUYER_REPLIED"}
        return words.get(roles[-1], "ALLEGRO_ADVISOR_REPLIED")


class SimulatedIssues:
    """What buyers dispute and claim. A part of the simulator."""

    seller: str
    clock: Callable[[], datetime]
    number: Callable[[], int]
    issues: dict[str, SimIssue]
    issue_files: dict[str, bytes | None]
    """By id; None: announced and not there yet."""
    uploads_at = ""
    """The host that takes files; "": the one that was asked."""
    uploads: dict[str, tuple[str, int]]
    """By the path of an address that is good once: which file it is for, and its size."""

    def open_desk(self) -> None:
        """Begin without an issue."""
        self.issues, self.issue_files, self.uploads = {}, {}, {}

    def dispute(
        self,
        text: str = "It did not come.",
        *,
        buyer: str = "ann_buyer",
        subject: str = "DID_NOT_RECEIVE_GOODS_AFTER_PAYMENT",
        at: datetime | None = None,
    ) -> SimIssue:
        """Let a buyer open a discussion."""
        issue = self._open("DISPUTE", text, buyer, at)
        issue.status, issue.subject = "DISPUTE_ONGOING", subject
        return issue

    def claim(
        self, text: str = "It is broken.", *, buyer: str = "ann_buyer", at: datetime | None = None
    ) -> SimIssue:
        """Let a buyer make a claim, to be decided within fourteen days."""
        issue = self._open("CLAIM", text, buyer, at)
        issue.status = "CLAIM_SUBMITTED"
        issue.reason, issue.number = "DEFECT_FOUND_DURING_USE", f"{len(self.issues)}/2026"
        issue.status_due = issue.opened + timedelta(days=13)
        issue.decision_due = issue.opened + timedelta(days=14)
        return issue

    def _open(self, kind: str, text: str, buyer: str, at: datetime | None) -> SimIssue:
        """Open an issue with its first message."""
        issue = SimIssue(self.uuid(), kind, "", buyer, at or self.clock(), self.uuid())
        self.issues[issue.id] = issue
        self.speak(issue, "BUYER", text, issue.opened)
        return issue

    def speak(self, issue: SimIssue, role: str, text: str, at: datetime | None = None) -> str:
        """Let somebody write in an issue; return the message's id."""
        logins = {"BUYER": issue.buyer, "SELLER": self.seller}
        login = {"login": logins[role]} if role in logins else {}
        message = {
            "id": self.uuid(),
            "text": text,
            "attachments": [],
            "author": {**login, "role": role},
            "createdAt": iso(at or self.clock()),
        }
        issue.chat.append(message)
        return str(message["id"])

    def hand_in(self, issue: SimIssue, name: str, content: bytes) -> None:
        """Let a file come with the last message of an issue."""
        key = self.uuid()
        self.issue_files[key] = content
        issue.chat[-1]["attachments"].append(_file(name, key))

    def uuid(self) -> str:
        """Return an id that nothing has yet."""
        return str(uuid.UUID(int=self.number() | 0xA11E_0000 << 96))

    @route("GET", _PATH)
    def list_issues(self, asked: Asked) -> Said:
        """Show a page of issues, opened last first."""
        limit, offset = paging(
            asked, most=100, usual=10, furthest=2**31, known={"status", "checkoutForm.id"}
        )
        wanted = set(asked.every("status")) or _STATUSES
        if wanted - _STATUSES:
            raise Refused(problem(422, "ValidationException", "The status is not valid."))
        kept = [each for each in self.issues.values() if each.status in wanted]
        kept = [each for each in kept if asked.one("checkoutForm.id", each.order) == each.order]
        kept.sort(key=lambda each: (each.opened, each.id), reverse=True)
        return said(asked, {"issues": [_row(each) for each in kept[offset : offset + limit]]})

    @route("GET", f"{_PATH}/{{name}}")
    def show_issue(self, asked: Asked, name: str) -> Said:
        """Show an issue."""
        return said(asked, _row(self._issue(name)))

    @route("GET", f"{_PATH}/{{name}}/chat")
    def show_chat(self, asked: Asked, name: str) -> Said:
        """Show a page of an issue's messages."""
        limit, offset = paging(asked, most=100, usual=10, furthest=2**31, known=set())
        return said(asked, {"chat": self._issue(name).chat[offset : offset + limit]})

    @route("POST", f"{_PATH}/{{name}}/message")
    def write_in_issue(self, asked: Asked, name: str) -> Said:
        """Take a message of the seller's."""
        issue = self._issue(name)
        body = body_of(asked, {"text", "attachments", "type"})
        text, files = body.get("text", ""), body.get("attachments") or []
        if not isinstance(text, str) or len(text) > _LONGEST or not (text or files):
            raise Refused(problem(422, "ValidationException", "The text is not valid."))
        if issue.type not in _ONLY_FOR.get(body.get("type", ""), set()):
            raise Refused(problem(422, "ValidationException", "The type is not valid."))
        if not issue.chat_active:
            raise Refused(problem(409, "Conflict", "No message can be added any more."))
        keys = [each.get("id") for each in files]
        if any(self.issue_files.get(key) is None for key in keys):
            raise Refused(problem(422, "ValidationException", "A file was not uploaded."))
        if body["type"].startswith("RETURN_"):
            issue.return_required = body["type"] != "RETURN_NOT_REQUIRED"
        self.speak(issue, "SELLER", text)
        issue.chat[-1]["attachments"] = [_file("file", key) for key in keys]
        return said(asked, issue.chat[-1], 201)

    @route("POST", f"{_PATH}/attachments")
    def announce_issue_file(self, asked: Asked) -> Said:
        """Take the name and the size of a file; say where it goes, once."""
        body = body_of(asked, {"fileName", "size"})
        size = body.get("size")
        if not isinstance(body.get("fileName"), str) or not isinstance(size, int) or size < 1:
            raise Refused(problem(422, "ValidationException", "The file is not valid."))
        key, place = self.uuid(), f"{_PATH}/attachments/{self.uuid()}"
        self.issue_files[key] = None
        self.uploads[place] = (key, size)
        address = f"{self.uploads_at or 'http://' + asked.headers['host']}{place}"
        return said(asked, {"id": key}, 201, Location=address)

    @route("PUT", f"{_PATH}/attachments/{{place}}")
    def take_issue_file(self, asked: Asked, place: str) -> Said:
        """Take a file where it was announced."""
        key, size = self.uploads.pop(asked.path, ("", 0))
        if not key:
            raise Refused(problem(404, "NotFoundException", f"Nothing goes to {place}."))
        if len(asked.body) != size:
            raise Refused(problem(422, "ValidationException", "The size is not as announced."))
        self.issue_files[key] = asked.body
        return said(asked, {"id": key})

    @route("GET", f"{_PATH}/attachments/{{name}}")
    def give_issue_file(self, asked: Asked, name: str) -> Said:
        """Hand out a file."""
        content = self.issue_files.get(name)
        if content is None:
            raise Refused(problem(404, "NotFoundException", f"No file: {asked.path}"))
        return Said(200, content, {"Content-Type": "image/jpeg"})

    def _issue(self, name: str) -> SimIssue:
        """Return the issue of an id."""
        if name not in self.issues:
            raise Refused(problem(404, "NotFoundException", "There is no such issue."))
        return self.issues[name]


def _file(name: str, key: str) -> dict[str, str]:
    """Return a file as an issue shows it: by an address on a host that nobody asked."""
    return {"fileName": name, "url": f"https://api.allegro.pl{_PATH}/attachments/{key}"}


def _row(issue: SimIssue) -> dict[str, Any]:
    """Return an issue as lists show it."""
    first = {key: value for key, value in issue.chat[0].items() if key != "attachments"}
    first["author"] = {"login": issue.buyer, "role": "BUYER"}
    return {
        "id": issue.id,
        "type": issue.type,
        "referenceNumber": issue.number,
        "decisionDueDate": iso(issue.decision_due) if issue.decision_due else None,
        "openedDate": iso(issue.opened),
        "subject": issue.subject,
        "buyer": {"id": "93975873", "login": issue.buyer},
        "checkoutForm": {"id": issue.order, "createdAt": iso(issue.opened - timedelta(days=5))},
        "currentState": {
            "status": issue.status,
            "statusDueDate": iso(issue.status_due) if issue.status_due else None,
            "returnRequired": issue.return_required,
            "chatActive": issue.chat_active,
        },
        "chat": {
            "lastMessage": {
                "status": issue.last_status,
                "createdAt": issue.chat[-1]["createdAt"],
            },
            "messagesCount": len(issue.chat),
            "initialMessage": {**first, "attachments": []},
        },
        "expectations": issue.expectations,
        "description": issue.description,
        "offer": {"id": "7778622952", "quantity": 1} if issue.type == "CLAIM" else None,
        "product": None,
        "reason": {"type": issue.reason, "description": None} if issue.reason else None,
        "right": "COMPLAINT" if issue.type == "CLAIM" else None,
        "attachments": [],
    }
