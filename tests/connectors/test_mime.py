"""Reading mail: what a buyer wrote comes out whole, whatever their program made of it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email.mime import TextPart, Unreadable, parse, parse_parts, remote_id_of
from connectors.values import Attachment, Direction, Message, Party, Place, ReplyKey, Role

TAKEN = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
INBOX = Place("INBOX", "7", "42", Role.INBOX)
SENT = Place("Sent", "7", "43", Role.SENT)
OWN = frozenset({"shop@example.com"})
HEAD = (
    b"From: Anna Nowak <anna@example.org>\r\nTo: shop@example.com\r\nSubject: Parcel\r\n"
    b"Date: Sat, 21 Nov 2026 10:00:00 +0100\r\nMessage-ID: <m1@example.org>\r\n"
)


def read(raw: bytes, place: Place = INBOX) -> Message:
    """Return the message of a mail."""
    return parse(raw, place=place, accepted_at=TAKEN, own=OWN)


def text_of(fields: bytes, body: bytes) -> str:
    """Return the text of a mail with these content fields and this body."""
    return read(HEAD + b"MIME-Version: 1.0\r\n" + fields + b"\r\n\r\n" + body).text


def test_a_plain_mail_is_read_whole() -> None:
    """Every field is what the list, the clock and the answer are made from."""
    raw = (
        HEAD
        + b"Cc: Bob <bob@example.net>\r\nReply-To: anna@private.example\r\n"
        + b"In-Reply-To: <a@example.com>\r\nReferences: <r@example.com>\r\n <a@example.com>\r\n"
        + b"\r\nWhere is it?\r\n\r\nAnna\r\n"
    )

    message = parse(raw, place=INBOX, accepted_at=TAKEN, seen=True, answered=True, own=OWN)

    assert message == Message(
        remote_id=remote_id_of(raw),
        direction=Direction.IN,
        accepted_at=TAKEN,
        sender=Party("Anna Nowak", "anna@example.org"),
        recipients=(Party("", "shop@example.com"), Party("Bob", "bob@example.net")),
        copied=1,
        reply_to=(Party("", "anna@private.example"),),
        subject="Parcel",
        text="Where is it?\n\nAnna",
        sent_at=datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
        seen=True,
        answered=True,
        message_id="m1@example.org",
        in_reply_to=("a@example.com",),
        references=("r@example.com", "a@example.com"),
        places=(INBOX,),
        source=raw,
        body_digest=message.body_digest,
    )


@pytest.mark.parametrize(
    ("place", "sender", "direction", "claims"),
    [
        (INBOX, b"anna@example.org", Direction.IN, False),
        (INBOX, b"Shop <SHOP@example.com>", Direction.IN, True),
        (SENT, b"shop@example.com", Direction.OUT, False),
        (SENT, b"anna@example.org", Direction.OUT, False),
    ],
)
def test_only_the_sent_folder_makes_a_mail_ours(
    *, place: Place, sender: bytes, direction: Direction, claims: bool
) -> None:
    """Our address in From is forged in a second, and would stop a clock."""
    message = read(b"From: " + sender + b"\r\nSubject: x\r\n\r\nhi\r\n", place)

    assert (message.direction, message.claims_to_be_us) == (direction, claims)


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (b"abcdefghjkmn.0123456789abcdef@example.com", "abcdefghjkmn.0123456789abcdef@example.com"),
        (b"<abcdefghjkmn.0123@example.com>", "abcdefghjkmn.0123@example.com"),
        (b"two words", None),
        (b"x" * 500, None),
        (b"\x1b[31mkey@example.com", None),
        (b"", None),
    ],
)
def test_only_a_well_formed_key_is_ours(value: bytes, key: str | None) -> None:
    """A key finds its reply in the outbox; a stranger's text must not get that far."""
    raw = HEAD + b"X-Seller-Inbox-Key: " + value + b"\r\n\r\nhi\r\n"

    assert read(raw).key == (None if key is None else ReplyKey(key))


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"\0" * 500, b"just some words\r\nand more\r\n"])
def test_what_has_no_header_is_no_mail(raw: bytes) -> None:
    """It goes into quarantine with its bytes, and the seller is told."""
    with pytest.raises(Unreadable):
        read(raw)


def test_plain_text_is_preferred_and_the_page_is_kept() -> None:
    """What the buyer's program wrote as text is nearer to the buyer than what we make of a page."""
    mail = EmailMessage()
    mail["From"] = "anna@example.org"
    mail.set_content("Is it in stock? Größe L\n")
    mail.add_alternative("<p>Is it in <b>stock</b>? Größe L</p>", subtype="html")

    message = read(mail.as_bytes(policy=SMTP))

    assert message.text == "Is it in stock? Größe L"
    assert message.html == "<p>Is it in <b>stock</b>? Größe L</p>\r\n"
    assert message.attachments == ()


@pytest.mark.parametrize("plain", ["", " \n", "Your mail program cannot display HTML messages.\n"])
def test_a_page_is_read_where_the_text_says_nothing(plain: str) -> None:
    """Some programs send a text part that only asks for another program."""
    mail = EmailMessage()
    mail["From"] = "anna@example.org"
    mail.set_content(plain)
    mail.add_alternative("<p>Is it in stock?</p>", subtype="html")

    assert read(mail.as_bytes(policy=SMTP)).text == "Is it in stock?"


@pytest.mark.parametrize(
    ("plain", "read_as"),
    [
        ("Please use another browser.\n", "Please use another browser.\n\n{page}"),
        ("Lamp\n", "{page}"),
        ("My lamp is broken, please refund me\n", "My lamp is broken, please refund me"),
        ("The html of your page is broken, I cannot buy the lamp\n", ""),
    ],
)
def test_a_page_that_says_more_than_its_text_is_read_too(plain: str, read_as: str) -> None:
    """A text part that holds a word of the mail would hide all others."""
    page = "My lamp is broken, please refund me at once, order 17"
    mail = EmailMessage()
    mail["From"] = "anna@example.org"
    mail.set_content(plain)
    said = page if read_as else plain
    mail.add_alternative(f"<p>{said}</p>", subtype="html")

    expected = read_as.format(page=page) or plain.strip()
    assert read(mail.as_bytes(policy=SMTP)).text == expected


@pytest.mark.parametrize(
    "words",
    [
        "This is plain text, not base64 at all. Where is my parcel?",
        "Größe für Müller, wo bleibt sie?",
        "我的订单在哪里",
        "V2hlcmUgaXMgaXQ/",
    ],
)
def test_words_that_are_called_base64_are_read(words: str) -> None:
    """Decoded, they would be a line of signs that nobody could read."""
    coded = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64"
    expected = "Where is it?" if words.endswith("aXQ/") else words

    assert text_of(coded, words.encode()) == expected


def test_files_are_listed_with_their_part_numbers() -> None:
    """By its number a file is fetched when the seller wants it."""
    mail = EmailMessage()
    mail["From"] = "anna@example.org"
    mail.set_content("See the picture.\n")
    mail.add_alternative("<p>See the picture.</p>", subtype="html")
    mail.add_attachment(b"x" * 300, maintype="image", subtype="jpeg", filename="Foto größe.jpg")
    mail.add_attachment("notes\n", filename="../../notes.txt")
    inner = EmailMessage()
    inner["Subject"] = "older"
    inner.set_content("hi\n")
    mail.add_attachment(inner)

    message = read(mail.as_bytes(policy=SMTP))

    assert message.text == "See the picture."
    assert [(one.ref, one.name, one.media_type) for one in message.attachments] == [
        ("2", "Foto größe.jpg", "image/jpeg"),
        ("3", "notes.txt", "text/plain"),
        ("4", "message.eml", "message/rfc822"),
    ]
    assert message.attachments[0].size == 300


def test_pictures_of_a_page_are_numbered_below_it() -> None:
    """IMAP numbers parts by where they lie, and a wrong number fetches a wrong file."""
    mail = EmailMessage()
    mail["From"] = "anna@example.org"
    mail.set_content("Look\n")
    mail.add_alternative("<img src=cid:x>", subtype="html")
    parts = mail.get_payload()
    assert isinstance(parts, list)
    page = parts[1]
    assert isinstance(page, EmailMessage)
    page.add_related(b"png", maintype="image", subtype="png", cid="<x>")

    assert [one.ref for one in read(mail.as_bytes(policy=SMTP)).attachments] == ["2.2"]


def test_texts_of_a_mixed_mail_are_all_shown() -> None:
    """Apple Mail puts words above and below a picture into two parts."""
    fields = b"Content-Type: multipart/mixed; boundary=b"
    body = (
        b"--b\r\nContent-Type: text/plain\r\n\r\nabove\r\n"
        b"--b\r\nContent-Type: image/png\r\n\r\nx\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>below</p>\r\n--b--\r\n"
    )

    assert text_of(fields, body) == "above\n\nbelow"


def test_flowed_text_has_its_paragraphs_again() -> None:
    """Else every line of a mail from Thunderbird breaks in the middle of the pane."""
    body = b"The parcel \r\ncame open.\r\n\r\n>> old \r\n>> words\r\n> newer\r\n-- \r\nAnna\r\n"

    text = text_of(b"Content-Type: text/plain; format=flowed", body)

    assert text == "The parcel came open.\n\n>> old words\n> newer\n-- \nAnna"


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (b"Content-Type: text/plain; charset=utf-8", "grüße"),
        (b"Content-Type: text/plain; charset=iso-8859-1", "grüße"),
        (b"Content-Type: text/plain; charset=us-ascii", "grüße"),
        (b"Content-Type: text/plain; charset=no-such-thing", "grüße"),
        (b"Content-Type: text/plain; charset=hex", "grüße"),
        (b"Content-Type: text/plain; charset=unicode_escape", "grüße"),
        (b"Content-Type: text/plain", "grüße"),
        (b"Content-Type: nonsense", "grüße"),
    ],
)
@pytest.mark.parametrize("written_in", ["utf-8", "cp1252"])
def test_a_wrong_charset_does_not_cost_a_letter(fields: bytes, body: str, written_in: str) -> None:
    """Mail lies about its charset; the two that it is really in are told apart by their bytes."""
    assert text_of(fields, body.encode(written_in)) == body


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("gb2312", "请问什么时候发货？镕"),  # noqa: RUF001 - Chinese
        ("shift_jis", "注文はどこですか①"),
        ("euc-kr", "주문은 어디에 있나요"),
        ("iso-2022-jp", "注文はどこですか"),
        ("big5", "請問何時出貨"),
        ("koi8-r", "Где мой заказ?"),
        ("windows-1250", "Gdzie jest zamówienie?"),
        ("iso-8859-2", "Gdzie jest zamówienie, łódź?"),
        ("utf-16", "Where is it? ü"),
    ],
)
def test_every_charset_that_buyers_write_in_is_read(charset: str, text: str) -> None:
    """Some names stand for a larger set of letters than they say."""
    wider = {"gb2312": "gb18030", "shift_jis": "cp932"}.get(charset, charset)

    assert (
        text_of(f"Content-Type: text/plain; charset={charset}".encode(), text.encode(wider)) == text
    )


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        (b"base64", b"V2hlcmUgaXMgaXQ/"),
        (b"BASE64", b"V2hl cmUg\r\naXMg!aXQ/"),
        (b"base64", b"V2hlcmUgaXMgaXQ_/"[:15] + b"/"),
        (b"quoted-printable", b"Where =\r\nis it=3F"),
        (b"x-uuencode", b"begin 644 x\r\n,5VAE<F4@:7,@:70_\r\n \r\nend\r\n"),
        (b"8bit", b"Where is it?"),
        (b"nonsense", b"Where is it?"),
    ],
)
def test_every_transfer_encoding_is_read(encoding: bytes, body: bytes) -> None:
    """Also the slightly broken ones, and one nobody knows is taken for none."""
    assert text_of(b"Content-Transfer-Encoding: " + encoding, body).startswith("Where is")


@pytest.mark.parametrize("charset", [b"utf-8", b"koi8-r"])
def test_a_line_ends_where_the_sender_ended_it(charset: bytes) -> None:
    """Also where a relay ended some lines twice, and a program of another age with half an end."""
    fields = b"Content-Type: text/plain; charset=" + charset

    assert text_of(fields, b"one\r\ntwo\rthree\n\r\nfour\r\r\nfive") == (
        "one\ntwo\nthree\n\nfour\n\nfive"
    )
    assert text_of(fields, b"one\r\ntwo\r\n\r\nthree\r\n") == "one\ntwo\n\nthree"


def test_words_in_a_multipart_without_its_boundary_are_shown() -> None:
    """Better a few odd lines than a mail that looks empty."""
    fields = b"Content-Type: multipart/mixed; boundary=lost"

    assert text_of(fields, b"Where is it?\r\n") == "Where is it?"


def test_a_multipart_that_ends_early_is_read_to_its_end() -> None:
    """Mail is cut on the way; what came is worth reading."""
    fields = b'Content-Type: multipart/mixed; boundary="b"'
    body = b"--b\r\nContent-Type: text/plain\r\n\r\nWhere is it?\r\n"

    assert text_of(fields, body) == "Where is it?"


def test_words_without_an_empty_line_above_are_not_lost() -> None:
    """Some scripts forget it."""
    message = read(b"From: a@example.org\r\nSubject: Size\r\nIs there an XL\r\n\r\nAnna\r\n")

    assert (message.subject, message.text) == ("Size", "Is there an XL\n\nAnna")


def test_a_line_that_is_no_header_hides_none_behind_it() -> None:
    """Some gateways write rubbish between the fields."""
    message = read(b">From old\r\nFrom: a@example.org\r\nrubbish\r\nSubject: Size\r\n\r\nhi\r\n")

    assert (message.sender.address, message.subject, message.text) == (
        "a@example.org",
        "Size",
        "hi",
    )


def test_the_parts_of_a_large_mail_read_like_the_whole() -> None:
    """Of a mail with a film in it only header and text are fetched."""
    header = HEAD + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    film = Attachment("2", "film.mp4", "video/mp4", 9_000_000)
    texts = [
        TextPart(
            media_type="text/plain",
            charset="utf-8",
            encoding="8bit",
            raw=b"x\xc3\xbc\r\n",
            number="1.1",
        ),
        TextPart(media_type="text/html", charset="", encoding="8bit", raw=b"<p>x", number="1.2"),
    ]

    message = parse_parts(header, texts, [film], place=INBOX, accepted_at=TAKEN, own=OWN)

    assert (message.text, message.html, message.attachments) == ("xü", "<p>x", (film,))
    assert message.remote_id == remote_id_of(header)
    assert message.source is not None
    assert parse(message.source, place=INBOX, accepted_at=TAKEN).subject == "Parcel"


def test_copies_of_one_mail_have_one_id_and_one_body() -> None:
    """A server may refold, add trace fields and change line ends: it is the same mail."""
    one = HEAD + b"\r\nWhere is it? \r\nAnna\r\n"
    other = b"Received: by x\r\n" + HEAD.replace(b"Nowak <", b"Nowak\r\n\t<").replace(
        b"\r\n", b"\n"
    )
    copy = read(other + b"\nWhere is it?\nAnna\n\n")

    assert (copy.remote_id, copy.body_digest) == (read(one).remote_id, read(one).body_digest)


def test_another_body_under_the_same_id_is_another_message() -> None:
    """Both are kept; else a broken shop system's second mail would be lost."""
    one, other = read(HEAD + b"\r\none\r\n"), read(HEAD + b"\r\nother\r\n")

    assert one.remote_id == other.remote_id
    assert one.body_digest != other.body_digest


def test_without_a_message_id_the_whole_header_tells_mails_apart() -> None:
    """Two mails of one minute with one subject are two questions."""
    head = HEAD.replace(b"Message-ID: <m1@example.org>\r\n", b"")
    one, other = head + b"Received: by a\r\n\r\nx", head + b"Received: by b\r\n\r\nx"

    assert remote_id_of(one) == remote_id_of(one)
    assert remote_id_of(one) != remote_id_of(other)


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1
)


@given(
    subject=WORDS,
    text=WORDS,
    encoding=st.sampled_from(["7bit", "quoted-printable", "base64"]),
    with_page=st.booleans(),
)
def test_well_formed_mail_is_read_as_the_standard_library_reads_it(
    *, subject: str, text: str, encoding: str, with_page: bool
) -> None:
    """Our reader is tolerant, and must not pay for that with what is plain."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "anna@example.org"
    mail["Subject"] = " ".join(subject.split())
    if encoding == "7bit":
        text = text.encode("ascii", "replace").decode()[:70]
    mail.set_content(text, cte=encoding)
    if with_page:
        mail.add_alternative("<p>page", subtype="html")
        mail.add_attachment(b"file", maintype="application", subtype="pdf", filename="a.pdf")

    message = read(mail.as_bytes())

    assert message.subject == " ".join(subject.split())
    assert message.text == text or not text.strip()
    assert len(message.attachments) == int(with_page)
