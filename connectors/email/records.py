"""What a domain says of its mail in DNS: SRV (RFC 6186, RFC 8314) and MX. All that knows dnspython.

Nothing in DNS is proven: who sits on the line can say anything. So this only finds names; the
servers must prove by TLS that they have them, and the seller is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dns.exception
import dns.rdatatype
import dns.resolver

from connectors.contract import Temporary
from connectors.email.published import Server

SECONDS = 4.0
"""Seconds that one question may take."""
_SERVICES = {
    "imap": (("_imaps._tcp", "tls"), ("_imap._tcp", "starttls")),
    "smtp": (("_submissions._tcp", "tls"), ("_submission._tcp", "starttls")),
}


def servers_of(domain: str) -> dict[str, Server]:
    """Return the servers that the domain's SRV records name, by `imap` and `smtp`.

    TLS from the first word comes before STARTTLS. Raises Temporary where nobody answers.
    """
    found: dict[str, Server] = {}
    for which, services in _SERVICES.items():
        for service, security in services:
            named = next(_named(f"{service}.{domain}"), None)
            if named is not None:
                found[which] = Server(*named, security)
                break
    return found


def _named(name: str) -> Iterator[tuple[str, int]]:
    """Yield host and port of the records under a name, the first choice first."""
    records = sorted(_ask(name, "SRV"), key=lambda record: (record.priority, -record.weight))
    for record in records:
        host = _host(record.target)
        if host and record.port:  # a target of "." says that there is no such service
            yield host, record.port


def mail_hosts(domain: str) -> tuple[str, ...]:
    """Return the names of the servers that take the domain's mail, the first choice first."""
    records = sorted(_ask(domain, "MX"), key=lambda record: int(record.preference))
    return tuple(host for record in records if (host := _host(record.exchange)))


def _ask(name: str, kind: str) -> list[Any]:
    """Return the records of a name, [] if there are none; raises Temporary without an answer."""
    try:
        resolver = dns.resolver.get_default_resolver()
        answer = resolver.resolve(
            f"{name}.", dns.rdatatype.from_text(kind), raise_on_no_answer=False, lifetime=SECONDS
        )
        return list(answer.rrset or ())
    except dns.resolver.NXDOMAIN:
        return []
    except (dns.exception.DNSException, OSError, ValueError) as failed:
        raise Temporary("Nobody answers questions about names; is there a network?") from failed


def _host(name: Any) -> str:
    """Return a name as text without the dot at its end."""
    return str(name.to_text(omit_final_dot=True)).lower().rstrip(".")
