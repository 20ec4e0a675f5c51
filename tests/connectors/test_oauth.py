"""A login lasts: tokens are renewed, kept before they are used, and seen by nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from connectors.consent import by_browser, by_device
from connectors.contract import Account, LoginRefused, Rejected
from connectors.http import Web
from connectors.oauth import KEY, Bearer, ClientCredentials, Desk, Provider, Refusal, signed
from connectors.simulated_login import SimulatedLogin
from connectors.simulation import Asked, Refused, Said, Simulation, in_json, route
from connectors.tokens import Tokens


class Shop(Simulation):
    """A service that wants tokens."""

    def __init__(self, *, rotates: bool) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
        self.login = SimulatedLogin(lambda: self.now, rotates=rotates)
        super().__init__(lambda: self.now)

    @route("POST", "/token")
    def token(self, asked: Asked) -> Said:
        """Give tokens."""
        return self.login.token(asked)

    @route("GET", "/authorize")
    def authorize(self, asked: Asked) -> Said:
        """Agree."""
        return self.login.authorize(asked)

    @route("POST", "/device")
    def device(self, asked: Asked) -> Said:
        """Give a code."""
        return self.login.device(asked, f"{self.base_url}/enter")

    @route("GET", "/inbox")
    def inbox(self, asked: Asked) -> Said:
        """Show the messages to who is logged in."""
        if not self.login.valid(asked.headers.get("authorization", "")):
            raise Refused(in_json({"error": "invalid_token"}, 401))
        return in_json({"messages": []})


class Seller:
    """Sits at the terminal: follows addresses in a browser, or pastes them."""

    def __init__(self, *, pastes: bool = False, answer: str = "") -> None:
        self.pastes = pastes
        self.answer = answer
        self.said: list[str] = []
        self.opened: list[str] = []
        self.waited: list[float] = []
        self._threads: list[threading.Thread] = []

    def say(self, sentence: str) -> None:
        """Read."""
        self.said.append(sentence)

    def open(self, address: str) -> None:
        """Let the browser go there."""
        self.opened.append(address)
        if not self.pastes and "/authorize" in address:
            thread = threading.Thread(target=self._browse, args=(address,))
            thread.start()
            self._threads.append(thread)

    def _browse(self, address: str) -> None:
        httpx2.get(address, follow_redirects=True)

    def ask(self, question: str) -> str:
        """Paste."""
        if self.answer:
            return self.answer
        return httpx2.get(self.opened[-1]).headers["Location"]

    def stopped(self, seconds: float) -> bool:
        """Wait for the browser; who pastes does not."""
        self.waited.append(seconds)
        for thread in self._threads:
            thread.join(10)
        return self.pastes


class Safe:
    """A secret store."""

    def __init__(self, **secrets: str) -> None:
        self.secrets = secrets
        self.kept: list[str] = []

    def account(self) -> Account:
        """Return an account whose secrets lie here."""
        return Account("uid", "shop", {}, self.secrets.__getitem__, self.keep)

    def keep(self, key: str, value: str) -> None:
        """Keep."""
        self.secrets[key] = value
        self.kept.append(value)


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A service that voids a refresh token when it is used."""
    far = Shop(rotates=True)
    yield far
    far.close()


def provider(far: Shop, **changed: str) -> Provider:
    """Return where the service gives tokens."""
    return Provider(
        token_url=f"{far.base_url}/token",
        authorize_url=f"{far.base_url}/authorize",
        device_url=f"{far.base_url}/device",
        client_id="app-1",
        client_secret=changed.get("client_secret", far.login.client_secret),
        scopes=("read", "write"),
    )


@pytest.fixture
def desk(shop: Shop) -> Iterator[Desk]:
    """The service's token endpoint."""
    made = Desk(provider(shop), "shop", lambda: shop.now)
    yield made
    made.close()


def kept(shop: Shop) -> Safe:
    """Return a secret store with a good login."""
    access, refresh = shop.login.issue()
    return Safe(**{KEY: Tokens(access, refresh, shop.now + timedelta(hours=2)).text()})


def asks(shop: Shop, bearer: Bearer) -> int:
    """Return the status the inbox is answered with."""
    web = Web(account="shop", base_url=shop.base_url, authorizer=bearer)
    try:
        return web.get("/inbox").status
    finally:
        web.close()


def test_a_kept_login_is_used_as_it_is(shop: Shop, desk: Desk) -> None:
    """A start costs no request for a token."""
    assert asks(shop, Bearer(kept(shop).account(), desk)) == 200
    assert shop.login.asks == 0


def test_a_token_near_its_end_is_renewed_first_and_the_new_one_kept(shop: Shop, desk: Desk) -> None:
    """The old refresh token is void: lost now is logged out for good."""
    safe = kept(shop)
    bearer = Bearer(safe.account(), desk)
    shop.now += timedelta(hours=1, minutes=59)

    assert asks(shop, bearer) == 200
    assert shop.login.asks == 1
    again = Bearer(safe.account(), desk)
    shop.now += timedelta(hours=3)
    assert asks(shop, again) == 200


def test_a_token_revoked_in_flight_is_renewed_once(shop: Shop, desk: Desk) -> None:
    """The seller changed a setting there; they need not do anything here."""
    bearer = Bearer(kept(shop).account(), desk)
    assert asks(shop, bearer) == 200
    shop.login.revoke()

    assert asks(shop, bearer) == 200


def test_a_login_that_was_taken_back_is_told_to_the_seller(shop: Shop, desk: Desk) -> None:
    """Only they can log in again."""
    bearer = Bearer(kept(shop).account(), desk)
    shop.login.revoke(refresh=True)

    with pytest.raises(LoginRefused):
        asks(shop, bearer)


def test_an_app_without_a_seller_asks_with_its_own_name(shop: Shop, desk: Desk) -> None:
    """Client credentials: nothing is kept but id and secret."""
    safe = Safe()

    assert asks(shop, ClientCredentials(safe.account(), desk)) == 200
    assert safe.kept == []


def test_a_wrong_app_secret_is_a_refused_login(shop: Shop) -> None:
    """And the sentence holds no secret."""
    desk = Desk(provider(shop, client_secret="wr0ng"), "shop", lambda: shop.now)
    try:
        with pytest.raises(LoginRefused) as raised:
            asks(shop, ClientCredentials(Safe().account(), desk))
    finally:
        desk.close()

    assert "wr0ng" not in str(raised.value)


def test_a_seller_logs_in_with_the_browser(shop: Shop, desk: Desk) -> None:
    """One page, one click, done."""
    tokens = by_browser(desk, Seller())

    assert asks(shop, Bearer(Safe(**{KEY: tokens.text()}).account(), desk)) == 200


def test_a_seller_on_another_machine_pastes_the_address(shop: Shop, desk: Desk) -> None:
    """Over SSH no browser reaches our port."""
    tokens = by_browser(desk, Seller(pastes=True))

    assert asks(shop, Bearer(Safe(**{KEY: tokens.text()}).account(), desk)) == 200


@pytest.mark.parametrize(
    "pasted",
    [
        "http://127.0.0.1:1/?code=x&state=wrong",
        "http://127.0.0.1:1/",
        "code",
        "?error=access_denied",
    ],
)
def test_an_address_of_another_login_is_refused(pasted: str, shop: Shop, desk: Desk) -> None:
    """Somebody may have sent it to the seller."""
    with pytest.raises(LoginRefused):
        by_browser(desk, Seller(pastes=True, answer=pasted))

    assert shop.login.asks == 0


def test_a_seller_logs_in_on_another_device(shop: Shop, desk: Desk) -> None:
    """The service says how often it may be asked."""
    shop.login.pending = 2
    seller = Seller()

    tokens = by_device(desk, seller)

    assert asks(shop, Bearer(Safe(**{KEY: tokens.text()}).account(), desk)) == 200
    assert seller.waited == [5.0, 5.0, 5.0]
    assert "WDJB-MJHT" in seller.said[0]


def test_tokens_show_nothing_of_themselves(shop: Shop, desk: Desk) -> None:
    """Logs and error reports hold reprs."""
    tokens = Tokens("s3cret", "s3cret", shop.now)

    shown = repr(tokens) + repr(desk.provider) + repr(Bearer(Safe().account(), desk))
    assert "s3cret" not in shown
    assert "app-secret" not in shown


def test_a_kept_login_that_is_damaged_says_so_without_showing_itself() -> None:
    """The keyring may be edited by hand."""
    with pytest.raises(LoginRefused) as raised:
        Tokens.of_text("{s3cret")

    assert "s3cret" not in repr(raised.value.__cause__) + str(raised.value)


def test_the_documented_signature_is_made() -> None:
    """The vector that one vendor publishes."""
    text = "POST\nhttps://sellerapi.kaufland.com/v2/units/\n\n1411055926"
    secret = "a7d0cb1da1ddbc86c96ee5fedd341b7d8ebfbb2f5c83cfe0909f4e57f05dd403"

    assert signed(secret, text) == (
        "da0b65f51c0716c1d3fa658b7eaf710583630a762a98c9af8e9b392bd9df2e2a"
    )


def test_a_connector_without_a_login_says_so() -> None:
    """`accounts login` on such an account is a question, not a crash."""
    from connectors.memory import MemoryConnector

    with pytest.raises(Rejected):
        MemoryConnector(Safe().account()).login(Seller())


def test_a_refusal_names_what_the_service_said(desk: Desk) -> None:
    """A seller who said no is told another thing than one who was too slow."""
    with pytest.raises(Refusal) as raised:
        desk.grant("grant_type=refresh_token&refresh_token=none")

    assert raised.value.name == "invalid_grant"
