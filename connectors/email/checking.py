"""What a seller is told of a mailbox that we logged in to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from connectors.clues import Proposal
from connectors.contract import ConnectorError
from connectors.email.authentication import HEADER, proposed, server_of
from connectors.email.folders import choose
from connectors.email.headers import Fields
from connectors.email.imap import Mailbox
from connectors.email.settings import EmailSettings
from connectors.email.trouble import SaidNo
from connectors.values import Findings

_NEWEST = 20
"""Mails of INBOX of which the server's word on senders is read."""
_SUFFIX = 5
"""Letters of `co.uk`, `com.br` at most: what is no longer may be anybody's."""
_RESULTS = f"BODY.PEEK[HEADER.FIELDS ({HEADER.upper()})]"


def looked(mailbox: Mailbox, settings: EmailSettings, poll_every: float) -> Findings:
    """Return what was found at the IMAP server; changes nothing there."""
    name = _signer(mailbox)
    lines = _mailbox_lines(mailbox, settings, poll_every)
    if name is not None:
        lines.append(_sender_line(name, settings.authserv_id))
    if not name or settings.authserv_id:
        return Findings(tuple(lines))
    question = (
        f"Believe {name} where it says whether a sender is genuine? Say yes if that is your "
        "provider's mail server: then forgeries are told"
    )
    proposal = Proposal(
        "authserv_id", name, question, likely=is_near(name, settings.own, settings.imap.host)
    )
    return Findings(tuple(lines), (proposal,))


@contextmanager
def of_sending() -> Iterator[None]:
    """Say of what fails within that reading works: one computer often does both."""
    try:
        yield
    except ConnectorError as failed:
        failed.args = (f"Mail can be read, but not sent. {failed}", *failed.args[1:])
        raise


def is_near(name: str, own: Iterable[str], imap_host: str) -> bool:
    """Return whether a server's name is in the domain of our addresses or of the IMAP server."""
    domains = [address.rpartition("@")[2] for address in own]
    beside = imap_host.lower().partition(".")[2]
    if len(beside.replace(".", "")) > _SUFFIX:
        domains.append(beside)
    return any(name == domain or name.endswith(f".{domain}") for domain in domains if domain)


def _mailbox_lines(mailbox: Mailbox, settings: EmailSettings, poll_every: float) -> list[str]:
    """Return what was found of folders and of news, a sentence each."""
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


def _signer(mailbox: Mailbox) -> str | None:
    """Return whose word on senders the newest mails of INBOX carry, "" if nobody's; None unread."""
    try:
        status = mailbox.examine("INBOX")
        found = mailbox.search("ALL", messages=status.messages) if status.messages else None
        newest = mailbox.fetch(islice(found.newest(), _NEWEST), _RESULTS) if found else {}
    except SaidNo:
        return None
    blocks = [block for mail in newest.values() for block in mail.sections.values()]
    return proposed(server_of(Fields(block.replace(b"\r\n", b"\n"))) for block in blocks)


def _sender_line(name: str, trusted: str) -> str:
    """Return whether the word of the server of that name is believed, "" if there is none."""
    if trusted and name in {"", trusted}:
        return f"Senders are judged by the word of {trusted}."
    if trusted:
        return (
            f"Senders are judged by the word of {trusted}, "
            f"but the newest mails carry that of {name}: see the setting authserv_id."
        )
    if name:
        return (
            f"Your mail server signs its word on senders as {name}. If that is your provider, "
            f'set authserv_id = "{name}": then senders of new mail can be proven, forgeries told.'
        )
    return "Your mail server says nothing of senders: none of them can be proven."
