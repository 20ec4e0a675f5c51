"""Reading headers: names, subjects and ids as a person or another program meant them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.email.addresses import parties, parties_by_token
from connectors.email.headers import Fields, decoded
from connectors.email.parameters import file_name, valued
from connectors.values import Party


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?utf-8?q?Gr=C3=B6=C3=9Fe_L?=", "Größe L"),
        ("=?UTF-8?B?R3LDtsOfZSBM?=", "Größe L"),
        ("=?utf-8?B?R3LDtsOfZSB?= =?utf-8?B?Nw==?=", "Größe 7"),
        ("=?utf-8?q?Gr=C3?= =?utf-8?q?=B6=C3=9Fe?=", "Größe"),
        ("=?iso-8859-1?q?Gr=F6=DFe?= =?utf-8?q?_=E2=82=AC?=", "Größe €"),
        ("Re: =?utf-8?q?Gr=C3=B6=C3=9Fe?= (L)", "Re: Größe (L)"),
        ("=?utf-8*de?q?Gr=C3=B6=C3=9Fe?=", "Größe"),
        ("=?utf-8?q?where is it??=", "where is it?"),
        ("=?utf-8?q?5=_a==_=C3=BC=?=", "5= a== ü="),
        ("=?utf-8?q?caf=C3=A9_=E2=82?=", "café \ufffd"),
        ("=?gb2312?b?yfGzoQ==?=", "神场"),
        ("=?nobody-knows?q?Size_L?=", "Size L"),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        ("=?utf-8?q?no end", "=?utf-8?q?no end"),
        ("a =? b ?= c", "a =? b ?= c"),
        ("50=?off", "50=?off"),
    ],
)
def test_encoded_words_are_read_also_when_they_are_slightly_wrong(raw: str, text: str) -> None:
    """Half the world's subjects come so, and every program gets another detail wrong."""
    assert decoded(raw) == text


def test_a_raw_eight_bit_subject_is_read() -> None:
    """Many shop systems never heard of encoded words."""
    assert Fields("Subject: Größe L\r\n".encode()).text("subject") == "Größe L"
    assert Fields("Subject: Größe L\r\n".encode("cp1252")).text("subject") == "Größe L"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("anna@example.org", [("", "anna@example.org")]),
        ("Anna <anna@example.org>", [("Anna", "anna@example.org")]),
        ('"Nowak, Anna" <anna@example.org>', [("Nowak, Anna", "anna@example.org")]),
        ('"=?utf-8?q?J=C3=B6rg?=" <j@example.org>', [("Jörg", "j@example.org")]),
        ("=?utf-8?q?M=C3=BCller=2C_Jo?= <j@example.org>", [("Müller, Jo", "j@example.org")]),
        ("a@x.org, B <b@x.org>; c@x.org", [("", "a@x.org"), ("B", "b@x.org"), ("", "c@x.org")]),
        ("anna@example.org (Anna Nowak)", [("Anna Nowak", "anna@example.org")]),
        ("undisclosed-recipients:;", []),
        ("Friends: a@x.org, b@x.org;", [("", "a@x.org"), ("", "b@x.org")]),
        ('"O\\"Neil" <o@x.org>', [('O"Neil', "o@x.org")]),
        ("Anna <mailto:anna@x.org>", [("Anna", "anna@x.org")]),
        ("<@relay.org:anna@x.org>", [("", "anna@x.org")]),
        ('"Anna <anna@x.org>', [("Anna", "anna@x.org")]),
        ("Anna anna@x.org", [("Anna", "anna@x.org")]),
        ("MAILER-DAEMON", [("", "MAILER-DAEMON")]),
        ("'anna@x.org' <anna@x.org>", [("'anna@x.org'", "anna@x.org")]),
        ("jörg@müller.example", [("", "jörg@müller.example")]),
        ("", []),
        (",,;", []),
        ("<>", []),
    ],
)
def test_addresses_are_read_as_people_and_programs_write_them(
    value: str, found: list[tuple[str, str]]
) -> None:
    """Who it is from decides whose conversation it joins and where the answer goes."""
    assert list(parties(value)) == [Party(name, address) for name, address in found]


_DATES = st.tuples(
    st.sampled_from(["", "Sat, ", "Sat ", "Xyz, ", "Saturday, "]),
    st.integers(0, 32).map(str) | st.integers(0, 9).map("{:02}".format),
    st.sampled_from([" Nov ", " FEB ", "-Nov-", " November ", " xyz "]),
    st.integers(1900, 2100).map(str) | st.sampled_from(["26", "0026", "99"]),
    st.sampled_from([" 10:00:00", " 23:59:60", " 24:00:00", " 10:00", " 00:00:59"]),
    st.sampled_from(
        [" +0100", " -0000", " -1200", " GMT", "", " +1999", " +2400", " (CET)", " +0160"]
    ),
).map("".join)


@settings(max_examples=50)
@given(_DATES)
def test_a_date_in_the_usual_form_means_what_the_standard_library_says(value: str) -> None:
    """The quick way to an instant must not be an hour off."""
    try:
        said = parsedate_to_datetime(value)
        instant = (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        instant = None

    assert Fields(f"Date: {value}\r\n".encode()).date("date") == instant


_BLANKS = st.sampled_from([b" ", b"\t", b"\r\n ", b"\v", b"\f", b"\r", b"\xa0", b"a"])


@settings(max_examples=50)
@given(st.lists(_BLANKS, max_size=12).map(b"".join))
def test_a_folded_field_is_one_line_with_single_blanks(value: bytes) -> None:
    """What a mail is called is made of its fields: a blank more would make it another mail."""
    found = Fields(b"Subject: x" + value + b"y\r\n").raw("subject")

    assert found == re.sub(rb"[ \t\r\n]+", b" ", b"x" + value + b"y")


_ADDRESS_PIECES = st.sampled_from(
    [
        *(
            "Anna",
            " ",
            "  ",
            "\t",
            "@",
            "a@b.example",
            "<",
            ">",
            "<a@b>",
            "<mailto:a@b>",
            "<@r:a@b>",
        ),
        *(
            '"',
            "\\",
            "(",
            ")",
            ",",
            ";",
            ":",
            "=?utf-8?q?J=C3=BCrgen?=",
            "'",
            "\u3000",
            "\x1c",
            "ü",
        ),
    ]
)


@given(st.lists(_ADDRESS_PIECES, max_size=8).map("".join))
def test_a_plainly_written_address_is_read_as_every_other(value: str) -> None:
    """The quick way must not take a stranger for a buyer, nor lose one of two."""
    assert parties(value) == parties_by_token(value)


@given(st.text(max_size=300))
def test_no_address_field_is_too_odd(value: str) -> None:
    """One mail with a broken To must not stop those behind it."""
    assert all(party.address for party in parties(value))


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("Sat, 21 Nov 2026 10:00:00 +0100", datetime(2026, 11, 21, 9, tzinfo=UTC)),
        ("21 Nov 2026 10:00 GMT", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 10:00:00 -0000", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 10:00:00 +0100 (CET)", datetime(2026, 11, 21, 9, tzinfo=UTC)),
        ("Sat, 99 Nov 2026 10:00:00 +0100", None),
        ("Sat, 21 Nov 2026 10:00:00 +9999", None),
        ("21 Nov 999999999999 10:00", None),
        ("31 Dec 9999 23:59:59 -1200", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_an_instant_or_nothing(value: str, instant: datetime | None) -> None:
    """It is shown only; the clock runs from the service's own time."""
    assert Fields(f"Date: {value}\r\n".encode()).date("date") == instant


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<a@x> <b@x>", ("a@x", "b@x")),
        ("<a@x>\r\n\t<b@x> <a@x>", ("a@x", "b@x")),
        ("<a@\r\n x>", ("a@x",)),
        ("a@x", ("a@x",)),
        ('"your mail" of <a@x>', ("a@x",)),
        ("< >", ()),
        ("nothing", ()),
    ],
)
def test_message_ids_are_found(value: str, ids: tuple[str, ...]) -> None:
    """They hold a conversation together."""
    assert Fields(f"References: {value}\r\n".encode()).ids("references") == ids


def test_of_very_many_references_the_root_and_the_newest_stay() -> None:
    """The root joins a long conversation, the newest ones are what an answer names."""
    value = " ".join(f"<{number}@x>" for number in range(1000))

    ids = Fields(f"References: {value}\r\n".encode()).ids("references")

    assert (len(ids), ids[0], ids[1], ids[-1]) == (200, "0@x", "801@x", "999@x")


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename=a.pdf; size=3", "a.pdf"),
        ("attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf", "Größe.pdf"),
        ("attachment; filename*0*=utf-8''Gr%C3%B6; filename*1=sse.pdf", "Grösse.pdf"),
        ('attachment; filename="=?utf-8?q?Gr=C3=B6=C3=9Fe.pdf?="', "Größe.pdf"),
        ('attachment; filename="C:\\\\Users\\\\a\\\\b.pdf"', "b.pdf"),
        ('attachment; filename="../../.bashrc"', ".bashrc"),
        ('attachment; filename="unclosed.pdf', "unclosed.pdf"),
        ("attachment", ""),
    ],
)
def test_a_file_has_the_name_it_was_given_and_no_path(field: str, name: str) -> None:
    """A path in it could be one outside the folder where the seller saves it."""
    assert file_name({}, valued(field)[1]) == name
