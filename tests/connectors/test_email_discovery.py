"""The servers of an unknown domain are found where they are said, and a stranger's are told so."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import pytest

from connectors.contract import Temporary
from connectors.email import EmailConnector
from connectors.email.discovery import Search
from tests.fakes.dns_server import DnsServer, only_this_one
from tests.fakes.web_server import WebServer

SHOP = "anna@lamps.test"
HOSTS = ("lamps.test", "autoconfig.lamps.test", "www.lamps.test", "list.test")
OWN = {
    "username": SHOP,
    "imap_host": "imap.lamps.test",
    "imap_port": "993",
    "imap_security": "tls",
    "smtp_host": "smtp.lamps.test",
    "smtp_port": "465",
    "smtp_security": "tls",
}


def document(imap: str = "imap.lamps.test", smtp: str = "smtp.lamps.test") -> bytes:
    """Return what a hoster publishes."""
    return f"""<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="lamps.test">
        <incomingServer type="imap"><hostname>{imap}</hostname><port>993</port>
          <socketType>SSL</socketType><username>%EMAILADDRESS%</username>
          <authentication>password-cleartext</authentication></incomingServer>
        <outgoingServer type="smtp"><hostname>{smtp}</hostname><port>465</port>
          <socketType>SSL</socketType></outgoingServer>
        </emailProvider></clientConfig>""".encode()


@pytest.fixture
def names() -> Iterator[DnsServer]:
    """The only name server there is."""
    with DnsServer() as server, only_this_one(server.port):
        for host in HOSTS:
            server.add(host, "A", "127.0.0.1")
        yield server


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """The web servers of the domain, of a list, and one whose certificate is another's."""
    with WebServer(tmp_path_factory.mktemp("web"), HOSTS) as server:
        yield server


@pytest.fixture
def web(pages: WebServer) -> WebServer:
    """The same, with nothing on them."""
    pages.files, pages.moved, pages.asked = {}, {}, []
    return pages


def search(web: WebServer, address: str = SHOP) -> Search:
    """Return a search that trusts the invented authority."""
    context = ssl.create_default_context(cafile=str(web.ca_file))
    return Search(address, context, web.port, f"https://list.test:{web.port}")


def test_servers_named_in_dns_are_found_the_encrypted_first(
    names: DnsServer, web: WebServer
) -> None:
    """RFC 6186 and 8314: the first choice of the encrypted service counts."""
    names.add("_imaps._tcp.lamps.test", "SRV", "20 0 993 old.lamps.test.")
    names.add("_imaps._tcp.lamps.test", "SRV", "10 1 993 imap.lamps.test.")
    names.add("_imap._tcp.lamps.test", "SRV", "0 1 143 plain.lamps.test.")
    names.add("_submissions._tcp.lamps.test", "SRV", "0 1 465 smtp.lamps.test.")
    clue = search(web).own()

    assert clue is not None
    assert (clue.settings, clue.doubt) == (OWN, "")
    assert clue.found_by == "the DNS of lamps.test"
    assert web.asked == []


def test_starttls_is_taken_where_there_is_no_more(names: DnsServer, web: WebServer) -> None:
    """A service that is said not to be there is not."""
    names.add("_imaps._tcp.lamps.test", "SRV", "0 0 0 .")
    names.add("_imap._tcp.lamps.test", "SRV", "0 1 143 imap.lamps.test.")
    clue = search(web).own()

    assert clue is not None
    assert dict(clue.settings) == {
        "username": SHOP,
        "imap_host": "imap.lamps.test",
        "imap_port": "143",
        "imap_security": "starttls",
    }


def test_servers_outside_the_domain_are_doubted(names: DnsServer, web: WebServer) -> None:
    """Who sits in the same café could have said so, to get the password."""
    names.add("_imaps._tcp.lamps.test", "SRV", "0 1 993 imap.stranger.test.")
    names.add("_submissions._tcp.lamps.test", "SRV", "0 1 465 smtp.lamps.test.")
    clue = search(web).own()

    assert clue is not None
    assert clue.doubt.startswith("imap.stranger.test lies outside lamps.test")


def test_mail_kept_by_a_provider_we_know_is_read_there(names: DnsServer, web: WebServer) -> None:
    """A domain of one's own at Gmail is the most common one there is."""
    names.add("lamps.test", "MX", "10 alt1.aspmx.l.google.com.", "1 aspmx.l.google.com.")
    clue = search(web).own()

    assert clue is not None
    assert (clue.settings["imap_host"], clue.settings["username"]) == ("imap.gmail.com", SHOP)
    assert clue.doubt == ""
    assert "Gmail" in clue.found_by
    assert any("app password" in words for words in EmailConnector.advice(clue.settings))


@pytest.mark.parametrize(
    "where",
    [
        "autoconfig.lamps.test/mail/config-v1.1.xml",
        "lamps.test/.well-known/autoconfig/mail/config-v1.1.xml",
    ],
)
def test_what_the_domain_publishes_is_found(names: DnsServer, web: WebServer, where: str) -> None:
    """It proved who it is, so its word on servers elsewhere counts; the address is not told."""
    assert names.port
    web.moved[where] = f"https://www.lamps.test:{web.port}/settings.xml"
    web.files["www.lamps.test/settings.xml"] = document(imap="imap.hoster.test")
    clue = search(web).own()

    assert clue is not None
    assert dict(clue.settings) == {**OWN, "imap_host": "imap.hoster.test"}
    assert (clue.found_by, clue.doubt) == ("the web server of lamps.test", "")
    assert not any("anna" in asked for asked in web.asked)


@pytest.mark.parametrize("wrong", ["certificate", "clear text", "in a circle", "too long"])
def test_what_is_not_proven_or_not_sound_is_not_read(
    names: DnsServer, web: WebServer, wrong: str
) -> None:
    """A password goes where the file says."""
    file = "autoconfig.lamps.test/mail/config-v1.1.xml"
    address = SHOP
    match wrong:
        case "certificate":
            names.add("other.test", "A", "127.0.0.1")
            names.add("autoconfig.other.test", "A", "127.0.0.1")
            web.files["autoconfig.other.test/mail/config-v1.1.xml"] = document()
            address = "anna@other.test"
        case "clear text":
            web.moved[file] = f"http://www.lamps.test:{web.port}/settings.xml"
            web.files["www.lamps.test/settings.xml"] = document()
        case "in a circle":
            web.moved[file] = f"https://{file.replace('/', f':{web.port}/', 1)}"
        case _:
            web.files[file] = document() + b" " * 70_000

    assert search(web, address).own() is None


def test_a_list_of_others_is_asked_only_by_itself(names: DnsServer, web: WebServer) -> None:
    """It learns the domain, so the seller says first whether it may."""
    names.add("lamps.test", "MX", "1 mx1.in.hoster.test.")
    web.files["list.test/v1.1/hoster.test"] = document("imap.hoster.test", "smtp.hoster.test")
    own, listed = search(web).sources()

    assert own.look() is None
    assert not any("list.test" in asked for asked in web.asked)
    assert (own.tells, "lamps.test" in listed.tells) == ("", True)
    clue = listed.look()
    assert clue is not None
    assert clue.settings["imap_host"] == "imap.hoster.test"
    assert "imap.hoster.test and smtp.hoster.test lies outside" in clue.doubt


def test_without_a_network_nobody_waits(names: DnsServer, web: WebServer) -> None:
    """The seller is asked by hand, as if there were no such thing."""
    names.broken = True

    with pytest.raises(Temporary, match="network"):
        search(web).own()
    assert web.asked == []


@pytest.mark.parametrize(
    "address",
    ["anna", "anna@lamps.example", "anna@localhost", "anna@printer.local", "anna@127.0.0.1", "@"],
)
def test_names_that_nobody_can_know_are_not_asked_for(address: str) -> None:
    """And those of providers we know need no question."""
    assert EmailConnector.sources({"address": address}) == ()
    assert EmailConnector.sources({"address": "anna@gmx.de"}) == ()
    assert EmailConnector.sources({"address": SHOP, "imap_host": "imap.lamps.test"}) == ()
    assert len(EmailConnector.sources({"address": SHOP})) == 2
