"""Mails as programs and shops of today write them: many header fields, HTML, files. All invented.

Beside `mailbox`, whose mails are mostly plain text: of these each third is an
answer with a quote in HTML and as text, a shop's notice in HTML alone, and a
mail with a picture.
"""

from __future__ import annotations

import base64
import quopri
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime

from tests.benchmarks.mailbox import FIRST, LAST, WORDS

_RELAYS = 5
_STYLE = "font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:21px;color:#333333"


def modern_mails(count: int, newest: datetime, seed: int = 11) -> Iterator[tuple[bytes, datetime]]:
    """Yield raw mails (CRLF, 6 to 60 kB) and when each was taken, oldest first."""
    chance = random.Random(seed)
    bodies = (_answer, _notice, _with_picture)
    for number in range(count):
        taken = newest - timedelta(minutes=7 * (count - number))
        name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
        head = _header(chance, number, name, taken)
        yield (head + bodies[number % len(bodies)](chance, name)).encode(), taken


def _header(chance: random.Random, number: int, name: str, taken: datetime) -> str:
    """Return the fields that providers, signers and filters put above a mail."""
    said = format_datetime(taken)
    relays = "".join(
        f"Received: from out{hop}.mail.example.net (out{hop}.mail.example.net. [192.0.2.{hop}])\r\n"
        f"        by mx{hop}.example.org with ESMTPS id {chance.getrandbits(96):x}\r\n"
        "        for <shop@example.org>\r\n"
        "        (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);\r\n"
        f"        {said}\r\n"
        for hop in range(_RELAYS)
    )
    quoted = quopri.encodestring(name.encode(), header=True).decode()
    return (
        "Return-Path: <buyer@example.net>\r\nDelivered-To: shop@example.org\r\n"
        f"{relays}"
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
        "        d=example.net; s=20230601; t=1700000000; x=1700604800; darn=example.org;\r\n"
        "        h=to:subject:message-id:date:from:mime-version:from:to:cc:subject\r\n"
        f"         :date:message-id:reply-to;\r\n        bh={_token(chance, 32)};\r\n"
        f"        b={_token(chance, 60)}\r\n         {_token(chance, 60)}\r\n"
        f"X-Google-DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
        f"        d=1e100.net; s=20230601;\r\n        bh={_token(chance, 32)};\r\n"
        f"        b={_token(chance, 60)}\r\n         {_token(chance, 60)}\r\n"
        "Authentication-Results: mx.example.org;\r\n"
        "       dkim=pass header.i=@example.net header.s=20230601 header.b=Ab12Cd;\r\n"
        "       spf=pass (mx.example.org: domain of buyer@example.net designates 192.0.2.1 as"
        " permitted sender) smtp.mailfrom=buyer@example.net;\r\n"
        "       dmarc=pass (p=NONE sp=QUARANTINE dis=NONE) header.from=example.net\r\n"
        f"X-Received: by 2002:a05:6402:{number:x} with SMTP id {chance.getrandbits(64):x};\r\n"
        f"        {said}\r\n"
        f"Message-ID: <{chance.getrandbits(96):x}.{number}@mail.example.net>\r\n"
        f"Date: {said}\r\n"
        f"From: =?utf-8?q?{quoted}?= <buyer{number % 700}@example.net>\r\n"
        "To: Lamp Shop <shop@example.org>\r\n"
        f"Subject: {' '.join(chance.sample(WORDS, 4))} {100000 + number}\r\n"
        "MIME-Version: 1.0\r\nX-Mailer: Example Mail 16.0\r\nX-Spam-Status: No, score=-1.9\r\n"
    )


def _answer(chance: random.Random, name: str) -> str:
    """Return an answer as text and as HTML, both with the quote, in quoted-printable."""
    own, old = _sentences(chance, 4), _sentences(chance, 12)
    wrote = "On Fri, Nov 20, 2026 at 9:12 AM Lamp Shop <shop@example.org> wrote:"
    text = "\r\n".join([*own, "", name, "", wrote, "", *(f"> {line}" for line in old)])
    page = (
        f'<div dir="ltr">{"<br>".join(own)}<div><br></div><div>{name}</div></div><br>'
        f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{wrote}<br></div>'
        '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">'
        f'<div style="{_STYLE}">{"<br>".join(old)}</div></blockquote></div>'
    )
    return (
        'Content-Type: multipart/alternative; boundary="000000000000a1b2c3"\r\n\r\n'
        f"--000000000000a1b2c3\r\n{_part('plain', text)}"
        f"--000000000000a1b2c3\r\n{_part('html', page)}--000000000000a1b2c3--\r\n"
    )


def _notice(chance: random.Random, name: str) -> str:
    """Return a shop's notice: a page of nested tables, and no text beside it."""
    rows = "".join(
        f'<tr><td align="left" valign="top" style="padding:12px 24px;{_STYLE}">'
        f'<p style="margin:0 0 12px 0;{_STYLE}">{line}</p>'
        f'<a href="https://shop.example.net/track?id={chance.getrandbits(80):x}"'
        f' style="color:#1a73e8;text-decoration:none">{chance.choice(WORDS)}</a></td></tr>'
        for line in _sentences(chance, 20)
    )
    page = (
        "<!DOCTYPE html><html><head><style>@media only screen {.w{width:100%!important}}"
        f" p{{{_STYLE}}}</style></head><body><table width=3D'100%'><tr><td>"
        f'<table class="w" width="600" cellpadding="0" cellspacing="0">{rows}</table>'
        f"</td></tr></table><p>{name}</p></body></html>"
    )
    return _part("html", page)


def _with_picture(chance: random.Random, name: str) -> str:
    """Return some words, a page of the same, and a picture of 30 kB."""
    text = "\r\n".join([*_sentences(chance, 5), "", name])
    picture = base64.encodebytes(chance.randbytes(30_000)).decode().replace("\n", "\r\n")
    return (
        'Content-Type: multipart/mixed; boundary="outer-b0"\r\n\r\n--outer-b0\r\n'
        'Content-Type: multipart/alternative; boundary="inner-b1"\r\n\r\n'
        f"--inner-b1\r\n{_part('plain', text)}"
        f"--inner-b1\r\n{_part('html', f'<p>{text}</p>')}--inner-b1--\r\n"
        '--outer-b0\r\nContent-Type: image/jpeg; name="IMG_2024.jpg"\r\n'
        'Content-Disposition: attachment; filename="IMG_2024.jpg"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{picture}--outer-b0--\r\n"
    )


def _part(kind: str, said: str) -> str:
    """Return a text part in quoted-printable, header and body."""
    body = quopri.encodestring(said.replace("\r\n", "\n").encode()).decode()
    crossing = body.replace("\n", "\r\n")
    return (
        f"Content-Type: text/{kind}; charset=UTF-8\r\n"
        f"Content-Transfer-Encoding: quoted-printable\r\n\r\n{crossing}\r\n"
    )


def _sentences(chance: random.Random, many: int) -> list[str]:
    """Return lines of a shop's words, some with letters beyond ASCII."""
    spice = ("größe", "paczkę", "où", "mañana", "заказ")
    return [" ".join((*chance.choices(WORDS, k=11), chance.choice(spice))) for _ in range(many)]


def _token(chance: random.Random, length: int) -> str:
    return base64.b64encode(chance.randbytes(length)).decode()
