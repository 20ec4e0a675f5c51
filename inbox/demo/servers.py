"""Real mail servers on loopback: pymap for IMAP, aiosmtpd for SMTP, in one event loop.

The only file that touches either library.
"""

from __future__ import annotations

import asyncio
import hmac
import warnings
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, Identity, Login
from pymap.backend.dict.mailbox import MailboxSet
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag
from pymap.user import Passwords, UserMetadata
from pysasl.hashing import BuiltinHash

from inbox.demo.mails import SENT, Mail

HOST = "127.0.0.1"
_LARGEST = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A mail that the shop handed to the SMTP server."""

    recipients: tuple[str, ...]
    raw: bytes


class Servers:
    """One mailbox behind IMAP, and an SMTP server that hands on what it takes."""

    def __init__(self, user: str, password: str, on_sent: Callable[[Sent], None]) -> None:
        self._user = user
        self._password = password
        self._on_sent = on_sent
        self._config = Config.from_args(
            Namespace(
                host=HOST,
                port="0",
                debug=False,
                cert=None,
                key=None,
                tls=False,
                proxy_protocol="noop",
                passlib_cfg=None,
                demo_data=False,
                demo_user=user,
                demo_password=password,
                inherited_sockets=None,
            ),
            hash_context=BuiltinHash(rounds=1),
            invalid_user_sleep=0.0,
        )
        self._mailboxes: MailboxSet | None = None
        self._listening: list[asyncio.Server] = []

    async def start(self) -> tuple[int, int]:
        """Listen on free ports of loopback and return them: IMAP, SMTP."""
        self._config.apply_context()
        login = Login(self._config)
        await self._open_mailbox(login)
        answer = ProxyProtocolReader(self._config.proxy_protocol).get_callback(
            IMAPServer(login, self._config)
        )
        imap = await asyncio.start_server(answer, HOST, 0)
        smtp = await asyncio.get_running_loop().create_server(self._smtp, HOST, 0)
        self._listening = [imap, smtp]
        return _port_of(imap), _port_of(smtp)

    async def stop(self) -> None:
        """Stop listening; connections end with the event loop."""
        for server in self._listening:
            server.close()

    async def deliver(self, mail: Mail) -> None:
        """Put a mail into its folder; whoever waits on it by IDLE hears of it."""
        if self._mailboxes is None:
            raise RuntimeError("the servers are not started")
        flags = frozenset(Flag(flag.encode()) for flag in mail.flags)
        folder = await self._mailboxes.get_mailbox(mail.folder)
        await folder.append(AppendMessage(mail.raw, mail.accepted_at, flags), recent=True)

    async def _open_mailbox(self, login: Login) -> None:
        """Make the user and their folders."""
        hashed = await Passwords(self._config).hash_password(self._password)
        login.users_dict[self._user] = UserMetadata(self._config, self._user, password=hashed)
        async with Identity(self._user, login, None, frozenset()).new_session() as session:
            self._mailboxes = session.mailbox_set
        await self._mailboxes.add_mailbox(SENT)

    def _smtp(self) -> SMTP:
        """Return the protocol of one SMTP connection."""
        with warnings.catch_warnings():
            # Logging in without TLS is what aiosmtpd warns of; the line is loopback.
            warnings.simplefilter("ignore", UserWarning)
            return SMTP(
                self,
                hostname="localhost",
                data_size_limit=_LARGEST,
                enable_SMTPUTF8=True,
                auth_required=True,
                auth_require_tls=False,
                authenticator=self._knows,
            )

    def _knows(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Return whether somebody may send."""
        known = (
            isinstance(data, LoginPassword)
            and hmac.compare_digest(data.login, self._user.encode())
            and hmac.compare_digest(data.password, self._password.encode())
        )
        return AuthResult(success=known, handled=known)

    async def handle_DATA(  # noqa: N802 - aiosmtpd names its hooks like that
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail and hand it on."""
        raw = envelope.original_content or b""
        self._on_sent(Sent(recipients=tuple(envelope.rcpt_tos), raw=raw))
        return "250 2.0.0 taken"


def _port_of(server: asyncio.Server) -> int:
    """Return the port that a server got."""
    port: int = server.sockets[0].getsockname()[1]
    return port
