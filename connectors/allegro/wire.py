"""What Allegro's threads mean, as values. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

import msgspec

from connectors.allegro.answers import File, Problem, Said, Thread
from connectors.instants import utc
from connectors.listing import set_aside
from connectors.values import (
    Attachment,
    Bounce,
    Direction,
    Message,
    Party,
    Place,
    Quarantined,
    RemoteId,
    Role,
)
from connectors.walking import Listed

MESSAGE_FILES = "/messaging/message-attachments"
ISSUE_FILES = "/sale/issues/attachments"
PENDING = frozenset({"VERIFYING", "INTERACTING"})
"""What Allegro says of a message that the other side does not have yet."""
_STOPPED = frozenset({"BLOCKED", "DISMISSED"})
_LOST_FILES = {
    "UNSAFE": "Allegro found the file unsafe and does not hand it out.",
    "EXPIRED": "Allegro keeps files for six months; this one is gone.",
}
ALLEGRO = Party("Allegro", "Allegro")
_NEVER = datetime.fromtimestamp(0, UTC)
_ANY = "application/octet-stream"
_TYPES = {
    "bmp": "image/bmp",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "png": "image/png",
    "tif": "image/tiff",
    "tiff": "image/tiff",
}

Row = Thread | Quarantined
"""A row of the list of threads, or what stands there instead of one."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a thread or an issue holds."""

    messages: tuple[Message, ...] = ()
    """The newest first."""
    quarantined: tuple[Quarantined, ...] = ()
    pending: tuple[Message, ...] = ()
    """Those of ours that Allegro has not let through yet."""


def words_of(body: bytes) -> str:
    """Return what an error's body says, "" if it says nothing."""
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except (ValueError, RecursionError):
        return ""
    said = [str(each.get("userMessage") or each.get("message") or "") for each in problem.errors]
    said = said or [problem.error_description]
    ended = [one if one.endswith((".", "!", "?")) else f"{one}." for one in said if one]
    return " ".join(dict.fromkeys(ended))[:300]


def thread_of(raw: bytes) -> Listed[Thread]:
    """Return a row of the list as the walk knows it; raises ValueError.

    One that nobody wrote in has no instant: it counts as of 1970.
    """
    row = msgspec.json.decode(raw, type=Thread)
    at = row.last_message_date_time
    return Listed(row.id, _NEVER if at is None else utc(at), row)


def in_order(items: Iterable[Listed[Row]]) -> tuple[Listed[Row], ...]:
    """Return a page's items with an instant each: one without counts as the oldest of the page."""
    found = list(items)
    lowest = min((each.changed_at for each in found if each.changed_at > _NEVER), default=_NEVER)
    return tuple(
        Listed(each.id, max(each.changed_at, lowest), each.value, each.state) for each in found
    )


def read(thread: Thread, rows: Iterable[bytes]) -> Read:
    """Return a thread's messages, what of it cannot be read, and what is not through yet."""
    good: list[tuple[Said, bytes, datetime]] = []
    bad: list[Quarantined] = []
    for raw in rows:
        try:
            said = msgspec.json.decode(raw, type=Said)
            good.append((said, raw, utc(said.created_at)))
        except (ValueError, RecursionError) as broken:
            why = f"Allegro sent a message that is not as it documents: {broken}."
            bad.append(set_aside(thread.id, why, raw, _changed(thread)))
    good.sort(key=lambda each: (each[2], each[0].id), reverse=True)
    answered = max((at for said, _raw, at in good if ours(said)), default=_NEVER)
    messages: list[Message] = []
    pending: list[Message] = []
    for said, raw, at in good:
        seen = ours(said) or thread.read or at < answered
        message = message_of(thread, said, raw, seen=seen)
        messages += filter(None, (stopped_of(message, said.status), message))
        if ours(said) and said.status in PENDING:
            pending.append(message)
    return Read(tuple(messages), tuple(bad), tuple(pending))


def names_of(read: Read) -> tuple[str, ...]:
    """Return what everything is called that was read, messages and what cannot be read."""
    return (
        *(str(message.remote_id) for message in read.messages),
        *(aside.place.id for aside in read.quarantined),
    )


def last_of(thread: Thread) -> float:
    """Return when somebody wrote last, in seconds since 1970; 0 where nobody did."""
    at = _changed(thread)
    return at.timestamp() if at else 0.0


def ours(said: Said) -> bool:
    """Return whether the seller wrote a message."""
    return not said.author.is_interlocutor


def message_of(thread: Thread, said: Said, raw: bytes, *, seen: bool) -> Message:
    """Return one message of a thread."""
    other = (thread.interlocutor.login if thread.interlocutor else None) or ""
    about = said.relates_to
    return Message(
        remote_id=RemoteId(said.id),
        direction=Direction.OUT if ours(said) else Direction.IN,
        accepted_at=utc(said.created_at),
        sender=Party(said.author.login, said.author.login),
        recipients=(Party(other, other),) if ours(said) and other else (),
        subject=said.subject or "",
        text=_text(said),
        attachments=tuple(
            attachment(file, number, MESSAGE_FILES)
            for number, file in enumerate(said.attachments or ())
        ),
        seen=seen,
        service="allegro",
        conversation_ref=thread.id,
        buyer_ref=(other or ("" if ours(said) else said.author.login)) or None,
        order_ref=about.order.id if about and about.order else None,
        item_ref=about.offer.id if about and about.offer else None,
        places=(Place(thread.id, "", said.id, Role.INBOX),),
        source=raw,
        body_digest=digest(said.text or ""),
    )


def stopped_of(message: Message, status: str) -> Message | None:
    """Return the notice that a message of ours does not reach the buyer, if it does not."""
    if message.direction is not Direction.OUT or status not in _STOPPED:
        return None
    reason = "Allegro's filter stopped this message; the buyer does not have it."
    if status != "BLOCKED":
        reason = f"Allegro says {status} of this message: look there whether the buyer has it."
    return notice(message, reason)


def notice(message: Message, reason: str) -> Message:
    """Return the notice that a message of ours came back."""
    name = f"{message.remote_id} stopped"
    return Message(
        remote_id=RemoteId(name),
        direction=Direction.IN,
        accepted_at=message.accepted_at,
        sender=ALLEGRO,
        text=reason,
        automatic=True,
        seen=True,
        bounce=Bounce((str(message.remote_id),), (), reason),
        service="allegro",
        conversation_ref=message.conversation_ref,
        buyer_ref=message.buyer_ref,
        answerable=message.answerable,
        places=(Place(message.conversation_ref or "", "", name, Role.INBOX),),
        source=message.source,
        body_digest=digest(reason),
    )


def attachment(file: File, number: int, folder: str) -> Attachment:
    """Return a file; its ref is its path at the API, or says which file of its message it is.

    Allegro shows an address on another host; by its documentation a file is
    fetched from the API, by the id the address ends with. A file that is
    still being checked has no address: it is asked for when it is wanted.
    """
    name = file.file_name or "file"
    kind = file.mime_type or _TYPES.get(name.rpartition(".")[2].lower(), _ANY)
    return Attachment(file_path(file, folder) or f"file {number}", name, kind, None)


def file_path(file: File, folder: str) -> str:
    """Return where a file is fetched, "" where Allegro does not hand it out (yet)."""
    if file.status not in {None, "SAFE"}:
        return ""
    try:
        key = urlsplit(file.url or "").path.rstrip("/").rpartition("/")[2]
    except ValueError:
        return ""
    return f"{folder}/{quote(key, safe='')}" if key else ""


def lost(file: File) -> str:
    """Return why a file is not to be had, "" if nothing says so."""
    return _LOST_FILES.get(file.status or "", "")


def digest(text: str) -> str:
    """Return a hash of a text."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _text(said: Said) -> str:
    """Return the words, and what Allegro knows beside them."""
    extra = said.additional_information
    more = [f"VIN: {extra.vin}"] if extra and extra.vin else []
    if said.has_additional_attachments:
        more.append("(There are more files; they are only shown at Allegro.)")
    return "\n\n".join([said.text or "", *more])


def _changed(thread: Thread) -> datetime | None:
    """Return when somebody wrote last."""
    at = thread.last_message_date_time
    return None if at is None else utc(at)
