"""A provider's published settings: what it says is taken, what it could do to us is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email.published import read

ADDRESS = "anna@lamps.test"
IMAP = (
    '<incomingServer type="{type}"><hostname>{host}</hostname><port>{port}</port>'
    "<socketType>{safe}</socketType><username>{name}</username>"
    "<authentication>{way}</authentication></incomingServer>"
)


def server(**said: str) -> str:
    """Return a server as the document writes it."""
    usual = {
        "type": "imap",
        "host": "imap.lamps.test",
        "port": "993",
        "safe": "SSL",
        "name": "%EMAILADDRESS%",
        "way": "password-cleartext",
    }
    return IMAP.format(**{**usual, **said})


def document(*servers: str, before: str = "", after: str = "") -> bytes:
    """Return a document with these servers."""
    inside = "".join(servers)
    return (
        f'<?xml version="1.0"?>{before}<clientConfig version="1.1"><emailProvider id="x">'
        f"{inside}</emailProvider>{after}</clientConfig>"
    ).encode()


def test_the_encrypted_server_is_chosen_among_many() -> None:
    """Documents list POP and plain lines too, often first."""
    found = read(
        document(
            server(type="pop3", host="pop.lamps.test"),
            server(safe="plain", port="143"),
            server(safe="STARTTLS", port="143", host="start.lamps.test"),
            server(host="tls.lamps.test"),
        ),
        ADDRESS,
    )

    assert found == {
        "username": ADDRESS,
        "imap_host": "tls.lamps.test",
        "imap_port": "993",
        "imap_security": "tls",
    }


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("%EMAILADDRESS%", ADDRESS),
        ("%EMAILLOCALPART%", "anna"),
        ("%EMAILLOCALPART%.%EMAILDOMAIN%", "anna.lamps.test"),
        ("", ADDRESS),
        ("%REALNAME%", ADDRESS),
        ("a\u202eb", ADDRESS),
        ("x" * 300, ADDRESS),
    ],
)
def test_the_user_name_is_made_of_the_address(pattern: str, name: str) -> None:
    """What we cannot fill in is the address, which most servers take."""
    assert read(document(server(name=pattern)), ADDRESS)["username"] == name


@pytest.mark.parametrize(
    "said",
    [
        {"host": "localhost"},
        {"host": "127.0.0.1"},
        {"host": "imap lamps.test"},
        {"host": "imap.lamps.test\nx"},
        {"host": "-x.lamps.test"},
        {"host": f"{'x' * 64}.test"},
        {"port": "0"},
        {"port": "70000"},
        {"port": "9" * 9000},
        {"port": "\u0669\u0669\u0663"},
        {"safe": "plain"},
        {"type": "pop3"},
    ],
)
def test_what_cannot_be_a_safe_server_is_none(said: dict[str, str]) -> None:
    """A router at home, a number nobody can prove, a line in the clear."""
    assert read(document(server(**said)), ADDRESS) == {}


BOMB = '<!DOCTYPE x [<!ENTITY a "imap."><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("kind", [BOMB, FILE, '<!DOCTYPE x SYSTEM "http://x.test/x.dtd">'])
def test_a_document_with_a_type_of_its_own_is_not_read(kind: str) -> None:
    """Entities could grow beyond all memory, or fetch a file of ours."""
    assert read(document(server(), before=kind), ADDRESS) == {}


def test_a_document_as_deep_as_a_well_is_left() -> None:
    """And one that ends in the middle, and one in a charset that nobody knows."""
    whole = document(server())
    assert read(document(server(), "<a>" * 5000 + "</a>" * 5000), ADDRESS) == {}
    assert read(whole[:-3], ADDRESS) == {}
    assert read(whole.replace(b'"1.0"?', b'"1.0" encoding="x-none"?'), ADDRESS) == {}


def test_a_server_that_wants_tokens_says_where_they_are_given() -> None:
    """Only over https: the login page gets the real password."""
    pages = (
        "<oAuth2><issuer>x</issuer><scope>mail</scope><authURL>{0}://id.test/auth</authURL>"
        "<tokenURL>https://id.test/token</tokenURL></oAuth2>"
    )
    safe = read(document(server(way="OAuth2"), after=pages.format("https")), ADDRESS)
    clear = read(document(server(way="OAuth2"), after=pages.format("http")), ADDRESS)
    broken = read(document(server(way="OAuth2"), after=pages.format("https://[")), ADDRESS)

    tokens = {key: value for key, value in safe.items() if "oauth2" in key or key == "login"}
    assert tokens == {
        "login": "oauth2",
        "oauth2_authorize_url": "https://id.test/auth",
        "oauth2_token_url": "https://id.test/token",
        "oauth2_scope": "mail",
    }
    assert (clear["login"], "oauth2_token_url" in clear) == ("oauth2", False)
    assert broken == {}


@given(st.binary(max_size=300), st.integers(0, 400))
def test_no_bytes_make_it_fail(noise: bytes, at: int) -> None:
    """It comes from whoever has the domain."""
    whole = document(server())
    for data in (noise, whole[:at] + noise + whole[at:]):
        assert set(read(data, ADDRESS)) <= {
            *("username", "imap_host", "imap_port", "imap_security"),
            *("smtp_host", "smtp_port", "smtp_security", "login"),
        }
