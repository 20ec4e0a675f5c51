"""Addresses as they are typed: read, judged, written again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.email.packs.pack import every_pack
from connectors.values import Party
from inbox.core.addresses import Typed, is_address, is_relay, typed, written

ANNA, BO = Party("Anna", "anna@x.example"), Party("", "bo@y.example")
NAMES = st.text(st.sampled_from('aÄ中 ",;<>\\@'), max_size=9)
PARTIES = st.builds(
    lambda name, local, domain: Party(" ".join(name.split()), f"{local}@{domain}"),
    NAMES,
    st.sampled_from(["a", "a.b", "anna+shop", "jörg", "o'neil"]),
    st.sampled_from(["x.example", "müller.example", "a-b.c.example"]),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", Typed(())),
        ("anna@x.example", Typed((Party("", "anna@x.example"),))),
        ("Anna <anna@x.example>, bo@y.example", Typed((ANNA, BO))),
        ("Anna <anna@x.example>; bo@y.example;", Typed((ANNA, BO))),
        (
            '"Shop, Berlin" <a@x.example>, bo@y.example',
            Typed((Party("Shop, Berlin", "a@x.example"), BO)),
        ),
        ("bo@y.example, BO@Y.example", Typed((BO,))),
        ("anna", Typed((), "anna")),
        ("bo@y.example, anna@x", Typed((BO,), "anna@x")),
        ("Anna <anna@x.example", Typed((), "Anna <anna@x.example")),
        ("Anna anna@x.example", Typed((), "Anna anna@x.example")),
        ("a@b@c.example", Typed((), "a@b@c.example")),
    ],
)
def test_a_line_of_addresses_by_hand(text: str, found: Typed) -> None:
    """Commas or semicolons between, names in quotation marks, and the first wrong one is named."""
    assert typed(text) == found


@settings(max_examples=40)
@given(st.lists(PARTIES, max_size=4))
def test_what_is_written_is_read_again(parties: list[Party]) -> None:
    """A draft opened tomorrow goes to whom it went today, whatever signs their names hold."""
    once: dict[str, Party] = {}
    for party in parties:
        once.setdefault(party.address, party)
    wanted = tuple(once.values())

    assert typed(written(wanted)) == Typed(wanted)


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_no_line_is_too_strange(text: str) -> None:
    """Whatever is pasted, there is an answer: addresses, and perhaps what is none."""
    found = typed(text)

    assert all(is_address(each.address) for each in found.parties)
    assert found.wrong == found.wrong.strip()
    assert (
        found.parties or found.wrong or not text.strip(" ,;\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0")
    )


@pytest.mark.parametrize(
    "address",
    [
        *("", "@", "a@", "@x.example", "a b@x.example", "a@x", "a@-x.example", "a..b@x.example"),
        *("a@x..example", "a@x.example\r\nBcc: b@y.example", "a@" + "x" * 250 + ".example"),
    ],
)
def test_what_is_no_address(address: str) -> None:
    """Better said while typing than bounced tomorrow."""
    assert not is_address(address)


def test_every_alias_of_a_marketplace_is_known_as_one() -> None:
    """A stranger in Cc beside an alias would tell one of the other; the packs know the aliases."""
    samples = {
        "amazon": ["x1y2@marketplace.amazon.de", "x1y2+a-b@marketplace.amazon.com.be"],
        "ebay": ["kate_87@members.ebay.com", "kate@members.ebay.co.uk"],
        "allegro": ["8awgqyk6a5+cub31c122@allegromail.pl", "a1b2c3@user.allegromail.cz"],
        "walmart": ["0a1b2c@relay.walmart.com"],
    }
    relaying = {pack.service: pack.relays for pack in every_pack() if pack.relays is not None}

    assert relaying.keys() == samples.keys()
    for service, addresses in samples.items():
        for address in addresses:
            assert relaying[service].fullmatch(address)
            assert is_relay(address)
    assert not is_relay("anna@marketplace.amazon.de.evil.example")
