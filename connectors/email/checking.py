"""What a seller is told of a mailbox that we logged in to."""

from __future__ import annotations

from connectors.email.folders import choose
from connectors.email.imap import Mailbox, SaidNo
from connectors.email.settings import EmailSettings


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
    return lines
