"""What our own mail server found out about a sender (Authentication-Results, RFC 8601). Pure.

Anybody can write such a header. Only the topmost one counts, since the server
that took the mail put it there last, and only with the name (authserv-id) of
that server is a pass believed. Without a word of it the sender is unknown:
never genuine.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from connectors.email.headers import Fields
from connectors.values import Origin

HEADER = "authentication-results"
_READ = 4000
_ENOUGH = 3
"""Mails that must agree before a server's name is proposed."""
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_ID = re.compile(r'\s*"?([^\s;"]{1,255})"?(?:\s+\d+)?\s*(?:;|$)')
_RESULT = re.compile(r"(?i);\s*(spf|dkim|dmarc)\s*=\s*([a-z]{1,20})\b([^;]{0,1000})")
_DOMAINS = {
    "spf": re.compile(r"(?i)\bsmtp\.(?:mailfrom|helo)\s*=\s*\"?(?:[^\s;\"@]*@)?([^\s;\"@]+)"),
    "dkim": re.compile(r"(?i)\bheader\.(?:d|i)\s*=\s*\"?(?:[^\s;\"@]*@)?([^\s;\"@]+)"),
    "dmarc": re.compile(r"(?i)\bheader\.from\s*=\s*\"?(?:[^\s;\"@]*@)?([^\s;\"@]+)"),
}
"""Where each method names the domain that it spoke about."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the topmost header says of a sender."""

    origin: Origin
    failed: bool = False
    """SPF or DKIM failed and nothing passed: a forgery, of a sender who is known to sign."""


_UNKNOWN = Verdict(Origin.UNKNOWN)


def verdict(fields: Fields, authserv_id: str, address: str) -> Verdict:
    """Return what our server says of a mail that claims to be from `address`.

    A pass counts only for the domain of that address, or one above or below
    it. A missing header is no failure, nor is SPF after a forwarding where
    the signature still holds. With no `authserv_id` failures alone are believed:
    nobody calls his own forgery one.
    """
    said = fields.plain(HEADER)[:_READ]
    if not authserv_id and "fail" not in said.lower():
        return _UNKNOWN
    said = _COMMENT.sub(" ", said)
    if not said or (authserv_id and _server(said) != authserv_id.strip().lower()):
        return _UNKNOWN
    results = [(one[1].lower(), one[2].lower(), one[3]) for one in _RESULT.finditer(said)]
    domain = address.rpartition("@")[2].lower().rstrip(".")
    if any(method == "dmarc" and result == "fail" for method, result, _ in results):
        return Verdict(Origin.FORGED, failed=True)
    proven = any(
        result == "pass" and _speaks_of(domain, method, rest) for method, result, rest in results
    )
    passed = {method for method, result, _ in results if result == "pass"}
    failed = {method for method, result, _ in results if result == "fail"} - passed
    genuine = proven and bool(authserv_id)
    return Verdict(
        Origin.GENUINE if genuine else Origin.UNKNOWN, failed=bool(failed) and not passed
    )


def server_of(fields: Fields) -> str:
    """Return the name of the server that wrote the topmost header, lower case; "" without one."""
    return _server(_COMMENT.sub(" ", fields.plain(HEADER)[:_READ]))


def proposed(servers: Iterable[str]) -> str:
    """Return the name that most of the newest mails carry, "" where too few agree.

    `servers` are their topmost names, "" where a mail has none.
    """
    found = [one for one in servers if one]
    if not found:
        return ""
    name, count = Counter(found).most_common(1)[0]
    return name if count >= _ENOUGH and count * 4 >= len(found) * 3 else ""


def _server(said: str) -> str:
    """Return the authserv-id of a header's text without its comments."""
    found = _ID.match(said)
    return found[1].lower() if found and "=" not in found[1] else ""


def _speaks_of(domain: str, method: str, rest: str) -> bool:
    """Return whether a result is about this domain, or one directly above or below it."""
    found = _DOMAINS[method].search(rest)
    if found is None:
        return False
    named = found[1].lower().rstrip(".")
    if "." not in named or "." not in domain:
        return False
    return named == domain or domain.endswith(f".{named}") or named.endswith(f".{domain}")
