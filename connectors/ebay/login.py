"""Where eBay is and how an account proves itself there: production, sandbox, or a trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from connectors.contract import Account
from connectors.oauth import Desk, LateBearer, Provider

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


class Proof(LateBearer):
    """Puts the token into each request; Post-Order wants it under another name."""

    def __init__(self, account: Account, hosts: Hosts) -> None:
        super().__init__(account, lambda: Desk(provider_of(account, hosts), account.name))

    def headers(self, method: str, url: str, body: bytes) -> Mapping[str, str]:
        """Return the header that proves us; raises LoginRefused, Temporary."""
        prefix = "IAF" if urlsplit(url).path.startswith(_POST_ORDER) else "Bearer"
        return {"Authorization": f"{prefix} {self.proven().access()}"}
