"""What goes wrong on a line to a server, as the contract's errors with a plain sentence."""

from __future__ import annotations

import re
import socket
import ssl

from connectors.contract import ConnectorError, LoginRefused, Temporary
from connectors.email.settings import Endpoint, Security

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_LONGEST = 200
_SAID = re.compile(
    r"""(?:\w+ failed: |command error: BAD \[b['"]|^b['"])(.*?)(?:['"]\]?)?$""", re.DOTALL
)


_BUSY = re.compile(
    r"(?i)\[(?:unavailable|inuse|limit|overquota|throttled)\]|throttled|rate limit|not connected"
    r"|too many (?:(?:simultaneous )?connections|requests)|server unavailable|try again later"
    r"|bandwidth limits"
)
"""How Gmail, Yahoo, Exchange and others say that it is too much for now."""
_TLS_PORTS = (465, 993)
"""Where servers wait for encryption to begin, and say nothing before."""
_OUTDATED = " If this computer's clock is right, the provider must renew it."
_RENAMED = " Ask the provider by which name to reach it."
_UNKNOWN = " If the server is your own, name the file of its authority: ca_file."
_MENDING = {
    **dict.fromkeys((9, 10), _OUTDATED),
    **dict.fromkeys((18, 19, 20, 21), _UNKNOWN),
    **dict.fromkeys((62, 64), _RENAMED),
}
"""What to do, by OpenSSL's numbers (X509_V_ERR_...) for why a certificate fails."""
_BACKOFF = re.compile(r"(?i)backoff time: (\d{1,9}) ?milliseconds")


def is_busy(words: str) -> bool:
    """Return whether a server that declined does so for now, whatever it is asked."""
    return _BUSY.search(words) is not None


def wait_of(words: str) -> float | None:
    """Return how many seconds a server asks us to wait, None where it does not say."""
    found = _BACKOFF.search(words)
    return int(found[1]) / 1000 if found else None


class SaidNo(Temporary):
    """The server understood and declined; `words` are its own."""

    def __init__(self, host: str, words: str) -> None:
        super().__init__(f'{host} declined: "{words}".', retry_after=wait_of(words))
        self.words = words

    @property
    def busy(self) -> bool:
        """Return whether it declined everything, for now."""
        return is_busy(self.words)


class Garbled(Temporary):
    """An answer came whole and could not be understood; the line is still good."""


def quoted(word: str) -> str:
    """Return a word as IMAP quotes it; imaplib does so for passwords only."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def words_of(error: Exception) -> str:
    """Return a server's own words out of imaplib's error."""
    text = str(error)
    if match := _SAID.search(text):
        text = match[1]
    return said_by(text)


def said_by(server: object) -> str:
    """Return a server's own words as one short line that can stand in a sentence."""
    text = server.decode("utf-8", "replace") if isinstance(server, bytes) else str(server)
    line = _CONTROLS.sub(" ", text).strip()
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def of_line(error: OSError, endpoint: Endpoint) -> ConnectorError:
    """Return the contract's error for what the network or TLS raised."""
    host, port = endpoint.host, endpoint.port
    if isinstance(error, ssl.SSLCertVerificationError):
        return LoginRefused(
            f"The certificate of {host} is not trusted: {said_by(error.verify_message)}. "
            f"Nothing was sent there, not even the password.{_MENDING.get(error.verify_code, '')}"
        )
    if isinstance(error, ssl.SSLError):
        hint = f" Is {endpoint.security} right for it?" if _no_tls(error) else ""
        return Temporary(f"The encrypted line to {host}, port {port}, failed.{hint}")
    late = f"{host} did not answer in time."
    if endpoint.security is Security.STARTTLS and port in _TLS_PORTS:
        late += f" Port {port} mostly wants tls, not starttls."
    sentences = (
        (socket.gaierror, f"There is no computer named {host}, or there is no network."),
        (ConnectionRefusedError, _nobody(endpoint)),
        (TimeoutError, late),
        (ConnectionError, f"The connection to {host} broke off."),
    )
    for kind, sentence in sentences:
        if isinstance(error, kind):
            return Temporary(sentence)
    return Temporary(f"{host} cannot be reached: {said_by(error.strerror or error)}.")


def _nobody(endpoint: Endpoint) -> str:
    """Return the sentence for a port that nobody listens at."""
    return (
        f"Nobody answers at {endpoint.host}, port {endpoint.port}: "
        "the server is down, or host or port is wrong."
    )


def other_speech(endpoint: Endpoint, protocol: str) -> Temporary:
    """Return the error for a server that greets as none of that protocol does."""
    return Temporary(
        f"What answers at {endpoint.host}, port {endpoint.port}, does not speak {protocol}. "
        "Check host and port."
    )


def _no_tls(error: ssl.SSLError) -> bool:
    """Return whether the other side spoke, but not TLS."""
    return error.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL")


def no_starttls(endpoint: Endpoint) -> LoginRefused:
    """Return the refusal of a server that does not encrypt though it was asked to."""
    return LoginRefused(
        f"{endpoint.host}, port {endpoint.port}, does not offer encryption ({Security.STARTTLS}), "
        "so the password was not sent. Try tls with another port, or ask the provider."
    )


def wrong_login(endpoint: Endpoint, username: str, server: object) -> LoginRefused:
    """Return the refusal of a user name and password."""
    words = said_by(server)
    return LoginRefused(
        f"{endpoint.host} does not let {username} in"
        + (f' (it says "{words}")' if words else "")
        + ". Check user name and password; many providers want an app password here."
    )
