"""An SMTP server on loopback that keeps what it gets and misbehaves on demand."""

from __future__ import annotations

import ssl
from asyncio import Transport
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from aiosmtpd.smtp import Envelope as _Open
from aiosmtpd.smtp import Session as _Session

from tests.fakes.ports import HOST, free_port, listening, wait_until

PASSWORD = "secret"


@dataclass(frozen=True, slots=True)
class Envelope:
    """One mail that the server accepted, as it came over the line."""

    mail_from: str
    rcpt_tos: tuple[str, ...]
    content: bytes
    options: tuple[str, ...] = ()
    """What MAIL FROM asked for (`SMTPUTF8`, `BODY=8BITMIME`)."""


@dataclass(slots=True)
class Script:
    """What the server does instead of accepting, each once and in order."""

    mail: deque[str] = field(default_factory=deque)
    rcpt: deque[str] = field(default_factory=deque)
    data: deque[str] = field(default_factory=deque)
    """Answers after the mail came: `451 later`; `cut` takes it and hangs up without a word;
    `drop` forgets it and hangs up without a word."""
    refused: set[str] = field(default_factory=set)
    """Recipients that do not exist."""


class _Handler:
    """aiosmtpd's hooks: keep, or do as the script says."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    async def handle_MAIL(  # noqa: N802 - aiosmtpd names its hooks like that
        self,
        server: SMTP,
        session: _Session,
        envelope: _Open,
        address: str,
        mail_options: list[str],
    ) -> str:
        if self._server.script.mail:
            return self._server.script.mail.popleft()
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names its hooks like that
        self,
        server: SMTP,
        session: _Session,
        envelope: _Open,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        if self._server.script.rcpt:
            return self._server.script.rcpt.popleft()
        if address in self._server.script.refused:
            return f"550 5.1.1 <{address}>: no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd names its hooks like that
        self, server: SMTP, session: _Session, envelope: _Open
    ) -> str:
        answer = self._server.script.data.popleft() if self._server.script.data else ""
        if answer in ("", "cut"):
            content = envelope.content or b""
            self._server.received.append(
                Envelope(
                    mail_from=envelope.mail_from or "",
                    rcpt_tos=tuple(envelope.rcpt_tos),
                    content=content if isinstance(content, bytes) else content.encode(),
                    options=tuple(envelope.mail_options),
                )
            )
        if answer in ("cut", "drop"):
            assert isinstance(server.transport, Transport)
            server.transport.abort()
            return "421 gone"
        return answer or "250 2.0.0 OK: queued"


class _Controller(Controller):
    """aiosmtpd in a thread, waited for without its own trial connection."""

    def factory(self) -> SMTP:
        server = SMTP(self.handler, **self.SMTP_kwargs)
        # Set late: aiosmtpd warns of a login without TLS, which loopback is fine with.
        server._auth_required = True
        return server

    def _trigger_server(self) -> None:
        wait_until(lambda: listening(self.port), "the SMTP server")


class SmtpServer:
    """An SMTP server that requires a login. `received` grows by each accepted mail."""

    host = HOST

    def __init__(
        self,
        users: Mapping[str, str] | None = None,
        *,
        security: str = "none",
        context: ssl.SSLContext | None = None,
        smtputf8: bool = True,
    ) -> None:
        self.users = dict(users or {"shop": PASSWORD})
        self.port = free_port()
        self.received: list[Envelope] = []
        self.script = Script()
        self.security = security
        self._context = context
        self._smtputf8 = smtputf8
        self._controller: Controller | None = None

    def start(self) -> SmtpServer:
        """Listen (again) on the server's port and return the server."""
        starttls = self.security == "starttls"
        self._controller = _Controller(
            _Handler(self),
            hostname=HOST,
            port=self.port,
            ssl_context=self._context if self.security == "tls" else None,
            tls_context=self._context if starttls else None,
            require_starttls=starttls,
            authenticator=self._authenticate,
            # The line is TLS already, or loopback.
            auth_require_tls=starttls,
            enable_SMTPUTF8=self._smtputf8,
            decode_data=False,
        )
        self._controller.start()
        return self

    def stop(self) -> None:
        """Hang up; what was received stays."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def _authenticate(
        self, server: SMTP, session: _Session, envelope: _Open, mechanism: str, data: object
    ) -> AuthResult:
        known = (
            isinstance(data, LoginPassword)
            and self.users.get(data.login.decode()) == data.password.decode()
        )
        return AuthResult(success=known, handled=known)
