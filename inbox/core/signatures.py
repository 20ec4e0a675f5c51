"""Where a text's signatures stand: below "-- ", and what a phone says of itself. Pure."""

# ruff: noqa: RUF001 - dashes and question marks of other scripts are what is looked for
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from inbox.core import quotemarks

_LONGEST = 15
_LONGEST_IN_DOUBT = 6
_WIDEST_IN_DOUBT = 80
_CERTAIN = frozenset({"-- ", "--\u00a0"})
_DASHES = frozenset({"--", "—", "–", "-"})
_ASKS = re.compile(r"[?？](?:\s|\Z)")


def signatures(
    lines: Sequence[str], stripped: Sequence[str], old: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Yield (first line, line behind the last) of each signature among lines that are not `old`.

    A signature is short and has words of the writer's above it; whatever might
    ask for something is none.
    """
    start = 0
    said = False
    while start < len(lines):
        if old[start]:
            start += 1
            continue
        end = start
        while end < len(lines) and not old[end]:
            end += 1
        yield from _of_run(lines, stripped, start, end, said=said)
        said = said or any(stripped[start:end])
        start = end


def _of_run(
    lines: Sequence[str], stripped: Sequence[str], start: int, end: int, *, said: bool
) -> Iterator[tuple[int, int]]:
    """Yield the signatures of one run of new lines: below the last dashes, else its last line.

    `said` is whether a run above has words; else this one must have some.
    """
    while end > start and not stripped[end - 1]:
        end -= 1
    while start < end and not stripped[start]:
        start += 1
    start -= said
    for number in range(end - 1, max(start, end - 2 * _LONGEST), -1):
        if stripped[number] == "--":
            last = _last_line(lines, stripped, number, end)
            if last:
                yield number, last
                return
            break
    first = end
    while first - 1 > start and quotemarks.is_aside(stripped[first - 1]):
        first -= 1
        if first - 1 > start and stripped[first - 1] in _DASHES:
            first -= 1
    if first < end and (said or any(stripped[start:first])):
        yield first, end


def _last_line(lines: Sequence[str], stripped: Sequence[str], dashes: int, end: int) -> int:
    """Return the line behind a signature that begins with these dashes, 0 if it is none."""
    last = dashes + 1
    while last < end and stripped[last]:
        last += 1
    length = last - dashes - 1
    if not length or any(_ASKS.search(line) for line in stripped[dashes + 1 : last]):
        return 0
    if lines[dashes] in _CERTAIN:
        return last if length <= _LONGEST else 0
    aside = all(map(quotemarks.is_aside, stripped[dashes + 1 : last]))
    narrow = all(len(line) <= _WIDEST_IN_DOUBT for line in stripped[dashes + 1 : last])
    apart = not stripped[dashes - 1]
    return last if aside or (apart and narrow and length <= _LONGEST_IN_DOUBT) else 0
