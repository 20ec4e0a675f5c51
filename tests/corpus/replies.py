"""The corpus of replies: each line of a mail with a mark for what it is to its reader.

A file holds cases. "=== name" begins one; "@subject ..." and "@known address ..."
may follow; then each line of the mail behind its mark: "+" new words, "-" old
ones, "~" a signature. An empty line is an empty line of the mail, and may be
folded or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent / "replies"
_PAGES = Path(__file__).parent / "pages"


@dataclass(frozen=True, slots=True)
class Case:
    """One reply and how its lines are to be read."""

    name: str
    subject: str
    known: frozenset[str]
    marked: tuple[tuple[str, str], ...]
    """(mark, line) of every line, the mark of an empty line is ""."""

    @property
    def text(self) -> str:
        """The mail's text."""
        return "\n".join(line for _, line in self.marked) + "\n"

    @property
    def expected(self) -> list[tuple[str, str]]:
        """The lines that say something, with their marks."""
        return [(mark, line) for mark, line in self.marked if mark and line.strip()]


def cases() -> Iterator[Case]:
    """Yield every case of the corpus."""
    for path in sorted(_FOLDER.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("\n=== ")[1:]:
            yield _case(path.stem, block)


def _case(file: str, block: str) -> Case:
    """Return the case that a block of a file holds."""
    name, *lines = block.removesuffix("\n").split("\n")
    said = {"subject": "", "known": ""}
    while lines and lines[0].startswith("@"):
        key, _, value = lines.pop(0)[1:].partition(" ")
        said[key] = value
    marked = tuple((line[:1], line[1:]) for line in lines)
    return Case(f"{file}: {name}", said["subject"], frozenset(said["known"].split()), marked)


def pages() -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Yield (name, HTML, expected) of every page, expected as of a case."""
    for path in sorted(_PAGES.glob("*.html")):
        marked = path.with_suffix(".txt").read_text(encoding="utf-8").split("\n")
        expected = [(line[0], line[1:]) for line in marked if line[1:].strip()]
        yield path.stem, path.read_text(encoding="utf-8"), expected
