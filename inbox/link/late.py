"""The engine's keeper, loaded when it is started: the first page is painted before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from inbox.core.model import AccountUid
from inbox.locations import Locations

if TYPE_CHECKING:
    from inbox.link.keeper import EngineKeeper, EngineStatus
    from inbox.link.protocol import Up


class LateKeeper:
    """An `EngineKeeper` from `start` on; before and without it, nudges reach nobody."""

    def __init__(
        self,
        locations: Locations,
        *,
        facts: Callable[[Up], None],
        status: Callable[[EngineStatus], None],
    ) -> None:
        self._locations = locations
        self._facts = facts
        self._status = status
        self._keeper: EngineKeeper | None = None

    def start(self) -> None:
        """Find or start an engine."""
        from inbox.link.keeper import EngineKeeper

        self._keeper = EngineKeeper(self._locations, facts=self._facts, status=self._status)
        self._keeper.start()

    def nudge(self, account: AccountUid) -> None:
        """Tell the engine that this account has something to do."""
        if self._keeper is not None:
            self._keeper.nudge(account)

    def stays(self) -> bool:
        """Return whether the engine there is goes on when no screen is left."""
        return self._keeper is not None and self._keeper.stays()

    def stop(self) -> None:
        """Let go of the engine."""
        if self._keeper is not None:
            self._keeper.stop()
