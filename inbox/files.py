"""Write files from strangers to disk, and hand harmless ones to the system's own viewer.

A name that came with a mail never chooses the folder, hides the file or
replaces one that is there. What could run is saved and never opened.
"""

from __future__ import annotations

import mimetypes
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from connectors.values import OutgoingFile
from inbox.core.filenames import may_be_opened, numbered, safe_name
from inbox.i18n import gettext as _
from inbox.locations import make_private

_MOST_OF_A_NAME = 1000
_MOST_TO_ATTACH = 100_000_000
"""Bytes; no service takes more, and all of it is read at once."""
_A_DAY = 86_400.0


class FileRefused(Exception):
    """A file that was not saved, opened or attached. `sentence` and `hint` are for a person."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


def save(folder: Path, name: str, content: bytes) -> Path:
    """Write a file into the folder under a safe name that is free, and return its path.

    It is readable by this user alone. Raises FileRefused.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for number in range(1, _MOST_OF_A_NAME):
            path = folder / numbered(safe_name(name), number)
            try:
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                continue
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            return path
    except OSError as broken:
        raise FileRefused(
            _("The file cannot be saved in {folder}: {why}.").format(
                folder=folder, why=broken.strerror
            ),
            _("Choose another folder."),
        ) from broken
    raise FileRefused(_("There are too many files of that name in {}.").format(folder))


def outgoing(path: Path) -> OutgoingFile:
    """Return a file of the seller's as it leaves with a reply; raises FileRefused."""
    path = path.expanduser()
    try:
        if not path.is_file():
            raise FileRefused(_("There is no file {}.").format(path), _("Give the path of a file."))
        if path.stat().st_size > _MOST_TO_ATTACH:
            raise FileRefused(
                _("The file is too large to be sent: {}.").format(path.name), _("Send a link.")
            )
        content = path.read_bytes()
    except OSError as broken:
        raise FileRefused(
            _("The file cannot be read: {file}: {why}.").format(file=path, why=broken.strerror)
        ) from broken
    kind, encoding = mimetypes.guess_type(path.name)
    media_type = kind if kind and not encoding else "application/octet-stream"
    return OutgoingFile(path.name, media_type, content)


def open_file(folder: Path, name: str, content: bytes, *, command: Sequence[str] = ()) -> Path:
    """Save a harmless file in our own folder, let the system show it, and return its path.

    `command` is the viewer, by default the system's opener. Raises
    FileRefused for what is not known for harmless: that is only saved.
    """
    if not may_be_opened(name, content):
        raise FileRefused(
            _("{} is not opened from here: it could run, or load things from elsewhere.").format(
                safe_name(name)
            ),
            _("Save it, and look at it with a program that you trust."),
        )
    make_private(folder)
    _sweep(folder)
    path = save(folder, name, content)
    words = [*(command or opener()), str(path)]
    try:
        process = subprocess.Popen(  # noqa: S603 - the system's opener with a path of ours, without a shell
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as broken:
        raise FileRefused(
            _("{} could not be started to open the file.").format(words[0]),
            _("The file is saved: {}.").format(path),
        ) from broken
    # A viewer lives as long as the seller looks; somebody must notice its end.
    threading.Thread(target=process.wait, daemon=True).start()
    return path


def downloads() -> Path:
    """Return the seller's folder for downloads, as their system has it."""
    from platformdirs import user_downloads_path

    return user_downloads_path()


def _sweep(folder: Path) -> None:
    """Remove what a viewer was given more than a day ago."""
    for path in folder.iterdir():
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _A_DAY:
                path.unlink()


def opener(platform: str = sys.platform) -> Sequence[str]:
    """Return the command that shows a file in this system's own way."""
    return ("open",) if platform == "darwin" else ("xdg-open",)
