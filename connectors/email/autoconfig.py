"""What can be known of a mailbox from its address: offered to the seller, never taken silently.

First the providers that we know; nothing is asked of anybody for those.
"""

from __future__ import annotations

from connectors.email.providers import MailProvider, by_address
from connectors.values import SettingValues


def suggested(given: SettingValues) -> SettingValues:
    """Return settings for the address among those given, without the ones given; {} if unknown."""
    address = given.get("address", "")
    if not isinstance(address, str) or "@" not in address:
        return {}
    provider = _provider(address)
    found = dict(provider.servers.settings(address)) if provider else {"username": address}
    if provider is not None and provider.login:
        found["login"] = provider.login
    return {key: value for key, value in found.items() if key not in given}


def advice(given: SettingValues) -> tuple[str, ...]:
    """Return what the provider of the address wants, and the page where it is done."""
    provider = _provider(str(given.get("address", "")))
    if provider is None:
        return ()
    oauth2 = given.get("login") == "oauth2"
    page = "" if oauth2 or not provider.app_password else f"It is made at {provider.app_password}"
    more = "What oauth2 needs stands in docs/accounts.md." if oauth2 else ""
    return tuple(sentence for sentence in (provider.note, page, more) if sentence)


def _provider(address: str) -> MailProvider | None:
    """Return the provider of the address."""
    return by_address(address)
