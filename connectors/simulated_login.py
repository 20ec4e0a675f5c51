"""The login of a simulated service: token, authorization and device endpoints, strict as the RFCs.

Knows nothing of `connectors.oauth`. A simulator routes its own paths here.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, unquote, urlencode

from connectors.simulation import Asked, Refused, Said, in_json


@dataclass(slots=True)
class _Code:
    """A code that a seller's consent gave."""

    redirect: str
    challenge: str


class SimulatedLogin:
    """Gives tokens to one app of one seller."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        client_id: str = "app-1",
        client_secret: str = "app-secret",  # noqa: S107 - invented
        seconds: int = 7200,
        rotates: bool = False,
    ) -> None:
        self.clock = clock
        self.client_id = client_id
        self.client_secret = client_secret
        self.seconds = seconds
        self.rotates = rotates
        """Whether each renewal voids the refresh token used for it."""
        self.asks = 0
        """How often a token was asked for."""
        self.pending = 0
        """How often the device flow still answers that the seller has not agreed."""
        self._access: dict[str, datetime] = {}
        self._refresh: set[str] = set()
        self._codes: dict[str, _Code] = {}
        self._devices: set[str] = set()

    def issue(self) -> tuple[str, str]:
        """Return a new access token and refresh token, as after a login."""
        access, refresh = secrets.token_hex(12), secrets.token_hex(12)
        self._access[access] = self.clock() + timedelta(seconds=self.seconds)
        self._refresh.add(refresh)
        return access, refresh

    def accept(self, access: str, refresh: str) -> None:
        """Count tokens as given by an earlier login."""
        self._access[access] = self.clock() + timedelta(seconds=self.seconds)
        self._refresh.add(refresh)

    def revoke(self, *, refresh: bool = False) -> None:
        """Make every access token void, and every refresh token too if asked."""
        self._access.clear()
        if refresh:
            self._refresh.clear()

    def valid(self, authorization: str, prefix: str = "Bearer") -> bool:
        """Return whether an Authorization header holds a token that is good now."""
        scheme, _blank, token = authorization.partition(" ")
        ends = self._access.get(token)
        return scheme == prefix and ends is not None and self.clock() < ends

    def authorize(self, asked: Asked) -> Said:
        """Agree as the seller would, and send the browser back (RFC 6749 4.1, RFC 7636)."""
        said = dict(asked.query)
        if said.get("response_type") != "code" or said.get("client_id") != self.client_id:
            return Said(400, b"who are you?")
        if said.get("code_challenge_method") != "S256" or not said.get("code_challenge"):
            return Said(400, b"no PKCE")
        code = secrets.token_hex(8)
        self._codes[code] = _Code(said["redirect_uri"], said["code_challenge"])
        back = urlencode({"code": code, "state": said.get("state", "")})
        return Said(302, b"", {"Location": f"{said['redirect_uri']}?{back}"})

    def device(self, asked: Asked, address: str) -> Said:
        """Begin a device login (RFC 8628 3.2)."""
        form = _form(asked)
        if form.get("client_id") != self.client_id:
            return in_json({"error": "invalid_client"}, 401)
        code = secrets.token_hex(8)
        self._devices.add(code)
        return in_json(
            {
                "device_code": code,
                "user_code": "WDJB-MJHT",
                "verification_uri": address,
                "verification_uri_complete": f"{address}?user_code=WDJB-MJHT",
                "expires_in": 600,
                "interval": 5,
            }
        )

    def token(self, asked: Asked) -> Said:
        """Answer the token endpoint."""
        self.asks += 1
        form = _form(asked)
        if not self._known(asked, form):
            return in_json({"error": "invalid_client"}, 401)
        grants: dict[str, Callable[[dict[str, str]], Said]] = {
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh,
            "urn:ietf:params:oauth:grant-type:device_code": self._by_device,
            "client_credentials": lambda _form: self._granted(with_refresh=False),
        }
        grant = grants.get(form.get("grant_type", ""))
        if grant is None:
            return in_json({"error": "unsupported_grant_type"}, 400)
        try:
            return grant(form)
        except Refused as refused:
            return refused.said

    def _known(self, asked: Asked, form: dict[str, str]) -> bool:
        """Return whether the app proves itself, by a Basic header or in the form."""
        scheme, _blank, proof = asked.headers.get("authorization", "").partition(" ")
        if scheme == "Basic":
            said = base64.b64decode(proof).decode()
            client, _colon, secret = (unquote(part) for part in said.partition(":"))
        else:
            client, secret = form.get("client_id", ""), form.get("client_secret", "")
        return client == self.client_id and secrets.compare_digest(secret, self.client_secret)

    def _by_code(self, form: dict[str, str]) -> Said:
        """Take a code: once, from who asked for it, for the address it was given to."""
        code = self._codes.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "").encode()
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        if code is None or code.redirect != form.get("redirect_uri") or code.challenge != digest:
            raise Refused(in_json({"error": "invalid_grant"}, 400))
        return self._granted()

    def _by_refresh(self, form: dict[str, str]) -> Said:
        """Take a refresh token, and void it if this service rotates."""
        old = form.get("refresh_token", "")
        if old not in self._refresh:
            raise Refused(in_json({"error": "invalid_grant"}, 400))
        if self.rotates:
            self._refresh.discard(old)
        return self._granted(with_refresh=self.rotates)

    def _by_device(self, form: dict[str, str]) -> Said:
        """Answer who asks whether the seller agreed on the other device."""
        if form.get("device_code") not in self._devices:
            raise Refused(in_json({"error": "expired_token"}, 400))
        if self.pending > 0:
            self.pending -= 1
            raise Refused(in_json({"error": "authorization_pending"}, 400))
        self._devices.discard(form["device_code"])
        return self._granted()

    def _granted(self, *, with_refresh: bool = True) -> Said:
        """Return new tokens (RFC 6749 5.1)."""
        access, refresh = self.issue()
        said: dict[str, object] = {
            "access_token": access,
            "token_type": "bearer",
            "expires_in": self.seconds,
        }
        if with_refresh:
            said["refresh_token"] = refresh
        else:
            self._refresh.discard(refresh)
        return in_json(said)


def _form(asked: Asked) -> dict[str, str]:
    """Return the fields of a posted form."""
    return {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
