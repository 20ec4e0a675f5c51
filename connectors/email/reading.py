"""Mails of one folder as messages: small ones whole in one go, large ones by their text parts."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors.email.answers import Fetched
from connectors.email.folders import Watched
from connectors.email.imap import Mailbox
from connectors.email.mime import TextPart, Unreadable, parse, parse_parts
from connectors.email.structure import TEXT_LIMIT, Plan, plan
from connectors.email.trouble import Garbled
from connectors.frozen import frozen
from connectors.values import Message, Place, Quarantined

WHOLE_LIMIT = 96 * 1024
"""Bytes up to which a mail is fetched whole, attachments included."""
_FIRST_GROUP = 20
"""Mails asked for first: we wait for these, and read them while the server fetches the next."""
_GROUP_MAILS = 100
_GROUP_BYTES = 2 * 1024 * 1024

log = logging.getLogger(__name__)


@frozen(quick=True)
class Head:
    """What is known of a mail before its words are fetched."""

    uid: int
    accepted_at: datetime | None
    seen: bool
    answered: bool
    size: int


@dataclass(slots=True)
class Readings:
    """What became of the mails that were asked for; what is nowhere here was not handed out."""

    messages: dict[int, Message] = field(default_factory=dict)
    quarantined: dict[int, Quarantined] = field(default_factory=dict)

    def __contains__(self, uid: object) -> bool:
        """Return whether that mail came."""
        return uid in self.messages or uid in self.quarantined

    def add(self, others: Readings) -> None:
        """Take what others hold."""
        self.messages |= others.messages
        self.quarantined |= others.quarantined


def heads(mailbox: Mailbox, uids: Iterable[int]) -> list[Head]:
    """Return the heads of these mails of the open folder, the highest UID first.

    Raises SaidNo where the server gives nothing out for now.
    """
    found = mailbox.fetch(uids, "FLAGS", "INTERNALDATE", "RFC822.SIZE")
    mailbox.still_gives()
    return [_head(found[uid]) for uid in sorted(found, reverse=True)]


def _head(mail: Fetched) -> Head:
    """Return what an answer says of one mail."""
    flags = mail.flags or frozenset()
    return Head(
        uid=mail.uid,
        accepted_at=mail.accepted_at,
        seen=b"\\seen" in flags,
        answered=b"\\answered" in flags,
        size=mail.size or 0,
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads mails of one folder under one UIDVALIDITY; the folder is open."""

    mailbox: Mailbox
    folder: Watched
    epoch: str
    own: frozenset[str]
    authserv_id: str = ""

    def read(self, wanted: Sequence[Head]) -> Readings:
        """Return the mails as messages; those that cannot be read are quarantined whole."""
        readings = Readings()
        by_uid = {head.uid: head for head in wanted}
        small = [head for head in wanted if head.size <= WHOLE_LIMIT]
        groups = list(_groups(small))
        for found in self.mailbox.fetch_each(groups, "BODY.PEEK[]"):
            for uid, mail in found.items():
                if (raw := mail.sections.get("")) is not None:
                    self._take_whole(by_uid[uid], raw, readings)
        for head in wanted:
            if head.size > WHOLE_LIMIT:
                self._take_large(head, readings)
        return readings

    def place(self, uid: int) -> Place:
        """Return where that mail lies."""
        return Place(self.folder.name, self.epoch, str(uid), self.folder.role)

    def _take_whole(self, head: Head, raw: bytes, readings: Readings) -> None:
        """Read a mail that came whole."""
        if head.accepted_at is None:
            self._quarantine(head, raw, "The server does not say when it took it.", readings)
            return
        try:
            readings.messages[head.uid] = parse(
                raw,
                place=self.place(head.uid),
                accepted_at=head.accepted_at,
                seen=head.seen,
                answered=head.answered,
                own=self.own,
                authserv_id=self.authserv_id,
            )
        except Unreadable as odd:
            self._quarantine(head, raw, str(odd), readings)
        except Exception as fault:
            # Whatever one mail does to our reading, those behind it must come in.
            log.exception("A mail in %s could not be read", self.folder.name)
            said = f"Our own reading of it failed ({type(fault).__name__})."
            self._quarantine(head, raw, said, readings)

    def _quarantine(self, head: Head, raw: bytes, reason: str, readings: Readings) -> None:
        """Keep a mail as it came."""
        readings.quarantined[head.uid] = Quarantined(
            self.place(head.uid), reason, raw, head.accepted_at
        )

    def _take_large(self, head: Head, readings: Readings) -> None:
        """Fetch the header and the text parts of a large mail, and read these."""
        try:
            todo = plan(self.mailbox.structure(head.uid))
        except Garbled:
            todo = Plan((), ())
        items = [f"BODY.PEEK[{part.number}]<0.{part.most}>" for part in todo.texts]
        sections = self._sections(head.uid, "BODY.PEEK[HEADER]", *items) if todo.found else {}
        if "HEADER" in sections and all(part.number in sections for part in todo.texts):
            self._take_parts(head, todo, sections, readings)
            return
        # The server cannot tell its parts, or not hand them out: its beginning, then.
        raw = self._sections(head.uid, f"BODY.PEEK[]<0.{TEXT_LIMIT}>").get("")
        if raw is not None:
            self._take_whole(head, raw, readings)

    def _sections(self, uid: int, *items: str) -> dict[str, bytes]:
        """Return these sections of a mail."""
        mail = self.mailbox.fetch([uid], *items).get(uid)
        return mail.sections if mail else {}

    def _take_parts(
        self, head: Head, todo: Plan, sections: dict[str, bytes], readings: Readings
    ) -> None:
        """Read a mail of which the header and the text parts came."""
        header = sections["HEADER"]
        if head.accepted_at is None:
            self._quarantine(head, header, "The server does not say when it took it.", readings)
            return
        texts = [
            TextPart(
                media_type=part.media_type,
                charset=part.parameters.get("charset", ""),
                encoding=part.encoding,
                raw=sections[part.number],
                number=part.number,
                flowed=part.parameters.get("format", "").lower() == "flowed",
                delsp=part.parameters.get("delsp", "").lower() == "yes",
                name=part.name,
                attached=part.attached,
                kind=part.parameters.get("smime-type", ""),
                alternative=part.alternative,
            )
            for part in todo.texts
        ]
        try:
            readings.messages[head.uid] = parse_parts(
                header,
                texts,
                todo.attachments,
                place=self.place(head.uid),
                accepted_at=head.accepted_at,
                seen=head.seen,
                answered=head.answered,
                own=self.own,
                authserv_id=self.authserv_id,
            )
        except Exception as fault:
            log.exception("A large mail in %s could not be read", self.folder.name)
            said = f"Our own reading of it failed ({type(fault).__name__})."
            source = header + b"\r\n".join(part.raw for part in texts)
            self._quarantine(head, source, said, readings)


def _groups(small: Sequence[Head]) -> Iterator[list[int]]:
    """Yield the UIDs in groups that are fetched at once."""
    group: list[int] = []
    size, limit = 0, _FIRST_GROUP
    for head in small:
        if group and (len(group) >= limit or size + head.size > _GROUP_BYTES):
            yield group
            group, size, limit = [], 0, _GROUP_MAILS
        group.append(head.uid)
        size += head.size
    if group:
        yield group
