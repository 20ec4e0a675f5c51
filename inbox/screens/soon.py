"""What the next keys will need, loaded while nobody waits for it."""

from __future__ import annotations

from importlib import import_module

_NEXT = (
    "inbox.widgets.field",
    "inbox.screens.reading",
    "inbox.screens.pages",
    "inbox.screens.composer",
    "inbox.screens.review",
    "inbox.screens.picker",
    "inbox.screens.snoozing",
    "inbox.screens.leaving",
    "textual.command",
    "inbox.screens.palette",
)
"""In the order in which they are likely to be asked for."""


def load() -> None:
    """Load the pages that the first keys open; to be called in a thread, after the first paint."""
    for name in _NEXT:
        import_module(name)
