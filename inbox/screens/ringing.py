"""Ring for what becomes due: the bell, and the notification the terminal understands."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import App

if TYPE_CHECKING:
    from inbox.core.alerts import Alert


def ring(app: App[None], alerts: Sequence[Alert], setting: str) -> None:
    """Write what makes the terminal tell these."""
    from inbox.notices.terminal import sequence, way_of

    way = way_of(setting, os.environ)
    written = "".join(sequence(alert, way) for alert in alerts)
    driver = app._driver  # noqa: SLF001 - Textual has no public way to write a sequence of ours
    if written and driver is not None:
        driver.write(written)
