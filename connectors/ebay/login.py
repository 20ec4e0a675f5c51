"""Where eBay is and how an account proves itself there: production, sandbox, or a trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from connectors.contract import Account
from connectors.oauth import Bearer, Desk, Provider

BASE = "https://api.ebay.com"
_SCOPE = "https://api.ebay.com/oauth/api_scope"
SCOPES = (
    _SCOPE,
    f"{_SCOPE}/commerce.message",
    f"{_SCOPE}/sell.fulfillment.readonly",
    f"{_SCOPE}/sell.payment.dispute",
)
_POST_ORDER = "/post-order/"


@dataclass(frozen=True, slots=True)
class Hosts:
    """The addresses of one eBay."""

    api: str
    disputes: str
    """Payment disputes lie on a host of their own."""
    auth: str
    sandbox: bool
    """eBay's sandbox has no Post-Order API."""

    @classmethod
    def of(cls, base: str, auth: str = "") -> Hosts:
        """Return the addresses that belong to the API's; `auth` overrides where one logs in."""
        api = base.strip().rstrip("/") or BASE
        host = urlsplit(api).hostname or ""
        ebays = host.startswith("api.") and host.endswith(".ebay.com")
        return cls(
            api=api,
            disputes=api.replace("//api.", "//apiz.", 1) if ebays else api,
            auth=auth or (api.replace("//api.", "//auth.", 1) if ebays else api),
            sandbox=host == "api.sandbox.ebay.com",
        )


def provider_of(account: Account, hosts: Hosts) -> Provider:
    """Return where the account gets its tokens; raises LoginRefused without the app's secret."""
    return Provider(
        token_url=f"{hosts.api}/identity/v1/oauth2/token",
        authorize_url=f"{hosts.auth}/oauth2/authorize",
        client_id=account.text("client_id"),
        client_secret=account.secret("client_secret"),
        scopes=SCOPES,
        redirect=account.text("runame"),
    )


class Proof:
    """Puts the token into each request; Post-Order wants it under another name."""

    def __init__(self, account: Account, hosts: Hosts) -> None:
        self._account = account
        self._hosts = hosts
        self._desk: Desk | None = None
        self._bearer: Bearer | None = None

    def desk(self) -> Desk:
        """Return where tokens are given; raises LoginRefused without the app's secret."""
        if self._desk is None:
            self._desk = Desk(provider_of(self._account, self._hosts), self._account.name)
        return self._desk

    def headers(self, method: str, url: str, body: bytes) -> Mapping[str, str]:
        """Return the header that proves us; raises LoginRefused, Temporary."""
        prefix = "IAF" if urlsplit(url).path.startswith(_POST_ORDER) else "Bearer"
        return {"Authorization": f"{prefix} {self._proven().access()}"}

    def renew(self) -> bool:
        """Get a new token and return whether asking again makes sense."""
        return self._proven().renew()

    def close(self) -> None:
        """Let go of the lines; callable from any thread."""
        if self._desk is not None:
            self._desk.close()

    def _proven(self) -> Bearer:
        """Return what holds the tokens."""
        if self._bearer is None:
            self._bearer = Bearer(self._account, self.desk())
        return self._bearer
