"""The server's Drafts folder: what is begun here stands there once, as it was left last.

Only drafts that carry our own header are ever touched. Every step may be
repeated: an interruption leaves at most one copy too many, and the next time
it goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import imapclient

from connectors.email.compose import compose
from connectors.email.folders import Listed, drafts_folder, new_drafts_name
from connectors.email.imap import Mailbox
from connectors.email.keys import KEY_HEADER
from connectors.email.settings import EmailSettings
from connectors.email.trouble import SaidNo
from connectors.email.uidset import UidSet
from connectors.values import Reply

DRAFT_HEADER = "X-Seller-Inbox-Draft"
_NEWEST = 30
"""Mails at the end of the folder that are looked at one by one where a server cannot search."""


def keep(mailbox: Mailbox, settings: EmailSettings, name: str, version: str, draft: Reply) -> None:
    """Let the draft stand in the Drafts folder in this version, and in no other."""
    listed = mailbox.folders()
    folder = _folder(listed, settings)
    if folder is None:
        folder = new_drafts_name(listed, settings.drafts_folder)
        mailbox.create(folder)
    if not _found(mailbox, folder, f"{name}/{version}"):
        raw = _as_draft(compose(draft, keep_bcc=True), name, version)
        mailbox.append(folder, raw, draft.created_at, imapclient.DRAFT)
    _remove(mailbox, folder, name, but=version)


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
    epoch = str(mailbox.examine(folder).epoch)
    if not mailbox.change(folder, epoch):
        return
    for part in every.lines():
        mailbox.command("UID", "STORE", part, "+FLAGS.SILENT", "(\\Deleted)")
        # Without UIDPLUS it stays there, crossed out: a plain EXPUNGE would take others' too.
        if "UIDPLUS" in mailbox.capabilities:
            mailbox.command("UID", "EXPUNGE", part)
