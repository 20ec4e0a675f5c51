"""The servers of a domain that nobody listed: its DNS and its web server are asked, then others.

In this order: SRV records; MX records that lead to a provider we know; the settings the domain
publishes itself; and, only if the seller agrees, Thunderbird's public list. Nothing found is used
before the seller saw it, for a password goes where it says.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from connectors.clues import Clue, Source
from connectors.email import published, records, webfile
from connectors.email.providers import by_mail_servers, domain_of, hosts_of_providers

LIST = "https://autoconfig.thunderbird.net"
_FILE = "mail/config-v1.1.xml"
_NOBODYS = ("example", "invalid", "local", "localhost", "onion", "internal", "home.arpa")
"""Ends of names that no DNS of the world knows."""


@dataclass(frozen=True, slots=True)
class Search:
    """A search for the servers of one address."""

    address: str
    context: ssl.SSLContext | None = None
    """Whom to trust; None: whom the system trusts."""
    port: int = 443
    list_at: str = LIST

    @property
    def domain(self) -> str:
        """Return what is searched for."""
        return domain_of(self.address)

    def sources(self) -> Sequence[Source]:
        """Return who may know, in the order to ask; () for a name that nobody can know."""
        domain = self.domain
        if not published.is_host(domain) or any(
            domain == end or domain.endswith(f".{end}") for end in _NOBODYS
        ):
            return ()
        tells = (
            f"Thunderbird's public list of mail providers may know {domain}. Asking it tells "
            f"{self.list_at.removeprefix('https://')} that somebody here has mail at {domain}."
        )
        return (
            Source(domain, self.own),
            Source("Thunderbird's public list", self.listed, tells),
        )

    def own(self) -> Clue | None:
        """Return what the domain itself says; raises Temporary where there is no network."""
        return self._by_service() or self._by_mail_servers() or self._by_its_file()

    def _by_service(self) -> Clue | None:
        """Return what SRV records say."""
        domain = self.domain
        named = records.servers_of(domain)
        usable = {which: one for which, one in named.items() if published.is_host(one.host)}
        if "imap" not in usable:
            return None
        settings = {"username": self.address}
        for which, server in usable.items():
            settings |= published.of(which, server)
        return Clue(settings, f"the DNS of {domain}", self._doubt(settings))

    def _by_mail_servers(self) -> Clue | None:
        """Return the servers of the provider that takes the domain's mail, if we know it."""
        provider = by_mail_servers(records.mail_hosts(self.domain))
        if provider is None:
            return None
        settings = dict(provider.servers.settings(self.address))
        if provider.login:
            settings["login"] = provider.login
        return Clue(settings, f"the DNS of {self.domain}: its mail is at {provider.name}")

    def _by_its_file(self) -> Clue | None:
        """Return what the domain publishes; it proved by TLS that it is its own."""
        domain = self.domain
        port = "" if self.port == 443 else f":{self.port}"  # noqa: PLR2004 - https
        for url in (
            f"https://autoconfig.{domain}{port}/{_FILE}",
            f"https://{domain}{port}/.well-known/autoconfig/{_FILE}",
        ):
            if settings := self._read(url):
                return Clue(settings, f"the web server of {domain}")
        return None

    def listed(self) -> Clue | None:
        """Return what Thunderbird's list says of the domain, or of who takes its mail."""
        domain = self.domain
        for name in dict.fromkeys((domain, *_keepers(records.mail_hosts(domain)))):
            if settings := self._read(f"{self.list_at}/v1.1/{name}"):
                return Clue(settings, "Thunderbird's public list", self._doubt(settings))
        return None

    def _read(self, url: str) -> Mapping[str, str]:
        """Return the settings that stand at an address, {} if there are none."""
        document = webfile.fetched(url, self.context)
        return published.read(document, self.address) if document else {}

    def _doubt(self, settings: Mapping[str, str]) -> str:
        """Return why the servers may be a stranger's, "" if they are the domain's or well known."""
        own, known = self.domain, hosts_of_providers()
        hosts = [value for key, value in settings.items() if key.endswith("_host")]
        foreign = [
            host
            for host in dict.fromkeys(hosts)
            if host not in known and host != own and not host.endswith(f".{own}")
        ]
        if not foreign:
            return ""
        names = " and ".join(foreign)
        return (
            f"{names} lies outside {own}, and this answer proves nothing. "
            "Agree only if that is your provider: your password will go there."
        )


def _keepers(hosts: Iterable[str]) -> Sequence[str]:
    """Return the domains of mail servers: the name without its first parts, at most two deep."""
    found: list[str] = []
    for host in list(hosts)[:1]:
        parts = host.split(".")
        found += [".".join(parts[-size:]) for size in (3, 2) if len(parts) > size]
    return found
