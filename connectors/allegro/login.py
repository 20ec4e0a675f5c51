"""Where Allegro is and how an account proves itself there: production, sandbox, or a trial."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from connectors.contract import Account
from connectors.oauth import Desk, Provider

BASE = "https://api.allegro.pl"
SANDBOX = "https://api.allegro.pl.allegrosandbox.pl"
_SITE = "https://allegro.pl"
_SALES = "https://salescenter.allegro.com"


@dataclass(frozen=True, slots=True)
class Hosts:
    """The addresses of one Allegro."""

    api: str
    uploads: str
    """Files go to a host of their own; Allegro names the address of each."""
    auth: str
    site: str
    """Where people buy."""
    sales: str
    """Where the seller acts; "": the sandbox's is not documented."""

    @classmethod
    def of(cls, base: str, auth: str = "") -> Hosts:
        """Return the addresses that belong to the API's; `auth` overrides where one logs in."""
        api = base.strip().rstrip("/") or BASE
        allegros = api in {BASE, SANDBOX}
        www = api.replace("//api.", "//", 1) if allegros else api
        return cls(
            api=api,
            uploads=api.replace("//api.", "//upload.", 1) if allegros else api,
            auth=auth.strip().rstrip("/") or www,
            site=www if allegros else _SITE,
            sales="" if api == SANDBOX else _SALES,
        )

    def takes_files_at(self, address: str) -> bool:
        """Return whether a file may be sent to an address, with what proves us."""
        parts, ours = urlsplit(address), urlsplit(self.uploads)
        same = (parts.scheme, parts.hostname) == (ours.scheme, ours.hostname)
        return same and (parts.port == ours.port or self.uploads == self.api)


def desk_of(account: Account, hosts: Hosts, patience: float) -> Desk:
    """Return where tokens are given; raises LoginRefused without the app's secret.

    What a token may do is chosen where the app is registered: asking for more
    would be refused, and asking for nothing gives all of it.
    """
    provider = Provider(
        token_url=f"{hosts.auth}/auth/oauth/token",
        device_url=f"{hosts.auth}/auth/oauth/device",
        client_id=account.text("client_id"),
        client_secret=account.secret("client_secret"),
    )
    return Desk(provider, account.name, patience=patience)
