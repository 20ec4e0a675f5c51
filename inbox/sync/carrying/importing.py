"""Take mail in from an mbox or a Maildir, the ordinary way: cleaned, once, judged.

A second import of the same file adds nothing. What cannot be read is put aside
with its source, and what is behind it comes in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from connectors.email.headers import Fields, split
from connectors.email.mime import Unreadable, parse
from connectors.values import Batch, Checkpoint, Direction, Message, Place, Quarantined, Role
from inbox.clock import Clock
from inbox.core.model import AccountUid
from inbox.core.obligations import Book
from inbox.store.database import Store
from inbox.sync.carrying import mbox
from inbox.sync.carrying.opening import CutShort, opened, whole
from inbox.sync.ingest import Counts, Trust, ingest

_AT_ONCE = 200
_BYTES_AT_ONCE = 16_000_000
_SENT = re.compile(r"sent|gesendet|envoy|inviat|enviad|verzonden|wys[lł]an|trimis", re.IGNORECASE)
"""Names that mail programs give to the folder of what was sent."""

_MARKS = re.compile("[:;!]2,([A-Za-z]*)$")
"""How a Maildir's file name ends; not every disk can have a colon in it."""

Side = Literal["in", "out", "auto"]


@dataclass(frozen=True, slots=True)
class Found:
    """One mail as it lies in a file or folder."""

    raw: bytes
    at: datetime | None
    """When it was delivered, as far as the file tells (aware, UTC)."""
    direction: Direction
    seen: bool | None = None
    """None: not told."""
    answered: bool = False


@dataclass(slots=True)
class Imported:
    """What an import brought so far."""

    seen: int = 0
    new: int = 0
    quarantined: int = 0


def import_mails(
    store: Store,
    account: AccountUid,
    mails: Iterable[Found],
    book: Book,
    clock: Clock,
    *,
    progress: Callable[[Imported], None] = lambda _done: None,
) -> Imported:
    """Store mails and return what they brought; `progress` is told after each lot.

    Raises StoreError, CutShort. What was stored before an interruption stays.
    """
    done = Imported()
    for lot in _lots(mails):
        batch = _batch_of(lot, account, book, clock())
        counts = take(store, account, batch, book, clock)
        done.seen += len(lot)
        done.new += counts.new
        done.quarantined += counts.quarantined
        progress(done)
    return done


def take(store: Store, account: AccountUid, batch: Batch, book: Book, clock: Clock) -> Counts:
    """Store a batch that no service delivered: its checkpoint is nobody's."""
    return ingest(store, account, batch, book, clock, trust=Trust(hold=True))


def _lots(mails: Iterable[Found]) -> Iterator[list[Found]]:
    """Yield the mails in lots that one transaction takes in a moment; CutShort comes last."""
    lot: list[Found] = []
    size = 0
    try:
        for mail in mails:
            lot.append(mail)
            size += len(mail.raw)
            if len(lot) >= _AT_ONCE or size >= _BYTES_AT_ONCE:
                yield lot
                lot, size = [], 0
    except CutShort:
        yield lot
        raise
    if lot:
        yield lot


def _batch_of(lot: Sequence[Found], account: AccountUid, book: Book, now: datetime) -> Batch:
    """Return the lot as a connector would deliver it."""
    terms = book.accounts.get(account)
    own = book.addresses_at(account)
    since = (terms.owed_since if terms else None) or now
    messages: list[Message] = []
    poisoned: list[Quarantined] = []
    for mail in lot:
        try:
            messages.append(_message(mail, own, since, now))
        except Unreadable as exc:
            place = Place("import", "", sha256(mail.raw).hexdigest()[:32], Role.OTHER)
            poisoned.append(Quarantined(place, str(exc), mail.raw))
    return Batch(checkpoint=Checkpoint(""), messages=tuple(messages), quarantined=tuple(poisoned))


def _message(mail: Found, own: frozenset[str], since: datetime, now: datetime) -> Message:
    """Return a mail as a message that lies nowhere at the service, as far as is known.

    Raises Unreadable. Old mail that says nothing of it counts as seen.
    """
    at = min(_accepted_at(mail) or now, now)
    role = Role.SENT if mail.direction is Direction.OUT else Role.OTHER
    message = parse(
        mail.raw,
        place=Place("import", "", "", role),
        accepted_at=at,
        seen=at < since if mail.seen is None else mail.seen,
        answered=mail.answered,
        own=own,
    )
    return replace(message, places=())


def _accepted_at(mail: Found) -> datetime | None:
    """Return when a server took the mail: as the file tells, else as the last server wrote it.

    The sender's own `Date:` is the last resort: it can say anything.
    """
    if mail.at is not None:
        return mail.at
    try:
        fields = Fields(split(mail.raw)[0])
    except ValueError:
        return None
    received = next(iter(fields.every("received")), "") if "received" in fields else ""
    try:
        return parsedate_to_datetime(received.rpartition(";")[2].strip()).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return fields.date("date")


def read_mbox(path: Path, side: Side) -> Iterator[Found]:
    """Yield the mails of an mbox file; `auto`: sent by us if our export, or its name, says so.

    Raises CutShort behind the last whole mail of a compressed one that ends too soon.
    """
    sent = side == "out" or (side == "auto" and _SENT.search(path.stem) is not None)
    otherwise = Direction.OUT if sent else Direction.IN
    with opened(path) as file:
        for piece in mbox.pieces(whole(file)):
            told = None if side != "auto" else piece.direction
            fields = Fields(split(piece.raw)[0])
            status = "".join(
                fields.plain(name) for name in ("status", "x-status") if name in fields
            )
            yield Found(
                piece.raw,
                piece.at,
                told or otherwise,
                seen="R" in status if status else None,
                answered="A" in status,
            )


def read_maildir(folder: Path, side: Side) -> Iterator[Found]:
    """Yield the mails of a Maildir and of the folders within; those named like Sent are ours."""
    for box in sorted({path.parent for path in folder.rglob("cur")} | {folder}):
        sent = side == "out" or (side == "auto" and _SENT.search(box.name) is not None)
        direction = Direction.OUT if sent else Direction.IN
        files = [*(box / "new").glob("[!.]*"), *(box / "cur").glob("[!.]*")]
        for path in sorted(files, key=lambda each: each.name):
            if path.is_file() and not path.is_symlink():
                found = _MARKS.search(path.name)
                marks = found[1] if found else ""
                yield Found(
                    path.read_bytes(),
                    _delivered(path),
                    direction,
                    seen="S" in marks,
                    answered="R" in marks,
                )


def _delivered(path: Path) -> datetime:
    """Return when a Maildir's file was delivered: its name begins with it."""
    number = path.name.partition(".")[0]
    if number.isascii() and number.isdecimal() and len(number) <= 11:  # noqa: PLR2004 - seconds until the year 5138
        return datetime.fromtimestamp(int(number), UTC)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def is_maildir(path: Path) -> bool:
    """Return whether the folder is a Maildir, or holds some."""
    return path.is_dir() and any(path.rglob("cur"))
