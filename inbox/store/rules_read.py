"""From what the rules were read that the store was last judged by, as one short text.

Two texts that differ say that rules may have changed, not that they have. It is
made without reading a rule: a status bar compares it every few seconds.
"""

from __future__ import annotations

import os
import sys
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inbox.store.database import Store

NAME = "rules_read_from"
"""Where `meta` has it."""

_PACKAGES = frozenset({"site-packages", "dist-packages"})


def sources(config_file: Path) -> str:
    """Return the text for what stands in these places now; raises OSError.

    They are the seller's configuration, the machine's zone, and where programs lie: that changes
    when this one, a connector or the list of public holidays is another version.
    """
    said = config_file.read_bytes() if config_file.exists() else b""
    parts = [f"{len(said)}", f"{zlib.crc32(said):08x}", os.path.realpath("/etc/localtime")]
    folders = [Path(__file__).parents[2], *map(Path, sys.path)]
    for folder in dict.fromkeys(folders):
        if folder == folders[0] or folder.name in _PACKAGES:
            with suppress(OSError):
                parts.append(f"{folder.stat().st_mtime_ns:x}")
    return " ".join(parts)


def noted(store: Store) -> str | None:
    """Return the text that was kept last."""
    with store.read() as tx:
        row = tx.sql.execute("SELECT value FROM meta WHERE name = ?", (NAME,)).fetchone()
    return None if row is None else str(row[0])


def note(store: Store, said: str) -> None:
    """Keep the text for the rules that the store was judged by; writes only another one."""
    if noted(store) != said:
        with store.write() as tx:
            tx.sql.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (NAME, said))
