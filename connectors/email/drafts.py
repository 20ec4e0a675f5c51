"""The server's Drafts folder: what is begun here stands there once, as it was left last.

Only drafts that carry our own header are ever touched. Every step may be
repeated: an interruption leaves at most one copy too many, and the next time
it goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

import imapclient

from connectors.contract import ChangedDraft
from connectors.email.answers import Fetched
from connectors.email.compose import compose
from connectors.email.folders import Listed, drafts_folder, new_drafts_name
from connectors.email.headers import Fields
from connectors.email.imap import Mailbox
from connectors.email.keys import KEY_HEADER
from connectors.email.mime import parse
from connectors.email.settings import EmailSettings
from connectors.email.trouble import SaidNo
from connectors.email.uidset import UidSet
from connectors.values import Place, Reply, Role

DRAFT_HEADER = "X-Seller-Inbox-Draft"
_NAMED_BY = f"BODY.PEEK[HEADER.FIELDS ({DRAFT_HEADER.upper()} MESSAGE-ID IN-REPLY-TO)]"
_LARGEST = 10_000_000
"""Bytes of a draft from elsewhere that is read; a larger one stays where it is."""
_NEWEST = 30
"""Mails at the end of the folder that are looked at one by one where a server cannot search."""


def keep(
    mailbox: Mailbox,
    settings: EmailSettings,
    named: tuple[str, str],
    draft: Reply,
    instead: str = "",
) -> None:
    """Let the draft stand in the Drafts folder under that name and version, and in no other.

    `instead` is a copy that another program made of it; it goes too.
    """
    name, version = named
    listed = mailbox.folders()
    folder = _folder(listed, settings)
    if folder is None:
        folder = new_drafts_name(listed, settings.drafts_folder)
        mailbox.create(folder)
    if not _found(mailbox, folder, f"{name}/{version}"):
        raw = _as_draft(compose(draft, keep_bcc=True), name, version)
        mailbox.append(folder, raw, draft.created_at, imapclient.DRAFT)
    _remove(mailbox, folder, name, but=version)
    epoch, _slash, uid = instead.partition("/")
    if uid and mailbox.examine(folder).epoch == epoch:
        _cross_out(mailbox, folder, epoch, UidSet.of([int(uid)]))


def changed(
    mailbox: Mailbox, settings: EmailSettings, known: Mapping[str, str]
) -> list[ChangedDraft]:
    """Return those of our drafts that stand there as another program wrote them.

    It keeps our header or it does not: then the draft is known by its
    Message-ID, or, once ours is gone, by the mail it answers. `known` are the
    Message-IDs answered by name. A draft of another's beside ours is none.
    """
    folder = _folder(mailbox.folders(), settings)
    status = mailbox.examine(folder) if folder is not None else None
    if status is None or not status.messages:
        return []
    alive = mailbox.search("UNDELETED", messages=status.messages)
    fetched = mailbox.fetch(islice(alive.newest(), _NEWEST), "RFC822.SIZE", _NAMED_BY)
    written = {uid: _Written.of(mail) for uid, mail in fetched.items()}
    found = []
    for name, answers in known.items():
        uid = _written_anew(written, name, answers)
        if uid is not None:
            raw = mailbox.fetch([uid], "BODY.PEEK[]").get(uid)
            whole = raw.sections.get("") if raw is not None else None
            if whole:
                found.append(_read(name, f"{status.epoch}/{uid}", whole))
    return found


@dataclass(frozen=True, slots=True)
class _Written:
    """What tells whose draft a mail is."""

    mark: str
    id: str
    answers: str
    small: bool

    @classmethod
    def of(cls, mail: Fetched) -> _Written:
        """Return that of a mail of which it was fetched."""
        fields = Fields(b"".join(mail.sections.values()))
        return cls(
            fields.plain(DRAFT_HEADER.lower()) if DRAFT_HEADER.lower() in fields else "",
            next(iter(fields.ids("message-id")), ""),
            next(iter(fields.ids("in-reply-to")), ""),
            (mail.size or 0) <= _LARGEST,
        )


def _written_anew(written: Mapping[int, _Written], name: str, answers: str) -> int | None:
    """Return the UID of the newest mail that another program made of our draft."""
    ours = {uid: each for uid, each in written.items() if each.mark.startswith(f"{name}/")}
    theirs = [uid for uid, each in ours.items() if not each.id.startswith(f"draft.{name}.")]
    if len(theirs) == len(ours):  # ours stands there no more
        theirs += [
            uid
            for uid, each in written.items()
            if not each.mark
            and (each.id.startswith(f"draft.{name}.") or (answers and each.answers == answers))
        ]
    return max((uid for uid in theirs if written[uid].small), default=None)


def _read(name: str, copy: str, raw: bytes) -> ChangedDraft:
    """Return what a mail says as a draft; raises Unreadable."""
    place = Place("Drafts", "", copy, Role.OTHER)
    message = parse(raw, place=place, accepted_at=datetime.min.replace(tzinfo=UTC))
    end = len(message.recipients) - message.copied
    return ChangedDraft(
        name=name,
        copy=copy,
        text=message.text,
        subject=message.subject,
        to=message.recipients[:end],
        cc=message.recipients[end:],
        files=tuple((each.name, each.size) for each in message.attachments),
    )


def drop(mailbox: Mailbox, settings: EmailSettings, name: str) -> None:
    """Let the draft of that name stand in the Drafts folder no more."""
    folder = _folder(mailbox.folders(), settings)
    if folder is not None:
        _remove(mailbox, folder, name)


def _folder(listed: Sequence[Listed], settings: EmailSettings) -> str | None:
    """Return the Drafts folder: the setting's, else what the server names; None without one."""
    if settings.drafts_folder:
        there = any(each.name == settings.drafts_folder for each in listed)
        return settings.drafts_folder if there else None
    return drafts_folder(listed)


def _as_draft(raw: bytes, name: str, version: str) -> bytes:
    """Return a mail as our draft: it is no reply of ours yet, so it carries no key of one."""
    head, _blank, body = raw.partition(b"\r\n\r\n")
    key = f"{KEY_HEADER}:".lower().encode()
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(key)]
    return b"\r\n".join([f"{DRAFT_HEADER}: {name}/{version}".encode(), *lines]) + b"\r\n\r\n" + body


def _found(mailbox: Mailbox, folder: str, mark: str) -> UidSet:
    """Return our drafts with that mark in their header that are not crossed out."""
    status = mailbox.examine(folder)
    if not status.messages:
        return UidSet.of(())
    alive = mailbox.search("UNDELETED", messages=status.messages)
    try:
        found = mailbox.search("HEADER", DRAFT_HEADER, mark) & alive
    except SaidNo as no:
        if no.busy:
            raise
        found = UidSet.of(())  # some servers search only the headers they know
    if found:
        return found
    fields = f"BODY.PEEK[HEADER.FIELDS ({DRAFT_HEADER.upper()})]"
    newest = mailbox.fetch(islice(alive.newest(), _NEWEST), fields)
    mailbox.still_gives()
    return UidSet.of(
        uid
        for uid, mail in newest.items()
        if any(mark.encode() in section for section in mail.sections.values())
    )


def _remove(mailbox: Mailbox, folder: str, name: str, but: str = "") -> None:
    """Remove our drafts of that name; of the version `but` one stays, the newest."""
    every = _found(mailbox, folder, f"{name}/")
    if but:
        right = _found(mailbox, folder, f"{name}/{but}")
        every -= UidSet.of(islice(right.newest(), 1))
    if not every:
        return
    _cross_out(mailbox, folder, str(mailbox.examine(folder).epoch), every)


def _cross_out(mailbox: Mailbox, folder: str, epoch: str, mails: UidSet) -> None:
    """Remove mails from the folder."""
    if not mailbox.change(folder, epoch):
        return
    for part in mails.lines():
        mailbox.command("UID", "STORE", part, "+FLAGS.SILENT", "(\\Deleted)")
        # Without UIDPLUS it stays there, crossed out: a plain EXPUNGE would take others' too.
        if "UIDPLUS" in mailbox.capabilities:
            mailbox.command("UID", "EXPUNGE", part)
