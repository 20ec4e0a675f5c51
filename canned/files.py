"""One response, one file: Markdown under TOML front matter between `+++` lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from canned.parsing import parse
from canned.parts import Template, TemplateError
from canned.variables import rewritten

PART = "part"
"""The kind of a response that is only there to be included in others."""
MAX_BYTES = 1_000_000
FENCE = "+++"
_CODE = re.compile(r"[\w-]+")
_SNOOZE = re.compile(r"[1-9][0-9]{0,3}[mhdw]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TOML_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Canned:
    """One response in one language."""

    name: str
    """The file's name without its ending; the same in every language."""
    title: str
    shortcode: str
    language: str
    """Like `de` or `pt-BR`; "" serves every language."""
    tags: tuple[str, ...]
    channels: tuple[str, ...]
    """The services it is for; empty: all."""
    kind: str
    """The kind of question it answers, or PART."""
    after: Mapping[str, str]
    """What happens once it is accepted: {done: "true", tag: "a,b", snooze: "3d"}."""
    body: str
    path: Path
    body_line: int
    """The line of the file that the body begins in."""
    template: Template = field(repr=False)
    """The body parsed, its includes not linked; a library links them."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a file cannot be used: the place in it, counted from 1, and a sentence's worth of why."""

    path: Path
    line: int
    column: int
    said: str

    def __str__(self) -> str:
        """Return it as compilers do, so that editors can jump there."""
        return f"{self.path}:{self.line}:{self.column}: {self.said}"


class _Wrong(Exception):
    """A key of the front matter holds what it may not."""

    def __init__(self, key: str, said: str) -> None:
        super().__init__(said)
        self.key = key


def read(path: Path) -> Canned | Fault:
    """Return the response a file holds, or what is wrong with it."""
    try:
        state = path.stat()
        if state.st_size > MAX_BYTES:
            return Fault(path, 1, 1, f"too large: more than {MAX_BYTES} bytes")
        return _read(path, state.st_mtime_ns, state.st_size)
    except OSError as error:
        return Fault(path, 1, 1, f"cannot be read: {error.strerror}")


@lru_cache(maxsize=8192)
def _read(path: Path, changed: int, size: int) -> Canned | Fault:  # noqa: ARG001 - what the cache hangs on
    """Return what a file of that time and size holds."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        return Fault(path, 1, 1, f"not UTF-8 text (byte {error.start})")
    return of_text(path, text)


def of_text(path: Path, text: str) -> Canned | Fault:
    """Return the response that a file's text is, or what is wrong with it."""
    lines = text.split("\n")
    fences = [at for at, line in enumerate(lines) if line.rstrip() == FENCE][:2]
    if fences[:1] != [0]:
        return Fault(path, 1, 1, f"expected {FENCE}, then title and shortcode, then {FENCE}")
    end = fences[-1]
    begins = next((at for at, line in enumerate(lines) if at > end and line.strip()), None)
    if not end or begins is None:
        said = "the text of the response" if end else f"a second {FENCE}"
        return Fault(path, end + 1, 1, f"expected {said} after the title and shortcode")
    try:
        return _canned(path, lines[1:end], "\n".join(lines[begins:]).rstrip(), begins + 1)
    except tomllib.TOMLDecodeError as error:
        return _toml_fault(path, error, end - 1)
    except _Wrong as wrong:
        return Fault(path, _line_of(lines[1:end], wrong.key), 1, str(wrong))
    except TemplateError as error:
        return Fault(path, begins + error.line, error.column, f"expected {error.expected}")


def _canned(path: Path, front: list[str], body: str, line: int) -> Canned:
    """Return the response of a front matter and a body that begins in that line."""
    fields = _fields(tomllib.loads("\n".join(front)), path.stem)
    body = rewritten(body)
    return Canned(
        **fields, name=path.stem, body=body, path=path, body_line=line, template=parse(body)
    )


def _fields(front: dict[str, Any], stem: str) -> dict[str, Any]:
    """Return the front matter checked, everything that is not written filled in."""
    after = front.pop("after", {})
    if not isinstance(after, dict):
        raise _Wrong("after", "[after] is a table")
    code, language = _text(front, "shortcode") or stem, _text(front, "language")
    fields = {
        "title": _text(front, "title") or stem.replace("-", " ").replace("_", " ").capitalize(),
        "shortcode": code,
        "language": language,
        "tags": _texts(front, "tags"),
        "channels": _texts(front, "channels"),
        "kind": _text(front, "kind"),
        "after": _after(after),
    }
    for key in front:
        if key not in fields:
            raise _Wrong(key, f'unknown key "{key}"; known are {", ".join(fields)}')
    if not is_shortcode(code):
        raise _Wrong("shortcode", "a shortcode is one word of letters, digits, - and _")
    if language and not is_language(language):
        raise _Wrong("language", 'a language is written like "de" or "pt-BR"')
    return fields


def is_shortcode(text: str) -> bool:
    """Return whether a response can be called so: letters, digits, - and _."""
    return _CODE.fullmatch(text) is not None


def is_language(text: str) -> bool:
    """Return whether a language is written so, like `de` or `pt-BR`."""
    return _LANGUAGE.fullmatch(text) is not None


def _text(front: Mapping[str, Any], key: str) -> str:
    value = front.get(key, "")
    if not isinstance(value, str) or "\n" in value:
        raise _Wrong(key, f"{key} is one line of text in quotes")
    return value.strip()


def _texts(front: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = front.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _Wrong(key, f'{key} is a list of texts, like ["shipping"]')
    return tuple(each.strip() for each in value if each.strip())


def _after(after: dict[str, Any]) -> dict[str, str]:
    """Return what is to happen after sending, as texts; what is not asked for is not in it."""
    asked: dict[str, str] = {}
    for key, value in after.items():
        if key == "tag":
            tags = _texts({"tag": [value] if isinstance(value, str) else value}, "tag")
            if any("," in tag for tag in tags):
                raise _Wrong("tag", "a tag holds no comma")
            asked |= {"tag": ",".join(tags)} if tags else {}
        elif key == "done":
            if not isinstance(value, bool):
                raise _Wrong("done", "done is true or false")
            asked |= {"done": "true"} if value else {}
        elif key == "snooze":
            if not isinstance(value, str) or not _SNOOZE.fullmatch(value):
                raise _Wrong("snooze", 'snooze is a time like "3d", "12h", "30m" or "1w"')
            asked["snooze"] = value
        else:
            raise _Wrong(key, f'unknown key "{key}" in [after]; known are tag, snooze, done')
    return asked


def _toml_fault(path: Path, error: tomllib.TOMLDecodeError, last: int) -> Fault:
    """Return where in the file the front matter is no TOML."""
    place = _TOML_PLACE.search(str(error))
    line, column = (int(place.group(1)), int(place.group(2))) if place else (last, 1)
    said = _TOML_PLACE.sub("", str(error)).removesuffix(" (at end of document)").strip()
    return Fault(path, line + 1, column, f"the front matter is no TOML: {said}")


def _line_of(front: list[str], key: str) -> int:
    """Return the file's line in which a key of the front matter stands."""
    written = re.compile(rf'\s*(?:\[\s*)?["\']?{re.escape(key)}["\']?\s*(?:[=\].])')
    return next((at for at, line in enumerate(front, 2) if written.match(line)), 1)
