"""What of a message's document its conversation is derived from, read without the rest.

The same as `heads.stored` says of these fields, at a fifth of the cost: thousands
are read when a rule changes. See `inbox.core.heads`.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from connectors.values import Direction, Kind, Party, RemoteId, Role
from inbox.core.model import AccountUid, ConversationUid, Delivery, MessageUid
from inbox.store.instants import instant

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_NONE = msgspec.Raw(b"")


class Copy(msgspec.Struct, array_like=True, gc=False):
    """Where one copy lies."""

    folder: str
    epoch: str
    id: str
    role: Role


class Judged(msgspec.Struct, gc=False):
    """A head and, as its own `message`, what it says of the message.

    Its fields stand in the order of the document's: each is looked for behind the last.
    """

    uid: MessageUid
    account: AccountUid
    conversation: ConversationUid
    remote_id: RemoteId
    direction: Direction
    taken: int = msgspec.field(name="accepted_at")
    """Microseconds."""
    written_by: msgspec.Raw = msgspec.field(name="sender")
    subject: str
    service: str
    lying: msgspec.Raw = msgspec.field(name="places")
    said: msgspec.Raw = msgspec.field(default=_NONE, name="snippet")
    language: str = ""
    sent_to: msgspec.Raw = msgspec.field(default=_NONE, name="recipients")
    answer_to: msgspec.Raw = msgspec.field(default=_NONE, name="reply_to")
    attachments: msgspec.Raw = _NONE
    """Empty where there are none: read no further."""
    automatic: bool = False
    seen: bool = False
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    kind: Kind = Kind.MESSAGE
    order_ref: str | None = None
    storefront: str = ""
    unanswerable: bool = False
    interim: bool = False
    gone_at: int | None = None
    delivery: Delivery | None = None
    twin_of: MessageUid | None = None
    notice_of: MessageUid | None = None
    accepted_at: datetime = msgspec.field(default=_NEVER, name="-")
    copies: tuple[Copy, ...] | None = msgspec.field(default=None, name="--")

    def __post_init__(self) -> None:
        """Make the instant, which is asked for again and again."""
        self.accepted_at = instant(self.taken)

    @property
    def message(self) -> Judged:
        """The message is told by the same document."""
        return self

    @property
    def answerable(self) -> bool:
        """Whether it can be answered from here at all."""
        return not self.unanswerable

    @property
    def sender(self) -> Party:
        """Who wrote it."""
        return Party(*_pair(self.written_by))

    @property
    def recipients(self) -> tuple[Party, ...]:
        """To and Cc."""
        return _parties(self.sent_to)

    @property
    def reply_to(self) -> tuple[Party, ...]:
        """Whom an answer goes to, where that is told."""
        return _parties(self.answer_to)

    @property
    def places(self) -> tuple[Copy, ...]:
        """Where its copies lie."""
        if self.copies is None:
            self.copies = _copies(self.lying)
        return self.copies

    @property
    def snippet(self) -> str:
        """The beginning of its words."""
        return _text(self.said) if len(self.said) else ""


def _parties(raw: msgspec.Raw) -> tuple[Party, ...]:
    """Return parties as a document holds them, none where it holds none."""
    return tuple([Party(*each) for each in _pairs(raw)]) if len(raw) else ()


_pair = msgspec.json.Decoder(tuple[str, str]).decode
_pairs = msgspec.json.Decoder(list[tuple[str, str]]).decode
_copies = msgspec.json.Decoder(tuple[Copy, ...]).decode
_text = msgspec.json.Decoder(str).decode
judged = msgspec.json.Decoder(Judged).decode
"""Returns the document of a message (JSON) as that."""
