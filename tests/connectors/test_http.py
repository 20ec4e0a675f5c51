"""Every way a request can end is one of the contract's words, and nothing is said twice."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.contract import (
    Account,
    ConnectorError,
    LoginRefused,
    Rejected,
    Temporary,
    Unsure,
)
from connectors.http import Missing, Web, checked_base
from connectors.keys import Key
from connectors.pace import Pace, Rate
from connectors.simulation import Asked, Fault, Said, Simulation, in_json, route
from tests.fakes.certificates import make_certificates


class Counter(Simulation):
    """A service that counts what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[bytes] = []
        self.token = "first"

    def before(self, asked: Asked) -> None:
        """Nothing."""

    @route("GET", "/count")
    def count(self, asked: Asked) -> Said:
        """Say how many were told."""
        if asked.headers.get("authorization") != self.token:
            return in_json({}, 401)
        return in_json({"count": len(self.told)})

    @route("POST", "/tell")
    def tell(self, asked: Asked) -> Said:
        """Take one more."""
        if asked.headers.get("authorization") != self.token:
            return in_json({}, 401)
        self.told.append(asked.body)
        return in_json({"count": len(self.told)}, 201)

    @route("GET", "/moved")
    def moved(self, asked: Asked) -> Said:
        """Send the client on."""
        return Said(302, b"", {"Location": asked.one("to")})


class Token:
    """Proves itself with a token, which can be renewed once."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)

    def headers(self, method: str, url: str, body: bytes) -> Mapping[str, str]:
        """Return the token."""
        return {"Authorization": self.tokens[0]}

    def renew(self) -> bool:
        """Take the next token."""
        if len(self.tokens) == 1:
            return False
        del self.tokens[0]
        return True


@contextmanager
def asking(*tokens: str, pace: Pace | None = None) -> Iterator[tuple[Counter, Web]]:
    """Yield a service and a way to it."""
    far = Counter()
    web = Web(
        account="shop",
        base_url=far.base_url,
        authorizer=Token(*(tokens or ("first",))),
        pace=pace,
        words_of=lambda body: "it says why" if b"why" in body else "",
    )
    try:
        yield far, web
    finally:
        web.close()
        far.close()


READ: Mapping[int, type[ConnectorError]] = {
    400: Rejected,
    401: LoginRefused,
    403: LoginRefused,
    404: Missing,
    408: Temporary,
    409: Rejected,
    410: Missing,
    413: Rejected,
    415: Rejected,
    422: Rejected,
    429: Temporary,
    500: Temporary,
    502: Temporary,
    503: Temporary,
    504: Temporary,
}
WRITTEN: Mapping[int, type[ConnectorError]] = {
    **READ,
    403: Rejected,
    408: Unsure,
    500: Unsure,
    502: Unsure,
    503: Unsure,
    504: Unsure,
}


@pytest.mark.parametrize("status", READ)
def test_a_status_of_a_read_is_one_of_the_contracts_words(status: int) -> None:
    """The engine acts on the word alone."""
    with asking() as (far, web):
        far.faults.append(Fault("GET /count", said=Said(status, b"why")))

        with pytest.raises(READ[status]) as raised:
            web.get("/count")

    assert type(raised.value) is READ[status]


@pytest.mark.parametrize("status", WRITTEN)
def test_a_status_of_a_write_is_a_doubt_only_where_it_may_have_been_carried_out(
    status: int,
) -> None:
    """A doubt is looked into; a refusal is told; neither sends a second time by itself."""
    with asking() as (far, web):
        far.faults.append(Fault("POST /tell", said=Said(status)))

        with pytest.raises(WRITTEN[status]) as raised:
            web.write("POST", "/tell", body=b"hello")

        assert type(raised.value) is WRITTEN[status]
        assert len(far.asked) == 1


def test_slow_down_carries_the_seconds_and_the_next_request_waits_for_them() -> None:
    """Asking on is how an account gets shut out for a day."""
    with asking() as (far, web):
        far.faults.append(Fault("GET /count", said=Said(429, b"", {"Retry-After": "77"})))

        with pytest.raises(Temporary) as first:
            web.get("/count")
        with pytest.raises(Temporary) as second:
            web.get("/count")

        assert first.value.retry_after == 77
        assert second.value.retry_after == pytest.approx(77, abs=5)
        assert len(far.asked) == 1


@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize("cut_after", [0, 5, 40])
def test_a_line_that_breaks_after_a_write_left_is_a_doubt(
    *, carried_out: bool, cut_after: int
) -> None:
    """It may stand there: look before trying again."""
    with asking() as (far, web):
        far.faults.append(Fault("POST /tell", cut_after=cut_after, carried_out=carried_out))

        with pytest.raises(Unsure):
            web.write("POST", "/tell", body=b"hello")

        assert len(far.told) == int(carried_out)
        assert len(far.asked) == 1


@pytest.mark.parametrize("cut_after", [0, 5, 40, 100])
def test_a_line_that_breaks_in_a_read_is_tried_again_later(cut_after: int) -> None:
    """Half an answer is none."""
    with asking() as (far, web):
        far.faults.append(Fault("GET /count", cut_after=cut_after))

        with pytest.raises(Temporary):
            web.get("/count")


def test_a_service_that_is_not_there_got_nothing_and_leaving_was_not_called() -> None:
    """What certainly did not leave may be sent again without a question."""
    left: list[str] = []
    with asking() as (far, web):
        far.close()

        with pytest.raises(Temporary):
            web.write("POST", "/tell", body=b"x", leaving=lambda: left.append("left"))

    assert left == []


def test_leaving_is_said_once_even_when_the_login_has_to_be_renewed() -> None:
    """The point of no return is written down once."""
    left: list[str] = []
    with asking("old", "first") as (far, web):
        web.write("POST", "/tell", body=b"x", leaving=lambda: left.append("left"))

        assert left == ["left"]
        assert far.told == [b"x"]


def test_a_login_that_cannot_be_renewed_is_the_sellers_to_mend() -> None:
    """Nothing of ours makes a refused login good: the sentence says what does."""
    with asking("old", "older") as (far, web):
        with pytest.raises(LoginRefused, match="check the account's keys, or log in again"):
            web.get("/count")

        assert len(far.asked) == 2


def test_a_redirect_on_the_same_host_is_followed_for_a_read() -> None:
    """Services move their paths."""
    with asking() as (_far, web):
        assert web.get("/moved", query=[("to", "/count")]).status == 200


def test_a_redirect_to_another_host_is_not_followed() -> None:
    """Our token would go with it."""
    with asking() as (_far, web), asking() as (other, _):
        with pytest.raises(Rejected):
            web.get("/moved", query=[("to", f"{other.base_url}/count")])

        assert other.asked == []


def test_an_address_that_an_answer_names_is_asked_only_on_the_same_host() -> None:
    """A link in an answer is a stranger's word."""
    with asking() as (far, web), asking() as (other, _):
        assert web.get(f"{far.base_url}/count").status == 200
        with pytest.raises(Rejected):
            web.get(f"{other.base_url}/count")

        assert other.asked == []


def test_an_answer_that_is_too_large_is_not_taken() -> None:
    """Memory is the seller's."""
    with asking() as (far, web):
        far.faults.append(Fault("GET /count", said=Said(200, b"x" * 5000)))

        with pytest.raises(Rejected):
            web.get("/count", max_bytes=4999)


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff", b'{"count": "x"}'])
def test_an_answer_that_is_not_what_is_documented_says_so(body: bytes) -> None:
    """It is no reason to break the account."""
    with asking() as (far, web):
        far.faults.append(Fault("GET /count", said=Said(200, body)))
        answer = web.get("/count")

        with pytest.raises(Temporary):
            web.decode(answer.body, dict[str, int])
        with pytest.raises(Unsure):
            web.decode(answer.body, dict[str, int], written=True)


def test_closing_ends_a_request_that_waits() -> None:
    """Quitting takes a moment, whatever a service does."""
    failed: list[BaseException] = []
    with asking() as (far, web):
        far.faults.append(Fault("GET /count", silent=True))

        def ask() -> None:
            try:
                web.get("/count")
            except ConnectorError as error:
                failed.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        reached = threading.Event()
        while not far.asked:
            reached.wait(0.01)
        web.close()
        thread.join(5)

        assert not thread.is_alive()

    assert [type(error) for error in failed] == [Temporary]


def test_a_rate_is_kept_without_being_asked_to() -> None:
    """Ten quick requests at one in five seconds are one request and nine words to come back."""
    with asking(pace=Pace(Rate(1, 60.0))) as (far, web):
        web.get("/count")
        for _ in range(9):
            with pytest.raises(Temporary):
                web.get("/count")

        assert len(far.asked) == 1


def test_no_secret_reaches_a_log(caplog: pytest.LogCaptureFixture) -> None:
    """Logs are sent to strangers when something breaks."""
    with caplog.at_level(logging.DEBUG), asking("s3cret", "first") as (_far, web):
        web.get("/count", query=[("key", "s3cret")])

    assert "s3cret" not in caplog.text
    assert "GET" in caplog.text


@pytest.mark.parametrize(
    "address",
    ["http://shop.example", "ftp://x", "shop.example", "", "http://127.0.0.1.evil.example"],
)
def test_a_clear_line_is_refused_but_on_this_machine(address: str) -> None:
    """A token in clear is everybody's."""
    with pytest.raises(LoginRefused):
        checked_base(address, "shop")


def test_an_untrusted_certificate_is_refused_before_anything_leaves(tmp_path: Path) -> None:
    """Whoever sits on the line must not get the token."""
    far = Simulation(tls=make_certificates(tmp_path).server_context())
    web = Web(account="shop", base_url=far.base_url, authorizer=Token("first"))
    try:
        with pytest.raises(LoginRefused, match="not trusted"):
            web.get("/count")
        assert far.asked == []
    finally:
        web.close()
        far.close()


def test_a_key_is_asked_for_once_and_shows_nowhere() -> None:
    """The seller's command may be a password manager that wants a finger each time."""
    asked: list[str] = []

    def secret(name: str) -> str:
        asked.append(name)
        return "key-of-the-shop"

    key = Key(Account("uid", "shop", {}, secret), "api_key")

    assert asked == []
    assert [key.text(), key.text()] == ["key-of-the-shop"] * 2
    assert asked == ["api_key"]
    assert "key-of-the-shop" not in repr(key)


@pytest.mark.parametrize("hours", [-3, 0, 3])
def test_how_far_a_services_clock_is_ahead_is_known_by_its_answers(hours: int) -> None:
    """A laptop whose clock is wrong must not take a fresh message for an old one."""
    with asking() as (far, web):
        before = web.ahead()
        far.clock = lambda: datetime.now(UTC) + timedelta(hours=hours)
        web.get("/count")
        ahead = web.ahead()

    assert before is None
    assert ahead is not None
    assert hours * 3600 - 60 < ahead <= hours * 3600
