"""What is fetched of one mail on demand: an attachment, or the whole source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from connectors.contract import Rejected
from connectors.email.folders import Watched
from connectors.email.imap import Mailbox
from connectors.email.parts import transferred
from connectors.email.structure import Part, parts_of
from connectors.email.trouble import Garbled, SaidNo
from connectors.values import Place

PIECE = 256 * 1024
"""Bytes of a large part that are asked for at once."""
_ATOM = re.compile(r"""[!#$&'+-Z^-z|}~\[]+""")
"""A name that needs no quotes in a command."""


def _whatever(_share: float) -> None:
    """Take no notice."""


def source(mailbox: Mailbox, place: Place) -> bytes:
    """Return a mail's whole source; raises Rejected if it is there no more."""
    return _section(mailbox, place, "")


def attachment(
    mailbox: Mailbox, place: Place, ref: str, came: Callable[[float], None] = _whatever
) -> bytes:
    """Return the bytes of the part with that number; raises Rejected if there is none.

    `came` is told what share of a large one came so far.
    """
    _open(mailbox, place)
    try:
        parts = {part.number: part for part in parts_of(mailbox.structure(int(place.id)))}
    except Garbled:
        parts = {}
    if ref not in parts:
        raise Rejected("The mail server does not know this attachment any more.")
    raw = _in_pieces(mailbox, int(place.id), parts[ref], came)
    if raw is None:
        raw = _section(mailbox, place, ref)
    return transferred(raw, parts[ref].encoding)


def _in_pieces(
    mailbox: Mailbox, uid: int, part: Part, came: Callable[[float], None]
) -> bytes | None:
    """Return a large part of the open folder's mail piece by piece, None to ask for all at once.

    Believed only if the pieces are as long as the server says the whole is.
    """
    if part.size <= PIECE:
        return None
    offsets = range(0, part.size, PIECE)
    whole = b""
    for piece in mailbox.fetch_pieces(uid, part.number, offsets, PIECE):
        whole += piece
        came(min(1.0, len(whole) / part.size))
    return whole if len(whole) == part.size else None


def found(
    mailbox: Mailbox, aside: Iterable[Watched], message_ids: Sequence[str]
) -> tuple[Place, ...]:
    """Return where mails of these Message-IDs lie in folders that mails are put aside in."""
    places: list[Place] = []
    for folder in aside:
        epoch = mailbox.examine(folder.name).epoch
        for name in message_ids:
            if _ATOM.fullmatch(name):
                uids = mailbox.search("HEADER", "Message-ID", f"<{name}>")
                places += (Place(folder.name, epoch, str(uid), folder.role) for uid in uids)
    return tuple(places)


def _section(mailbox: Mailbox, place: Place, section: str) -> bytes:
    """Return a part of a mail as it lies at the server."""
    _open(mailbox, place)
    mail = mailbox.fetch([int(place.id)], f"BODY.PEEK[{section}]").get(int(place.id))
    if mail is None or section not in mail.sections:
        mailbox.still_gives()
        raise _gone(place)
    return mail.sections[section]


def _open(mailbox: Mailbox, place: Place) -> None:
    """Open the mail's folder; raises Rejected where its number means another mail now."""
    try:
        status = mailbox.examine(place.folder)
    except SaidNo as no:
        raise _gone(place) from no
    if status.epoch != place.epoch:
        raise _gone(place)


def _gone(place: Place) -> Rejected:
    """Return the error for a mail that is not where it was."""
    return Rejected(f"The mail is no longer in {place.folder} at the mail server.")
