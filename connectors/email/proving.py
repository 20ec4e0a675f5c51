"""The side of the e-mail connector that logs in: what it asks of a seller, and what proves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, TypeVar

from connectors.clues import Source
from connectors.contract import Connector, LoginRefused, Talk
from connectors.email.settings import SETTINGS, no_address
from connectors.values import Setting, SettingValues

if TYPE_CHECKING:
    from connectors.email.login import Prover, Token

_Line = TypeVar("_Line")


class ProvenMailbox(Connector):
    """A mailbox that proves itself by a password or by tokens."""

    title: ClassVar[str] = "E-mail"
    SETTINGS: ClassVar[tuple[Setting, ...]] = SETTINGS

    @classmethod
    def suggested(cls, given: SettingValues) -> SettingValues:
        """Return the servers of the address, from what we know."""
        from connectors.email import autoconfig

        return autoconfig.suggested(given)

    @classmethod
    def sources(cls, given: SettingValues) -> Sequence[Source]:
        """Return who may know the servers of an address in a domain that we do not know."""
        from connectors.email import autoconfig

        return autoconfig.sources(given)

    @classmethod
    def wrong(cls, key: str, value: str) -> str:
        """Return why that is no address of the seller's."""
        return no_address(value) if key == "address" else ""

    @classmethod
    def advice(cls, given: SettingValues) -> tuple[str, ...]:
        """Return what the provider wants of who logs in by a mail program."""
        from connectors.email import autoconfig

        return autoconfig.advice(given)

    @classmethod
    def wanted(cls, given: SettingValues) -> tuple[str, ...]:
        """Return the keys of what logging in needs: a password, or an app of the seller's."""
        needed = ["address", "username", "imap_host", "smtp_host"]
        if given.get("login") != "oauth2":
            return (*needed, "password")
        if given.get("oauth2_command"):
            return tuple(needed)
        secret = ("client_secret",) if given.get("oauth2_provider") == "google" else ()
        return (*needed, "client_id", *secret)

    @classmethod
    def consents_with(cls, given: SettingValues) -> bool:
        """Return whether the settings want oauth2 by a login of ours, not by a command."""
        return given.get("login") == "oauth2" and not given.get("oauth2_command")

    def login(self, talk: Talk) -> None:
        """Let the seller agree at the provider, where the account logs in with oauth2."""
        if not self.consents_with(self.account.settings):
            super().login(talk)
            return
        from connectors.email.login import consent

        consent(self.account, talk)

    @cached_property
    def _prover(self) -> Prover:
        """Return what proves the account to both servers."""
        from connectors.email.login import prover_of

        return prover_of(self.account)

    def proven(self, opened: Callable[[str | Token], _Line]) -> _Line:
        """Return a line logged in by what proves us; a token that was refused is renewed once."""
        from connectors.email.login import TokenRefused

        try:
            return opened(self._prover.proof())
        except TokenRefused as refused:
            self._renew_or_say(refused)
        try:
            return opened(self._prover.proof())
        except TokenRefused as refused:
            raise LoginRefused(f"{refused} {self._prover.mend}") from refused

    def _renew_or_say(self, refused: LoginRefused) -> None:
        """Have a new token; raise LoginRefused with what the seller can do where there is none."""
        if not self._prover.renew():
            raise LoginRefused(f"{refused} {self._prover.mend}") from refused

    def stop_proving(self) -> None:
        """End a renewal that waits; callable from any thread."""
        if "_prover" in self.__dict__:
            self._prover.close()
