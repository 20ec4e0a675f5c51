"""The corpus of marketplace mails: invented, each with what is to be read of it.

A file holds cases. "=== name" begins one; "@key value" lines say what is
expected where it differs from `USUAL`; behind "@words" stand the buyer's own
words, behind "@mail" the mail, each line of both behind a "|".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent / "marketplaces"

AUTHSERV = "mx.shop.example"
"""The server whose word on senders counts in every case."""

USUAL: Mapping[str, str] = {
    "service": "email",
    "kind": "message",
    "direction": "in",
    "automatic": "no",
    "answerable": "yes",
    "origin": "unknown",
    "name": "",
    "answer-to": "",
    "buyer": "",
    "order": "",
    "item": "",
    "conversation": "",
    "page": "",
    "not-needed": "",
    "reference": "",
    "copy-for": "",
    "bounce": "",
}
"""What is expected where a case says nothing."""


@dataclass(frozen=True, slots=True)
class Case:
    """One mail and what is to be read of it."""

    name: str
    expected: Mapping[str, str]
    words: str | None
    """What a person sees of its text; None: all of it, not compared."""
    raw: bytes


def cases() -> Iterator[Case]:
    """Yield every case of the corpus."""
    for path in sorted(_FOLDER.glob("*.txt")):
        said = "\n" + path.read_text(encoding="utf-8")
        for block in said.split("\n=== ")[1:]:
            yield _case(path.stem, block)


def _case(file: str, block: str) -> Case:
    """Return the case that a block of a file holds."""
    name, *lines = block.removesuffix("\n").split("\n")
    expected = dict(USUAL)
    texts: dict[str, list[str]] = {}
    part = ""
    for line in lines:
        if line.startswith("|"):
            texts[part].append(line[1:])
        elif line in {"@words", "@mail"}:
            part = line[1:]
            texts[part] = []
        else:
            key, _, value = line[1:].partition(" ")
            expected[key] = value
    words = "\n".join(texts["words"]) if "words" in texts else None
    raw = "\r\n".join((*texts["mail"], "")).encode()
    return Case(f"{file}: {name}", expected, words, raw)
