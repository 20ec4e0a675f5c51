"""A name server on loopback that knows what a test tells it, and nothing else."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import defaultdict
from collections.abc import Iterator
from typing import Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.resolver
import dns.rrset

from tests.fakes.ports import HOST


class DnsServer:
    """Answers by UDP from `records`. Use as a context manager."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list[str]] = defaultdict(list)
        """By name and kind (`_imaps._tcp.lamps.test`, `SRV`), as a zone file writes them."""
        self.asked: list[tuple[str, str]] = []
        self.broken = False
        """Whether to answer that something is wrong with the server."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        """Return the server."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.sendto(b"", (HOST, self.port))
        self._thread.join(5)
        self._socket.close()

    def add(self, name: str, kind: str, *values: str) -> None:
        """Know these records from now on."""
        self.records[name, kind] += values

    def _serve(self) -> None:
        while True:
            words, whom = self._socket.recvfrom(4096)
            if not words:
                return
            self._socket.sendto(self._answer(dns.message.from_wire(words)), whom)

    def _answer(self, query: dns.message.Message) -> bytes:
        """Return the answer to a question."""
        (question,) = query.question
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        known = self.records.get((name, kind))
        if self.broken:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif known:
            answer.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, known))
        elif not any(each == name for each, _ in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()


def resolver_at(port: int) -> dns.resolver.Resolver:
    """Return what asks the name server at that port of loopback, and no other."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [HOST]
    resolver.port = port
    return resolver


@contextlib.contextmanager
def only_this_one(port: int) -> Iterator[None]:
    """Let the whole process ask that name server, as if the system were set up so."""
    resolver = resolver_at(port)
    before = dns.resolver.default_resolver
    dns.resolver.override_system_resolver(resolver)
    dns.resolver.default_resolver = resolver
    try:
        yield
    finally:
        dns.resolver.default_resolver = before
        dns.resolver.restore_system_resolver()
