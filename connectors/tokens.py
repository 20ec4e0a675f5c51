"""The tokens that prove a login, as one secret. Values; they show nothing of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from connectors.contract import LoginRefused

_EARLY = timedelta(minutes=2)
"""A token this near its end is renewed first: clocks differ and requests take time."""

_CENTURY = 3.2e9
"""Seconds: a service that promises more has not understood the field."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a service gave us. Kept as JSON under one key of the secret store."""

    access: str
    refresh: str = ""
    """"" where the service gives none."""
    expires_at: datetime | None = None
    """Aware, UTC; None: the service does not say."""

    def __repr__(self) -> str:
        """Say when they end and nothing more."""
        return f"Tokens(expires_at={self.expires_at})"

    def fresh(self, now: datetime) -> bool:
        """Return whether the access token can still be used."""
        return bool(self.access) and (self.expires_at is None or now < self.expires_at - _EARLY)

    def text(self) -> str:
        """Return the secret to keep."""
        ends = None if self.expires_at is None else self.expires_at.timestamp()
        return msgspec.json.encode(
            {"access": self.access, "refresh": self.refresh, "ends": ends}
        ).decode()

    @classmethod
    def of_text(cls, text: str) -> Tokens:
        """Return the tokens of a kept secret; raise LoginRefused if it is none."""
        try:
            kept = msgspec.json.decode(text, type=dict[str, str | float | None])
            ends = kept.get("ends")
            return cls(
                access=str(kept["access"]),
                refresh=str(kept.get("refresh") or ""),
                expires_at=datetime.fromtimestamp(float(ends), UTC) if ends else None,
            )
        except (msgspec.DecodeError, KeyError, ValueError, OverflowError) as broken:
            # Not the cause's text: it may quote the secret.
            raise LoginRefused("The kept login cannot be read. Log in again.") from _named(broken)

    @classmethod
    def granted(cls, answer: Mapping[str, Any], now: datetime, refresh: str = "") -> Tokens:
        """Return the tokens of a token endpoint's answer (RFC 6749 5.1).

        `refresh` is the old one: a service that gives no new one keeps it.
        """
        try:
            seconds = float(answer.get("expires_in") or 0)
        except (TypeError, ValueError):
            seconds = 0.0
        return cls(
            access=str(answer.get("access_token") or ""),
            refresh=str(answer.get("refresh_token") or refresh),
            expires_at=now + timedelta(seconds=seconds) if 0 < seconds < _CENTURY else None,
        )


def _named(broken: Exception) -> Exception:
    """Return the cause without its text."""
    return RuntimeError(type(broken).__name__)
