"""The Sent folder: whether a reply stands in it, and putting it there once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from connectors.contract import Unsure
from connectors.email.folders import Listed, choose, new_sent_name, sent_folders
from connectors.email.identity import remote_id_of
from connectors.email.imap import Mailbox
from connectors.email.settings import EmailSettings
from connectors.email.trouble import SaidNo
from connectors.steps import reached
from connectors.values import Receipt, Reply, ReplyKey

_NEWEST = 30
"""Mails at the end of a folder that are looked at one by one: a search may lag behind."""
_KEY_FIELDS = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID X-SELLER-INBOX-KEY)]"
_SAVES_BY_ITSELF = re.compile(
    r"(^|\.)(outlook\.com|office365\.com|office\.com|hotmail\.com|live\.com|gmail\.com"
    r"|googlemail\.com)\.?$",
    re.IGNORECASE,
)


def look(mailbox: Mailbox, settings: EmailSettings, reply: Reply) -> Receipt:
    """Return the receipt of a reply that stands in a Sent folder; raises Unsure if none does.

    Absence proves nothing: not every provider saves what it sends.
    """
    for folder in _folders(mailbox, settings):
        uid = _find(mailbox, folder, reply.key)
        if uid is None:
            continue
        mail = mailbox.fetch([uid], "INTERNALDATE", "BODY.PEEK[HEADER]").get(uid)
        if mail is not None and mail.accepted_at is not None and "HEADER" in mail.sections:
            return Receipt(
                accepted_at=mail.accepted_at,
                remote_id=remote_id_of(mail.sections["HEADER"]),
                detail=f"It stands in {folder}.",
            )
    raise Unsure("The reply is not in the Sent folder, which does not prove that it was not sent.")


def save(
    mailbox: Mailbox, settings: EmailSettings, key: ReplyKey, raw: bytes, when: datetime
) -> None:
    """Put an accepted reply into the Sent folder, unless it is there or the provider does that."""
    if settings.save_sent == "no" or (
        settings.save_sent == "auto" and _provider_saves(mailbox, settings)
    ):
        return
    listed = mailbox.folders()
    folders = _folders(mailbox, settings, listed)
    if any(_find(mailbox, folder, key) is not None for folder in folders):
        return
    folder = choose(listed, settings.folders, settings.sent_folder).sent
    if folder is None:
        folder = new_sent_name(listed, settings.sent_folder)
        mailbox.create(folder)
    reached("settle.before_append")
    mailbox.append(folder, raw, when)
    reached("settle.appended")


def _provider_saves(mailbox: Mailbox, settings: EmailSettings) -> bool:
    """Return whether the provider is known to save what goes through its SMTP server."""
    return "X-GM-EXT-1" in mailbox.capabilities or any(
        _SAVES_BY_ITSELF.search(host) for host in (settings.imap.host, settings.smtp.host)
    )


def _folders(
    mailbox: Mailbox, settings: EmailSettings, listed: Sequence[Listed] | None = None
) -> tuple[str, ...]:
    """Return every folder that may hold sent mail."""
    listed = mailbox.folders() if listed is None else listed
    named = [folder.name for folder in listed if folder.name == settings.sent_folder]
    return tuple(dict.fromkeys((*named, *sent_folders(listed))))


def _find(mailbox: Mailbox, folder: str, key: ReplyKey) -> int | None:
    """Return the UID of the mail with that key in the folder, None if there is none."""
    status = mailbox.examine(folder)
    if not status.messages:
        return None
    for name, value in (("Message-ID", f"<{key}>"), ("X-Seller-Inbox-Key", str(key))):
        try:
            found = mailbox.search("HEADER", name, value)
        except SaidNo as no:
            if no.busy:
                raise
            continue  # some servers search only the headers they know
        if found:
            return next(found.newest())
    every = mailbox.search("ALL", messages=status.messages)
    needle = str(key).encode()
    newest = mailbox.fetch(islice(every.newest(), _NEWEST), _KEY_FIELDS)
    mailbox.still_gives()
    for uid, mail in newest.items():
        if any(needle in section for section in mail.sections.values()):
            return uid
    return None
