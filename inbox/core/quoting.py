"""Which parts of a mail's text are old words: folded on the screen, never deleted. Pure.

The parts always join to the text as it was. When in doubt a line is new: a
quote shown twice costs a moment, a buyer's answer folded away costs a sale.
So a heuristic that would fold all there is folds nothing, words between
quotes stay new, and so does whatever was passed on to us.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from inbox.core import quotemarks
from inbox.core.signatures import signatures

_LOOK_BACK = 4
"""Lines that an attribution may be wrapped over."""
_HINTED_LETTERS = 4000
_NEW, _OLD, _SIGNATURE = range(3)


@dataclass(frozen=True, slots=True)
class Part:
    """A run of whole lines (or, inside a relay's frame, of letters) that are new or quoted."""

    text: str
    quoted: bool
    """Whether it is folded at first."""
    signature: bool = False
    """Whether what is folded is the writer's signature rather than old words."""


def split(
    text: str, *, subject: str = "", known: Collection[str] = frozenset()
) -> tuple[Part, ...]:
    """Return the text as parts in their order; their texts joined are the text, unchanged.

    `subject` tells a mail that was passed on. `known` are the addresses of
    those who talk here, in lower case: an unmarked mail of anybody else below
    the words is no quote of ours. Without them any mail there is one.
    """
    frame = _frame(text)
    if frame is not None:
        start, end = frame
        inner = _by_lines(text[start:end], subject, known)
        if any(not part.quoted and part.text.strip() for part in inner):
            ends = Part(text[:start], quoted=True), Part(text[end:], quoted=True)
            return _merged([ends[0], *inner, ends[1]])
    return _merged(_by_lines(text, subject, known))


def new_words(text: str, *, subject: str = "", known: Collection[str] = frozenset()) -> str:
    """Return what is new in a text, without blank lines around it; all of it if nothing is."""
    parts = split(text, subject=subject, known=known)
    new = "".join(part.text for part in parts if not part.quoted).strip()
    return new or text.strip()


def hides_more_than_it_shows(parts: Collection[Part]) -> bool:
    """Return whether the old words folded away are longer than the words that are seen."""
    folded = sum(len(part.text.strip()) for part in parts if part.quoted and not part.signature)
    return folded > sum(len(part.text.strip()) for part in parts if not part.quoted)


def _merged(parts: list[Part]) -> tuple[Part, ...]:
    """Return parts without empty ones, neighbours of one kind joined."""
    kept = (part for part in parts if part.text)
    return tuple(
        Part("".join(part.text for part in run), quoted, signature)
        for (quoted, signature), run in groupby(
            kept, key=lambda part: (part.quoted, part.signature)
        )
    )


def _frame(text: str) -> tuple[int, int] | None:
    """Return where a relay's frame (begin and end of message) holds the words, if it does."""
    begin = quotemarks.FRAME_BEGIN.search(text) if "---" in text else None
    if begin is None or _opens_earlier(text[: begin.start()]):
        return None
    end = quotemarks.FRAME_END.search(text, begin.end())
    if end is None or not text[begin.end() : end.start()].strip():
        return None
    return begin.end(), end.start()


def _opens_earlier(before: str) -> bool:
    """Return whether a quote began before: then the frame is part of what is quoted."""
    reading = _Reading(before, frozenset())
    return any(reading.marked) or any(reading.opener(at)[0] for at in reading.candidates)


def _by_lines(text: str, subject: str, known: Collection[str]) -> list[Part]:
    """Return each run of new lines, of quoted ones and of a signature's as a part."""
    if quotemarks.has_none(text) or (subject and quotemarks.is_forward_subject(subject)):
        return [Part(text, quoted=False)]
    reading = _Reading(text, known)
    reading.read()
    if not any(reading.kinds):
        return [Part(text, quoted=False)]
    runs = groupby(zip(reading.whole, reading.kinds, strict=True), key=itemgetter(1))
    return [
        Part("".join(line for line, _ in run), kind != _NEW, kind == _SIGNATURE)
        for kind, run in runs
    ]


class _Reading:
    """The lines of one text, and what each is found to be."""

    def __init__(self, text: str, known: Collection[str]) -> None:
        pieces = text.split("\n")
        self.whole = [piece + "\n" for piece in pieces[:-1]]
        if pieces[-1]:
            self.whole.append(pieces[-1])
        else:
            pieces.pop()
        self.lines = [line[: quotemarks.LINE_LIMIT] for line in pieces]
        self.stripped = stripped = [line.strip() for line in self.lines]
        self.marked = [line[:1] == ">" and quotemarks.is_marked(line) for line in stripped]
        self.candidates = self._candidates()
        self.kinds = [_NEW] * len(self.lines)
        self.known = known
        self._openers: dict[int, tuple[int, str]] = {}
        self.end = len(self.lines)
        """Where what was passed on begins: all of it is new."""
        self._silent = 0
        """The lines above this one say nothing new."""

    def read(self) -> None:
        """Find what every line is."""
        if self.candidates or True in self.marked:
            self._find_old()
        for first, last in signatures(self.lines, self.stripped, self.kinds):
            if last <= self.end:
                self.kinds[first:last] = [_SIGNATURE] * (last - first)
        self._quote_blanks()

    def _find_old(self) -> None:
        """Find which lines are old: all that is not new where there is any mark."""
        self._find_forward()
        opened = self._first_opener()
        self._mark_runs(min(opened, self._mark_attributed()))
        self._quote_blanks()
        self._quote_tail(opened)
        if not self._anything_new():
            self.kinds = [_NEW] * len(self.kinds)

    def _candidates(self) -> list[int]:
        """Return the lines that may be, or begin, a mark other than ">"."""
        found: list[int] = []
        wrapped = -1
        for number, line in enumerate(self.stripped):
            if self.marked[number] or not line:
                continue
            if "@" in line:
                first = max(number - _LOOK_BACK + 1, wrapped + 1)
                found += [at for at in range(first, number) if at not in found[-_LOOK_BACK:]]
                found.append(number)
                wrapped = number
            elif line[0] in quotemarks.RULES or ":" in line or "\uff1a" in line:
                found.append(number)
        return sorted(found)

    def opener(self, number: int) -> tuple[int, str]:
        """Return how many lines the mark takes that opens a quoted tail, and whose mail it is.

        0 lines: there is none here. The address is empty where it is not told.
        """
        found = self._openers.get(number)
        if found is None:
            found = self._openers[number] = self._opener(number)
        return found

    def _opener(self, number: int) -> tuple[int, str]:
        line = self.stripped[number]
        if not line:
            return 0, ""
        if line[0] in quotemarks.RULES and (ruled := self._ruled(number))[0]:
            return ruled
        if quotemarks.label_of(line) >= 0:
            header = quotemarks.header_at(self.stripped, number)
            if header is not None and header.certain:
                return header.length, header.sender
        length = self._whole_attribution(number)
        return length, quotemarks.address_in(self.stripped[number + length - 1]) if length else ""

    def _ruled(self, number: int) -> tuple[int, str]:
        """Return the same for a line that begins as a divider or a rule does."""
        divider = quotemarks.is_divider(self.stripped[number])
        if not divider and not quotemarks.is_rule(self.stripped[number]):
            return 0, ""
        header = quotemarks.header_at(self.stripped, number + 1)
        if header is not None and (divider or header.whole):
            return 1 + header.length, header.sender
        foreign = quotemarks.foreign_header_at(self.stripped, number + 1)
        return (1 + foreign if divider or foreign else 0), ""

    def _whole_attribution(self, number: int) -> int:
        """Return the lines of an attribution that names date, time and address, 0 for none."""
        joined = ""
        begins = False
        for length in range(1, _LOOK_BACK + 1):
            at = number + length - 1
            if at >= self.end or not self.stripped[at] or self.marked[at]:
                return 0
            joined = f"{joined} {self.stripped[at]}".strip()
            if "@" in self.stripped[at] and quotemarks.is_whole_attribution(joined):
                return length
            begins = begins or quotemarks.starts_attribution(joined)
            if not begins:
                return 0
        return 0

    def _find_forward(self) -> None:
        """Note where something begins that was passed on: all of it is new."""
        marked = self.marked
        starts = [at for at in range(len(marked)) if marked[at] and not (at and marked[at - 1])]
        for number in sorted((*self.candidates, *starts)):
            if quotemarks.is_forward(self.stripped[number].lstrip("> ")):
                self.end = number
                self.marked[number:] = [False] * (len(self.marked) - number)
                return

    def _first_opener(self) -> int:
        """Return the first line that opens a quote without marks, or the number of lines.

        Where the writer says that answers stand inside it, all of it is new.
        """
        for number in self.candidates:
            length = self.opener(number)[0] if number < self.end else 0
            if not length:
                continue
            below = number + length
            while below < self.end and not self.stripped[below]:
                below += 1
            inside = below < self.end and not self.marked[below]
            if inside and self._answers_below(number):
                self.end = number
                return len(self.lines)
            return number
        return len(self.lines)

    def _mark_attributed(self) -> int:
        """Mark the "On ..., ... wrote:" above quoted lines; return the first that proves one."""
        proved = len(self.lines)
        for number in self._starts():
            if self.marked[number] and self._attributes_itself(number):
                proved = min(proved, number)
            last = number - 1
            while last > number - 3 and last > 0 and not self.stripped[last]:
                last -= 1
            first = self._attribution(last) if last >= 0 else None
            if first is not None:
                proved = min(proved, first)
                self.kinds[first:number] = [_OLD] * (number - first)
                while number < self.end and quotemarks.is_weakly_marked(self.lines[number]):
                    self.marked[number] = True
                    number += 1  # noqa: PLW2901 - the lines of this run are done
        return proved

    def _starts(self) -> list[int]:
        """Return the first line of each run that is marked, or weakly so below a colon."""
        marked = self.marked
        found = [at for at in range(self.end) if marked[at] and (at == 0 or not marked[at - 1])]
        for at in self.candidates:
            if at + 1 < self.end and self.stripped[at].endswith(quotemarks.COLONS):
                weak = not marked[at + 1] and quotemarks.is_weakly_marked(self.lines[at + 1])
                found += [at + 1] if weak else []
        return sorted(found)

    def _attributes_itself(self, number: int) -> bool:
        """Return whether a run of quoted lines begins with an attribution or a header."""
        bare = [line.lstrip("> ").strip() for line in self.stripped[number : number + 3]]
        return any(
            quotemarks.label_of(line) >= 0
            or (quotemarks.ends_attribution(line) and quotemarks.is_attribution(line, begun=True))
            for line in bare
        )

    def _attribution(self, last: int) -> int | None:
        """Return where the attribution that ends on line `last` begins, None if there is none."""
        line = self.stripped[last]
        if self.marked[last] or self.kinds[last] or not line:
            return None
        if quotemarks.is_rule(line) or quotemarks.is_bare_attribution(line):
            return last
        if not quotemarks.ends_attribution(line):
            return None
        joined = ""
        for first in range(last, max(-1, last - _LOOK_BACK), -1):
            if self.marked[first] or self.kinds[first] or not self.stripped[first]:
                break
            joined = f"{self.stripped[first]} {joined}".strip()
            if quotemarks.is_attribution(joined, begun=self._begins(first, last)):
                return first
        return last if quotemarks.names_writer(line) else None

    def _begins(self, first: int, last: int) -> bool:
        """Return whether an attribution that does not begin with a date can begin on a line."""
        if first == last:
            return "<" in self.stripped[first]
        apart = first == 0 or not self.stripped[first - 1] or self.marked[first - 1]
        return apart and "<" in self.stripped[first]

    def _mark_runs(self, proved: int) -> None:
        """Call each run of marked lines old, but one that the writer may have pasted or typed."""
        runs: list[tuple[int, int]] = []
        start = -1
        for number in range(self.end + 1 if True in self.marked else 0):
            if number < self.end and self.marked[number]:
                start = number if start < 0 else start
            elif start >= 0:
                runs.append((start, number))
                start = -1
        blank_above = not any(self.stripped[: runs[0][0]]) if runs else False
        apart = len({self._words_above(start) for start, _ in runs}) > 1
        below = self._words_above(self.end)
        for start, end in runs:
            alone = apart or below < start or self.marked[below]
            quoted = start >= proved or blank_above or (alone and self._stands_apart(start))
            if quoted:
                self.kinds[start:end] = [_OLD] * (end - start)

    def _words_above(self, start: int) -> int:
        """Return the last line above a run that says something, -1 for none."""
        above = start - 1
        while above >= 0 and not self.stripped[above]:
            above -= 1
        return above

    def _stands_apart(self, start: int) -> bool:
        """Return whether a run has a blank line above it, and above that no "they write:"."""
        above = self._words_above(start)
        return above < start - 1 and not self.stripped[above].endswith(quotemarks.COLONS)

    def _quote_blanks(self) -> None:
        """Mark the blank lines between two quoted ones."""
        if not any(self.kinds):
            return
        before = -1
        for number, line in enumerate(self.stripped):
            if self.kinds[number]:
                if 0 <= before < number - 1:
                    self.kinds[before + 1 : number] = [_OLD] * (number - before - 1)
                before = number
            elif line:
                before = -1

    def _quote_tail(self, number: int) -> None:
        """Mark everything from a mark after which only old words come, if new ones stand above.

        `number` is the first line that may be one. Where quoted lines follow,
        they say themselves what is old: then only the mark and its header
        lines are old as well.
        """
        last = max(
            (at for at, kind in enumerate(self.kinds) if kind and self.marked[at]), default=-1
        )
        done = number
        for at in self.candidates:
            if at < done or at >= self.end or self.kinds[at]:
                continue
            length, sender = self.opener(at)
            if length and self._is_ours(sender) and self._says_something(at):
                end = at + length if last > at else len(self.lines)
                self.kinds[at:end] = [_OLD] * (end - at)
            done = at + max(length, 1)

    def _says_something(self, end: int) -> bool:
        """Return whether a line above `end` is new and more than what a phone says of itself."""
        while self._silent < end and (
            self.kinds[self._silent]
            or not self.stripped[self._silent]
            or quotemarks.is_aside(self.stripped[self._silent])
        ):
            self._silent += 1
        return self._silent < end

    def _is_ours(self, sender: str) -> bool:
        """Return whether the sender of a quoted mail is one of those who talk here."""
        return not sender or not self.known or sender in self.known

    def _answers_below(self, number: int) -> bool:
        """Return whether the words above say that there are more of them below."""
        above = " ".join(
            line
            for line, marked in zip(self.stripped[:number], self.marked[:number], strict=True)
            if not marked
        )
        return quotemarks.says_answers_below(above[-_HINTED_LETTERS:])

    def _anything_new(self) -> bool:
        """Return whether a line that says something is new."""
        return any(line and not kind for line, kind in zip(self.stripped, self.kinds, strict=True))
