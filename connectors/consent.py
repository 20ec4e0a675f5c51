"""Let the seller log in at a service and give us tokens: in a browser, or on another device.

Authorization code with PKCE (RFC 7636) over a port of this machine
(RFC 8252), with "paste the address" for a session without a browser; device
flow (RFC 8628) where the service has it.
"""

from __future__ import annotations

import secrets
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from oauthlib.oauth2 import DeviceClient, WebApplicationClient

from connectors.contract import LoginRefused, Talk
from connectors.http import checked_base
from connectors.oauth import Desk, Refusal
from connectors.tokens import Tokens

HOST = "127.0.0.1"
_SECONDS = 600
"""How long the seller may take in the browser."""
_STEP = 0.5
_SLOWER = 5.0
"""Seconds added each time a service says slow_down (RFC 8628 3.5)."""
_DONE = (
    "<!doctype html><meta charset=utf-8><title>seller-inbox</title>"
    "<p>You can close this page and go back to your terminal.</p>"
)


def by_browser(desk: Desk, talk: Talk) -> Tokens:
    """Return the tokens of a login in the seller's browser; raise LoginRefused, Temporary.

    The browser comes back to a port of this machine. Where it runs on
    another machine the page it ends on does not load: its address can be
    pasted.
    """
    provider = desk.provider
    with _Doorbell() as bell:
        redirect = provider.redirect or bell.address
        client = WebApplicationClient(provider.client_id)
        state = secrets.token_urlsafe(24)
        verifier = client.create_code_verifier(64)
        asked = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": redirect,
            "state": state,
            "code_challenge": client.create_code_challenge(verifier, "S256"),
            "code_challenge_method": "S256",
            **({"scope": " ".join(provider.scopes)} if provider.scopes else {}),
            **dict(provider.extra),
        }
        where = checked_base(provider.authorize_url, desk.account)
        address = f"{where}?{urlencode(asked)}"
        talk.open(address)
        back = _came_back(bell, talk, loopback=not provider.redirect)
        code = _code(back, state, desk.account)
        form = client.prepare_request_body(
            code=code,
            redirect_uri=redirect,
            code_verifier=verifier,
            include_client_id=not (provider.client_secret and provider.in_header),
        )
        return desk.grant(form)


def by_device(desk: Desk, talk: Talk) -> Tokens:
    """Return the tokens of a login on any device, with a code shown here; raise LoginRefused."""
    provider = desk.provider
    scope = {"scope": " ".join(provider.scopes)} if provider.scopes else {}
    form = urlencode({"client_id": provider.client_id, **scope})
    said = desk.post(provider.device_url, form, tokens=False)
    address = said.get("verification_uri_complete") or said.get("verification_uri")
    if not (said.get("device_code") and address and said.get("user_code")):
        raise LoginRefused(f"{desk.account} gave no code to log in with.")
    talk.say(f"The code is {said['user_code']}.")
    talk.open(str(address))
    return _polled(desk, talk, said)


def _polled(desk: Desk, talk: Talk, said: Any) -> Tokens:
    """Return the tokens as soon as the seller agreed; ask no faster than the service says."""
    wait, left = float(said.get("interval") or 5), float(said.get("expires_in") or _SECONDS)
    client = DeviceClient(desk.provider.client_id)
    form = client.prepare_request_body(device_code=said["device_code"], include_client_id=True)
    while left > 0:
        if talk.stopped(wait):
            raise LoginRefused("The login was given up.")
        left -= wait
        try:
            return desk.grant(form)
        except Refusal as refusal:
            if refusal.name == "slow_down":
                wait += _SLOWER
            elif refusal.name != "authorization_pending":
                raise
    raise LoginRefused(f"The code of {desk.account} was not used in time. Log in again.")


def _came_back(bell: _Doorbell, talk: Talk, *, loopback: bool) -> str:
    """Return the address that the browser ended on."""
    if not loopback:
        return talk.ask("Paste the address (or the code) that the page ended on: ")
    talk.say("Waiting for the browser. To paste its last address instead, press ctrl+c.")
    waited = 0.0
    while waited < _SECONDS:
        if bell.rung.is_set():
            return bell.heard
        if talk.stopped(_STEP):
            return talk.ask("Paste the address that the browser ended on: ")
        waited += _STEP
    raise LoginRefused("Nobody logged in in time. Try again.")


def _code(back: str, state: str, account: str) -> str:
    """Return the code in the address; raise LoginRefused if it answers no question of ours."""
    parts = urlsplit(back.strip())
    if not parts.query and back.strip():
        raise LoginRefused(
            "That is not the whole address. Paste all of it, with what follows the ?."
        )
    said = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if not secrets.compare_digest(said.get("state", ""), state):
        raise LoginRefused("That address belongs to another login. Start again.")
    if "code" not in said:
        raise Refusal(account, said.get("error", ""))
    return said["code"]


class _Doorbell:
    """A port of this machine on which the browser comes back, once."""

    def __init__(self) -> None:
        self.rung = threading.Event()
        self.heard = ""
        bell = self

        class Page(BaseHTTPRequestHandler):
            """Takes the one request."""

            timeout = 10

            def do_GET(self) -> None:
                """Note the address and say goodbye."""
                if urlsplit(self.path).path == "/" and "state=" in self.path:
                    bell.heard = self.path
                    bell.rung.set()
                body = _DONE.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
                """Say nothing: the address holds the code."""

        self._server = HTTPServer((HOST, 0), Page)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    @property
    def address(self) -> str:
        """Return where the browser is to come back."""
        return f"http://{HOST}:{self._server.server_address[1]}/"

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        return self

    def __exit__(self, *_ended: object) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
