"""The values that cross between a service and the rest: frozen, without I/O, clock or threads.

Strings arrive here as the service sent them; `inbox.core.plaintext` cleans
every one of them at ingest. Every instant is aware and UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

from connectors.frozen import frozen

if TYPE_CHECKING:
    from connectors.clues import Proposal
    from connectors.forms import ReplyForm
    from connectors.orders import Order

RemoteId = NewType("RemoteId", str)
"""What a service calls a message, the same on every pull and after every restart."""

ReplyKey = NewType("ReplyKey", str)
"""What we call a reply before it is sent; for e-mail the Message-ID without its brackets."""

Checkpoint = NewType("Checkpoint", str)
"""Our place in a service's stream: JSON text that only its connector reads."""


class Direction(StrEnum):
    """Who a message is from: `IN` from them, `OUT` from us (proven, see `Message.direction`)."""

    IN = "in"
    OUT = "out"
    NOTE = "note"


class Role(StrEnum):
    """What the place is for in which a service keeps a message."""

    INBOX = "inbox"
    SENT = "sent"
    JUNK = "junk"
    TRASH = "trash"
    ARCHIVE = "archive"
    OTHER = "other"


class Mark(StrEnum):
    """What a connector can be asked to note at the service about messages."""

    SEEN = "seen"
    UNSEEN = "unseen"
    ANSWERED = "answered"
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"
    JUNK = "junk"
    NOT_JUNK = "not-junk"
    TRASHED = "trashed"
    NOT_TRASHED = "not-trashed"
    CLOSED = "closed"
    NO_REPLY_NEEDED = "no-reply-needed"


class Kind(StrEnum):
    """What an order-related conversation is about; rules may apply to one kind only."""

    MESSAGE = "message"
    RETURN = "return"
    CLAIM = "claim"
    NOTICE = "notice"
    INQUIRY = "inquiry"
    """The buyer says that an item did not arrive."""
    CANCELLATION = "cancellation"
    DISPUTE = "dispute"
    """A payment is disputed, at the bank or at the payment service."""


class Origin(StrEnum):
    """What is known of whether a message is from whom it says."""

    UNKNOWN = "unknown"
    GENUINE = "genuine"
    """Our own mail server found it proven."""
    FORGED = "forged"
    """Likely not from there: a proof failed, or a domain only looks like a service's."""


@frozen(quick=True)
class Party:
    """A person or service at one end of a message."""

    name: str
    address: str
    """Mail address or the service's user id, as it came."""


@frozen(quick=True)
class Place:
    """Where a service keeps one copy of a message."""

    folder: str
    epoch: str
    """For IMAP the UIDVALIDITY: under another one the same id means another message."""
    id: str
    role: Role


@frozen(quick=True)
class Attachment:
    """A file that came with a message; its bytes are fetched on demand by `ref`."""

    ref: str
    name: str
    media_type: str
    size: int | None
    """Bytes, as the service says; None where it does not."""


@frozen(quick=True)
class Bounce:
    """What a notice says of a mail of ours that did not reach somebody."""

    names: tuple[str, ...]
    """What it is called: its outbox key, Message-ID (no brackets) or remote id; none: not told."""
    recipients: tuple[str, ...]
    """The addresses it did not reach."""
    reason: str
    """A sentence for the seller, then the server's own words."""


@frozen(kw_only=True, quick=True)
class Message:
    """One message as a service has it. Stored once for each (account, remote_id)."""

    remote_id: RemoteId
    direction: Direction
    """OUT only for a message in the Sent folder or a copy of one of our outbox keys."""
    accepted_at: datetime
    """When the service took it (aware, UTC): never the `Date:` header, never our fetch time."""
    sender: Party
    recipients: tuple[Party, ...] = ()
    """To and Cc in their order."""
    copied: int = 0
    """How many of the recipients, the last ones, were named in Cc; 0 too where nobody knows."""
    reply_to: tuple[Party, ...] = ()
    """Whom an answer goes to, when it is not the sender."""
    followup_to: tuple[Party, ...] = ()
    """Whom an answer to all goes to, where a mailing list's mail says so."""
    subject: str = ""
    text: str = ""
    """The whole text, quoted parts included; made of `html` where there is no plain part."""
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    sent_at: datetime | None = None
    """What the sender's clock said (`Date:`); for display and explanation only."""
    automatic: bool = False
    """Auto-replies, bounces, lists, notices: opens no obligation and satisfies none."""
    claims_to_be_us: bool = False
    """Our own address in From of a message that is IN: possibly forged."""
    seen: bool = False
    answered: bool = False
    message_id: str = ""
    """RFC 5322 Message-ID without brackets; empty where there is none."""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    key: ReplyKey | None = None
    """Our outbox key, when the message carries one (`X-Seller-Inbox-Key`)."""
    origin: Origin = Origin.UNKNOWN
    """Whether the sender is proven; one likely forged joins no conversation of another."""
    copy_for: str = ""
    """The buyer's name, in a service's copy of an answer of ours that names no address."""
    bounce: Bounce | None = None
    """What it says of a mail of ours that came back; not kept, acted on when it comes in."""
    service: str = "email"
    """The marketplace a relayed mail comes from, else the connector's own kind."""
    kind: Kind = Kind.MESSAGE
    conversation_ref: str | None = None
    """The service's own id of the conversation, where it has one."""
    buyer_ref: str | None = None
    """The service's stable id of the buyer, where the address is not it (an alias without case)."""
    order_ref: str | None = None
    item_ref: str | None = None
    """The service's id of the item asked about, where there is no order yet."""
    storefront: str = ""
    """Country code of the storefront (`de`), lower case; "" where the service has one only."""
    page: str = ""
    """The https address where the seller sees this conversation at the service; "": none."""
    not_needed_page: str = ""
    """The https address that tells the service that no answer is needed, as it came; "": none."""
    reply_reference: str = ""
    """What an answer must carry in its quoted part for the service to take it; "": nothing."""
    answerable: bool = True
    """Whether a reply can be sent from here at all; else only at `page`."""
    interim: bool = False
    """Of ours: it says only that an answer will follow, so one is owed as before."""
    places: tuple[Place, ...] = ()
    source: bytes | None = None
    """The source as far as it was fetched: all of it, or header and text of a large one."""
    body_digest: str = ""
    """A hash of the body: the same remote_id with another body is another message."""


@frozen
class FlagChange:
    """A message already delivered, at `place`, whose marks at the service are now these."""

    place: Place
    seen: bool
    answered: bool


@frozen
class ConversationChange:
    """What the service says of a whole conversation; None where it says nothing new."""

    conversation_ref: str
    seen: bool | None = None
    archived: bool | None = None
    closed: bool | None = None
    """Nothing can be, or need be, answered any more."""
    reply_needed: bool | None = None
    """Whether the service counts the seller as the one whose turn it is."""
    needed_since: datetime | None = None
    """When the service's clock for that began (aware, UTC), where it says so."""


@frozen(kw_only=True)
class StatedDeadline:
    """An instant the service itself states; it wins over every rule of ours."""

    conversation_ref: str
    ref: str
    """What it is about, stable: a later one with the same ref replaces it."""
    kind: str = "reply"
    """`reply`: answer until then. `window`: no free reply after it. `appeal`: act until then."""
    due_at: datetime | None
    """None: taken back, or met; nothing is owed under this ref any more."""
    opened_at: datetime | None = None
    """When the service's clock began, where it says so."""
    said: str = ""
    """What must be done, one plain sentence."""
    page: str = ""
    """The https address where it is done, if it cannot be done here."""


@frozen
class Quarantined:
    """A message that could not be read: kept whole, told to the seller, in nobody's way."""

    place: Place
    reason: str
    source: bytes
    accepted_at: datetime | None = None


@frozen(kw_only=True)
class Batch:
    """A part of a pull that stands alone: stored in one transaction with its checkpoint."""

    checkpoint: Checkpoint
    messages: tuple[Message, ...] = ()
    changes: tuple[FlagChange, ...] = ()
    gone: tuple[Place, ...] = ()
    """Places that are empty now. A message without any place left is gone, never hidden."""
    lapsed: tuple[tuple[str, str], ...] = ()
    """(folder, epoch) pairs whose every place is void; sent only after the new epoch is whole."""
    quarantined: tuple[Quarantined, ...] = ()
    conversations: tuple[ConversationChange, ...] = ()
    """Stored after the messages of the batch, so that they may name what it brings."""
    deadlines: tuple[StatedDeadline, ...] = ()
    orders: tuple[Order, ...] = ()
    remaining: int = 0
    """How many known messages are still to be pulled after this batch."""


@frozen
class OutgoingFile:
    """A file that leaves with a reply."""

    name: str
    media_type: str
    content: bytes

    def __repr__(self) -> str:
        """Name the file and not what it holds."""
        return f"OutgoingFile({self.name!r}, {self.media_type!r}, {len(self.content)} bytes)"


@frozen(kw_only=True)
class Reply:
    """What is to be sent. `key` was committed to the store before the first attempt."""

    key: ReplyKey
    created_at: datetime
    """Written into the message (`Date:`), so that every attempt is the same message."""
    sender: Party
    recipients: tuple[Party, ...]
    cc: tuple[Party, ...] = ()
    """Who gets it too, for all to see; only where `Capabilities.addressed`."""
    bcc: tuple[Party, ...] = ()
    """Who gets it without the others being told; only where `Capabilities.addressed`."""
    subject: str
    text: str
    """Final text, quoted text included."""
    flowed: bool = False
    """Whether a mail may break its long lines so that they can be joined again. A marketplace's
    relay does not join them, so its buyers would read ragged lines."""
    html: bool = False
    """Whether a mail says the same as a simple page too."""
    in_reply_to: str = ""
    """Message-ID (no brackets) or the service's id of the message answered; empty: none."""
    references: tuple[str, ...] = ()
    answers: tuple[Place, ...] = ()
    """Where the answered message lies, for `\\Answered`."""
    conversation_ref: str | None = None
    files: tuple[OutgoingFile, ...] = ()
    form: str = ""
    """The name of one of `Capabilities.forms`; "": a plain answer."""
    interim: bool = False
    """Whether that form is no answer, see `ReplyForm.answers`."""


@frozen(kw_only=True)
class Receipt:
    """A service's word that it accepted a reply."""

    accepted_at: datetime
    remote_id: RemoteId
    """The id under which the reply will come back in a pull, so that it is stored once."""
    detail: str = ""


@frozen(kw_only=True)
class Capabilities:
    """What a service can do, so that the screen never offers what it cannot."""

    marks: frozenset[Mark] = frozenset()
    attachments: bool = False
    """Whether files that came with a message can be fetched."""
    max_reply_chars: int | None = None
    chars_of_kind: tuple[tuple[Kind, int], ...] = ()
    """Where conversations of a kind take another number than `max_reply_chars`."""
    forms: tuple[ReplyForm, ...] = ()
    """In which other ways than as a plain answer it takes what the seller writes."""
    max_files: int = 0
    """How many files a reply may carry; 0: none."""
    max_file_bytes: int | None = None
    """The size one file may have; None: no limit that we know."""
    max_files_bytes: int | None = None
    """What all files of a reply may weigh together; None: no limit that we know."""
    file_types: frozenset[str] = frozenset()
    """The media types a file may have; empty: any."""
    orders: bool = False
    """Whether `order` returns orders."""
    idempotent_send: bool = False
    """Whether sending the same key twice is one reply at the service."""
    push: bool = False
    drafts: bool = False
    """Whether drafts are to be kept at the service too."""
    can_start: bool = False
    """Whether a conversation can be begun, not only answered."""
    moves: bool = False
    """Whether some marks move a message, so that to take one back is to know where it lies now."""
    addressed: bool = False
    """Whether what is sent goes to the addresses that the seller names: several, with copies,
    and whatever is passed on to others."""


@frozen(kw_only=True)
class Setting:
    """One thing a connector must know of an account; wizard, docs and validation follow from it."""

    key: str
    title: str
    help: str
    secret: bool = False
    default: str | None = None
    """None: it must be given."""
    choices: tuple[str, ...] = ()
    many: bool = False
    """A list of texts in the configuration, `a, b` on the command line."""


@frozen
class Findings:
    """What `check` found, as sentences for the seller."""

    lines: tuple[str, ...]
    proposals: tuple[Proposal, ...] = ()


SettingValues = Mapping[str, str | tuple[str, ...]]
"""The settings of one account by key, defaults filled in."""
