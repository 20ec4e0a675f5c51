"""What must be known of an account at eBay, and where the seller finds it."""

from __future__ import annotations

from connectors.ebay.login import BASE
from connectors.values import Setting

ABOUT = (
    "You need an app of your own at developer.ebay.com (Application Keys: App ID, Cert ID and"
    " RuName), with access to the Message API; then you log in at eBay in your browser."
)
SETTINGS: tuple[Setting, ...] = (
    Setting(
        key="username",
        title="Your eBay user name",
        help="As buyers see it; it tells your messages from theirs.",
        many=True,
    ),
    Setting(
        key="client_id",
        title="App ID",
        help="developer.ebay.com, Application Keys: App ID (Client ID).",
    ),
    Setting(
        key="client_secret",
        title="Cert ID",
        help="developer.ebay.com, Application Keys: Cert ID (Client Secret).",
        secret=True,
        default="",
    ),
    Setting(
        key="client_secret_command",
        title="Cert ID command",
        help="A command that prints the Cert ID, instead of keeping it.",
        default="",
    ),
    Setting(
        key="runame",
        title="RuName",
        help="developer.ebay.com, Application Keys, User Tokens: the eBay redirect URL name.",
    ),
    Setting(
        key="tokens",
        title="Login",
        help="What eBay gives after you logged in; kept by itself.",
        secret=True,
        default="",
    ),
    Setting(
        key="base_url",
        title="Address of the API",
        help="Another one only for trials: https://api.sandbox.ebay.com is eBay's sandbox.",
        default=BASE,
    ),
    Setting(
        key="auth_url",
        title="Address of the login",
        help="Only for trials; else it follows from the address of the API.",
        default="",
    ),
)
