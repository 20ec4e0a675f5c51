"""Run `inbox`, also as `python -m inbox`. Alone it opens the screen, at once."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run what the words of the command line ask for and end with its exit status."""
    ends = (sys.stdin, sys.stdout, sys.stderr)  # the screen is painted on the last
    terminal = all(end is not None and end.isatty() for end in ends)
    if len(sys.argv) == 1 and terminal and os.environ.get("TERM") != "dumb":
        _screen()
    if sys.argv[1:2] == ["due"]:
        _due(sys.argv[2:])
    from inbox.cli import main as command_line

    command_line()


def _screen() -> NoReturn:
    """Open the screen without loading the command line: what is seen first comes first."""
    os.umask(0o077)
    # What a start makes stays: until the list is painted there is nothing to collect.
    gc.disable()
    from inbox.locations import Locations

    locations = Locations.from_env()
    try:
        from inbox.opening import run

        run(locations)
    except Exception as failure:  # noqa: BLE001 - the last place that can tell a person
        from inbox.cli import explained
        from inbox.cli.output import tell

        tell(f"inbox: {explained(failure, locations.log_file)}")
        raise SystemExit(1) from None
    raise SystemExit(0)


def _due(words: list[str]) -> None:
    """Say what is due without loading the command line, and end; return where it must do it."""
    from inbox.glance import at_once
    from inbox.locations import Locations

    status = at_once(words, Locations.from_env())
    if status is not None:
        raise SystemExit(status)


if __name__ == "__main__":
    main()
