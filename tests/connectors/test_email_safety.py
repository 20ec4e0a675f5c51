"""The line to a mail server is safe, or there is no line."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.conformance import pull_all, reply_to
from connectors.conformance.wire import Wire
from connectors.contract import Account, ConnectorError, LoginRefused, Temporary
from connectors.email import EmailConnector
from connectors.email.settings import Endpoint, Security, is_loopback
from connectors.email.trouble import of_line
from tests.connectors.mail_service import MailService
from tests.fakes.certificates import Certificates, make_certificates
from tests.fakes.dovecot import Dovecot
from tests.fakes.mails import mail
from tests.fakes.ports import HOST, free_port
from tests.fakes.smtp_server import SmtpServer


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates for this computer."""
    return make_certificates(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls_smtp(
    request: pytest.FixtureRequest, certificates: Certificates, shop: MailService
) -> Iterator[SmtpServer]:
    """An SMTP server that encrypts, in the way the test asks for."""
    users = {shop.user: shop.secret}
    context = certificates.server_context()
    server = SmtpServer(users, security=request.param, context=context).start()
    yield server
    server.stop()


def imap_settings(dovecot: Dovecot, security: str) -> dict[str, str]:
    """Return the settings for Dovecot with encryption, its authority trusted."""
    port = dovecot.tls_port if security == "tls" else dovecot.port
    return {
        "imap_port": str(port),
        "imap_security": security,
        "ca_file": str(dovecot.ca_file),
    }


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_mail_is_read_over_an_encrypted_line(
    shop: MailService, dovecot: Dovecot, security: str
) -> None:
    """The usual way, in both its forms."""
    shop.put(mail("Question"))
    connector = shop.connect_with(imap_settings(dovecot, security))
    pulled = pull_all(connector)
    quiet = connector.wait(0.05)
    shop.put(mail("Second"))
    news = connector.wait(20)

    assert pulled.subjects == ["Question"]
    assert (quiet, news) == (False, True)


@pytest.mark.parametrize("tls_smtp", ["tls", "starttls"], indirect=True)
def test_a_reply_is_sent_over_an_encrypted_line(
    shop: MailService, tls_smtp: SmtpServer, certificates: Certificates
) -> None:
    """The usual way, in both its forms."""
    connector = shop.connect_with(
        {
            "smtp_port": str(tls_smtp.port),
            "smtp_security": tls_smtp.security,
            "ca_file": str(certificates.ca_file),
        }
    )
    connector.send(reply_to(shop))

    assert len(tls_smtp.received) == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_an_imap_server_nobody_vouches_for_gets_no_password(
    shop: MailService, dovecot: Dovecot, security: str
) -> None:
    """Somebody in the café's network may answer in its place."""
    line = Wire(dovecot.tls_port if security == "tls" else dovecot.port)
    settings = {**imap_settings(dovecot, security), "imap_port": str(line.port), "ca_file": ""}
    with pytest.raises(LoginRefused, match=r"certificate of 127\.0\.0\.1 is not trusted.*ca_file"):
        pull_all(shop.connect_with(settings))
    line.close()

    assert shop.secret.encode() not in line.heard


@pytest.mark.parametrize("tls_smtp", ["tls", "starttls"], indirect=True)
def test_an_smtp_server_nobody_vouches_for_gets_no_password(
    shop: MailService, tls_smtp: SmtpServer
) -> None:
    """Reading would be bad; writing in the shop's name would be worse."""
    connector = shop.connect_with(
        {"smtp_port": str(tls_smtp.port), "smtp_security": tls_smtp.security}
    )
    with pytest.raises(LoginRefused, match=r"certificate of 127\.0\.0\.1 is not trusted"):
        connector.send(reply_to(shop))

    assert tls_smtp.received == []


def test_a_certificate_for_another_name_is_refused(shop: MailService, tmp_path: Path) -> None:
    """A certificate proves a name, and this is not the server's."""
    other = make_certificates(tmp_path, "DNS:mail.other.example")
    server = SmtpServer(security="tls", context=other.server_context()).start()
    settings = {"smtp_port": str(server.port), "smtp_security": "tls"}
    connector = shop.connect_with({**settings, "ca_file": str(other.ca_file)})
    with pytest.raises(LoginRefused, match="not trusted"):
        connector.send(reply_to(shop))
    server.stop()


@pytest.mark.parametrize("which", ["imap", "smtp"])
def test_a_stripped_starttls_is_refused_and_no_password_goes_out(
    shop: MailService, which: str
) -> None:
    """Who sits on the line can hide the offer to encrypt."""
    line = shop.imap_line if which == "imap" else shop.smtp_line
    line.fault.rewrite = lambda said: said.replace(b"STARTTLS", b"NOTHING!")
    connector = shop.connect_with({f"{which}_security": "starttls"})
    use: dict[str, Callable[[], object]] = {
        "imap": lambda: pull_all(connector),
        "smtp": lambda: connector.send(reply_to(shop)),
    }
    with pytest.raises(LoginRefused, match="does not offer encryption"):
        use[which]()

    assert shop.secret.encode() not in line.heard
    assert b"AUTH" not in line.heard


def test_a_greeting_that_skips_the_login_does_not_skip_the_encryption(
    shop: MailService,
) -> None:
    """PREAUTH is another way to keep a line in the clear."""
    shop.imap_line.fault.rewrite = lambda said: said.replace(b"* OK [", b"* PREAUTH [", 1)
    connector = shop.connect_with({"imap_security": "starttls"})

    with pytest.raises(LoginRefused, match="does not offer encryption"):
        pull_all(connector)


@pytest.mark.parametrize("which", ["imap", "smtp"])
@pytest.mark.parametrize("host", ["mail.example.com", "192.168.1.2", "127.0.0.1.example.com"])
def test_a_password_never_goes_in_the_clear_to_another_computer(
    shop: MailService, which: str, host: str
) -> None:
    """Not even to one in the same house."""
    connector = shop.connect_with({f"{which}_host": host, f"{which}_security": "none"})

    with pytest.raises(LoginRefused, match="another computer"):
        pull_all(connector)
    with pytest.raises(LoginRefused, match="another computer"):
        connector.send(reply_to(shop))
    with pytest.raises(LoginRefused, match="another computer"):
        connector.check()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "[::1]", "localhost"])
def test_this_computer_is_known_by_its_names(host: str) -> None:
    """No look-up: what a name server says is not believed."""
    assert is_loopback(host)
    Endpoint(host, 143, Security.NONE).refuse_unsafe()


@pytest.mark.parametrize("host", ["", "localhost.example.com", "10.0.0.1", "::2", "example"])
def test_other_computers_are_not_taken_for_this_one(host: str) -> None:
    """A doubt is a no."""
    assert not is_loopback(host)


def failure(settings: dict[str, str]) -> ConnectorError:
    """Return what a pull with these settings raises."""
    every = {
        "address": "shop@example.com",
        "username": "shop",
        "imap_host": HOST,
        "smtp_host": HOST,
        **settings,
    }
    connector = EmailConnector(Account("uid", "shop", every, lambda _: "secret"))
    with pytest.raises(ConnectorError) as raised:
        pull_all(connector)
    connector.close()
    return raised.value


def test_each_trouble_has_a_sentence_of_its_own(dovecot: Dovecot, smtp: SmtpServer) -> None:
    """The seller must know whether it is the network, the settings or the password."""
    nobody = free_port()
    refused = failure({"imap_port": str(nobody)})
    unknown = failure({"imap_host": "imap.does-not-exist.invalid"})
    clear = failure({"imap_port": str(dovecot.port)})
    mistaken = failure({"imap_port": str(smtp.port), "imap_security": "none"})

    assert (type(refused), str(refused)) == (
        Temporary,
        (
            f"Nobody answers at 127.0.0.1, port {nobody}: "
            "the server is down, or host or port is wrong."
        ),
    )
    assert (type(unknown), str(unknown)) == (
        Temporary,
        "There is no computer named imap.does-not-exist.invalid, or there is no network.",
    )
    assert type(clear) is Temporary
    assert "Is tls right for it?" in str(clear)
    assert str(mistaken) == (
        f"What answers at 127.0.0.1, port {smtp.port}, does not speak IMAP. Check host and port."
    )


def test_a_wrong_port_for_sending_is_told_from_one_for_reading(
    shop: MailService, dovecot: Dovecot
) -> None:
    """One computer often does both, and the seller must know which number to change."""
    with pytest.raises(Temporary) as found:
        shop.connect_with({"smtp_port": str(dovecot.port)}).check()

    assert str(found.value) == (
        f"Mail can be read, but not sent. What answers at 127.0.0.1, port {dovecot.port}, "
        "does not speak SMTP. Check host and port."
    )


def test_a_port_that_is_silent_until_encrypted_is_known() -> None:
    """Who writes starttls beside 993 waits for nothing, and must learn of what."""
    late = of_line(TimeoutError(), Endpoint("imap.shop.example", 993, Security.STARTTLS))

    assert str(late) == (
        "imap.shop.example did not answer in time. Port 993 mostly wants tls, not starttls."
    )


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"imap_port": "99999"}, "imap_port must be a number from 1 to 65535, not '99999'."),
        ({"imap_port": "imaps"}, "imap_port must be a number"),
        ({"imap_security": "ssl"}, "imap_security must be one of tls, starttls, none, not 'ssl'."),
        ({"save_sent": "maybe"}, "save_sent must be one of auto, yes, no"),
        ({"imap_host": ""}, "The setting imap_host of shop is empty."),
        ({"ca_file": "own.pem"}, "ca_file must be a whole path, like ~/shop.pem"),
        ({"ca_file": "/nowhere.pem"}, "The certificates in /nowhere.pem cannot be read"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, str], said: str) -> None:
    """Only the seller can mend it, and must know where."""
    found = failure(settings)

    assert type(found) is LoginRefused
    assert said in str(found)


def test_a_password_may_have_any_letters(dovecot: Dovecot, shop: MailService) -> None:
    """Passwords are typed by people all over the world."""
    password = 'gehéim ✓ "quoted" \\ back'
    user = dovecot.new_user(password)
    shop.smtp.users[user] = password
    connector = shop.connect_with({"username": user}, secret=password)
    pull_all(connector)
    connector.send(reply_to(shop))

    assert len(shop.arrived()) == 1


def test_tls_is_not_older_than_it_may_be() -> None:
    """The system's rules for TLS hold, with names checked."""
    context = Endpoint("mail.example.com", 993, Security.TLS).context()

    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
