"""A service that says what it is told to say, whatever it is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from connectors.contract import ConnectorError
from connectors.simulation import Asked, Said, Simulation

JSON = "application/json"


class Replay(Simulation):
    """Answers by patterns of `METHOD path`; the first that fits."""

    def __init__(self, usual: dict[str, Said]) -> None:
        self.usual = usual
        self.now: dict[str, Said] = {}
        super().__init__()

    def answer(self, asked: Asked) -> Said:
        """Return what was set."""
        words = f"{asked.method} {asked.path}"
        for pattern, said in [*self.now.items(), *self.usual.items()]:
            if re.fullmatch(pattern, words):
                return said
        return Said(404, b"{}", {"Content-Type": JSON})


def survived(
    far: Replay, pattern: str, bodies: Iterable[bytes], use: Callable[[], object]
) -> tuple[int, int]:
    """Return how many answers were taken and how many refused in the contract's words.

    Anything else that is raised fails the test: an account would be broken by it.
    """
    taken = refused = 0
    for body in bodies:
        far.now = {pattern: Said(200, body, {"Content-Type": JSON})}
        try:
            use()
        except ConnectorError:
            refused += 1
        else:
            taken += 1
    far.now = {}
    return taken, refused
