"""What must be known of an account at Allegro, and where the seller finds it."""

from __future__ import annotations

from connectors.allegro.login import BASE, SANDBOX
from connectors.values import Setting

ABOUT = (
    "You need the Client ID and the Client Secret of an app at apps.developer.allegro.pl, of the"
    " kind that works without a browser; then you log in at Allegro on any device, with a code"
    " shown here. Allegro wants one program to run with one Client ID for all its users: we ship"
    " none, so take one that you may use for this."
)
LANGUAGES = ("en-US", "pl-PL", "uk-UA", "sk-SK", "cs-CZ", "hu-HU")
SETTINGS: tuple[Setting, ...] = (
    Setting(
        key="client_id",
        title="Client ID",
        help="apps.developer.allegro.pl, your app.",
    ),
    Setting(
        key="client_secret",
        title="Client Secret",
        help="apps.developer.allegro.pl, your app.",
        secret=True,
        default="",
    ),
    Setting(
        key="client_secret_command",
        title="Client Secret command",
        help="A command that prints the Client Secret, instead of keeping it.",
        default="",
    ),
    Setting(
        key="tokens",
        title="Login",
        help="What Allegro gives after you logged in; kept by itself.",
        secret=True,
        default="",
    ),
    Setting(
        key="language",
        title="Language",
        help="In which Allegro names reasons and explains errors.",
        default="en-US",
        choices=LANGUAGES,
    ),
    Setting(
        key="base_url",
        title="Address of the API",
        help=f"Another one only for trials: {SANDBOX} is Allegro's sandbox.",
        default=BASE,
    ),
    Setting(
        key="auth_url",
        title="Address of the login",
        help="Only for trials; else it follows from the address of the API.",
        default="",
    ),
)
