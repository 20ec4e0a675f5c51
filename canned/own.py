"""The seller's own responses: read as they stand, written over or beside those that come along."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from canned.files import FENCE, PART, Canned, Fault, of_text
from canned.kinds import known_kinds

_BEGINNING = """+++
# Every line here may be left out; docs/canned.md tells what they mean.
title = {title}
shortcode = {shortcode}  # one word to find it by
language = {language}  # like "de" or "pt-BR"; "" serves every language
tags = []  # words to find it by
channels = []  # the services it is for, like ["ebay"]; [] for all
# What it answers, so that it stands first where a buyer asks that, such as
# {kinds}.
kind = {kind}
# [after]  # once the service has accepted the reply
# tag = ["shipping"]
# snooze = "3d"
# done = true
+++
"""
_BODY = "{{ cursor }}\n"
_BODY_IN_PARTS = '{% include "greeting" %}\n\n{{ cursor }}\n\n{% include "footer" %}\n'
_SHOWN_KINDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What is written on top of a new response."""

    shortcode: str
    title: str = ""
    """"": the shortcode, in words."""
    language: str = ""
    kind: str = ""


def source(canned: Canned) -> str:
    """Return the whole text of a response's file; raises OSError."""
    return text_of(canned.path)


def text_of(path: Path) -> str:
    """Return the text of a file, also of one that is no UTF-8 and so cannot be used."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n")


def beginning(front: Front, body: str = "", *, parts: bool = False) -> str:
    """Return the whole text that a new response begins with.

    `parts`: without a body it greets and closes as the starter answers do.
    """
    title = front.title or front.shortcode.replace("-", " ").replace("_", " ").capitalize()
    head = _BEGINNING.format(
        title=_quoted(title),
        shortcode=_quoted(front.shortcode),
        language=_quoted(front.language),
        kind=_quoted(front.kind),
        kinds=", ".join(known_kinds()[:_SHOWN_KINDS]),
    )
    return head + (body or (_BODY_IN_PARTS if parts and front.kind != PART else _BODY))


def _quoted(text: str) -> str:
    """Return a text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False)


def is_whole(text: str) -> bool:
    """Return whether a text is a response's whole file, and not only its body."""
    return text.partition("\n")[0].rstrip() == FENCE


def written(folder: Path, name: str, language: str) -> Path | None:
    """Return the seller's own file of that name, whether or not it can be used.

    Without a language it is one in any, where there is none for all of them.
    """
    path = new_place(folder, name, language)
    if path.is_file():
        return path
    return None if language else min(folder.rglob(f"{name}.md"), default=None)


def place(folder: Path, canned: Canned) -> Path:
    """Return where the seller's own version of a response stands: its file, or one like it."""
    if canned.path.is_relative_to(folder):
        return canned.path
    return new_place(folder, canned.name, canned.language)


def standing(folder: Path, canned: Canned) -> tuple[Path, str]:
    """Return where the seller's own version of a response stands, and what it says now.

    Also where theirs is broken, so that the one that comes along serves instead.
    """
    path = place(folder, canned)
    return path, text_of(path if path.exists() else canned.path)


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
