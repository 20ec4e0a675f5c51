"""A key that is asked for once: the seller's command for it may take long, or want a finger."""

from __future__ import annotations

from connectors.contract import Account


class Key:
    """A secret of an account, fetched when the first request leaves; it shows nothing of itself.

    Once a service refuses it, the engine makes another connector, which asks again.
    """

    def __init__(self, account: Account, name: str) -> None:
        self._account = account
        self._name = name
        self._known: str | None = None

    def __repr__(self) -> str:
        """Name the secret and no more."""
        return f"Key({self._name!r})"

    def text(self) -> str:
        """Return the secret; raises LoginRefused where there is none."""
        if self._known is None:
            self._known = self._account.secret(self._name)
        return self._known
