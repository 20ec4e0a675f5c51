"""Mail providers we know by name: their servers, where app passwords are made, who gives tokens.

The facts stand in providers.toml, each with its source and the day it was looked at.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from connectors.values import SettingValues

DIRECT = "tls"


@dataclass(frozen=True, slots=True)
class Servers:
    """Where a provider's mail is read and sent, and how; all that can be offered to a seller."""

    imap_host: str
    smtp_host: str
    imap_port: str = "993"
    imap_security: str = DIRECT
    smtp_port: str = "465"
    smtp_security: str = DIRECT
    username: str = ""
    """"local": the part before the @; "": the whole address; else the name itself."""
    save_sent: str = ""
    oauth2_provider: str = ""

    def settings(self, address: str) -> SettingValues:
        """Return them as settings of an account with that address."""
        local = address.rpartition("@")[0]
        username = local if self.username == "local" else self.username or address
        said = {
            "username": username,
            "imap_host": self.imap_host,
            "imap_port": self.imap_port,
            "imap_security": self.imap_security,
            "smtp_host": self.smtp_host,
            "smtp_port": self.smtp_port,
            "smtp_security": self.smtp_security,
            "save_sent": self.save_sent,
            "oauth2_provider": self.oauth2_provider,
        }
        return {key: value for key, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class MailProvider:
    """One provider, and what its customers need to know before a password works."""

    name: str
    servers: Servers
    domains: frozenset[str] = frozenset()
    """The part of an address after the @, lower case."""
    mx: tuple[str, ...] = ()
    """Ends of the names of the mail servers that its customers' own domains point to."""
    app_password: str = ""
    """A page on which app passwords are made; "" where there is none."""
    note: str = ""
    """A sentence on what has to be done first."""
    login: str = ""
    """oauth2 where no password works."""


@dataclass(frozen=True, slots=True)
class TokenGiver:
    """Where tokens of a provider are given, and what is asked for."""

    token_url: str
    authorize_url: str
    device_url: str
    scopes: tuple[str, ...]
    extra: tuple[tuple[str, str], ...]


def by_address(address: str) -> MailProvider | None:
    """Return the provider whose domain the address is in, None if it is none that we know."""
    domain = domain_of(address)
    return next((one for one in providers() if domain in one.domains), None)


def by_mail_servers(hosts: Iterable[str]) -> MailProvider | None:
    """Return the provider that takes a domain's mail, as the names of its MX servers tell."""
    names = ["." + host.rstrip(".").lower() for host in hosts]
    ends = [(end, one) for one in providers() for end in one.mx]
    # The longest end first: outlook.com's own mail is a corner of Microsoft 365's names.
    ends.sort(key=lambda pair: -len(pair[0]))
    return next((one for end, one in ends if any(name.endswith("." + end) for name in names)), None)


def by_imap_host(host: object) -> MailProvider | None:
    """Return the provider whose mail is read at that server, None if we know none."""
    return next((one for one in providers() if one.servers.imap_host == host), None)


def hosts_of_providers() -> frozenset[str]:
    """Return the names of all servers of the providers that we know."""
    return frozenset(
        host for one in providers() for host in (one.servers.imap_host, one.servers.smtp_host)
    )


def domain_of(address: str) -> str:
    """Return what follows the @, lower case and in ASCII; "" if nothing usable does."""
    _local, _at, domain = address.strip().rpartition("@")
    try:
        return domain.encode("idna").decode("ascii").lower() if _local else ""
    except UnicodeError:
        return ""


@cache
def providers() -> tuple[MailProvider, ...]:
    """Return every provider of providers.toml, in its order."""
    return tuple(_provider(one) for one in _facts()["provider"])


@cache
def token_givers() -> dict[str, TokenGiver]:
    """Return who gives tokens, by the word of the setting oauth2_provider."""
    return {
        name: TokenGiver(
            token_url=one["token_url"],
            authorize_url=one.get("authorize_url", ""),
            device_url=one.get("device_url", ""),
            scopes=tuple(one["scopes"]),
            extra=tuple(one.get("extra", {}).items()),
        )
        for name, one in _facts()["oauth2"].items()
    }


def _facts() -> dict[str, Any]:
    """Return the file as it stands."""
    return tomllib.loads(files(__package__).joinpath("providers.toml").read_text("utf-8"))


def _provider(fact: dict[str, Any]) -> MailProvider:
    """Return one entry; ports follow from the encryption unless they are said."""
    imap, smtp = fact["imap"], fact["smtp"]
    return MailProvider(
        name=fact["name"],
        servers=Servers(
            imap_host=imap,
            smtp_host=smtp,
            smtp_security=fact.get("smtp_security", DIRECT),
            smtp_port="587" if fact.get("smtp_security") == "starttls" else "465",
            username=fact.get("username", ""),
            save_sent=fact.get("save_sent", ""),
            oauth2_provider=fact.get("oauth2", ""),
        ),
        domains=frozenset(fact.get("domains", ())),
        mx=tuple(fact.get("mx", ())),
        app_password=fact.get("app_password", ""),
        note=fact.get("note", ""),
        login=fact.get("login", ""),
    )
