"""What stands in parts that no reader shows: invitations, winmail.dat, encrypted mail. Pure.

Each is told in a few lines of plain English between square brackets, so that
a mail never looks empty when it is not. Nothing is decrypted and no signature
is judged.
"""

from __future__ import annotations

from collections.abc import Sequence

from connectors.email import calendars, tnef
from connectors.email.charsets import decode
from connectors.email.headers import Fields, split
from connectors.email.parts import Leaf
from connectors.email.parts import leaves as inner_leaves

_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_SHOWN = frozenset({"text/plain", "text/html"})
_NOTES = 5
_NAMES = 20
MORE = "[This mail has more parts than are shown here. Its source has all of them.]"
LONGER = "[This mail is longer than is shown here. Its source has all of it.]"
_SIGNED = "[This mail is signed (S/MIME) in a way that hides its words from this program.]"


def encrypted(how: str) -> str:
    """Return what is said of words that cannot be read here."""
    return f"[This mail is encrypted ({how}). Open it in a mail program that has your key.]"


def notes(leaves: Sequence[Leaf]) -> list[str]:
    """Return what is to be said of the parts that are not read, a few lines for each."""
    found: list[str] = []
    for leaf in leaves:
        said = _note(leaf)
        if said and said not in found:
            found.append(said)
            if len(found) >= _NOTES:
                break
    return found


def hidden_text(leaves: Sequence[Leaf]) -> str:
    """Return the words that stand in a winmail.dat, an invitation or an attached mail, else ""."""
    for leaf in leaves:
        if _is_tnef(leaf) and (said := tnef.read(leaf.content()).text.strip()):
            return said
        if leaf.media_type == "text/calendar" and (said := calendars.words(_text_of(leaf))):
            return said
    attached = [leaf for leaf in leaves if leaf.media_type.startswith("message/")]
    if len(attached) == 1 and attached[0].media_type == "message/rfc822":
        return _attached_mail(attached[0].content())
    return ""


def _attached_mail(raw: bytes) -> str:
    """Return what a mail says that was passed on without a word, "" where it is none."""
    block, start = split(raw)
    fields = Fields(block)
    texts = [leaf for leaf in inner_leaves(fields, raw, start) if leaf.media_type in _SHOWN]
    if not fields or not texts:
        return ""
    first = min(texts, key=lambda leaf: leaf.media_type != "text/plain")
    words = _text_of(first)
    if first.media_type == "text/html":
        from connectors.html import text_of

        words = text_of(words)
    head = f"[A mail that is passed on: {fields.text('subject')}\nFrom: {fields.text('from')}]"
    return "\n\n".join((head, words.replace("\r\n", "\n").strip()))


def _text_of(leaf: Leaf) -> str:
    """Return a part's content as text."""
    return decode(leaf.content(), leaf.parameters.get("charset", ""))


def _note(leaf: Leaf) -> str:
    """Return what is to be said of one part, "" for nothing."""
    if leaf.media_type == "text/calendar":
        return calendars.told(_text_of(leaf))
    if leaf.media_type.startswith("multipart/"):
        return MORE  # it lies deeper than is looked
    if leaf.media_type in _SMIME:
        signed = leaf.parameters.get("smime-type", "").lower().startswith("signed")
        return _SIGNED if signed else encrypted("S/MIME")
    if leaf.media_type == "application/pgp-encrypted":
        return encrypted("PGP")
    if _is_tnef(leaf):
        names = tnef.read(leaf.content()).names
        held = ", ".join(names[:_NAMES]) or "no files that can be named"
        return f"[{leaf.name or 'winmail.dat'}, made by Outlook, holds: {held}]"
    return ""


def _is_tnef(leaf: Leaf) -> bool:
    """Return whether a part is Outlook's own container."""
    return leaf.media_type in _TNEF or leaf.name.lower() == "winmail.dat"
