"""What the simulated Allegro asks of every request, and how it says no. Knows nothing of ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from connectors.simulation import Asked, Refused, Said

PUBLIC = "application/vnd.allegro.public.v1+json"
BETA = "application/vnd.allegro.beta.v1+json"
FILE_TYPES = {
    "image/png",
    "image/gif",
    "image/bmp",
    "image/tiff",
    "image/jpeg",
    "application/pdf",
}
_LANGUAGES = {"en-US", "pl-PL", "uk-UA", "sk-SK", "cs-CZ", "hu-HU"}
_FILES = ("/messaging/message-attachments/", "/sale/issues/attachments/")


def media_of(path: str) -> str:
    """Return the media type that a part of the API speaks."""
    return BETA if path.startswith("/sale/issues") else PUBLIC


def check_headers(asked: Asked) -> None:
    """Refuse a request whose media types or language are not exactly Allegro's."""
    media, accept = media_of(asked.path), asked.headers.get("accept", "")
    a_file = asked.path.startswith(_FILES)
    if accept != ("*/*" if a_file and asked.method == "GET" else media):
        raise Refused(problem(406, "NotAcceptableException", "Check the 'Accept' header."))
    if asked.headers.get("accept-language", "en-US") not in _LANGUAGES:
        raise Refused(problem(406, "NotAcceptableException", "The language is not supported."))
    kinds = {media}
    if asked.method == "GET":
        kinds = {""}
    elif a_file:
        kinds = FILE_TYPES
    if asked.headers.get("content-type", "") not in kinds:
        raise Refused(problem(415, "UnsupportedMediaType", "Check the 'Content-Type' header."))


def body_of(asked: Asked, known: set[str]) -> dict[str, Any]:
    """Return a request's JSON; refuse fields that are not documented."""
    body = asked.json()
    if not isinstance(body, dict) or set(body) - known:
        raise Refused(problem(422, "ValidationException", "The body is not valid."))
    return body


def paging(
    asked: Asked, *, most: int, usual: int, furthest: int, known: set[str]
) -> tuple[int, int]:
    """Return limit and offset; refuse what a query may not hold."""
    if {name for name, _value in asked.query} - known - {"limit", "offset"}:
        raise Refused(problem(422, "ValidationException", "Unknown parameters."))
    limit, offset = asked.one("limit", str(usual)), asked.one("offset", "0")
    if not (limit.isdigit() and 1 <= int(limit) <= most):
        raise Refused(problem(422, "ValidationException", "Incorrect limit."))
    if not (offset.isdigit() and int(offset) <= furthest):
        raise Refused(problem(422, "ValidationException", "Incorrect offset."))
    return int(limit), int(offset)


def said(asked: Asked, value: object, status: int = 200, **headers: str) -> Said:
    """Return an answer in the media type of that part of the API."""
    kind = {"Content-Type": media_of(asked.path), **headers}
    return Said(status, msgspec.json.encode(value), kind)


def problem(status: int, code: str, message: str) -> Said:
    """Return an error as Allegro words it."""
    one: Mapping[str, object] = {
        "code": code,
        "message": message,
        "details": None,
        "path": None,
        "userMessage": message,
        "metadata": {},
    }
    return Said(status, msgspec.json.encode({"errors": [one]}), {"Content-Type": PUBLIC})


def iso(when: datetime) -> str:
    """Return an instant as the API writes it."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03}Z"
