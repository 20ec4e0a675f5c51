"""Sets of IMAP UIDs as ranges: what 100,000 mails are costs a line, not a list. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

AT_ONCE = 1000
"""UIDs in one command: some servers refuse a longer line."""

_Range = tuple[int, int]
_low, _high = itemgetter(0), itemgetter(1)
_FEW = 16
"""So many times fewer ranges are found in the others one by one, instead of walking through all."""


@dataclass(frozen=True, slots=True)
class UidSet:
    """An immutable set of UIDs, kept as ascending ranges that neither touch nor overlap."""

    ranges: tuple[_Range, ...] = ()

    @classmethod
    def of(cls, uids: Iterable[int]) -> UidSet:
        """Return the set of these UIDs, in any order."""
        return cls(_joined((uid, uid) for uid in sorted(uids)))

    @classmethod
    def parse(cls, text: str) -> UidSet:
        """Return the set that `text` ("1:5,9") writes; raises ValueError for anything else."""
        found: list[_Range] = []
        for part in text.split(",") if text else ():
            low, colon, high = part.partition(":")
            ends = sorted((int(low), int(high if colon else low)))
            if ends[0] < 1:
                raise ValueError(f"no UID: {part!r}")
            found.append((ends[0], ends[1]))
        return cls(_joined(sorted(found)))

    def __str__(self) -> str:
        """Return the set as IMAP writes it: "1:5,9"."""
        return ",".join(str(low) if low == high else f"{low}:{high}" for low, high in self.ranges)

    def __len__(self) -> int:
        """Return how many UIDs there are."""
        return sum(high - low + 1 for low, high in self.ranges)

    def __bool__(self) -> bool:
        """Return whether there is any."""
        return bool(self.ranges)

    def __contains__(self, uid: object) -> bool:
        """Return whether the UID is one of them."""
        if not isinstance(uid, int):
            return False
        index = bisect_right(self.ranges, (uid, uid))
        before = self.ranges[index - 1] if index else (0, -1)
        after = self.ranges[index] if index < len(self.ranges) else (0, -1)
        return before[0] <= uid <= before[1] or after[0] <= uid <= after[1]

    def __iter__(self) -> Iterator[int]:
        """Yield the UIDs, the lowest first."""
        for low, high in self.ranges:
            yield from range(low, high + 1)

    @property
    def lowest(self) -> int:
        """Return the lowest UID; the set must not be empty."""
        return self.ranges[0][0]

    def newest(self) -> Iterator[int]:
        """Yield the UIDs, the highest first."""
        for low, high in reversed(self.ranges):
            yield from range(high, low - 1, -1)

    def lines(self) -> Iterator[str]:
        """Yield the UIDs as texts of at most AT_ONCE UIDs, the lowest first."""
        uids = iter(self)
        while part := list(islice(uids, AT_ONCE)):
            yield str(UidSet.of(part))

    def __or__(self, other: UidSet) -> UidSet:
        """Return the UIDs that are in either."""
        if not self.ranges or not other.ranges:
            return self if self.ranges else other
        if len(other.ranges) * _FEW < len(self.ranges):
            return UidSet(_with(self.ranges, other.ranges))
        return UidSet(_joined(sorted((*self.ranges, *other.ranges))))

    def __sub__(self, other: UidSet) -> UidSet:
        """Return the UIDs that are not in the other."""
        if not self.ranges or not other.ranges:
            return self
        if len(other.ranges) * _FEW < len(self.ranges):
            return UidSet(_less(self.ranges, other.ranges))
        return UidSet(tuple(_without(self.ranges, other.ranges)))

    def __and__(self, other: UidSet) -> UidSet:
        """Return the UIDs that are in both."""
        few, many = sorted((self, other), key=lambda uids: len(uids.ranges))
        if len(few.ranges) * _FEW < len(many.ranges):
            return UidSet(tuple(_common(few.ranges, many.ranges)))
        return few - (few - many)

    def __xor__(self, other: UidSet) -> UidSet:
        """Return the UIDs that are in one of both only."""
        return (self - other) | (other - self)


EMPTY = UidSet()
"""No UID at all."""


def _touched(ranges: Sequence[_Range], low: int, high: int) -> slice:
    """Return which of the ascending ranges share a UID with low to high."""
    return slice(bisect_left(ranges, low, key=_high), bisect_right(ranges, high, key=_low))


def _with(ranges: tuple[_Range, ...], few: Iterable[_Range]) -> tuple[_Range, ...]:
    """Return the ranges and a few more."""
    kept = list(ranges)
    for low, high in few:
        near = _touched(kept, low - 1, high + 1)
        ends = (low, high, *(end for each in kept[near] for end in each))
        kept[near] = [(min(ends), max(ends))]
    return tuple(kept)


def _less(ranges: tuple[_Range, ...], few: Iterable[_Range]) -> tuple[_Range, ...]:
    """Return what a few ranges leave of the many."""
    kept = list(ranges)
    for each in few:
        near = _touched(kept, *each)
        kept[near] = _without(tuple(kept[near]), (each,))
    return tuple(kept)


def _common(few: Iterable[_Range], many: tuple[_Range, ...]) -> Iterator[_Range]:
    """Yield what a few ranges share with many."""
    for low, high in few:
        for start, end in many[_touched(many, low, high)]:
            yield max(low, start), min(high, end)


def _joined(ranges: Iterable[_Range]) -> tuple[_Range, ...]:
    """Return ascending ranges with those that touch made one."""
    found: list[_Range] = []
    for low, high in ranges:
        if found and low <= found[-1][1] + 1:
            if high > found[-1][1]:
                found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return tuple(found)


def _without(ranges: tuple[_Range, ...], others: tuple[_Range, ...]) -> Iterator[_Range]:
    """Yield what the others leave of the ranges; both ascend."""
    index = 0
    for low, high in ranges:
        start = low
        while index < len(others) and others[index][1] < start:
            index += 1
        at = index
        while at < len(others) and others[at][0] <= high:
            if others[at][0] > start:
                yield start, others[at][0] - 1
            start = max(start, others[at][1] + 1)
            at += 1
        if start <= high:
            yield start, high
