"""How an e-mail account proves itself: by a password, or by an OAuth 2 token said as SASL wants it.

Tokens come from a login in the browser or with a code (kept and renewed), or
from a command of the seller's. What is heavy is imported when it is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import msgspec

from connectors.contract import Account, ConnectorError, LoginRefused, Talk, Temporary
from connectors.email.settings import Endpoint
from connectors.email.trouble import said_by

if TYPE_CHECKING:
    from imapclient import IMAPClient

    from connectors.oauth import Bearer, Desk, Provider

XOAUTH2 = "XOAUTH2"
OAUTHBEARER = "OAUTHBEARER"
_MECHANISMS = (XOAUTH2, OAUTHBEARER)
"""Those we speak, the one that most servers know first."""
_GIVE_UP = {XOAUTH2: b"", OAUTHBEARER: b"\x01"}
"""What ends the talk after the server said why not: an empty line; RFC 7628 3.2.3's \\x01."""
_WORDS = 200


@dataclass(frozen=True, slots=True)
class Token:
    """An OAuth 2 access token, where a password could stand. It shows nothing of itself."""

    text: str

    def __repr__(self) -> str:
        """Say what it is and nothing of what it holds."""
        return "Token()"


class TokenRefused(LoginRefused):
    """The mail server does not take this token; a new one may do."""


class TokenTalk:
    """Says a token in a SASL mechanism's words, one line for each challenge of the server."""

    def __init__(self, mechanism: str, username: str, token: Token, endpoint: Endpoint) -> None:
        self.mechanism = mechanism
        self._endpoint = endpoint
        self._first: bytes | None = initial(
            mechanism, username, token, endpoint.host, endpoint.port
        )
        self.refusal = ""
        """Why the server refused, in its own words; "" while it has not."""

    def __repr__(self) -> str:
        """Name the mechanism and nothing that it says."""
        return f"TokenTalk({self.mechanism!r})"

    def __call__(self, challenge: bytes) -> bytes:
        """Return the next line: the token, then what lets the server end a refusal."""
        if self._first is not None:
            first, self._first = self._first, None
            return first
        self.refusal = reason(challenge)
        return _GIVE_UP[self.mechanism]

    def refused(self, words: str) -> ConnectorError:
        """Return the error for a refusal: a server's trouble may pass, a token must be renewed."""
        host = self._endpoint.host
        why = ", ".join(part for part in (self.refusal, words) if part)
        busy = any(code in words for code in ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]"))
        if busy or self.refusal.startswith("5"):
            return Temporary(f'{host} lets nobody in just now: "{why}".')
        return TokenRefused(f'{host} does not accept the login ("{why}").')


def token_talk(
    endpoint: Endpoint, username: str, token: Token, offered: Iterable[str | bytes]
) -> TokenTalk:
    """Return how to say the token to a server that offers so; raises LoginRefused if it cannot be.

    `offered`: what IMAP's CAPABILITY or SMTP's AUTH lists.
    """
    mechanism = mechanism_of(offered)
    if mechanism is None:
        raise LoginRefused(f"{endpoint.host} offers no way to log in with oauth2 on this line.")
    return TokenTalk(mechanism, username, token, endpoint)


def mechanism_of(offered: Iterable[str | bytes]) -> str | None:
    """Return the mechanism to say a token in, None if the server offers none that we speak."""
    words = (
        word.decode("ascii", "replace") if isinstance(word, bytes) else word for word in offered
    )
    known = {word.upper().removeprefix("AUTH=") for word in words}
    return next((name for name in _MECHANISMS if name in known), None)


def initial(mechanism: str, username: str, token: Token, host: str, port: int) -> bytes:
    """Return the first line of a mechanism, not encoded yet (RFC 7628 3.1; Google's XOAUTH2)."""
    if mechanism == XOAUTH2:
        return f"user={username}\x01auth=Bearer {token.text}\x01\x01".encode()
    name = username.replace("=", "=3D").replace(",", "=2C")
    said = f"n,a={name},\x01host={host}\x01port={port}\x01auth=Bearer {token.text}\x01\x01"
    return said.encode()


def reason(challenge: bytes) -> str:
    """Return why a token was refused, from the server's JSON; "" if it does not say."""
    try:
        said = msgspec.json.decode(challenge, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    words = [str(said[key]) for key in ("status", "error_description") if said.get(key)]
    return "".join(char for char in ", ".join(words) if char.isprintable())[:_WORDS]


def say_token(client: IMAPClient, endpoint: Endpoint, username: str, token: Token) -> None:
    """Log in to an IMAP server with a token; raises TokenRefused, or what imapclient raises."""
    from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

    talk = token_talk(endpoint, username, token, client.capabilities())
    try:
        client.sasl_login(talk.mechanism, talk)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as no:
        raise talk.refused(said_by(no)) from None


class Prover(Protocol):
    """Where an account's proof comes from."""

    def proof(self) -> str | Token:
        """Return the password or a token that is good now; raises LoginRefused, Temporary."""

    def renew(self) -> bool:
        """Return whether there is a new proof, after a server refused the last one."""

    @property
    def mend(self) -> str:
        """What the seller can do about a proof that is refused, as a sentence."""

    def close(self) -> None:
        """End a request that waits. Callable from any thread."""


def prover_of(account: Account) -> Prover:
    """Return what proves the account, as its setting `login` says."""
    if account.text("login") != "oauth2":
        return _Kept(account)
    return _Command(account) if account.text("oauth2_command").strip() else _Renewing(account)


class _Kept:
    """A password out of the keyring or of the seller's command."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def proof(self) -> str | Token:
        """Return the password."""
        return self._account.secret("password")

    def renew(self) -> bool:
        """Return that a password does not mend itself."""
        return False

    @property
    def mend(self) -> str:
        """What helps."""
        return "Log in again."

    def close(self) -> None:
        """Have nothing to let go of."""


class _Command(_Kept):
    """Tokens that the seller's `oauth2_command` prints, asked anew for each connection."""

    def proof(self) -> str | Token:
        """Return the token that the command prints now."""
        return Token(self._account.secret("oauth2"))

    @property
    def mend(self) -> str:
        """What helps."""
        return "Its token is what oauth2_command prints: run that by hand to see."


class _Renewing:
    """Tokens of a login, kept in the keyring and renewed when they end."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._bearer: Bearer | None = None
        self._desk: Desk | None = None

    def proof(self) -> str | Token:
        """Return a token that is good now."""
        return Token(self._ready().access())

    def renew(self) -> bool:
        """Return whether the provider gave a new token."""
        return self._ready().renew()

    @property
    def mend(self) -> str:
        """What helps."""
        return "Log in again."

    def close(self) -> None:
        """End a renewal that waits."""
        if self._desk is not None:
            self._desk.close()

    def _ready(self) -> Bearer:
        """Return what keeps the tokens, made when it is first needed."""
        if self._bearer is None:
            from connectors.oauth import Bearer

            self._desk = desk_of(self._account)
            self._bearer = Bearer(self._account, self._desk)
        return self._bearer


def desk_of(account: Account) -> Desk:
    """Return the place where the account's provider gives tokens; raises LoginRefused."""
    from connectors.oauth import Desk

    return Desk(_provider_of(account), account.name)


def _provider_of(account: Account) -> Provider:
    """Return where tokens are given: the known provider, changed by the account's settings."""
    from connectors.email.providers import token_givers
    from connectors.oauth import Provider

    known = token_givers().get(account.text("oauth2_provider"))
    token_url = account.text("oauth2_token_url") or (known.token_url if known else "")
    if not token_url:
        raise LoginRefused(
            f"{account.name} logs in with oauth2, but oauth2_provider is none that we know and "
            "oauth2_token_url is not set."
        )
    scopes = account.text("oauth2_scope").replace(",", " ").split()
    return Provider(
        token_url=token_url,
        authorize_url=account.text("oauth2_authorize_url")
        or (known.authorize_url if known else ""),
        device_url=account.text("oauth2_device_url") or (known.device_url if known else ""),
        client_id=account.text("client_id"),
        client_secret=_client_secret(account),
        scopes=tuple(scopes) or (known.scopes if known else ()),
        in_header=False,
        extra=(("login_hint", account.text("username")), *(known.extra if known else ())),
    )


def _client_secret(account: Account) -> str:
    """Return the secret of the seller's own app, "" where the app needs none."""
    try:
        return account.secret("client_secret")
    except LoginRefused:
        return ""


def consent(account: Account, talk: Talk) -> None:
    """Let the seller log in, with a code or in the browser, and keep the tokens."""
    from connectors.consent import by_browser, by_device
    from connectors.oauth import KEY

    desk = desk_of(account)
    try:
        if desk.provider.device_url:
            tokens = by_device(desk, talk)
        elif desk.provider.authorize_url:
            tokens = by_browser(desk, talk)
        else:
            raise LoginRefused(
                f"{account.name} has no page to log in at: set oauth2_authorize_url "
                "or oauth2_device_url."
            )
    finally:
        desk.close()
    if not tokens.access:
        raise LoginRefused(f"{account.name} gave no token. Log in again.")
    account.keep(KEY, tokens.text())
