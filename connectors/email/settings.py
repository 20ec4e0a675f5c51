"""What an e-mail account must know, declared once, and how safe its lines must be.

Imports nothing heavy: the wizard and the documentation read it too.
"""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from connectors.contract import Account, LoginRefused
from connectors.email.reach import is_reach
from connectors.values import Setting

TRY_SECONDS = 20.0
ANSWER_SECONDS = 60.0

_SECURITIES = ("tls", "starttls", "none")
_SECURITY_HELP = (
    "tls: encrypted from the first word. starttls: encrypted after a plain greeting. "
    "none: in the clear, allowed only to this computer itself."
)

_ADDRESS = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")

_LOGINS = ("password", "oauth2")
_PROVIDERS = ("google", "microsoft", "other")
_OAUTH2 = (
    Setting(
        key="oauth2_provider",
        title="Who gives tokens",
        help="For oauth2. google and microsoft are known; other: set the addresses below.",
        default="other",
        choices=_PROVIDERS,
    ),
    Setting(
        key="client_id",
        title="Client id",
        help="For oauth2: of the app that you registered at the provider.",
        default="",
    ),
    Setting(
        key="client_secret",
        title="Client secret",
        help="For oauth2: of that app, where the provider gave it one (Google does).",
        secret=True,
        default="",
    ),
    Setting(
        key="client_secret_command",
        title="Client secret command",
        help="For oauth2: a command that prints the client secret, instead of keeping it.",
        default="",
    ),
    Setting(
        key="oauth2_command",
        title="Token command",
        help="For oauth2: a command that prints an access token, instead of a login of ours.",
        default="",
    ),
    Setting(
        key="oauth2_token_url",
        title="Token address",
        help="For oauth2 at another provider: where tokens are given.",
        default="",
    ),
    Setting(
        key="oauth2_authorize_url",
        title="Login page",
        help="For oauth2 at another provider: where you log in, in a browser.",
        default="",
    ),
    Setting(
        key="oauth2_device_url",
        title="Device address",
        help="For oauth2 at another provider: where codes are given, if it has the device flow.",
        default="",
    ),
    Setting(
        key="oauth2_scope",
        title="Scope",
        help="For oauth2 at another provider: what to ask for, words with a space between.",
        default="",
    ),
)

SETTINGS: tuple[Setting, ...] = (
    Setting(
        key="address",
        title="Your address",
        help="The mail address buyers write to. Replies come from it.",
    ),
    Setting(
        key="username",
        title="User name",
        help="What you log in with at your mail provider; often the whole mail address.",
    ),
    Setting(
        key="login",
        title="How you log in",
        help="password: a password or app password. oauth2: in a browser, with a token.",
        default="password",
        choices=_LOGINS,
    ),
    Setting(
        key="password",
        title="Password",
        help="Many providers want an app password here, not the one for their website.",
        secret=True,
        default="",
    ),
    Setting(
        key="password_command",
        title="Password command",
        help="A command that prints the password, instead of keeping it: `pass show mail/shop`.",
        default="",
    ),
    *_OAUTH2,
    Setting(key="imap_host", title="IMAP server", help="Where mail is read: imap.example.com."),
    Setting(
        key="imap_port",
        title="IMAP port",
        help="993 for tls, usually 143 for starttls.",
        default="993",
    ),
    Setting(
        key="imap_security",
        title="IMAP encryption",
        help=_SECURITY_HELP,
        default="tls",
        choices=_SECURITIES,
    ),
    Setting(key="smtp_host", title="SMTP server", help="Where mail is sent: smtp.example.com."),
    Setting(
        key="smtp_port",
        title="SMTP port",
        help="465 for tls, usually 587 for starttls.",
        default="465",
    ),
    Setting(
        key="smtp_security",
        title="SMTP encryption",
        help=_SECURITY_HELP,
        default="tls",
        choices=_SECURITIES,
    ),
    Setting(
        key="name",
        title="Your name",
        help="The name buyers see beside your address; empty: the address alone.",
        default="",
    ),
    Setting(
        key="aliases",
        title="Other addresses of yours",
        help="Addresses that reach this mailbox too. A reply comes from the one written to.",
        default="",
        many=True,
    ),
    Setting(
        key="folders",
        title="Folders",
        help="Folders to watch beside the Sent folder; empty: INBOX.",
        default="",
        many=True,
    ),
    Setting(
        key="sent_folder",
        title="Sent folder",
        help="Where your sent mail lies; empty: what the server names, else a well-known name.",
        default="",
    ),
    Setting(
        key="save_sent",
        title="Save replies in the Sent folder",
        help="auto: unless the provider does it by itself (Gmail and Outlook do).",
        default="auto",
        choices=("auto", "yes", "no"),
    ),
    Setting(
        key="server_drafts",
        title="Keep drafts at the server too",
        help="yes: what you begin here stands in the Drafts folder of your other programs as well, "
        "and goes when it was sent or discarded; what you change there is here too.",
        default="no",
        choices=("no", "yes"),
    ),
    Setting(
        key="drafts_folder",
        title="Drafts folder",
        help="Where those drafts lie; empty: what the server names, else a well-known name.",
        default="",
    ),
    Setting(
        key="html_part",
        title="Send a page beside the text",
        help="no: text only. yes: the same words as a simple page too, for programs that join no "
        "lines; nothing in it is remote.",
        default="no",
        choices=("no", "yes"),
    ),
    Setting(
        key="authserv_id",
        title="Server that checks senders",
        help=(
            "The name by which your provider signs its word on senders (Authentication-Results). "
            "`inbox accounts check` proposes it. Empty: no sender is ever taken as proven."
        ),
        default="",
    ),
    Setting(
        key="history",
        title="How far back",
        help="How much old mail the first sync brings in: all, 2y, 18m, 6w or 90d (years, months, "
        "weeks, days). What is newest comes first either way.",
        default="all",
    ),
    Setting(
        key="ca_file",
        title="Extra certificates",
        help="A PEM file with the authority of a server's own certificate; seldom needed.",
        default="",
    ),
)


class Security(StrEnum):
    """How a line is kept from being read by others."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server to talk to."""

    host: str
    port: int
    security: Security
    ca_file: str = ""
    answer_seconds: float = ANSWER_SECONDS
    """Seconds to wait for the server's next words."""

    @property
    def try_seconds(self) -> float:
        """Seconds to wait for a connection."""
        return min(TRY_SECONDS, self.answer_seconds)

    def refuse_unsafe(self) -> None:
        """Raise LoginRefused if the line would go in the clear to another computer."""
        if self.security is Security.NONE and not is_loopback(self.host):
            raise LoginRefused(
                f"{self.host} is another computer, and the setting `none` would send your "
                "password there for all to read. Choose tls or starttls."
            )

    def context(self) -> ssl.SSLContext:
        """Return what verifies the server: the system's authorities and the extra ones."""
        context = ssl.create_default_context()
        if self.ca_file:
            try:
                context.load_verify_locations(cafile=self.ca_file)
            except (OSError, ssl.SSLError) as broken:
                raise LoginRefused(
                    f"The certificates in {self.ca_file} cannot be read (setting ca_file)."
                ) from broken
        return context


def is_loopback(host: str) -> bool:
    """Return whether the host is this computer by its very name (no look-up)."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class EmailSettings:
    """The settings of one account, read and checked; its secrets are not in it."""

    imap: Endpoint
    smtp: Endpoint
    username: str
    own: frozenset[str]
    """The addresses that are ours, lower case."""
    folders: tuple[str, ...]
    sent_folder: str
    drafts_folder: str
    server_drafts: bool
    save_sent: str
    history: str
    """How far back the first sync goes."""
    authserv_id: str
    """Whose Authentication-Results are believed; "": nobody's."""


def read_settings(account: Account, answer_seconds: float = ANSWER_SECONDS) -> EmailSettings:
    """Return the account's settings; raises LoginRefused naming the one that is wrong."""
    _refuse_unfinished(account)
    addresses = (account.text("address"), *account.texts("aliases"))
    _refuse_no_addresses(addresses)
    return EmailSettings(
        imap=_endpoint(account, "imap", answer_seconds),
        smtp=_endpoint(account, "smtp", answer_seconds),
        username=_given(account, "username"),
        own=frozenset(address.strip().lower() for address in addresses if address.strip()),
        folders=tuple(name for name in account.texts("folders") if name) or ("INBOX",),
        sent_folder=account.text("sent_folder"),
        drafts_folder=account.text("drafts_folder"),
        server_drafts=_choice(account, "server_drafts", ("no", "yes")) == "yes",
        save_sent=_choice(account, "save_sent", ("auto", "yes", "no")),
        history=_history(account),
        authserv_id=account.text("authserv_id").strip().lower(),
    )


def _refuse_no_addresses(addresses: Iterable[str]) -> None:
    """Raise LoginRefused for the first that no answer could come from."""
    for address in addresses:
        if said := no_address(address):
            raise LoginRefused(said)


def no_address(address: str) -> str:
    """Return why no answer could come from this address, "" if one can or none is given."""
    if not address or _ADDRESS.fullmatch(address.strip()) is not None:
        return ""
    return f"{address!r} is no mail address: write one like anna@shop.example."


def _refuse_unfinished(account: Account) -> None:
    """Raise LoginRefused if the settings ask for oauth2 and do not say with what."""
    if _choice(account, "login", _LOGINS) != "oauth2" or account.text("oauth2_command"):
        return
    provider = _choice(account, "oauth2_provider", _PROVIDERS)
    if not account.text("client_id"):
        raise LoginRefused(
            "oauth2 needs client_id, of an app that you registered at the provider, "
            "or oauth2_command. See docs/accounts.md."
        )
    if provider == "other" and not account.text("oauth2_token_url"):
        raise LoginRefused(
            "oauth2 needs oauth2_provider to be google or microsoft, or oauth2_token_url."
        )


def _history(account: Account) -> str:
    """Return how far back the first sync goes."""
    reach = _given(account, "history").strip().lower()
    if not is_reach(reach):
        raise LoginRefused(f"history must be all, or like 2y, 18m, 6w or 90d, not {reach!r}.")
    return reach


def _endpoint(account: Account, which: str, answer_seconds: float) -> Endpoint:
    """Return the server of that kind (`imap`, `smtp`)."""
    port = _given(account, f"{which}_port")
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:  # noqa: PLR2004 - the ports there are
        raise LoginRefused(f"{which}_port must be a number from 1 to 65535, not {port!r}.")
    ca_file = os.path.expanduser(account.text("ca_file"))  # noqa: PTH111 - Path raises at ~nobody
    if ca_file and ca_file[0] != "/":
        raise LoginRefused(f"ca_file must be a whole path, like ~/shop.pem, not {ca_file!r}.")
    endpoint = Endpoint(
        host=_given(account, f"{which}_host"),
        port=int(port),
        security=Security(_choice(account, f"{which}_security", _SECURITIES)),
        ca_file=ca_file,
        answer_seconds=answer_seconds,
    )
    endpoint.refuse_unsafe()
    return endpoint


def _given(account: Account, key: str) -> str:
    """Return a setting that must not be empty."""
    value = account.text(key) or next(
        (setting.default or "" for setting in SETTINGS if setting.key == key), ""
    )
    if not value:
        raise LoginRefused(f"The setting {key} of {account.name} is empty.")
    return value


def _choice(account: Account, key: str, choices: tuple[str, ...]) -> str:
    """Return a setting that is one of a few words."""
    value = _given(account, key)
    if value not in choices:
        raise LoginRefused(f"{key} must be one of {', '.join(choices)}, not {value!r}.")
    return value
