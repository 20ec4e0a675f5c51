"""Handing one mail to an SMTP server, so that it is known what became of it."""

from __future__ import annotations

import base64
import contextlib
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from connectors.contract import ConnectorError, LoginRefused, Rejected, Temporary, Unsure
from connectors.email.compose import Envelope
from connectors.email.login import Token, token_talk
from connectors.email.settings import Endpoint, Security, is_loopback
from connectors.email.trouble import no_starttls, of_line, other_speech, said_by, wrong_login

_LAST_WORD = 2
"""So much longer than for other answers we wait once the whole mail is with the server."""
_OK = 250
_NO_CODE = -1
"""smtplib's, for an answer that begins with no number."""
_GO_ON = 354
_CHALLENGE = 334
_LOGGED_IN = (235, 503)
_LOGIN_NEEDED = (530, 534, 535, 538)
_NAME = "[127.0.0.1]"
"""What we call ourselves: the seller's computer's name is nobody's business."""


class Smtp:
    """A logged-in SMTP connection. Use as a context manager."""

    def __init__(self, endpoint: Endpoint, username: str, password: str | Token) -> None:
        endpoint.refuse_unsafe()
        self._endpoint = endpoint
        self._smtp = self._connect()
        try:
            with self._talking():
                self._login(username, password)
        except BaseException:
            self._smtp.close()
            raise

    def __enter__(self) -> Self:
        """Return the connection."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Say goodbye without waiting for an answer: what counts was said."""
        if kind is None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._smtp.putcmd("quit")
        self._smtp.close()

    def _connect(self) -> smtplib.SMTP:
        """Return a connection that is as safe as it was asked to be."""
        endpoint = self._endpoint
        host, port = endpoint.host.strip("[]"), endpoint.port
        with self._talking():
            if endpoint.security is Security.TLS:
                context = endpoint.context()
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                    host, port, local_hostname=_NAME, timeout=endpoint.try_seconds, context=context
                )
            else:
                smtp = smtplib.SMTP(host, port, local_hostname=_NAME, timeout=endpoint.try_seconds)
            try:
                self._set_timeout(smtp, endpoint.answer_seconds)
                smtp.ehlo_or_helo_if_needed()
                if endpoint.security is Security.STARTTLS:
                    self._encrypt(smtp)
            except BaseException:
                smtp.close()
                raise
        return smtp

    @staticmethod
    def _set_timeout(smtp: smtplib.SMTP, seconds: float) -> None:
        """Wait so long for the server's next words."""
        if smtp.sock is not None:
            smtp.sock.settimeout(seconds)

    def _encrypt(self, smtp: smtplib.SMTP) -> None:
        """Encrypt a plain line; raises LoginRefused rather than go on in the clear."""
        try:
            smtp.starttls(context=self._endpoint.context())
        except (smtplib.SMTPNotSupportedError, smtplib.SMTPResponseException) as refused:
            raise no_starttls(self._endpoint) from refused
        smtp.ehlo_or_helo_if_needed()

    def _login_by_token(self, username: str, token: Token) -> None:
        """Log in with an OAuth 2 token; raises TokenRefused with the server's words."""
        endpoint, smtp = self._endpoint, self._smtp
        offered = smtp.esmtp_features.get("auth", "").split()
        talk = token_talk(endpoint, username, token, offered)
        code, words = smtp.docmd("AUTH", f"{talk.mechanism} {_base64(talk(b''))}")
        if code == _CHALLENGE:
            code, words = smtp.docmd(_base64(talk(_decoded(words))))
        if code in _LOGGED_IN:
            return
        if 400 <= code < 500:  # noqa: PLR2004 - SMTP's answers for "not now"
            raise Temporary(f'{endpoint.host} lets nobody in just now: "{said_by(words)}".')
        raise talk.refused(said_by(words))

    def _login(self, username: str, password: str | Token) -> None:
        """Log in; raises LoginRefused with the server's words."""
        smtp = self._smtp
        if not smtp.has_extn("auth"):
            if is_loopback(self._endpoint.host):
                return  # a relay on this computer that takes mail from its users
            raise LoginRefused(f"{self._endpoint.host} offers no way to log in.")
        if isinstance(password, Token):
            self._login_by_token(username, password)
            return
        if username.isascii() and password.isascii():
            try:
                smtp.login(username, password)
            except smtplib.SMTPAuthenticationError as refused:
                code, words = refused.smtp_code, refused.smtp_error
            except smtplib.SMTPNotSupportedError as refused:
                host = self._endpoint.host
                raise LoginRefused(f"{host} offers no way to log in by password.") from refused
            else:
                return
        else:
            # smtplib cannot say other letters than ASCII's.
            secret = f"\0{username}\0{password}".encode()
            code, words = smtp.docmd("AUTH", f"PLAIN {base64.b64encode(secret).decode('ascii')}")
            if code in _LOGGED_IN:
                return
        text = said_by(words)
        text = text.replace(password, "…") if password else text
        if 400 <= code < 500:  # noqa: PLR2004 - SMTP's answers for "not now"
            raise Temporary(f'{self._endpoint.host} lets nobody in just now: "{text}".')
        raise wrong_login(self._endpoint, username, text)

    @contextmanager
    def _talking(self) -> Iterator[None]:
        """Turn what smtplib raises into Temporary: until the mail has left, nothing happened."""
        host = self._endpoint.host
        try:
            yield
        except ConnectorError:
            raise
        except smtplib.SMTPServerDisconnected as gone:
            raise Temporary(f"The connection to {host} broke off.") from gone
        except smtplib.SMTPResponseException as odd:
            if odd.smtp_code == _NO_CODE:
                raise other_speech(self._endpoint, "SMTP") from odd
            raise Temporary(f'{host} declined: "{said_by(odd.smtp_error)}".') from odd
        except ssl.SSLError as broken:  # an untrusted certificate is a ValueError, too
            raise of_line(broken, self._endpoint) from broken
        except (smtplib.SMTPException, ValueError) as odd:
            raise Temporary(f"{host} said something that could not be understood.") from odd
        except OSError as broken:
            raise of_line(broken, self._endpoint) from broken

    def send(self, envelope: Envelope, raw: bytes, leaving: Callable[[], None]) -> str:
        """Hand over the mail and return the server's words.

        `leaving` is called when the server has agreed to all but the mail
        itself. Until then nothing happened, and no error is Unsure.
        """
        with self._talking():
            self._offer(envelope, len(raw), plain=raw.isascii())
            code, words = self._smtp.docmd("DATA")
            if code != _GO_ON:
                raise self._declined(code, words, "the mail")
        leaving()
        return self._deliver(raw)

    def _offer(self, envelope: Envelope, size: int, *, plain: bool) -> None:
        """Tell the envelope; every recipient must be taken, or nothing is sent."""
        if not envelope.recipients:
            raise Rejected("The reply has nobody to go to.")
        options = self._options(size, utf8=envelope.utf8, plain=plain)
        code, words = self._smtp.mail(envelope.sender, options)
        if code != _OK:
            raise self._declined(code, words, f"mail from {envelope.sender}")
        for recipient in envelope.recipients:
            code, words = self._smtp.rcpt(recipient)
            if code not in (_OK, 251):
                raise self._declined(code, words, f"mail to {recipient}")

    def _options(self, size: int, *, utf8: bool, plain: bool) -> list[str]:
        """Return what MAIL says about the mail; raises Rejected if the server cannot take it."""
        smtp, host = self._smtp, self._endpoint.host
        options: list[str] = []
        if smtp.has_extn("size"):
            limit = smtp.esmtp_features.get("size", "").strip()
            if limit.isdigit() and 0 < int(limit) < size:
                raise Rejected(f"The reply is larger than {host} takes ({limit} bytes).")
            options.append(f"SIZE={size}")
        if utf8:
            if not smtp.has_extn("smtputf8"):
                raise Rejected(f"{host} cannot send to an address with letters beyond a-z.")
            options.append("SMTPUTF8")
        if not plain:
            if not smtp.has_extn("8bitmime"):
                raise Rejected(f"{host} cannot send a mail whose header has letters beyond a-z.")
            options.append("BODY=8BITMIME")
        return options

    def _declined(self, code: int, words: bytes, what: str) -> ConnectorError:
        """Return the error for an answer other than yes."""
        host = self._endpoint.host
        if code in _LOGIN_NEEDED:
            return LoginRefused(f'{host} does not let us send: "{said_by(words)}".')
        if 500 <= code < 600:  # noqa: PLR2004 - SMTP's answers for "never"
            return Rejected(f'{host} refuses {what}: "{said_by(words)}".')
        return Temporary(f'{host} does not take {what} now: "{said_by(words)}".')

    def _deliver(self, raw: bytes) -> str:
        """Send the mail itself; from here on silence means that it may have arrived."""
        host = self._endpoint.host
        try:
            self._set_timeout(self._smtp, _LAST_WORD * self._endpoint.answer_seconds)
            self._smtp.send(_stuffed(raw))
            code, words = self._smtp.getreply()
        except (OSError, smtplib.SMTPException, ValueError) as broken:
            raise Unsure(
                f"The connection to {host} broke off before it said whether it took the reply."
            ) from broken
        if 200 <= code < 300:  # noqa: PLR2004 - SMTP's answers for "done"
            return said_by(words)
        if 400 <= code < 600:  # noqa: PLR2004 - SMTP's answers for "no"
            raise self._declined(code, words, "the reply")
        raise Unsure(f"{host} did not say clearly whether it took the reply.")


def _base64(line: bytes) -> str:
    """Return a line of a SASL talk as it goes over the wire."""
    return base64.b64encode(line).decode("ascii")


def _decoded(words: bytes) -> bytes:
    """Return what a challenge says, nothing if it is not written in base64."""
    try:
        return base64.b64decode(words, validate=True)
    except ValueError:
        return b""


def _stuffed(raw: bytes) -> bytes:
    """Return a mail as DATA carries it: dots doubled at the start of a line, and the end mark."""
    lines = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    dotted = lines.replace(b"\r\n.", b"\r\n..")
    if dotted.startswith(b"."):
        dotted = b"." + dotted
    return dotted + (b"" if dotted.endswith(b"\r\n") else b"\r\n") + b".\r\n"
