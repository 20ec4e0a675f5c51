"""Hand a text to the seller's own editor and take it back.

The text travels in a private file, never in a command line. When the editor
fails the file stays, and the error says where: no words are lost.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from enum import Enum
from pathlib import Path

from inbox.locations import Locations, make_private


class Ending(Enum):
    """How an editor failed; what it is called is for the log."""

    NOT_STARTED = "could not be started"
    ERROR = "ended with an error"
    NO_TEXT = "left no text in UTF-8"
    NO_FILE = "left no file"


class EditorFailed(Exception):
    """The editor did not give the text back; `path` holds what there is of it."""

    def __init__(
        self, command: str, path: Path, ending: Ending = Ending.NOT_STARTED, code: int = 0
    ) -> None:
        kept = "" if ending is Ending.NO_FILE else f"; the text is in {path}"
        super().__init__(f"{command} {ending.value} ({code}){kept}")
        self.command = command
        self.path = path
        self.ending = ending
        self.code = code
        """The exit code where it ended with an error."""


def edit(
    text: str, locations: Locations, environ: Mapping[str, str] = os.environ, *, command: str = ""
) -> str:
    """Return the text as the seller's editor left it; raise EditorFailed.

    The editor is `command`, else $VISUAL, else $EDITOR, else vi; split as a
    shell would, run without one.
    """
    command = command or environ.get("VISUAL", "") or environ.get("EDITOR", "") or "vi"
    make_private(locations.drafts)
    number, name = tempfile.mkstemp(dir=locations.drafts, prefix="reply-", suffix=".txt")
    path = Path(name)
    with os.fdopen(number, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    try:
        done = subprocess.run(  # noqa: S603 - the seller's own editor, without a shell
            [*shlex.split(command), str(path)], check=False, env=dict(environ)
        )
    except (OSError, ValueError) as broken:
        raise EditorFailed(command, path) from broken
    if done.returncode != 0:
        raise EditorFailed(command, path, Ending.ERROR, done.returncode)
    try:
        edited = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as broken:
        ending = Ending.NO_TEXT if path.exists() else Ending.NO_FILE
        raise EditorFailed(command, path, ending) from broken
    path.unlink()
    return edited.removesuffix("\n")
