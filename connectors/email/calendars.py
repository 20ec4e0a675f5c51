"""An invitation (iCalendar, RFC 5545): what, when, where, and the words in it. Pure, never raises.

Times are told as the invitation has them, with its own time zone's name: the
calendar of the one who invites is not known here.
"""

from __future__ import annotations

import re

_LIMIT = 64 * 1024
_VALUE_LIMIT = 300
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"(?m)^([A-Za-z-]{1,40})((?:;(?:[^\":;\r\n]|\"[^\"\r\n]*+\")*+)*+):([^\r\n]*)")
_ZONE = re.compile(r"(?i);tzid=\"?([^\";:]{1,60})\"?")
_INSTANT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d{0,2}(Z?))?")
_ESCAPED = re.compile(r"\\([nN,;\\])")
_METHODS = {
    "CANCEL": "Cancelled",
    "REPLY": "Answer to an invitation",
    "COUNTER": "Another time proposed",
}
_WANTED = frozenset({"SUMMARY", "DTSTART", "DTEND", "LOCATION", "COMMENT", "DESCRIPTION"})
_WORDS_LIMIT = 20_000


def told(text: str) -> str:
    """Return an invitation in lines between square brackets, "" where there is no event."""
    method, found = _read(text)
    if not found:
        return ""
    lines = [f"{_METHODS.get(method, 'Invitation')}: {_value(found, 'SUMMARY') or 'no title'}"]
    if when := _when(found):
        lines.append(f"When: {when}")
    if where := _value(found, "LOCATION"):
        lines.append(f"Where: {where}")
    return "[" + "\n".join(lines) + "]"


def words(text: str) -> str:
    """Return what the writer says in an invitation, or in the answer to one; "" for nothing."""
    found = _read(text)[1]
    said = (found.get(name, ("", ""))[1][:_WORDS_LIMIT] for name in ("COMMENT", "DESCRIPTION"))
    plain = (_ESCAPED.sub(lambda one: "\n" if one[1] in "nN" else one[1], each) for each in said)
    return next((each.strip() for each in plain if each.strip()), "")


def _read(text: str) -> tuple[str, dict[str, tuple[str, str]]]:
    """Return an invitation's method and its event's fields: name to (parameters, value)."""
    found: dict[str, tuple[str, str]] = {}
    method = ""
    inside = False
    for match in _LINE.finditer(_FOLD.sub("", text[:_LIMIT])):
        name, parameters, value = match[1].upper(), match[2], match[3].strip()
        if name == "METHOD":
            method = value.upper()
        elif name == "BEGIN" and value.upper() == "VEVENT":
            inside = True
        elif name == "END" and value.upper() == "VEVENT":
            break
        elif inside and name in _WANTED and name not in found:
            found[name] = (parameters, value)
    return method, found


def _value(found: dict[str, tuple[str, str]], name: str) -> str:
    """Return a value as one line of text, "" if it is not there."""
    raw = found.get(name, ("", ""))[1][:_VALUE_LIMIT]
    return " ".join(_ESCAPED.sub(lambda one: " " if one[1] in "nN" else one[1], raw).split())


def _when(found: dict[str, tuple[str, str]]) -> str:
    """Return from when to when, in the zone that is named."""
    begins, ends = _instant(found, "DTSTART"), _instant(found, "DTEND")
    if not begins or not ends or begins == ends:
        return begins
    day, _, clock = ends.partition(" ")
    return f"{begins} - {clock if clock and begins.startswith(day) else ends}"


def _instant(found: dict[str, tuple[str, str]], name: str) -> str:
    """Return an instant as "2026-11-20 10:00 Europe/Berlin", as much of it as there is."""
    parameters, value = found.get(name, ("", ""))
    match = _INSTANT.match(value)
    if match is None:
        return ""
    said = f"{match[1]}-{match[2]}-{match[3]}"
    if match[4]:
        zone = _ZONE.search(parameters)
        said += f" {match[4]}:{match[5]}"
        said += " UTC" if match[6] else f" {zone[1]}" if zone else ""
    return said
