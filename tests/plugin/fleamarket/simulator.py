"""The flea market on loopback, as its documentation says. Imports nothing of client or wire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from connectors.simulation import Asked, Refused, Said, Simulation, in_json, route


class FleaMarketSimulator(Simulation):
    """One stall."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.chats: list[dict[str, Any]] = []
        super().__init__()

    def open(self, buyer: str, about: str) -> dict[str, Any]:
        """Let a buyer begin a chat."""
        number = str(len(self.chats) + 1)
        chat: dict[str, Any] = {"id": number, "buyer": buyer, "about": about, "said": []}
        self.chats.append({**chat, "changed": self.clock().isoformat()})
        return self.chats[-1]

    def say(self, chat: dict[str, Any], by: str, text: str, at: datetime | None = None) -> Any:
        """Let somebody write; return the message."""
        when = (at or self.clock()).astimezone(UTC).isoformat()
        number = 1000 * int(chat["id"]) + len(chat["said"])
        chat["said"].append({"id": number, "by": by, "at": when, "text": text})
        chat["changed"] = when
        return chat["said"][-1]

    def before(self, asked: Asked) -> None:
        """Check the key."""
        if asked.headers.get("x-key") != self.key:
            raise Refused(in_json({"error": "unknown key"}, 401))

    @route("GET", "/chats")
    def list_chats(self, asked: Asked) -> Said:
        """Show a page of chats, those changed last first."""
        limit, offset = asked.one("limit", "20"), asked.one("offset", "0")
        if not (limit.isdigit() and offset.isdigit() and 1 <= int(limit) <= 20):
            raise Refused(in_json({"error": "limit or offset is not valid"}, 400))
        every = sorted(self.chats, key=lambda chat: str(chat["changed"]), reverse=True)
        page = every[int(offset) : int(offset) + int(limit)]
        return in_json({"chats": page, "total": len(every)})

    @route("GET", "/chats/{number}")
    def show(self, asked: Asked, number: str) -> Said:
        """Show a chat."""
        return in_json(self._found(number))

    @route("POST", "/chats/{number}")
    def write(self, asked: Asked, number: str) -> Said:
        """Take what the seller says."""
        text = asked.json().get("text")
        if asked.headers.get("content-type") != "application/json" or not isinstance(text, str):
            raise Refused(in_json({"error": "a text is wanted"}, 400))
        said = self.say(self._found(number), "seller", text)
        return in_json({"id": said["id"], "at": said["at"]}, 201)

    def _found(self, number: str) -> dict[str, Any]:
        """Return the chat of a number."""
        for chat in self.chats:
            if chat["id"] == number:
                return chat
        raise Refused(in_json({"error": "no such chat"}, 404))
