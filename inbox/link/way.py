"""Open the store for a screen or a command: an older engine leaves before it is migrated."""

from __future__ import annotations

from inbox.locations import Locations
from inbox.store.before_migrating import is_of_past
from inbox.store.database import Store
from inbox.store.faults import StoreBusy


def open_store(locations: Locations) -> Store:
    """Return the store, made or brought up to date where needed.

    An engine that knows only a past version is asked to end first and waited
    for; how far the update is stands on the terminal. Raises StoreBusy when the
    engine does not end, and what `Store.open` raises.
    """
    path = locations.store_file
    if is_of_past(path):
        from inbox.link.client import make_way

        if not make_way(locations):
            raise StoreBusy(path, "an older engine does not end")
        from inbox.link.preparing import told

        with told() as progress:
            return Store.open(path, progress=progress)
    return Store.open(path)
