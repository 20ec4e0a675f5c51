"""A mailbox that wants tokens: said exactly, renewed while running, refused with the reason."""

from __future__ import annotations

import base64
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from connectors.contract import Account, LoginRefused, Temporary
from connectors.email import EmailConnector
from connectors.email.login import (
    OAUTHBEARER,
    XOAUTH2,
    Token,
    initial,
    mechanism_of,
    reason,
)
from connectors.oauth import KEY
from connectors.simulated_login import SimulatedLogin
from connectors.simulation import Asked, Said, Simulation, in_json, route
from connectors.tokens import Tokens
from connectors.values import Party, Reply, ReplyKey
from tests.fakes.dovecot import Dovecot
from tests.fakes.mails import mail
from tests.fakes.ports import HOST
from tests.fakes.token_smtp import TokenSmtp

USER = "anna"


class Far(Simulation):
    """The provider: gives tokens, and tells the mail server which are good."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)
        self.login = SimulatedLogin(lambda: self.now, rotates=True)
        super().__init__(lambda: self.now)

    @route("POST", "/token")
    def token(self, asked: Asked) -> Said:
        """Give tokens."""
        return self.login.token(asked)

    @route("POST", "/device")
    def device(self, asked: Asked) -> Said:
        """Give a code."""
        return self.login.device(asked, f"{self.base_url}/enter")

    @route("POST", "/introspect")
    def introspect(self, asked: Asked) -> Said:
        """Tell the mail server of a token (RFC 7662)."""
        token = parse_qs(asked.body.decode())["token"][0]
        good = self.login.valid(f"Bearer {token}")
        return in_json({"active": good, "username": USER} if good else {"active": False})


@dataclass
class Seller:
    """A seller's account and the secrets that are kept for it."""

    far: Far
    imap: Dovecot
    smtp: TokenSmtp
    secrets: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def connect(self, **changed: str) -> EmailConnector:
        """Return a connector of the account."""
        settings = {
            "address": "anna@lamps.example",
            "username": USER,
            "login": "oauth2",
            "client_id": self.far.login.client_id,
            "oauth2_token_url": f"{self.far.base_url}/token",
            "oauth2_device_url": f"{self.far.base_url}/device",
            "imap_host": HOST,
            "imap_port": str(self.imap.port),
            "imap_security": "none",
            "smtp_host": HOST,
            "smtp_port": str(self.smtp.port),
            "smtp_security": "none",
            "save_sent": "auto",
            "oauth2_provider": "other",
            **changed,
        }
        return EmailConnector(
            Account("uid", "shop", settings, self._secret, self.secrets.__setitem__),
            answer_seconds=10,
        )

    def _secret(self, key: str) -> str:
        if key not in self.secrets:
            raise LoginRefused(f"No {key} is kept.")
        return self.secrets[key]

    def log_in(self) -> str:
        """Keep good tokens and return the access token; SMTP wants exactly that one."""
        access, refresh = self.far.login.issue()
        self.secrets |= {KEY: Tokens(access, refresh).text(), "client_secret": "app-secret"}
        self.smtp.expected = initial(XOAUTH2, USER, Token(access), HOST, self.smtp.port)
        return access

    def say(self, sentence: str) -> None:
        """Read."""
        self.said.append(sentence)

    def open(self, address: str) -> None:
        """Open a page."""
        self.said.append(address)

    def ask(self, question: str) -> str:
        """Nobody pastes anything here."""
        raise LoginRefused(question)

    def stopped(self, seconds: float) -> bool:
        """Wait for nothing."""
        return False


@pytest.fixture(scope="module")
def far() -> Iterator[Far]:
    """A provider."""
    far = Far()
    yield far
    far.close()


@pytest.fixture(scope="module")
def imap(far: Far) -> Iterator[Dovecot]:
    """Dovecot that asks the provider whether a token is good."""
    folder = Path(tempfile.mkdtemp(prefix="introspection-"))
    folder.chmod(0o755)
    (folder / "oauth2.conf").write_text(
        f"introspection_url = {far.base_url}/introspect\nintrospection_mode = post\n"
        "username_attribute = username\nactive_attribute = active\nactive_value = true\n",
        encoding="ascii",
    )
    server = Dovecot.start(
        extra="auth_mechanisms = plain xoauth2 oauthbearer\npassdb {\n  driver = oauth2\n"
        f"  mechanisms = xoauth2 oauthbearer\n  args = {folder}/oauth2.conf\n}}"
    )
    server.add_user(USER)
    yield server
    server.remove()
    shutil.rmtree(folder)


@pytest.fixture
def seller(far: Far, imap: Dovecot) -> Iterator[Seller]:
    """A seller who is not logged in yet."""
    smtp = TokenSmtp()
    yield Seller(far, imap, smtp)
    smtp.stop()


def _reply() -> Reply:
    return Reply(
        key=ReplyKey("key-1@lamps.example"),
        created_at=datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
        sender=Party("Anna", "anna@lamps.example"),
        recipients=(Party("Kate", "kate@buyers.example"),),
        subject="Lamp",
        text="It is on its way.",
    )


def _subjects(connector: EmailConnector) -> list[str]:
    return [message.subject for batch in connector.pull(None) for message in batch.messages]


def test_a_token_is_said_as_google_and_the_rfc_write_it() -> None:
    """A byte too much, and the provider locks the seller out."""
    token = Token("vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==")

    google = initial(XOAUTH2, "someuser@example.com", token, "server.example.com", 143)
    rfc = initial(OAUTHBEARER, "user@example.com", token, "server.example.com", 143)

    # Google's and RFC 7628 4.1's own examples.
    assert base64.b64encode(google) == (
        b"dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB2RjlkZnQ0cW1UYzJOdmIz"
        b"Umxja0JoZEhSaGRtbHpkR0V1WTI5dENnPT0BAQ=="
    )
    assert base64.b64encode(rfc) == (
        b"bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyI"
        b"HZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2c9PQEB"
    )


def test_the_mechanism_is_one_that_the_server_offers() -> None:
    """Old servers know Google's way only, new ones may know the RFC's only."""
    assert mechanism_of([b"IMAP4REV1", b"AUTH=XOAUTH2", b"AUTH=OAUTHBEARER"]) == XOAUTH2
    assert mechanism_of(["plain", "oauthbearer"]) == OAUTHBEARER
    assert mechanism_of(["PLAIN", "LOGIN"]) is None


def test_a_refusal_is_read_whatever_the_server_makes_of_it() -> None:
    """What a server says goes to the seller's screen: one line, no controls, no surprise."""
    assert reason(b'{"status":"400","schemes":"Bearer","scope":"x"}') == "400"
    assert reason(b'{"error_description":"gone\\u001b[2J away"}') == "gone[2J away"
    assert reason(b"no json \xff") == ""


def test_mail_is_read_and_sent_with_a_token(seller: Seller) -> None:
    """A shop at Gmail or Outlook works without a password anywhere."""
    access = seller.log_in()
    seller.imap.deliver(USER, mail("Where is my lamp?", "Hello"))
    connector = seller.connect()

    subjects = _subjects(connector)
    connector.send(_reply())
    found = connector.check().lines
    connector.close()

    assert "Where is my lamp?" in subjects
    assert seller.smtp.mails == 1
    assert found[0] == f"Logged in to 127.0.0.1 as {USER}."
    assert access not in repr(connector) + " ".join(found)


def test_a_token_that_ends_is_renewed_while_running(seller: Seller) -> None:
    """An hour after the login nobody wants to log in again."""
    old = seller.log_in()
    seller.far.login.revoke()
    connector = seller.connect()

    _subjects(connector)
    connector.close()

    kept = Tokens.of_text(seller.secrets[KEY])
    assert kept.access != old
    assert seller.far.login.valid(f"Bearer {kept.access}")


def test_a_login_that_was_taken_back_is_the_sellers_to_mend(seller: Seller) -> None:
    """The account shows "login refused" with what to do, instead of trying for ever."""
    seller.log_in()
    seller.far.login.revoke(refresh=True)
    connector = seller.connect()

    with pytest.raises(LoginRefused, match="Log in again"):
        _subjects(connector)
    connector.close()


@pytest.mark.parametrize(("mechanism", "last"), [(XOAUTH2, ""), (OAUTHBEARER, "AQ==")])
def test_a_refused_token_is_answered_with_what_ends_the_talk(
    seller: Seller, mechanism: str, last: str
) -> None:
    """A server that says why waits for one more line; without it both wait for ever."""
    access = seller.log_in()
    seller.smtp.mechanism = mechanism
    seller.smtp.expected = b"another token"
    said = initial(mechanism, USER, Token(access), HOST, seller.smtp.port)
    connector = seller.connect(oauth2_command="unused")
    seller.secrets["oauth2"] = access

    with pytest.raises(LoginRefused, match=r"401.*oauth2_command"):
        connector.send(_reply())
    connector.close()

    heard = [f"AUTH {mechanism} {base64.b64encode(said).decode()}", last]
    assert seller.smtp.heard[1:3] == heard
    assert seller.smtp.mails == 0


def test_a_provider_in_trouble_is_no_refused_login(seller: Seller) -> None:
    """When the provider's own service is down, logging in again would mend nothing."""
    seller.log_in()
    seller.smtp.expected, seller.smtp.status = b"another token", "503"
    connector = seller.connect()

    with pytest.raises(Temporary, match="503"):
        connector.send(_reply())
    connector.close()


def test_a_command_can_give_the_token(seller: Seller) -> None:
    """Who has a tool for tokens already keeps it."""
    seller.secrets["oauth2"] = seller.log_in()
    del seller.secrets[KEY]
    connector = seller.connect(oauth2_command="unused", client_id="")

    assert connector.check().lines[0] == f"Logged in to 127.0.0.1 as {USER}."
    connector.close()


def test_the_seller_logs_in_with_a_code(seller: Seller) -> None:
    """Outlook's way: a short code, typed on any device, also over SSH."""
    seller.secrets["client_secret"] = "app-secret"
    connector = seller.connect()

    connector.login(seller)

    tokens = Tokens.of_text(seller.secrets[KEY])
    assert "The code is WDJB-MJHT." in seller.said
    assert seller.far.login.valid(f"Bearer {tokens.access}")
    connector.close()


@pytest.mark.parametrize("word", ["google", "microsoft"])
def test_known_providers_need_no_addresses(seller: Seller, word: str) -> None:
    """The seller brings a client id; where tokens are given is known."""
    connector = seller.connect(oauth2_provider=word, oauth2_token_url="", oauth2_device_url="")

    with pytest.raises(LoginRefused, match="not logged in"):
        _subjects(connector)
    connector.close()


def test_what_is_missing_for_a_token_is_named(seller: Seller) -> None:
    """Found when the account is added, not at the first mail."""
    with pytest.raises(LoginRefused, match="client_id"):
        _subjects(seller.connect(client_id=""))
    with pytest.raises(LoginRefused, match="oauth2_token_url"):
        _subjects(seller.connect(oauth2_token_url=""))
