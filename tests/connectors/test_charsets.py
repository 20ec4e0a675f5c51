"""Letters as they were written, whatever charset a mail claims, and at no great cost."""

# ruff: noqa: RUF001 - letters of other alphabets are the subject
from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email.charsets import decode

RUSSIAN = "Здравствуйте, где посылка?"
JAPANESE = "商品が届きました。ありがとう"


@pytest.mark.parametrize(
    ("written_in", "claimed", "text"),
    [
        ("cp1251", "iso-8859-1", RUSSIAN),
        ("cp1251", "", RUSSIAN),
        ("koi8-r", "", RUSSIAN),
        ("cp1251", "", RUSSIAN.upper()),
        ("cp1251", "x-unknown", RUSSIAN),
        ("koi8-u", "koi8-u", "Доброго дня, Ґ"),
        ("shift_jis", "", JAPANESE),
        ("shift_jis", "iso-2022-jp", JAPANESE),
        ("euc_jp", "utf-8", JAPANESE),
        ("iso-2022-jp", "us-ascii", JAPANESE),
        ("iso-2022-jp", "", JAPANESE),
        ("gbk", "utf-8", "您的订单已发货。请尽快"),
        ("gbk", "", "您的订单已发货。请尽快"),
        ("big5", "", "我還沒有收到包裹，請問何時"),
        ("euc-kr", "", "안녕하세요, 아직 못 받았습니다"),
        ("utf-16-le", "utf-8", "Hallo, wo ist es"),
        ("utf-16", "", "Hallo, wo ist es"),
        ("utf-8", "iso-8859-1", "Grüße € ł"),
        ("cp1252", "utf-8", "Grüße aus Köln – größer"),
        ("cp1252", "", "À bientôt, é è ê"),
        ("utf-7", "utf-7", "Grüße"),
        ("cp1253", "iso-8859-7", "Καλησπέρα"),
        ("cp1250", "us-ascii", "Proszę o zwrot, żarówka jest zła"),
        ("iso8859-2", "iso-8859-1", "Proszę o zwrot, żarówka jest zła. Śpieszy się, jaśniej"),
        ("cp1250", "", "Comandă greşită, trimiteţi alta"),
        ("cp1252", "us-ascii", "¿Dónde está? 3 m³, 20£, nº1, 1¼ l, café"),
    ],
)
def test_letters_come_out_as_they_were_written(written_in: str, claimed: str, text: str) -> None:
    """A buyer's program that labels wrongly has not written less."""
    assert decode(text.encode(written_in), claimed) == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x1b$B-!-j|b$O\x1b(B ok", "①㈱髙は ok"),
        (b"\x1b(I1234\x1b(B?", "ｱｲｳｴ?"),
    ],
)
def test_japanese_signs_of_windows_and_phones_are_read(data: bytes, text: str) -> None:
    """A number in a circle is in every second list a Japanese buyer writes."""
    assert decode(data, "iso-2022-jp") == text


@given(st.binary(max_size=300), st.sampled_from(["", "utf-8", "gb2312", "iso-2022-jp", "cp1251"]))
def test_no_byte_is_too_odd(data: bytes, claimed: str) -> None:
    """What means nothing anywhere shows as such; nothing stops the mail behind it."""
    assert len(decode(data, claimed)) <= max(len(data), 1)


@given(
    st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=200),
    st.sampled_from(["", "utf-8", "us-ascii", "gb2312", "cp1251", "x-unknown", "iso-8859-1"]),
)
def test_plain_words_are_never_guessed_away(text: str, claimed: str) -> None:
    """Most mail is plain ASCII, and no guess is allowed near it."""
    assert decode(text.encode(), claimed) == text


@pytest.mark.parametrize("piece", [b"\xff", b"\xc3", b"\x00", b"\x1b$B", b"\x00a\x00", b"\xe4\xb8"])
def test_no_bytes_take_more_than_their_share(piece: bytes) -> None:
    """Two megabytes is what one part may have."""
    begun = process_time()
    decode(piece * (2_000_000 // len(piece)), "")

    assert process_time() - begun < 1
