"""Whose word on a sender is believed: a forger writes headers too."""

from __future__ import annotations

import pytest

from connectors.email.authentication import HEADER, Verdict, proposed, server_of, verdict
from connectors.email.headers import Fields
from connectors.values import Origin

US = "mx.shop.example"
BUYER = "anna@mail.example"
UNKNOWN = Verdict(Origin.UNKNOWN)
GENUINE = Verdict(Origin.GENUINE)
FORGED = Verdict(Origin.FORGED, failed=True)


def fields(*values: str) -> Fields:
    """Return a header with these Authentication-Results, the topmost first."""
    return Fields("".join(f"{HEADER}: {value}\n" for value in values).encode())


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (f"{US}; dmarc=pass header.from=mail.example", GENUINE),
        (f"{US} 1; dkim=pass (2048 bit) header.d=mail.example", GENUINE),
        (f'"{US}"; dkim=pass header.i=@news.mail.example', GENUINE),
        (f"{US}; spf=pass smtp.mailfrom=bounce@mail.example", GENUINE),
        (
            f"{US.upper()}; spf=fail smtp.mailfrom=x.example; dkim=pass header.d=mail.example",
            GENUINE,
        ),
        (f"{US}; dkim=pass header.d=other.example", UNKNOWN),
        (f"{US}; dkim=pass header.d=example", UNKNOWN),
        (f"{US}; dkim=pass header.d=evilmail.example", UNKNOWN),
        (f"{US}; dkim=pass", UNKNOWN),
        (f"{US}; spf=softfail; dkim=none; dmarc=temperror", UNKNOWN),
        (f"{US}; none", UNKNOWN),
        ("mx.other.example; dmarc=pass header.from=mail.example", UNKNOWN),
        ("mx.other.example; dmarc=fail header.from=mail.example", UNKNOWN),
        (f"{US}; spf=pass smtp.mailfrom=x.example; dmarc=fail header.from=mail.example", FORGED),
        (f"{US}; spf=fail smtp.mailfrom=mail.example", Verdict(Origin.UNKNOWN, failed=True)),
        (
            f"{US}; spf=fail (dmarc=pass header.from=mail.example)",
            Verdict(Origin.UNKNOWN, failed=True),
        ),
        ("", UNKNOWN),
    ],
)
def test_only_our_own_server_proves_a_sender(said: str, expected: Verdict) -> None:
    """A pass that anybody could have written would let a stranger stop a clock."""
    assert verdict(fields(said), US, BUYER) == expected


def test_a_pass_below_the_topmost_header_counts_for_nothing() -> None:
    """What stands below came with the mail."""
    ours, theirs = f"{US}; dkim=none", f"{US}; dmarc=pass header.from=mail.example"

    assert verdict(fields(ours, theirs), US, BUYER) == UNKNOWN
    assert verdict(fields(theirs, ours), US, BUYER) == GENUINE


def test_without_a_trusted_server_nobody_is_genuine() -> None:
    """Until the seller said which server is theirs, a pass may be anybody's."""
    said = f"{US}; dmarc=pass header.from=mail.example"

    assert verdict(fields(said), "", BUYER) == UNKNOWN
    assert verdict(fields(f"{US}; dmarc=fail"), "", BUYER) == FORGED


def test_the_server_that_most_mails_name_is_proposed() -> None:
    """The seller confirms a name instead of reading headers."""
    assert proposed([US, US, US, "", "mx.other.example"]) == US
    assert proposed([US, US]) == ""
    assert proposed([US, US, US, "a.example", "b.example", "c.example"]) == ""
    assert proposed([]) == ""


def test_the_topmost_header_names_its_server() -> None:
    """Also with a version, in quotation marks, or with a remark."""
    assert server_of(fields(f"{US}; spf=pass", "other; spf=pass")) == US
    assert server_of(fields(f'(a remark) "{US}" 1; none')) == US
    assert server_of(fields("spf=pass smtp.mailfrom=x")) == ""
    assert server_of(Fields(b"Subject: none\n")) == ""
