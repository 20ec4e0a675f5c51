"""OAuth 2: what proves an account at services that want tokens, and how it is renewed.

Requests are made by oauthlib, sent by `connectors.http`. Tokens live in the
secret store only. How the seller logs in stands in `connectors.consent`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec
from oauthlib.oauth2 import BackendApplicationClient

from connectors.contract import Account, LoginRefused, Rejected, Temporary
from connectors.http import Nobody, Web
from connectors.tokens import Tokens

KEY = "tokens"
"""The key of the secret store under which an account's tokens are kept."""
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Where a service gives tokens, and who we are there."""

    token_url: str
    client_id: str
    client_secret: str = ""
    """"" for a public client, which proves itself by PKCE alone."""
    authorize_url: str = ""
    device_url: str = ""
    scopes: tuple[str, ...] = ()
    in_header: bool = True
    """Whether id and secret go as HTTP Basic; else in the form."""
    redirect: str = ""
    """A fixed redirect address or name the service registered; "": a loopback port."""
    extra: tuple[tuple[str, str], ...] = ()
    """More parameters of the authorization address."""

    def __repr__(self) -> str:
        """Name the place and not the secret."""
        return f"Provider({self.token_url!r})"


class Desk:
    """The token endpoint of a provider."""

    def __init__(
        self,
        provider: Provider,
        account: str,
        clock: Callable[[], datetime] | None = None,
        *,
        patience: float = 30.0,
    ) -> None:
        self.provider = provider
        self.account = account
        self.clock = clock or (lambda: datetime.now(UTC))
        parts = urlsplit(provider.token_url)
        self._web = Web(
            account=account,
            base_url=f"{parts.scheme}://{parts.netloc}",
            authorizer=Nobody(),
            words_of=_words,
            patience=patience,
        )

    def post(self, address: str, form: str, *, tokens: bool = True) -> Mapping[str, Any]:
        """Return the JSON a form posted to an address on the provider's host is answered with.

        Raises Refusal with the service's error name, LoginRefused, Temporary.
        """
        provider = self.provider
        headers = {"Content-Type": _FORM, "Accept": "application/json"}
        if provider.client_secret and provider.in_header:
            proof = f"{provider.client_id}:{provider.client_secret}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(proof).decode()}"
        elif provider.client_secret:
            form += "&" + urlencode({"client_secret": provider.client_secret})
        try:
            answer = self._web.write(
                "POST", address, headers=headers, body=form.encode(), repeatable=True
            )
        except (Rejected, LoginRefused) as refused:
            raise Refusal(self.account, str(refused)) from None
        said = self._web.decode(answer.body, dict[str, Any])
        if tokens and not said.get("access_token"):
            raise Temporary(f"{self.account} gave no token.")
        return said

    def grant(self, form: str, refresh: str = "") -> Tokens:
        """Return the tokens that a form is answered with."""
        return Tokens.granted(self.post(self.provider.token_url, form), self.clock(), refresh)

    def close(self) -> None:
        """End a request that waits and let go of the lines; callable from any thread."""
        self._web.close()


class Refusal(LoginRefused):
    """The provider says no; `name` is its error (RFC 6749 5.2, RFC 8628 3.5)."""

    def __init__(self, account: str, said: str) -> None:
        self.name = next((name for name in _NAMES if name in said), "refused")
        super().__init__(f"{account} does not accept the login ({self.name}). Log in again.")


_NAMES = (
    "authorization_pending",
    "slow_down",
    "expired_token",
    "access_denied",
    "invalid_grant",
    "invalid_client",
    "unauthorized_client",
    "invalid_scope",
)


class Bearer:
    """Puts an account's access token into each request and renews it. One thread at a time."""

    def __init__(self, account: Account, desk: Desk, prefix: str = "Bearer") -> None:
        self._account = account
        self._desk = desk
        self._prefix = prefix
        self._tokens: Tokens | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        """Name the account and nothing more."""
        return f"Bearer({self._account.name!r})"

    def headers(self, method: str, url: str, body: bytes) -> Mapping[str, str]:
        """Return the header that proves us; raises LoginRefused, Temporary."""
        return {"Authorization": f"{self._prefix} {self.access()}"}

    def access(self) -> str:
        """Return an access token that can be used now, renewed if it must be."""
        with self._lock:
            tokens = self._tokens or self._first()
            if not tokens.fresh(self._desk.clock()):
                tokens = self._renewed(tokens)
            self._tokens = tokens
            return tokens.access

    def renew(self) -> bool:
        """Get a new access token, whatever the old one says of itself; False if there is none."""
        with self._lock:
            try:
                self._tokens = self._renewed(self._tokens or self._first())
            except Refusal:
                return False
            return True

    def _first(self) -> Tokens:
        """Return the tokens that are kept."""
        try:
            kept = self._account.secret(KEY)
        except LoginRefused as none:
            name = self._account.name
            said = f'{name} is not logged in. Do it with "inbox accounts login {name}".'
            raise LoginRefused(said) from none
        return Tokens.of_text(kept)

    def _renewed(self, tokens: Tokens) -> Tokens:
        """Return new tokens, kept before they are used: a service may take back the old ones."""
        if not tokens.refresh:
            raise Refusal(self._account.name, "no refresh token")
        form = BackendApplicationClient(self._desk.provider.client_id).prepare_refresh_body(
            refresh_token=tokens.refresh, **_public(self._desk.provider)
        )
        renewed = self._desk.grant(form, tokens.refresh)
        self._account.keep(KEY, renewed.text())
        return renewed


class ClientCredentials(Bearer):
    """Proves an app to a service that asks no seller: id and secret are the login."""

    def _first(self) -> Tokens:
        """Return nothing: the first request asks for a token."""
        return Tokens("", expires_at=datetime.fromtimestamp(0, UTC))

    def _renewed(self, tokens: Tokens) -> Tokens:
        """Return new tokens; they are not kept, since id and secret are."""
        provider = self._desk.provider
        client = BackendApplicationClient(provider.client_id, scope=list(provider.scopes) or None)
        form = client.prepare_request_body(include_client_id=not provider.in_header)
        return self._desk.grant(form)


class LateBearer:
    """A Bearer that is made when the first request leaves: the app's secret is asked for then."""

    def __init__(
        self, account: Account, make: Callable[[], Desk], kind: type[Bearer] = Bearer
    ) -> None:
        """`make` returns where tokens are given; raises LoginRefused without the app's secret."""
        self._account = account
        self._make = make
        self._kind = kind
        self._desk: Desk | None = None
        self._bearer: Bearer | None = None

    def desk(self) -> Desk:
        """Return where tokens are given; raises LoginRefused without the app's secret."""
        if self._desk is None:
            self._desk = self._make()
        return self._desk

    def proven(self) -> Bearer:
        """Return what holds the tokens."""
        if self._bearer is None:
            self._bearer = self._kind(self._account, self.desk())
        return self._bearer

    def headers(self, method: str, url: str, body: bytes) -> Mapping[str, str]:
        """Return the header that proves us; raises LoginRefused, Temporary."""
        return self.proven().headers(method, url, body)

    def renew(self) -> bool:
        """Get a new token and return whether asking again makes sense."""
        return self.proven().renew()

    def close(self) -> None:
        """Let go of the lines; callable from any thread."""
        if self._desk is not None:
            self._desk.close()


def signed(secret: str, text: str) -> str:
    """Return the hex HMAC-SHA256 of a text."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _public(provider: Provider) -> dict[str, str]:
    """Return what a client that sends no Basic header adds to its forms."""
    basic = provider.client_secret and provider.in_header
    return {} if basic else {"client_id": provider.client_id}


def _words(body: bytes) -> str:
    """Return the error name in an answer's body, "" if it holds none that is known.

    It stands in `error` (RFC 6749 5.2), or where a service answers as the
    rest of its API does, in the `code` of the first of a list.
    """
    try:
        answer = msgspec.json.decode(body, type=dict[str, Any] | list[dict[str, Any]])
    except (ValueError, RecursionError):
        return ""
    if isinstance(answer, list):
        said = answer[0].get("code") if answer else None
    else:
        said = answer.get("error")
    return said if isinstance(said, str) and said in _NAMES else ""
