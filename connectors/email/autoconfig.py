"""What can be known of a mailbox from its address: offered to the seller, never taken silently.

First the providers that we know; nothing is asked of anybody for those. Whom to ask about the
others stands in discovery.
"""

from __future__ import annotations

from collections.abc import Sequence

from connectors.clues import Source
from connectors.email.providers import MailProvider, by_address, by_imap_host
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


def sources(given: SettingValues) -> Sequence[Source]:
    """Return who may know the servers of the address; () where we know, or the seller said."""
    address = given.get("address", "")
    if not isinstance(address, str) or _provider(address) or given.get("imap_host"):
        return ()
    from connectors.email.discovery import Search

    return Search(address).sources()


def advice(given: SettingValues) -> tuple[str, ...]:
    """Return what the provider of the address wants, and the page where it is done."""
    provider = _provider(str(given.get("address", ""))) or by_imap_host(given.get("imap_host"))
    if provider is None:
        return ()
    oauth2 = given.get("login") == "oauth2"
    page = "" if oauth2 or not provider.app_password else f"It is made at {provider.app_password}"
    more = "What oauth2 needs stands in docs/accounts.md." if oauth2 else ""
    return tuple(sentence for sentence in (provider.note, page, more) if sentence)


def _provider(address: str) -> MailProvider | None:
    """Return the provider of the address."""
    return by_address(address)
