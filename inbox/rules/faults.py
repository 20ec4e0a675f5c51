"""What is wrong with a rule or a calendar, and where it stands."""

from __future__ import annotations

from pathlib import Path


class RuleFault(Exception):
    """A rule or calendar cannot be used as it is written: mend `key` in `file`."""

    def __init__(self, file: Path, key: str, said: str, *, line: int | None = None) -> None:
        super().__init__(f"{file}: {key}: {said}")
        self.file = file
        self.key = key
        """Dotted, as in `deadline[2].hours` or `calendars.desk.mon`."""
        self.said = said
        self.line = line
        """Counted from 1; None where the file does not show it plainly."""


def placed(fault: RuleFault) -> RuleFault:
    """Return the fault with its line, where its file can be read and shows it."""
    from inbox.config.lines import line_in  # wanted only where something is wrong

    line = line_in(fault.file, fault.key)
    return RuleFault(fault.file, fault.key, fault.said, line=line)
