"""A mailbox on real servers with lines that break, for the conformance suite and our own tests."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes, policy
from typing import Protocol

from connectors.conformance import Arrived, Service
from connectors.conformance.wire import Wire
from connectors.contract import Account
from connectors.email import EmailConnector
from connectors.values import Mark, SettingValues
from tests.fakes.mails import mail, with_attachment
from tests.fakes.phone import Phone
from tests.fakes.ports import HOST
from tests.fakes.smtp_server import Script, SmtpServer


class ImapServer(Protocol):
    """What Dovecot and pymap have in common."""

    port: int

    def new_user(self, password: str = ...) -> str:
        """Return a user that nobody used before."""

    def deliver(
        self,
        user: str,
        raw: bytes,
        folder: str = ...,
        internaldate: datetime | None = ...,
        flags: str = ...,
    ) -> object:
        """Put a mail into a folder."""

    def mails(self, user: str, folder: str = ...) -> list[bytes]:
        """Return the mails of a folder."""

    def flags(self, user: str, folder: str = ...) -> list[set[str]]:
        """Return the flags of a folder's mails, in the same order."""

    def change_uidvalidity(self, user: str, folder: str = ...) -> None:
        """Number the folder's mails anew."""


class MailService(Service):
    """An IMAP and an SMTP server on loopback, each behind a line that can break."""

    own_loggers = ("pymap", "mail.log")

    def __init__(self, server: ImapServer, smtp: SmtpServer) -> None:
        self.server = server
        self.smtp = smtp
        self.user = server.new_user(self.secret)
        smtp.users[self.user] = self.secret
        self.imap_line = Wire(server.port)
        self.smtp_line = Wire(smtp.port)
        self.connectors: list[EmailConnector] = []
        self._first = len(smtp.received)

    def settings(self) -> dict[str, str | tuple[str, ...]]:
        """Return the account's settings."""
        return {
            "address": self.seller.address,
            "username": self.user,
            "imap_host": HOST,
            "imap_port": str(self.imap_line.port),
            "imap_security": "none",
            "smtp_host": HOST,
            "smtp_port": str(self.smtp_line.port),
            "smtp_security": "none",
        }

    def connect(self, *, secret: str | None = None, patience: float = 20.0) -> EmailConnector:
        """Return a new connector to the mailbox."""
        return self.connect_with({}, secret=secret, patience=patience)

    def connect_with(
        self, settings: SettingValues, *, secret: str | None = None, patience: float = 20.0
    ) -> EmailConnector:
        """Return a new connector with some settings of its own."""
        password = self.secret if secret is None else secret
        account = Account("uid", "shop", {**self.settings(), **settings}, lambda _: password)
        connector = EmailConnector(account, answer_seconds=patience)
        self.connectors.append(connector)
        return connector

    def deliver(self, subject: str, text: str, accepted_at: datetime | None = None) -> None:
        """Let the buyer write."""
        self.put(mail(subject, text), accepted_at=accepted_at)

    def put(self, raw: bytes, folder: str = "INBOX", accepted_at: datetime | None = None) -> None:
        """Put a mail into a folder."""
        self.server.deliver(self.user, raw, folder, accepted_at)

    def answer_elsewhere(self, subject: str, text: str) -> None:
        """Let the seller's phone save an answer in Sent."""
        sender, to = f"The Shop <{self.seller.address}>", self.buyer.address
        self.put(mail(subject, text, sender=sender, to=to), "Sent")

    def arrived(self) -> list[Arrived]:
        """Return what the SMTP server took for this mailbox."""
        return [
            _arrived(envelope.rcpt_tos, envelope.content)
            for envelope in self.smtp.received[self._first :]
        ]

    def deliver_attachment(self, subject: str, name: str, data: bytes) -> None:
        """Let the buyer write with a file."""
        self.put(with_attachment(subject, name, data))

    def deliver_unreadable(self) -> None:
        """Put something into the mailbox that is no mail."""
        self.put(b"\r\n\r\nno header, just words\r\n")

    def read_elsewhere(self, subject: str) -> None:
        """Let a phone read the mail."""
        with self.phone() as phone:
            phone.flag(subject, "\\Seen")

    def stands(self, subject: str, mark: Mark) -> bool:
        """Return whether the mail lies where that mark puts it, and nowhere else.

        A copy that is crossed out counts as gone: without UIDPLUS it cannot be
        taken away without taking others' along.
        """
        folders = {Mark.ARCHIVED: "Archive", Mark.JUNK: "Junk", Mark.TRASHED: "Trash"}
        lying = [
            folder
            for folder in ("INBOX", *folders.values())
            for raw, flags in zip(
                self.server.mails(self.user, folder),
                self.server.flags(self.user, folder),
                strict=True,
            )
            if message_from_bytes(raw)["Subject"] == subject and "\\Deleted" not in flags
        ]
        return lying == [folders.get(mark, "INBOX")]

    def remove(self, subject: str) -> None:
        """Let a phone delete the mail."""
        with self.phone() as phone:
            phone.delete(subject)

    def go_away(self) -> None:
        """Hang up on everybody and answer nobody."""
        for line in (self.imap_line, self.smtp_line):
            line.fault.cut_after = 0
            line.cut()

    def come_back(self) -> None:
        """Answer again."""
        self.mend()

    def refuse_replies(self) -> None:
        """Refuse the next recipient."""
        self.smtp.script.rcpt.append("550 5.1.1 no such mailbox")

    def take_silently(self) -> None:
        """Take the next mail and hang up."""
        self.smtp.script.data.append("cut")

    def cut_after(self, count: int) -> None:
        """Hang up after so many bytes of the IMAP server's words."""
        self.imap_line.fault.cut_after = count

    def garble_after(self, count: int) -> None:
        """Spoil the IMAP server's words from there on."""
        self.imap_line.fault.garble_after = count

    def fall_silent_after(self, count: int) -> None:
        """Hold back the IMAP server's words from there on."""
        self.imap_line.fault.silent_after = count

    def hush(self) -> None:
        """Hold back all that the IMAP server says from now on."""
        self.fall_silent_after(0)

    def mend(self) -> None:
        """Be good lines again."""
        for line in (self.imap_line, self.smtp_line):
            line.cut()
            line.mend()

    def phone(self) -> Phone:
        """Return another mail program's session."""
        return Phone(self.server.port, self.user, self.secret)

    def hang_up(self) -> None:
        """Close every connector there is."""
        for connector in self.connectors:
            connector.close()

    def close(self) -> None:
        """Take the lines away; the servers serve the next test."""
        self.hang_up()
        self.smtp.script = Script()
        self.imap_line.close()
        self.smtp_line.close()


def _arrived(recipients: tuple[str, ...], raw: bytes) -> Arrived:
    """Return a mail as its reader sees it."""
    message = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content().replace("\r\n", "\n")
    return Arrived(recipients, str(message["Subject"]), text.removesuffix("\n"))
