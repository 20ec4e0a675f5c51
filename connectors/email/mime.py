"""A mail's bytes as a `Message`: pure, tolerant, and bounded in time.

Every header and every part is read by itself, so that one broken field hides
no other. Nothing is fetched, nothing is run, nothing but `Unreadable` is
raised. Strings come out as the sender wrote them: cleaning is ingest's work.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.email import packs
from connectors.email.addresses import parties
from connectors.email.automatic import automatic
from connectors.email.bounces import bounce_of, receipted
from connectors.email.headers import ID_LIMIT, Fields, opened
from connectors.email.identity import body_digest, remote_id_in, remote_id_of
from connectors.email.lists import answered_at, followed_up_at
from connectors.email.parameters import valued
from connectors.email.parts import Leaf, leaves
from connectors.email.reply_keys import key_of
from connectors.email.structure import TEXT_LIMIT
from connectors.email.texts import Said, said
from connectors.values import Attachment, Direction, Message, Party, Place, Role

_LF = ord("\n")

__all__ = ["TextPart", "Unreadable", "parse", "parse_parts", "remote_id_of"]


class Unreadable(ValueError):
    """These bytes are no mail: there is not one header field. Keep them, and tell the seller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """A text part that was fetched by itself, still in its transfer encoding."""

    media_type: str
    charset: str
    encoding: str
    raw: bytes
    number: str = ""
    """IMAP part number: tells which parts say the same in two forms."""
    flowed: bool = False
    delsp: bool = False
    name: str = ""
    attached: bool = False
    kind: str = ""
    """The parameter smime-type."""
    alternative: tuple[str, ...] | None = None
    """Numbers of the multipart/alternative parts that hold it; None: not known, see `number`."""


def parse(
    raw: bytes,
    *,
    place: Place,
    accepted_at: datetime,
    seen: bool = False,
    answered: bool = False,
    own: Collection[str] = frozenset(),
    authserv_id: str = "",
) -> Message:
    """Return the message that a whole mail is; `own` are our addresses in lower case.

    `authserv_id` is the server whose word on senders is believed. Raises
    Unreadable for bytes without a single header field, nothing else.
    """
    whole = raw if _LF in raw else raw.replace(b"\r", b"\n")
    fields, start = _opened(whole)
    parts = leaves(fields, whole, start)
    return _message(
        fields,
        said(parts),
        parts,
        place=place,
        accepted_at=accepted_at,
        marks=(seen, answered),
        own=own,
        authserv_id=authserv_id,
        source=raw,
        digest=body_digest((whole[start:],)),
    )


def parse_parts(
    header: bytes,
    texts: Sequence[TextPart],
    attachments: Sequence[Attachment],
    *,
    place: Place,
    accepted_at: datetime,
    seen: bool = False,
    answered: bool = False,
    own: Collection[str] = frozenset(),
    authserv_id: str = "",
) -> Message:
    """Return the message of a large mail of which only header and text parts were fetched.

    Its source is the header and the text parts as they came. Raises Unreadable
    for a header without a single field, nothing else.
    """
    fields, _ = _opened(header)
    whole = valued(fields.plain("content-type"))[0] == "multipart/alternative"
    parts = [_leaf(part, number, whole=whole) for number, part in enumerate(texts, 1)]
    found = said(parts)
    return _message(
        fields,
        Said(_with_note(found.text, texts), found.html, tuple(attachments)),
        parts,
        place=place,
        accepted_at=accepted_at,
        marks=(seen, answered),
        own=own,
        authserv_id=authserv_id,
        source=header.rstrip(b"\r\n") + b"\r\n\r\n" + b"\r\n".join(part.raw for part in texts),
        digest=body_digest(part.raw for part in texts),
    )


def _message(
    fields: Fields,
    found: Said,
    parts: Sequence[Leaf],
    *,
    place: Place,
    accepted_at: datetime,
    marks: tuple[bool, bool],
    own: Collection[str],
    authserv_id: str,
    source: bytes,
    digest: str,
) -> Message:
    """Return the message that these fields and this content make."""
    sender = _sender(fields)
    written, to, cc = (_all(fields, name) for name in ("reply-to", "to", "cc"))
    coming_in = place.role is not Role.SENT
    media_type = valued(fields.plain("content-type"))[0] if "content-type" in fields else ""
    message = Message(
        remote_id=remote_id_in(fields),
        direction=Direction.IN if coming_in else Direction.OUT,
        accepted_at=accepted_at,
        sender=sender,
        recipients=to + cc,
        copied=len(cc),
        reply_to=answered_at(fields, sender, written, own),
        followup_to=followed_up_at(fields),
        subject=fields.text("subject"),
        text=found.text,
        html=found.html,
        attachments=found.attachments,
        sent_at=fields.date("date"),
        automatic=automatic(fields, media_type, sender, written, own),
        bounce=bounce_of(fields, media_type, sender, parts, found.text) if coming_in else None,
        claims_to_be_us=coming_in and sender.address.lower() in own,
        seen=marks[0],
        answered=marks[1],
        message_id=(fields.ids("message-id") or (fields.plain("message-id")[:ID_LIMIT],))[0],
        in_reply_to=fields.ids("in-reply-to") or receipted(media_type, parts),
        references=fields.ids("references"),
        key=key_of(fields.plain("x-seller-inbox-key")),
        places=(place,),
        source=source,
        body_digest=digest,
    )
    return packs.apply(message, fields, authserv_id)


def _opened(raw: bytes) -> tuple[Fields, int]:
    """Return a mail's fields, and where its body begins; raises Unreadable where there are none."""
    fields, start = opened(raw)
    if not fields:
        raise Unreadable("This is no mail: it has no header.")
    return fields, start


def _sender(fields: Fields) -> Party:
    """Return who a mail says it is from; an empty party if it says nothing at all."""
    for name in ("from", "sender", "reply-to", "return-path"):
        found = parties(fields.plain(name)) if name in fields else ()
        if found and found[0].address:
            return found[0]
    return Party("", "")


def _all(fields: Fields, name: str) -> tuple[Party, ...]:
    """Return the parties of every field of that name."""
    if name not in fields:
        return ()
    return tuple(party for value in fields.every(name) for party in parties(value))


def _with_note(text: str, texts: Sequence[TextPart]) -> str:
    """Return a text, and below it that there is more of it where only its beginning came."""
    if all(len(part.raw) < TEXT_LIMIT for part in texts):
        return text
    from connectors.email.shells import LONGER

    return f"{text}\n\n{LONGER}"


def _leaf(part: TextPart, position: int, *, whole: bool) -> Leaf:
    """Return a part that was fetched by itself as a leaf of the mail.

    Forms of the same words are told by the numbers: parts below one part of a
    mail say the same, and all of them where the `whole` mail is alternatives.
    """
    parameters = {"charset": part.charset} if part.charset else {}
    if part.flowed:
        parameters |= {"format": "flowed", "delsp": "yes" if part.delsp else "no"}
    if part.kind:
        parameters["smime-type"] = part.kind
    outer, _, inner = part.number.partition(".")
    inside = ("0",) if whole else (outer,) if inner else ()
    return Leaf(
        number=part.number or str(position),
        media_type=part.media_type.lower(),
        parameters=parameters,
        name=part.name,
        attached=part.attached,
        encoding=part.encoding.strip().lower(),
        raw=part.raw,
        alternative=inside if part.alternative is None else part.alternative,
    )
