"""Which folded words nobody said before: answers that were written into a quote. Pure.

Marks tell what a mail program quoted, not what was typed into it. Where most of
a quote is found in what was said in the conversation before, a line of it that
is not found there is the writer's own, and is shown. Where it is not (the mail
that is quoted never came by here) the quote stays folded, unless the writer says
that answers stand below and none is seen there, or greets and says nothing, or
nothing but a sign before each line, or a divider above them, says that it is a
quote: then all of it is shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from inbox.core import quotemarks
from inbox.core.quoting import Part

_LETTERS = 20_000
"""Letters of one message that are listened to."""
_BEGINNING = 2_000
"""Letters of a quote by which it is known whether it quotes what was said here."""
_LONGEST = 200_000
"""Letters of a quote that are compared: a longer one was typed into by nobody."""
_WIDE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f"
)
"""Letters that are written without blanks between words: each counts as one."""
_WORD = re.compile(rf"(?=\w)[{_WIDE}]|[^\W{_WIDE}]+|[\u2600-\u27bf\U0001f000-\U0001faff]")
"""A word, a letter of those, or one picture: a thumb is an answer too."""
_PLACE = re.compile(
    r"[a-z]{2,8}://\S{1,2000}|[^\s@]{1,64}@\S{1,255}|\[(?:cid|image|inline)[^\]]{0,200}\]"
)
"""What programs write anew when they quote: links, addresses, pictures."""
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_FEWEST = 4
"""Words of a quote that must have been said before, or nothing can be told of the others."""
_ATTRIBUTION = 3
"""Lines over which an attribution is looked for."""
_FIRST_LETTERS = 400
"""Letters in which the first lines of a mail are looked for."""
_HINTED_LETTERS = 4000
"""Letters above a quote in which somebody may say that answers stand below."""


class Heard:
    """What was said in a conversation so far, as runs of three words, and how often."""

    def __init__(self) -> None:
        self._runs: Counter[tuple[str, ...]] = Counter()
        self._lines: Counter[tuple[str, ...]] = Counter()

    def hear(self, text: str) -> None:
        """Remember what somebody said."""
        lines = [_words(line) for line in text[:_LETTERS].split("\n")]
        said = [word for line in lines for word in line]
        self._runs.update(zip(said, said[1:], said[2:], strict=False))
        self._lines.update(tuple(line) for line in lines if len(line) > 1)

    def hear_message(self, parts: Sequence[Part]) -> None:
        """Remember a message: its new words, and its quotes where they are news as well.

        What is quoted again was said once: else an answer in the words of its
        question would look like the question.
        """
        self.hear("".join(part.text for part in parts if not _folds(part)))
        folded = "".join(part.text for part in parts if _folds(part))
        if folded and not _heard(folded[:_BEGINNING].splitlines(), self).enough:
            self.hear(folded)

    def knows(self, lines: Sequence[list[str]], used: Counter[tuple[str, ...]]) -> list[list[bool]]:
        """Return for each word of lines that follow each other whether it was said before.

        `used` counts what was found already: what was said once is found once.
        """
        said = [word for line in lines for word in line]
        known = [False] * len(said)
        for at, run in enumerate(zip(said, said[1:], said[2:], strict=False)):
            times = self._runs.get(run)
            if times is not None and times > (found_so_far := used.get(run, 0)):
                used[run] = found_so_far + 1
                known[at] = known[at + 1] = known[at + 2] = True
        found, at = [], 0
        for line in map(tuple, lines):
            whole = line in self._lines and self._lines[line] > used["", *line]
            used["", *line] += whole
            found.append([whole or each for each in known[at : at + len(line)]])
            at += len(line)
        return found


def unfolded(parts: Sequence[Part], heard: Heard) -> tuple[Part, ...]:
    """Return the parts with the lines of quotes shown that nobody said before.

    Their texts joined are the same text; nothing is folded that was not.
    """
    folded = [part.text for part in parts if _folds(part)]
    if sum(map(len, folded)) > _LONGEST or any(map(quotemarks.FRAME_BEGIN.search, folded)):
        return tuple(parts)  # a frame: a marketplace put the words between lines of its own
    lines = [
        (part, line)
        for part in parts
        for line in (part.text.splitlines(keepends=True) if _folds(part) else [part.text])
    ]
    quoted = [line.strip() for part, line in lines if _folds(part)]
    own = iter(_own_lines(quoted, heard))
    marked = [
        (next(own) if _folds(part) else None, part.quoted, part.signature, line)
        for part, line in lines
    ]
    if not any(is_own for is_own, *_ in marked):
        told = _heard(quoted, heard).enough
        return _all_shown(parts) if _answers_unseen(parts, told=told) else tuple(parts)
    runs = groupby(marked, key=lambda each: (each[1] and not each[0], each[2]))
    return tuple(
        Part("".join(line for *_, line in run), quoted, signature)
        for (quoted, signature), run in runs
    )


def begins_as_quote(text: str) -> bool:
    """Return whether a text may be nothing but a quote, by its first lines."""
    if ">" not in text and "@" not in text:
        return False
    near = text[:_FIRST_LETTERS].split("\n", 2 * _ATTRIBUTION)
    first = [line for line in map(str.strip, near) if line][:_ATTRIBUTION]
    return bool(first) and (
        first[0][0] == ">"
        or quotemarks.label_of(first[0]) >= 0
        or quotemarks.is_divider(first[0])
        or any(line.endswith(quotemarks.COLONS) for line in first)
    )


def typed_into(text: str, heard: Heard) -> str:
    """Return the lines of a mail that is all quote which nobody said before, without their marks.

    "" where too little of the rest was said before to tell.
    """
    lines = [line.strip() for line in text[:_LONGEST].splitlines()]
    if not _heard(lines, heard).enough:
        return ""
    own = zip(lines, _own_lines(lines, heard), strict=True)
    return "\n".join(line.lstrip("> \t|") for line, is_own in own if is_own).strip()


def _answers_unseen(parts: Sequence[Part], *, told: bool) -> bool:
    """Return whether what is new above a quote is not all there is, and nothing stands below.

    It speaks of answers below; or it greets and says nothing, unless it is `told`
    that all of the quote was said before.
    """
    first = next((number for number, part in enumerate(parts) if _folds(part)), 0)
    if any(not part.quoted and part.text.strip() for part in parts[first:]):
        return False
    above = "".join(part.text for part in parts[:first] if not part.quoted)
    if quotemarks.says_answers_below(above[-_HINTED_LETTERS:]):
        return True
    lines = (line for line in above.split("\n") if not quotemarks.is_aside(line.strip()))
    return not told and quotemarks.only_greets("\n".join(lines))


def _all_shown(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the parts with no quote folded."""
    return tuple(replace(part, quoted=part.signature) for part in parts)


def _folds(part: Part) -> bool:
    """Return whether a part is folded as old words."""
    return part.quoted and not part.signature


@dataclass(frozen=True, slots=True)
class _Found:
    """What of the lines of a quote was said before."""

    silent: list[bool]
    """Whether a mail program wrote the line."""
    known: list[list[bool]]
    """Of each word of a line, whether it was said before."""

    @property
    def none(self) -> bool:
        """Whether nothing of it was."""
        return not any(map(any, self.known))

    @property
    def enough(self) -> bool:
        """Whether so much of it was that the rest was typed into it."""
        every = [word for line in self.known for word in line]
        return sum(every) >= max(_FEWEST, len(every) / 2)


def _heard(quoted: Sequence[str], heard: Heard) -> _Found:
    """Return what of the lines of a quote was said before."""
    bare = [line.lstrip("> \t|") for line in quoted]
    silent = _silent(bare)
    words = [[] if quiet else _words(line) for line, quiet in zip(bare, silent, strict=True)]
    known: list[list[bool]] = []
    used: Counter[tuple[str, ...]] = Counter()
    for quiet, run in groupby(zip(silent, words, strict=True), key=lambda each: each[0]):
        here = [each for _, each in run]
        known += [[] for _ in here] if quiet else heard.knows(here, used)
    return _Found(silent, known)


def _own_lines(quoted: Sequence[str], heard: Heard) -> list[bool]:
    """Return for each line of what is quoted whether it is the writer's own."""
    found = _heard(quoted, heard)
    if found.none and not any(found.silent):
        return [bool(line) for line in found.known]  # of nobody here, and no program says of whom
    if not found.enough:
        return [_is_only_divided(quoted)] * len(quoted)
    own = [not all(line) for line in found.known]
    empty = [not line.strip("> \t|") for line in quoted]
    return [each or _between(own, empty, number) for number, each in enumerate(own)]


def _is_only_divided(quoted: Sequence[str]) -> bool:
    """Return whether a divider alone, which anybody can type, says that these lines are old."""
    divided = [number for number, line in enumerate(quoted) if quotemarks.is_divider(line)]
    below = (next(filter(None, quoted[number + 1 :]), "") for number in divided)
    return (
        bool(divided)
        and not any(map(quotemarks.is_marked, quoted))
        and not any(quotemarks.label_of(line) >= 0 for line in below)
        and not any(quotemarks.foreign_header_at(quoted, number + 1) for number in divided)
        and not any(_heads(quoted))
    )


def _between(own: Sequence[bool], empty: Sequence[bool], number: int) -> bool:
    """Return whether an empty line stands between two lines of the writer's own."""
    beside = 0 < number < len(own) - 1 and own[number - 1] and own[number + 1]
    return beside and empty[number]


def _silent(lines: Sequence[str]) -> list[bool]:
    """Return for each line whether a mail program wrote it: attributions, fields, dividers."""
    silent = [
        quotemarks.is_divider(line) or quotemarks.is_aside(line) or quotemarks.is_forward(line)
        for line in lines
    ]
    for first, length in _heads(lines):
        silent[first : first + length] = [True] * length
    return silent


def _heads(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield (first line, number of lines) of each attribution and each header."""
    for first, line in enumerate(lines):
        if not line:
            continue
        if quotemarks.label_of(line) >= 0:
            header = quotemarks.header_at(lines, first)
            if header is not None and (header.certain or header.whole):
                yield first, header.length
        near = lines[first : first + _ATTRIBUTION]
        if not any(each.endswith(quotemarks.COLONS) for each in near):
            continue
        for length in range(1, _ATTRIBUTION + 1):
            joined = " ".join(lines[first : first + length])
            if quotemarks.ends_attribution(joined):
                if quotemarks.names_writer(line) or quotemarks.is_attribution(joined, begun=True):
                    yield first, min(length, len(lines) - first)
                break


def _words(line: str) -> list[str]:
    """Return the words of a line in one form, without what programs write anew."""
    if not line.isascii():
        line = unicodedata.normalize("NFKC", _UNSEEN.sub("", line))
    if "@" in line or "://" in line or "[" in line:
        line = _PLACE.sub(" ", line)
    return _WORD.findall(line.casefold())
