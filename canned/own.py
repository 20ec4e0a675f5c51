"""The seller's own responses: read as they stand, written over or beside those that come along."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from canned.files import Canned, Fault, of_text

_BEGINNING = """+++
title = "{title}"
shortcode = "{shortcode}"
language = "{language}"
+++
{{% include "greeting" %}}

{{{{ cursor }}}}

{{% include "footer" %}}
"""


def source(canned: Canned) -> str:
    """Return the whole text of a response's file; raises OSError."""
    return canned.path.read_text(encoding="utf-8-sig")


def beginning(shortcode: str, language: str) -> str:
    """Return the text that a new response begins with."""
    title = shortcode.replace("-", " ").replace("_", " ").capitalize()
    return _BEGINNING.format(title=title, shortcode=shortcode, language=language)


def place(folder: Path, canned: Canned) -> Path:
    """Return where the seller's own version of a response stands: its file, or one like it."""
    if canned.path.is_relative_to(folder):
        return canned.path
    return new_place(folder, canned.name, canned.language)


def new_place(folder: Path, name: str, language: str) -> Path:
    """Return where a new response of that name and language is kept."""
    return folder / language / f"{name}.md" if language else folder / f"{name}.md"


def keep(path: Path, text: str) -> Fault | None:
    """Write a response's file, whole or not at all; return what is wrong with it. Raises OSError.

    One that cannot be used is kept all the same: it is the seller's words, and
    in nobody's way.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".md")
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="\n") as file:
            file.write(f"{text.rstrip()}\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    found = of_text(path, text)
    return found if isinstance(found, Fault) else None
