"""The backup's file: a compressed tar that any other program can open too.

First a page for people, then a manifest with size and SHA-256 of everything
that follows. Names from a file are never trusted: only what the manifest
lists is taken out, under its own folder.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol

import msgspec

from inbox.i18n import gettext as _
from inbox.store import faults
from inbox.store.keeping.refusals import BackupDamaged, BackupThere, BackupTooNew, Stopped
from inbox.store.keeping.workplace import sync_folder

FORMAT = 1
"""Of the file, whatever version the store inside has."""
STORE = "inbox.db"
CONFIG = "config.toml"
CANNED = "canned"
STOWED = "stowed"
_READ_ME = "READ-ME.txt"
_MANIFEST = "manifest.json"
_WORDS = """This is a backup of seller-inbox, made {made_at}.

IT HOLDS BUYERS' PERSONAL DATA: names, addresses, orders and everything they wrote.
Keep it as private as the mail itself, and delete it when you no longer need it.
It holds no password.

Bring it back with: inbox restore FILE
"""
_LEVEL = 1
"""Of gzip: most of a store is compressed already."""
_LOT = 1 << 20
_MOST_HEAD = 1 << 24
"""Bytes a manifest may have: a seller's canned responses are some hundred files."""


class _Readable(Protocol):
    """All that is asked of a file here."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes."""


class Part(msgspec.Struct, frozen=True):
    """One file of a backup."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself."""

    format: int
    program: str
    schema: int
    """The version of the store inside."""
    made_at: str
    """ISO 8601, UTC."""
    store: str
    """The store's uid."""
    counts: dict[str, int]
    files: tuple[Part, ...]

    @property
    def instant(self) -> datetime:
        """When it was made (aware, UTC)."""
        return datetime.fromisoformat(self.made_at).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Source:
    """A file that goes into a backup."""

    name: str
    path: Path


def parts_of(sources: Sequence[Source]) -> tuple[Part, ...]:
    """Return names, sizes and checksums of files as they are now."""
    parts = []
    for source in sources:
        with source.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            parts.append(Part(source.name, file.tell(), digest))
    return tuple(parts)


def write(
    target: Path,
    manifest: Manifest,
    sources: Sequence[Source],
    *,
    force: bool,
    go_on: Callable[[], bool],
) -> None:
    """Write a backup: whole under its name, or not at all; 0600.

    Raises BackupThere without `force`, Stopped, StoreFull, StoreReadOnly.
    """
    partial = target.with_name(f".{target.name}.part")
    with faults.named_by_the_system(target):
        if not force and target.exists():
            raise BackupThere(target)
        try:
            number = os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
            with os.fdopen(number, "wb") as file:
                _fill(file, manifest, sources, go_on)
                file.flush()
                os.fsync(file.fileno())
            _name(partial, target, force=force)
            sync_folder(target.parent)
        finally:
            partial.unlink(missing_ok=True)


def _name(partial: Path, target: Path, *, force: bool) -> None:
    """Give the finished file its name; without `force` never over one that came meanwhile."""
    if force:
        partial.replace(target)
        return
    try:
        os.link(partial, target)
    except FileExistsError as there:
        raise BackupThere(target) from there
    except OSError:  # a disk without links
        partial.replace(target)


def _fill(
    file: IO[bytes], manifest: Manifest, sources: Sequence[Source], go_on: Callable[[], bool]
) -> None:
    """Write the tar into the open file."""
    at = int(manifest.instant.timestamp())
    with (
        gzip.GzipFile(
            filename="", fileobj=file, mode="wb", compresslevel=_LEVEL, mtime=at
        ) as zipped,
        tarfile.open(fileobj=zipped, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        heads: Mapping[str, bytes] = {
            _READ_ME: _(_WORDS).format(made_at=manifest.made_at).encode(),
            _MANIFEST: msgspec.json.format(msgspec.json.encode(manifest), indent=2),
        }
        for name, raw in heads.items():
            tar.addfile(_entry(name, len(raw), at), io.BytesIO(raw))
        for part, source in zip(manifest.files, sources, strict=True):
            with source.path.open("rb") as opened:
                tar.addfile(_entry(part.name, part.size, at), _Watched(opened, go_on))


def _entry(name: str, size: int, at: int) -> tarfile.TarInfo:
    """Return a file's line in the tar, nobody's and private."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, at, 0o600
    return entry


class _Watched(io.RawIOBase):
    """A file that is read for as long as it is wanted."""

    def __init__(self, file: IO[bytes], go_on: Callable[[], bool]) -> None:
        self._file = file
        self._go_on = go_on

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; raises Stopped."""
        if not self._go_on():
            raise Stopped
        return self._file.read(size)


def read_manifest(path: Path) -> Manifest:
    """Return what a backup says of itself; raises BackupDamaged, BackupTooNew, OSError."""
    with _opened(path) as tar:
        return _manifest(path, tar)


def unpack(path: Path, folder: Path) -> Manifest:
    """Take a backup's files out into the folder and return its manifest, every byte checked.

    Raises BackupDamaged, BackupTooNew, OSError.
    """
    with _opened(path) as tar:
        manifest = _manifest(path, tar)
        wanted = {part.name: part for part in manifest.files}
        for entry in _entries(path, tar):
            part = wanted.pop(entry.name, None)
            if part is None or entry.size != part.size or not entry.isfile():
                raise BackupDamaged(path, f"{entry.name}")
            _take_out(path, tar, entry, part, folder)
        if wanted:
            raise BackupDamaged(path, ", ".join(sorted(wanted)))
        _read_to_the_end(path, tar)
    return manifest


def _read_to_the_end(path: Path, tar: tarfile.TarFile) -> None:
    """Let gzip compare its own checksum, which stands behind everything."""
    assert tar.fileobj is not None  # noqa: S101 - it is open
    while _read(path, tar.fileobj, _LOT):
        pass


def _take_out(
    path: Path, tar: tarfile.TarFile, entry: tarfile.TarInfo, part: Part, folder: Path
) -> None:
    """Write one file of the tar under the folder; raises BackupDamaged if it is another."""
    target = folder.joinpath(*_safe(path, part.name).parts)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = tar.extractfile(entry)
    assert found is not None  # noqa: S101 - it is a file, asked before
    digest = hashlib.sha256()
    number = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(number, "wb") as file:
        while lot := _read(path, found, _LOT):
            digest.update(lot)
            file.write(lot)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != part.sha256:
        raise BackupDamaged(path, part.name)


def _safe(path: Path, name: str) -> PurePosixPath:
    """Return a listed name that stays in its folder; raises BackupDamaged for any other."""
    pure = PurePosixPath(name)
    known = name in (STORE, CONFIG) or (len(pure.parts) > 1 and pure.parts[0] in (CANNED, STOWED))
    if not known or pure.is_absolute() or ".." in pure.parts or "\0" in name:
        raise BackupDamaged(path, repr(name))
    return pure


def _opened(path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(path, mode="r:gz")
    except (tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile) as exc:
        raise BackupDamaged(path, str(exc)) from exc


def _entries(path: Path, tar: tarfile.TarFile) -> Any:
    """Yield what is left in the tar; raises BackupDamaged."""
    while True:
        try:
            entry = tar.next()
        except (tarfile.TarError, zlib.error, EOFError, OSError) as exc:
            raise BackupDamaged(path, str(exc)) from exc
        if entry is None:
            return
        yield entry


def _read(path: Path, file: _Readable, size: int) -> bytes:
    try:
        return file.read(size)
    except (tarfile.TarError, zlib.error, EOFError, OSError) as exc:
        raise BackupDamaged(path, str(exc)) from exc


def _manifest(path: Path, tar: tarfile.TarFile) -> Manifest:
    """Return the manifest, which stands behind the page for people."""
    for entry, name in zip(_entries(path, tar), (_READ_ME, _MANIFEST), strict=False):
        found = tar.extractfile(entry) if entry.name == name else None
        if found is None or entry.size > _MOST_HEAD:
            raise BackupDamaged(path, "no manifest")
        raw = _read(path, found, _MOST_HEAD)
        if name == _MANIFEST:
            return _understood(path, raw)
    raise BackupDamaged(path, "no manifest")


def _understood(path: Path, raw: bytes) -> Manifest:
    """Return the manifest that these bytes are; raises BackupDamaged, BackupTooNew."""
    try:
        head = msgspec.json.decode(raw)
        if (
            isinstance(head, dict)
            and isinstance(head.get("format"), int)
            and head["format"] > FORMAT
        ):
            raise BackupTooNew(path, str(head.get("program", "?")))
        manifest = msgspec.convert(head, Manifest)
        manifest.instant  # noqa: B018 - asked here, so that it can be trusted later
    except (msgspec.DecodeError, msgspec.ValidationError, ValueError) as exc:
        raise BackupDamaged(path, "its manifest cannot be read") from exc
    return manifest
