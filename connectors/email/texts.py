"""What a person reads of a mail: one text, the HTML as it came, and a list of attachments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from connectors.email.charsets import decode, line_feeds
from connectors.email.parameters import made_name
from connectors.email.parts import PARTS_LIMIT, Leaf
from connectors.frozen import frozen
from connectors.values import Attachment

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_BYTEWISE = frozenset({"", "utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
"""Charsets in which the two bytes of a line's end are nothing else."""
_NUL, _CR = b"\0\r"
"""The first is in what is called by one of these names and is UTF-16."""
_STUB_LIMIT = 400
_BARE = 40
"""Letters of a plain part that may be no more than a word in place of the page."""
_POINTS_AT = re.compile(r"(?i)\b(?:html|browser|mail (?:client|program)|e-?mail-?programm)\b")
_WORD = re.compile(r"\w+")
_FEW = 0.4
"""Share of a page's words that a plain part must have to be the same in another form."""
_MORE = 5
_ARMOUR = "-----BEGIN PGP MESSAGE-----"
_TOLD = re.compile(
    r"multipart/.*|message/rfc822|text/calendar|application/(?:x-)?pkcs7-mime|application/(?:vnd\.)?ms-tnef|.*/pgp-encrypted"
)
_WINMAIL = "winmail.dat"
_STUB = re.compile(
    r"(?i)\bhtml\b.{0,80}\b(?:e-?mail|mail|view|client|format|version|nachricht|ansicht|message)"
    r"|\b(?:view|display|read|anzeig|affich|visuali[sz])\w*.{0,80}\bhtml\b",
    re.DOTALL,
)


@frozen(quick=True)
class Said:
    """The readable whole of a mail."""

    text: str
    html: str | None
    attachments: tuple[Attachment, ...]


def said(leaves: Iterable[Leaf]) -> Said:
    """Return what the leaves of a mail say: plain parts where there are any, else HTML as text."""
    leaves = list(leaves)
    if len(leaves) == 1 and leaves[0].media_type == "text/plain" and not leaves[0].name:
        plain = plain_text(leaves[0].content(), leaves[0].parameters)
        empty = not plain or plain.isspace()
        return Said("" if empty else _told_if_armoured(plain.rstrip("\n")), None, ())
    shown = [leaf for leaf in leaves if _is_text(leaf)] or _last_resort(leaves)
    read = {leaf.number for leaf in shown}
    attachments = tuple(
        Attachment(
            leaf.number,
            leaf.name or made_name(leaf.number, leaf.media_type),
            leaf.media_type,
            leaf.size,
        )
        for leaf in leaves
        if leaf.number not in read or leaf.name
    )
    texts: list[str] = []
    pages: list[str] = []
    for group in _groups(shown):
        plain, pages_here = _read(group)
        texts.append(plain)
        pages.extend(pages_here)
    if any(leaf.number not in read for leaf in leaves):
        texts += _of_the_rest([leaf for leaf in leaves if leaf.number not in read], texts)
    if len(leaves) >= PARTS_LIMIT:
        from connectors.email.shells import MORE

        texts.append(MORE)
    whole = "\n\n".join(text for text in texts if text.strip()).rstrip("\n")
    return Said(_told_if_armoured(whole), _joined(pages), attachments)


def _told_if_armoured(text: str) -> str:
    """Return the text, below a line that says so where its words are encrypted."""
    if _ARMOUR not in text or not text.lstrip().startswith(_ARMOUR):
        return text
    from connectors.email.shells import encrypted

    return f"{encrypted('PGP')}\n\n{text}"


def _of_the_rest(rest: list[Leaf], texts: list[str]) -> list[str]:
    """Return what is to be said of the parts that are not read."""
    if not any(_TOLD.match(leaf.media_type) or leaf.name.lower() == _WINMAIL for leaf in rest):
        return []
    from connectors.email.shells import hidden_text, notes

    told = notes(rest)
    if not any(text.strip() for text in texts):
        told.insert(0, hidden_text(rest))
    return told


def plain_text(content: bytes, parameters: Mapping[str, str]) -> str:
    r"""Return a text/plain part's text with `\n` line ends, flowed paragraphs joined."""
    charset = parameters.get("charset", "")
    if charset.lower() in _BYTEWISE and _NUL not in content:
        fed = line_feeds(content)  # twice as fast as in the text
        content = content if _CR in fed else fed
    text = decode(content, charset)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if parameters.get("format", "").lower() == "flowed":
        return unflowed(text, joining=parameters.get("delsp", "").lower() == "yes")
    return text


def unflowed(text: str, *, joining: bool = False) -> str:
    """Return format=flowed text (RFC 3676) with its soft line breaks undone.

    `joining` is the parameter delsp=yes: the blank at a soft break goes too.
    """
    done: list[str] = []
    flowing: list[str] = []
    depth = 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        quotes = len(line) - len(content)
        content = content.removeprefix(" ")
        if flowing and (quotes != depth or content == "-- "):
            done.append(_quoted(depth, "".join(flowing)))
            flowing = []
        depth = quotes
        if content.endswith(" ") and content != "-- ":
            flowing.append(content[:-1] if joining else content)
        else:
            done.append(_quoted(depth, "".join((*flowing, content))))
            flowing = []
    if flowing:
        done.append(_quoted(depth, "".join(flowing)))
    return "\n".join(done)


def _quoted(depth: int, content: str) -> str:
    """Return a line with its quotation marks in front."""
    return f"{'>' * depth} {content}" if depth else content


def _is_text(leaf: Leaf) -> bool:
    """Return whether a part is meant to be read rather than saved."""
    return leaf.media_type in {"text/plain", "text/html"} and not leaf.attached


def _last_resort(leaves: list[Leaf]) -> list[Leaf]:
    """Return the first part that is any kind of text, for mails that call their text a file."""
    texts = (leaf for leaf in leaves if leaf.media_type.startswith("text/"))
    return [leaf for leaf in texts if leaf.media_type != "text/calendar"][:1]


def _groups(shown: list[Leaf]) -> list[list[Leaf]]:
    """Return the text parts with those of one multipart/alternative together."""
    groups: dict[str, list[Leaf]] = {}
    for leaf in shown:
        key = f"a{leaf.alternative[0]}" if leaf.alternative else leaf.number
        groups.setdefault(key, []).append(leaf)
    return list(groups.values())


def _read(group: list[Leaf]) -> tuple[str, list[str]]:
    """Return the text of parts that say the same in different forms, and their HTML."""
    pages = [_page(leaf) for leaf in group if leaf.media_type == "text/html"]
    plain = "\n\n".join(
        plain_text(leaf.content(), leaf.parameters)
        for leaf in group
        if leaf.media_type != "text/html"
    )
    if pages and _may_be_stub(plain):
        from connectors.html import text_of

        made = "\n\n".join(text_of(page) for page in pages)
        return _fuller(plain, made), pages
    return plain, pages


def _may_be_stub(plain: str) -> bool:
    """Return whether the page beside a plain part may say more than that does."""
    if len(plain) > _STUB_LIMIT:
        return not plain.strip()
    return len(plain.strip()) <= _BARE or _POINTS_AT.search(plain) is not None or _is_stub(plain)


def _fuller(plain: str, made: str) -> str:
    """Return the plain words, or those of the page where they say what the plain ones do not.

    Both where each says something that the other does not.
    """
    if not made.strip():
        return plain
    if not plain.strip() or _is_stub(plain):
        return made
    here, there = (set(_WORD.findall(text.lower())) for text in (plain, made))
    if len(there - here) < _MORE or len(here & there) > _FEW * len(there):
        return plain
    return made if here <= there else f"{plain.rstrip()}\n\n{made}"


def _is_stub(plain: str) -> bool:
    """Return whether a plain part says no more than that one should look at the HTML."""
    return len(plain) <= _STUB_LIMIT and _STUB.search(plain) is not None


def _page(leaf: Leaf) -> str:
    """Return a text/html part's text in its declared charset, or the one it names itself."""
    content = leaf.content()
    charset = leaf.parameters.get("charset", "")
    if not charset:
        named = _META.search(content[:2048])
        charset = named[1].decode("ascii") if named else ""
    return decode(content, charset)


def _joined(pages: list[str]) -> str | None:
    """Return the HTML of a mail as one text, None where there is none."""
    return "\n".join(pages) if pages else None
