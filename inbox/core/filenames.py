"""Names of files from strangers: made safe to save under, and judged for what would run. Pure."""

from __future__ import annotations

import re
import unicodedata

from inbox.core import plaintext

MOST_BYTES = 180
"""Of a name in UTF-8; file systems allow 255, and a number may be put in."""

_SEPARATORS = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")

_OPENED = frozenset(
    [
        "pdf",
        "txt",
        "log",
        "csv",
        "tsv",
        "jpg",
        "jpeg",
        "jpe",
        "png",
        "gif",
        "bmp",
        "webp",
        "tif",
        "tiff",
        "heic",
        "heif",
        "avif",
        "ico",
        "mp3",
        "m4a",
        "ogg",
        "oga",
        "opus",
        "wav",
        "flac",
        "aac",
        "amr",
        "mp4",
        "m4v",
        "mov",
        "mkv",
        "webm",
        "avi",
        "3gp",
        "mpg",
        "mpeg",
        "docx",
        "xlsx",
        "pptx",
        "odt",
        "ods",
        "odp",
        "rtf",
        "ics",
        "vcf",
        "eml",
        "md",
        "json",
    ]
)
"""Extensions of what a viewer shows. Everything else is saved only: what runs, what holds more
files, and what a browser opens and could load things from elsewhere (html, svg)."""

_RUNS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe")
"""How programs and scripts begin, whatever they are called."""

_MARKUP = re.compile(rb"\s*(\xef\xbb\xbf)?\s*<(!doctype|html|svg|\?xml|script)", re.IGNORECASE)


def safe_name(name: str) -> str:
    """Return a name that is safe in any folder: no path, not hidden, not empty, not too long."""
    said = unicodedata.normalize("NFC", plaintext.clean(name, one_line=True))
    said = _SEPARATORS.sub("_", said).strip(" ._-~")
    if not said.strip("_"):
        return "file"
    if _RESERVED.fullmatch(said):
        said = f"file_{said}"
    return _shortened(said)


def numbered(name: str, number: int) -> str:
    """Return the name for the second, third ... file of that name: "photo (2).jpg"."""
    if number < 2:  # noqa: PLR2004 - the first has the name itself
        return name
    stem, extension = _split(name)
    return f"{stem} ({number}){extension}"


def may_be_opened(name: str, content: bytes) -> bool:
    """Return whether a file may be handed to a viewer: known for harmless, by name and beginning.

    What Windows or a desktop would run by a trailing dot, blank or second
    extension is judged by the name it is saved under.
    """
    extension = _split(safe_name(name))[1].removeprefix(".").lower()
    beginning = content[:256]
    return (
        extension in _OPENED
        and not beginning.startswith(_RUNS)
        and _MARKUP.match(beginning) is None
    )


def _split(name: str) -> tuple[str, str]:
    """Return stem and extension, the extension with its dot."""
    found = _EXTENSION.search(name)
    return (name[: found.start()], found[0]) if found and found.start() else (name, "")


def _shortened(name: str) -> str:
    """Return the name in at most `MOST_BYTES`, its extension kept, no character cut in two."""
    stem, extension = _split(name)
    room = MOST_BYTES - len(extension)
    return stem.encode("utf-8", "ignore")[:room].decode("utf-8", "ignore").rstrip(" .") + extension
