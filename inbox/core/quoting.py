"""Which parts of a mail's text are old words: folded on the screen, never deleted. Pure.

The parts always join to the text as it was. When in doubt a line is new: a
quote shown twice costs a moment, a buyer's answer folded away costs a sale.
So a heuristic that would fold all there is folds nothing, and words between
quotes stay new.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from inbox.core import quotemarks

_LINE_LIMIT = 1000
"""Letters of a line that are looked at for marks."""
_LOOK_BACK = 4
"""Lines that an attribution may be wrapped over."""
_SIGNATURE_LINES = 15
_SIGNATURES = frozenset({"-- ", "--\u00a0"})
_LOOK_ABOVE = 20


@dataclass(frozen=True, slots=True)
class Part:
    """A run of whole lines (or, inside a relay's frame, of letters) that are new or quoted."""

    text: str
    quoted: bool


def split(text: str) -> tuple[Part, ...]:
    """Return the text as parts in their order; their texts joined are the text, unchanged."""
    frame = _frame(text)
    if frame is None:
        return _merged(_by_lines(text))
    start, end = frame
    inner = _by_lines(text[start:end])
    return _merged([Part(text[:start], quoted=True), *inner, Part(text[end:], quoted=True)])


def new_words(text: str) -> str:
    """Return what is new in a text, without blank lines around it; all of it if nothing is."""
    new = "".join(part.text for part in split(text) if not part.quoted).strip()
    return new or text.strip()


def _merged(parts: list[Part]) -> tuple[Part, ...]:
    """Return parts without empty ones, neighbours of one kind joined."""
    kept = (part for part in parts if part.text)
    return tuple(
        Part("".join(part.text for part in run), quoted)
        for quoted, run in groupby(kept, key=lambda part: part.quoted)
    )


def _frame(text: str) -> tuple[int, int] | None:
    """Return where a relay's frame (begin and end of message) holds the words, if it does."""
    begin = quotemarks.FRAME_BEGIN.search(text)
    if begin is None or _opens_earlier(text[: begin.start()]):
        return None
    end = quotemarks.FRAME_END.search(text, begin.end())
    if end is None or not text[begin.end() : end.start()].strip():
        return None
    return begin.end(), end.start()


def _opens_earlier(before: str) -> bool:
    """Return whether a quote began before: then the frame is part of what is quoted."""
    lines = before.split("\n")
    return any(
        line.lstrip().startswith(">") or _opener(lines, number) > 0
        for number, line in enumerate(lines)
    )


def _by_lines(text: str) -> list[Part]:
    """Return each run of new or of quoted lines as a part."""
    lines = _lines(text)
    bare = [line[:_LINE_LIMIT].rstrip("\n") for line in lines]
    quoted = [line.startswith((">", " >")) for line in bare]
    last = max((number for number, is_quote in enumerate(quoted) if is_quote), default=-1)
    _quote_attributions(bare, quoted)
    _quote_blanks(bare, quoted)
    _quote_tail(bare, quoted, last)
    _quote_signature(bare, quoted)
    runs = groupby(zip(lines, quoted, strict=True), key=itemgetter(1))
    return [Part("".join(line for line, _ in run), is_quote) for is_quote, run in runs]


def _lines(text: str) -> list[str]:
    """Return the lines with their ends; only a line feed ends one."""
    pieces = text.split("\n")
    lines = [piece + "\n" for piece in pieces[:-1]]
    return [*lines, pieces[-1]] if pieces[-1] else lines


def _quote_attributions(lines: list[str], quoted: list[bool]) -> None:
    """Mark the "On ..., ... wrote:" above each run of quoted lines."""
    for number in range(1, len(lines)):
        if not quoted[number] or quoted[number - 1]:
            continue
        last = number - 1
        while last > number - 3 and last > 0 and not lines[last].strip():
            last -= 1
        first = _attribution(lines, last, quoted)
        if first is not None:
            for place in range(first, number):
                quoted[place] = True


def _attribution(lines: list[str], last: int, quoted: list[bool]) -> int | None:
    """Return where the attribution that ends on line `last` begins, None if there is none."""
    if not quotemarks.ends_attribution(lines[last]):
        return None
    joined = ""
    for first in range(last, max(-1, last - _LOOK_BACK), -1):
        if quoted[first] or not lines[first].strip():
            break
        joined = f"{lines[first].strip()} {joined}"
        if quotemarks.is_attribution(joined):
            return first
    return last if quotemarks.names_writer(lines[last]) else None


def _quote_blanks(lines: list[str], quoted: list[bool]) -> None:
    """Mark the blank lines between two quoted ones."""
    before = -1
    for number, line in enumerate(lines):
        if quoted[number]:
            if before >= 0:
                for place in range(before + 1, number):
                    quoted[place] = True
            before = number
        elif line.strip():
            before = -1


def _quote_tail(lines: list[str], quoted: list[bool], last: int) -> None:
    """Mark everything from a mark after which only old words come, if new ones stand before it.

    Where quoted lines follow, they say themselves what is old: then only the
    mark and its header lines are old as well. What was passed on to us is new.
    """
    said = False
    number = 0
    while number < len(lines):
        if quotemarks.is_forward(lines[number]):
            return
        length = 0 if quoted[number] else _opener(lines, number)
        if length and said:
            end = number + length if last > number else len(lines)
            quoted[number:end] = [True] * (end - number)
        elif not length and not quoted[number]:
            said = said or bool(lines[number].strip())
        number += max(length, 1)


def _opener(lines: list[str], number: int) -> int:
    """Return how many lines the mark on this line takes that opens a quoted tail, 0 for none."""
    line = lines[number]
    start = line.lstrip()[:1]
    if not start:
        return 0
    if start in quotemarks.RULES:
        if quotemarks.is_divider(line):
            return 1 + quotemarks.header_lines(lines, number + 1)
        below = quotemarks.header_lines(lines, number + 1) if quotemarks.is_rule(line) else 0
        if below:
            return 1 + below
    if quotemarks.is_header_start(line):
        return quotemarks.header_lines(lines, number)
    return _addressed_attribution(lines, number)


def _addressed_attribution(lines: list[str], number: int) -> int:
    """Return the lines of an attribution that names date and address, for quotes without marks."""
    if not quotemarks.starts_attribution(lines[number]):
        return 0
    joined = ""
    for length in range(1, _LOOK_BACK + 1):
        if number + length > len(lines) or not lines[number + length - 1].strip():
            return 0
        joined = f"{joined} {lines[number + length - 1].strip()}"
        if quotemarks.ends_attribution(joined):
            return length if "@" in joined and quotemarks.is_attribution(joined.strip()) else 0
    return 0


def _quote_signature(lines: list[str], quoted: list[bool]) -> None:
    """Mark a signature (from its "-- " line to the end or the next quote), if it is a short one."""
    end = len(lines)
    for number in range(len(lines) - 1, -1, -1):
        if quoted[number]:
            end = number
        elif lines[number] in _SIGNATURES:
            above = any(line.strip() for line in lines[max(0, number - _LOOK_ABOVE) : number])
            if end - number <= _SIGNATURE_LINES and above:
                quoted[number:end] = [True] * (end - number)
            return
