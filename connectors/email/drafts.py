"""The server's Drafts folder: what is begun here stands there once, as it was left last.

Only drafts that carry our own header are ever touched. Every step may be
repeated: an interruption leaves at most one copy too many, and the next time
it goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice

import imapclient

from connectors.contract import ChangedDraft, KnownDraft
from connectors.email.compose import compose
from connectors.email.draft_marks import DRAFT_HEADER, FIELDS, Written, digest_of, marked
from connectors.email.folders import Listed, drafts_folder, new_drafts_name
from connectors.email.imap import Mailbox
from connectors.email.mime import parse
from connectors.email.settings import EmailSettings
from connectors.email.trouble import SaidNo
from connectors.email.uidset import UidSet
from connectors.values import Place, Reply, Role

_LARGEST = 10_000_000
"""Bytes of a draft from elsewhere that is read; a larger one stays where it is."""
_NEWEST = 30
"""Mails at the end of the folder that are looked at one by one where a server cannot search."""


def keep(
    mailbox: Mailbox,
    settings: EmailSettings,
    named: tuple[str, str],
    draft: Reply,
    *,
    instead: str = "",
    before: str = "",
) -> str:
    """Let the draft stand in the Drafts folder under that name and version; return its copy.

    `before` is the copy that we put there last. `instead` is a copy that another
    program made of it; it goes too. Any other that it made stays.
    """
    name, version = named
    listed = mailbox.folders()
    folder = _folder(listed, settings)
    if folder is None:
        folder = new_drafts_name(listed, settings.drafts_folder)
        mailbox.create(folder)
    theirs = _made_elsewhere(mailbox, folder, name, before)
    right = _found(mailbox, folder, f"{name}/{version}") - theirs
    if not right:
        raw = marked(compose(draft, keep_bcc=True), name, version)
        mailbox.append(folder, raw, draft.created_at, imapclient.DRAFT)
        right = _found(mailbox, folder, f"{name}/{version}") - theirs
    stays = UidSet.of(islice(right.newest(), 1))
    _remove(mailbox, folder, _found(mailbox, folder, f"{name}/") - theirs - stays)
    epoch = mailbox.examine(folder).epoch
    if (uid := _uid_of(instead, epoch)) is not None:
        _remove(mailbox, folder, UidSet.of([uid]))
    return f"{epoch}/{stays.lowest}" if stays else ""


def changed(
    mailbox: Mailbox, settings: EmailSettings, known: Mapping[str, KnownDraft]
) -> list[ChangedDraft]:
    """Return those of our drafts that stand there as another program wrote them.

    Of what such a program keeps of ours (our mark, our Message-ID, the mail it answers) any may
    be missing, and all of it may be there. A draft of another's beside ours is none.
    """
    folder = _folder(mailbox.folders(), settings)
    status = mailbox.examine(folder) if folder is not None else None
    if status is None or not status.messages:
        return []
    alive = mailbox.search("UNDELETED", messages=status.messages)
    written = _heads(mailbox, alive)
    found = []
    for name, ours in known.items():
        theirs = _written_anew(mailbox, written, name, ours, status.epoch)
        uid = max((uid for uid in theirs if written[uid].size <= _LARGEST), default=None)
        whole = _whole(mailbox, uid) if uid is not None else b""
        if whole:
            found.append(_read(name, f"{status.epoch}/{uid}", whole))
    return found


def _heads(mailbox: Mailbox, alive: UidSet) -> dict[int, Written]:
    """Return what the newest mails of the open folder tell of whose drafts they are, by UID."""
    newest = mailbox.fetch(islice(alive.newest(), _NEWEST), "RFC822.SIZE", FIELDS)
    return {
        uid: Written.of(b"".join(mail.sections.values()), mail.size) for uid, mail in newest.items()
    }


def _written_anew(
    mailbox: Mailbox,
    written: Mapping[int, Written],
    name: str,
    known: KnownDraft,
    epoch: str,
) -> list[int]:
    """Return the UIDs of what another program made of our draft since we put it there."""
    last = _uid_of(known.copy, epoch)
    marks = {uid: each for uid, each in written.items() if each.is_marked(name)}
    theirs = [
        uid
        for uid, each in marks.items()
        if uid > (last or 0) and not _is_ours(mailbox, uid, each, name)
    ]
    if len(theirs) == len(marks):  # ours stands there no more
        theirs += [
            uid
            for uid, each in written.items()
            if not each.mark
            and (each.has_our_id(name) or (known.answers and each.answers == known.answers))
        ]
    return theirs


def _is_ours(mailbox: Mailbox, uid: int, written: Written, name: str) -> bool:
    """Return whether a mail with our mark says what we said in it."""
    if written.digest and written.size <= _LARGEST:
        return digest_of(_whole(mailbox, uid)) == written.digest
    return written.has_our_id(name)


def _made_elsewhere(mailbox: Mailbox, folder: str, name: str, before: str) -> UidSet:
    """Return the mails with our mark that another program wrote, of those looked at."""
    every = _found(mailbox, folder, f"{name}/")
    ours = _uid_of(before, mailbox.examine(folder).epoch)
    return UidSet.of(
        uid
        for uid, each in _heads(mailbox, every).items()
        if uid != ours and each.is_marked(name) and not _is_ours(mailbox, uid, each, name)
    )


def _whole(mailbox: Mailbox, uid: int) -> bytes:
    """Return a mail of the open folder, b"" if it is there no more."""
    mail = mailbox.fetch([uid], "BODY.PEEK[]").get(uid)
    return mail.sections.get("", b"") if mail is not None else b""


def _uid_of(copy: str, epoch: str) -> int | None:
    """Return the UID of a copy as it was named, None if the folder was numbered anew since."""
    named, _slash, uid = copy.partition("/")
    return int(uid) if uid.isdecimal() and named == epoch else None


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
        _remove(mailbox, folder, _found(mailbox, folder, f"{name}/"))


def _folder(listed: Sequence[Listed], settings: EmailSettings) -> str | None:
    """Return the Drafts folder: the setting's, else what the server names; None without one."""
    if settings.drafts_folder:
        there = any(each.name == settings.drafts_folder for each in listed)
        return settings.drafts_folder if there else None
    return drafts_folder(listed)


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


def _remove(mailbox: Mailbox, folder: str, mails: UidSet) -> None:
    """Remove mails from the folder, as it is numbered now."""
    if not mails or not mailbox.change(folder, mailbox.examine(folder).epoch):
        return
    for part in mails.lines():
        mailbox.command("UID", "STORE", part, "+FLAGS.SILENT", "(\\Deleted)")
        # Without UIDPLUS it stays there, crossed out: a plain EXPUNGE would take others' too.
        if "UIDPLUS" in mailbox.capabilities:
            mailbox.command("UID", "EXPUNGE", part)
