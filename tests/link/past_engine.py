"""The real engine as a past version: `python -m tests.link.past_engine HOME VERSION`."""

from __future__ import annotations

import sys
from pathlib import Path

from inbox.store import migrations


def main() -> None:
    """Run until told to end, then say why and what the store's version is by then."""
    migrations.VERSION = int(sys.argv[2])
    migrations.STEPS = migrations.STEPS[: migrations.VERSION]  # type: ignore[assignment] # a shorter tuple
    # Only now: the link takes note of the version when it is loaded.
    from inbox.clock import utc_now
    from inbox.locations import Locations
    from inbox.sync.engine import Engine

    print(Engine(Locations.under(Path(sys.argv[1])), utc_now).run(), flush=True)  # noqa: T201 - that is how the test knows


if __name__ == "__main__":
    main()
