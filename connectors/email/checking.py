"""What a seller is told of a mailbox that we logged in to."""

from __future__ import annotations

from itertools import islice

from connectors.email.authentication import HEADER, proposed, server_of
from connectors.email.folders import choose
from connectors.email.headers import Fields
from connectors.email.imap import Mailbox
from connectors.email.settings import EmailSettings
from connectors.email.trouble import SaidNo

_NEWEST = 20
"""Mails of INBOX of which the server's word on senders is read."""
_RESULTS = f"BODY.PEEK[HEADER.FIELDS ({HEADER.upper()})]"


def mailbox_lines(mailbox: Mailbox, settings: EmailSettings, poll_every: float) -> list[str]:
    """Return what was found at the IMAP server, a sentence each; changes nothing there."""
    listed = mailbox.folders()
    choice = choose(listed, settings.folders, settings.sent_folder)
    lines = [f"Logged in to {settings.imap.host} as {settings.username}."]
    for folder in choice.watched:
        try:
            count = mailbox.examine(folder.name).messages
        except SaidNo as no:
            lines.append(f'The folder {folder.name} cannot be opened: "{no.words}".')
        else:
            lines.append(f"{folder.name} holds {count} message{'' if count == 1 else 's'}.")
    names = ", ".join(sorted(folder.name for folder in listed if folder.selectable))
    lines += [f"There is no folder named {name}. There are: {names}." for name in choice.missing]
    if choice.sent is not None:
        lines.append(f"Sent mail lies in {choice.sent}.")
    elif not choice.missing:
        lines.append("There is no folder for sent mail yet; one is made with the first reply.")
    if "IDLE" in mailbox.capabilities:
        lines.append(
            "The server tells of new mail in INBOX at once; "
            f"other folders are looked at every {poll_every:g} seconds."
        )
    else:
        lines.append(f"The server does not tell of new mail: we look every {poll_every:g} seconds.")
    return [*lines, *_sender_lines(mailbox, settings)]


def _sender_lines(mailbox: Mailbox, settings: EmailSettings) -> list[str]:
    """Return whose word on senders the newest mails of INBOX carry, and whether it is believed."""
    try:
        status = mailbox.examine("INBOX")
        found = mailbox.search("ALL", messages=status.messages) if status.messages else None
        newest = mailbox.fetch(islice(found.newest(), _NEWEST), _RESULTS) if found else {}
    except SaidNo:
        return []
    blocks = [block for mail in newest.values() for block in mail.sections.values()]
    name = proposed(server_of(Fields(block.replace(b"\r\n", b"\n"))) for block in blocks)
    trusted = settings.authserv_id
    if trusted and name in {"", trusted}:
        return [f"Senders are judged by the word of {trusted}."]
    if trusted:
        return [
            (
                f"Senders are judged by the word of {trusted}, "
                f"but the newest mails carry that of {name}: see the setting authserv_id."
            )
        ]
    if name:
        return [
            (
                f"Your mail server signs its word on senders as {name}. If that is your provider, "
                f'set authserv_id = "{name}": then senders can be proven and forgeries told.'
            )
        ]
    return ["Your mail server says nothing of senders: none of them can be proven."]
