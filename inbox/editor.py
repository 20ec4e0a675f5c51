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
from pathlib import Path

from inbox.locations import Locations, make_private


class EditorFailed(Exception):
    """The editor did not give the text back; `path` holds what there is of it."""

    def __init__(self, command: str, path: Path, code: int | None = None) -> None:
        how = "could not be started" if code is None else f"ended with {code}"
        super().__init__(f"{command} {how}; the text is in {path}")
        self.command = command
        self.path = path
        self.code = code
        """The exit code; None if it could not be started or left no readable text."""


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
        raise EditorFailed(command, path, done.returncode)
    try:
        edited = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as broken:
        raise EditorFailed(command, path) from broken
    path.unlink()
    return edited.removesuffix("\n")
