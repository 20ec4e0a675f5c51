"""What is fetched of one mail on demand: an attachment, or the whole source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from connectors.contract import Rejected
from connectors.email.folders import Watched
from connectors.email.imap import Mailbox
from connectors.email.parts import transferred
from connectors.email.structure import parts_of
from connectors.email.trouble import Garbled, SaidNo
from connectors.values import Place

_ATOM = re.compile(r"""[!#$&'+-Z^-z|}~\[]+""")
"""A name that needs no quotes in a command."""


def source(mailbox: Mailbox, place: Place) -> bytes:
    """Return a mail's whole source; raises Rejected if it is there no more."""
    return _section(mailbox, place, "")


def attachment(mailbox: Mailbox, place: Place, ref: str) -> bytes:
    """Return the bytes of the part with that number; raises Rejected if there is none."""
    _open(mailbox, place)
    try:
        parts = {part.number: part for part in parts_of(mailbox.structure(int(place.id)))}
    except Garbled:
        parts = {}
    if ref not in parts:
        raise Rejected("The mail server does not know this attachment any more.")
    return transferred(_section(mailbox, place, ref), parts[ref].encoding)


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
