"""What a service's answer over HTTP means, in the contract's words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.contract import ConnectorError, LoginRefused, Rejected, Temporary, Unsure

_GOOD = range(200, 300)
_ELSEWHERE = range(300, 400)
_SERVER = 500
UNAUTHORIZED, TOO_MANY = 401, 429
_FORBIDDEN, _NOT_FOUND, _TIMEOUT, _GONE = 403, 404, 408, 410


class Missing(Rejected):
    """The service has nothing (more) of that name."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes

    @property
    def good(self) -> bool:
        """Return whether the service did what it was asked."""
        return self.status in _GOOD

    @property
    def elsewhere(self) -> bool:
        """Return whether the service names another address."""
        return self.status in _ELSEWHERE


_NOT_LET_IN = "It does not let us in: check the account's keys, or log in again."
_NOT_ALLOWED = "It does not allow us that: check what the account's keys are allowed to do."


def error_of(
    answer: Answer,
    *,
    said: str,
    words: str,
    after: float | None,
    doubtful: bool,
    about_one: bool,
) -> ConnectorError:
    """Return the contract's error for an answer that is not good.

    | status | a read | a write |
    |---|---|---|
    | 429 | Temporary with Retry-After | Temporary with Retry-After |
    | 408, 5xx | Temporary | Unsure (Temporary if `doubtful` is false) |
    | 401 | LoginRefused | LoginRefused |
    | 403 | LoginRefused (Rejected if `about_one`) | Rejected |
    | 404, 410 | Missing | Missing |
    | all else | Rejected | Rejected |
    """
    end = "" if words.endswith((".", "!", "?")) else "."
    sentence = f"{said}: {words}{end}" if words else f"{said}."
    status = answer.status
    if status == TOO_MANY:
        return Temporary("The service asks us to slow down.", retry_after=after)
    if status >= _SERVER or status == _TIMEOUT:
        # It may have been carried out before it failed there.
        return Unsure(sentence) if doubtful else Temporary(sentence, retry_after=after)
    if status == UNAUTHORIZED:
        return LoginRefused(f"{sentence} {_NOT_LET_IN}")
    if status == _FORBIDDEN and not about_one:
        return LoginRefused(f"{sentence} {_NOT_ALLOWED}")
    if status in {_NOT_FOUND, _GONE}:
        return Missing(sentence)
    return Rejected(sentence)
