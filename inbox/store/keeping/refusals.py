"""Why a backup, a restore or a compaction did not happen. Each says what to do next.

::

    KeepingRefused
    ├── BackupThere      choose another name, or say --force
    ├── BackupDamaged    take another backup; nothing was changed
    ├── BackupTooNew     use the newer version of the program
    ├── StoreInUse       end the screen and the engine first
    ├── KeepingBusy      wait for the other backup or restore
    ├── NoRoom           make room; nothing was changed
    └── Stopped          it was asked to stop; nothing was left behind
"""

from __future__ import annotations

from pathlib import Path

from inbox.i18n import gettext as _


class KeepingRefused(Exception):
    """The base: it did not happen, and nothing was changed."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


class BackupThere(KeepingRefused):
    """A file of that name is there already."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            _("There is a file of that name already: {}.").format(path),
            _("Choose another name, or say --force to replace it."),
        )


class BackupDamaged(KeepingRefused):
    """The file is no backup of ours, or not whole."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            _("This is no whole backup: {path} ({why}).").format(path=path, why=why),
            _("Nothing was changed. Take another backup."),
        )


class BackupTooNew(KeepingRefused):
    """A newer version of the program made it."""

    def __init__(self, path: Path, program: str) -> None:
        super().__init__(
            _("This backup was made by a newer inbox ({version}): {path}.").format(
                version=program, path=path
            ),
            _("Nothing was changed. Install that version, then restore."),
        )


class StoreInUse(KeepingRefused):
    """A screen, an engine or a command has the store open."""

    def __init__(self) -> None:
        super().__init__(
            _("The store is in use: an inbox screen, engine or command is open."),
            _("Leave it (q), or end the engine, then try again. Nothing was changed."),
        )


class KeepingBusy(KeepingRefused):
    """Another backup, restore, compaction or forgetting is at work."""

    def __init__(self) -> None:
        super().__init__(
            _("Another backup, restore or compaction of this store is at work."),
            _("Try again when it has ended."),
        )


class NoRoom(KeepingRefused):
    """The disk has too little room for the copies that are needed on the way."""

    def __init__(self, folder: Path, needed: int, free: int) -> None:
        super().__init__(
            _(
                "There is too little room in {folder}: {needed} MB are needed, {free} are free."
            ).format(folder=folder, needed=-(-needed // 1_000_000), free=free // 1_000_000),
            _("Nothing was changed. Make room and try again."),
        )


class Stopped(KeepingRefused):
    """The program ended meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("It was stopped before it was done; nothing was left behind."))
