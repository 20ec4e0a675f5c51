"""Run `inbox`, also as `python -m inbox`."""

from __future__ import annotations

from inbox.cli import main

if __name__ == "__main__":
    main()
