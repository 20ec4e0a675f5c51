"""Say where everything lies on this machine, and make those folders private.

`INBOX_HOME` puts it all under one folder; otherwise the platform's own
folders are used. Nothing here reads or writes a file's content.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from connectors.frozen import frozen

_APP = "seller-inbox"
_SOCKET_BYTES = 100
"""A Unix socket's path may have 104 bytes on some systems and 108 on others."""


class NotPrivate(Exception):
    """A folder that must be ours alone belongs to someone else, or is no folder."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is not a folder of this user")
        self.path = path


@frozen(kw_only=True)
class Locations:
    """Every path the product uses."""

    home: Path | None
    """The folder INBOX_HOME names; None where the platform decides."""
    config_file: Path
    data: Path
    cache: Path
    runtime: Path
    """Holds the link's socket, nothing else."""
    canned: Path
    """The seller's own canned responses."""
    store_file: Path
    log_file: Path
    drafts: Path
    """Texts on their way through the seller's editor."""
    opened: Path
    """Files of strangers that a viewer was given; each goes away after a day."""
    socket: Path

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Locations:
        """Return the locations that the environment asks for; creates nothing."""
        home = environ.get("INBOX_HOME", "")
        return cls.under(Path(home)) if home else cls._of_platform(environ)

    @classmethod
    def under(cls, home: Path) -> Locations:
        """Return locations that all lie under one folder (the socket too, if its path fits)."""
        home = Path(os.path.abspath(home.expanduser()))  # noqa: PTH100 - no link is followed: the seller's spelling stays
        return cls._made(home, home, home / "data", home / "cache", home / "run")

    @classmethod
    def _of_platform(cls, environ: Mapping[str, str]) -> Locations:
        """Return the platform's folders (XDG on Linux)."""
        from platformdirs import PlatformDirs

        folders = PlatformDirs(_APP, appauthor=False)
        data = Path(folders.user_data_dir)
        return cls._made(
            None,
            Path(folders.user_config_dir),
            data,
            Path(folders.user_cache_dir),
            _short_runtime(data, environ.get("XDG_RUNTIME_DIR", "")),
        )

    @classmethod
    def _made(
        cls, home: Path | None, config: Path, data: Path, cache: Path, run: Path
    ) -> Locations:
        """Return the paths within those folders."""
        if len(os.fsencode(run / "link")) > _SOCKET_BYTES:
            run = _short_runtime(data, "")
        return cls(
            home=home,
            config_file=config / "config.toml",
            data=data,
            cache=cache,
            runtime=run,
            canned=config / "canned",
            store_file=data / "inbox.db",
            log_file=cache / "log" / "inbox.log",
            drafts=data / "drafts",
            opened=cache / "opened",
            socket=run / "link",
        )

    def prepare(self) -> None:
        """Create the folders that are missing, each for this user alone; may raise OSError."""
        for folder in (self.config_file.parent, self.data, self.log_file.parent, self.drafts):
            make_private(folder)


def is_anything(path: Path) -> bool:
    """Return whether anything has that name, a link that leads nowhere too; may raise OSError.

    Where nobody may look it is not said that there is nothing.
    """
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def make_private(folder: Path) -> None:
    """Create the folder, and the parents it lacks, with mode 0700; may raise OSError."""
    if folder.is_dir():
        return
    if not folder.parent.is_dir():
        make_private(folder.parent)
    folder.mkdir(exist_ok=True, mode=0o700)


def make_runtime(folder: Path) -> None:
    """Create the socket's folder; raise NotPrivate unless it is ours, 0700 and no link.

    It may lie in a folder where everyone may write: someone else could have
    put one there before us.
    """
    make_private(folder)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise NotPrivate(folder)
    if stat.S_IMODE(found.st_mode) != stat.S_IRWXU:
        folder.chmod(0o700)


def _short_runtime(data: Path, runtime: str) -> Path:
    """Return a short folder named by a hash of the data folder: one for each store."""
    import hashlib  # slow to load, and a home of one's own does without

    name = hashlib.sha256(os.fsencode(os.path.realpath(data))).hexdigest()[:16]
    if runtime and len(os.fsencode(Path(runtime) / _APP / name / "link")) <= _SOCKET_BYTES:
        return Path(runtime) / _APP / name
    import tempfile  # as above

    return Path(tempfile.gettempdir()) / f"{_APP}-{os.getuid()}-{name}"
