"""An invented shop's store for the tests of the screen, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.values import Attachment, Direction, Message, Party, Place, RemoteId, Role
from inbox import files
from inbox.app import InboxApp
from inbox.commands import table
from inbox.core.model import AccountTerms, AccountUid, ConversationUid
from inbox.core.obligations import Anchor, Book, Clock, Owner, Rule, make_book
from inbox.core.query import parse
from inbox.screens.desk import Desk
from inbox.store import conversations, messages
from inbox.store.database import Store
from inbox.store.derive import derive
from inbox.triage import Triage
from inbox.view.reader import Reader

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MAIL = AccountUid("mail00000001")
US = "shop@example.com"

RULE = Rule(
    id="email.reply",
    owner=Owner.SELLER,
    service="*",
    clock=Clock.ELAPSED,
    target=timedelta(hours=24),
    anchor=Anchor.FIRST_UNANSWERED,
    source="config.toml",
)
TERMS = AccountTerms(
    uid=MAIL,
    name="mail",
    kind="email",
    addresses=frozenset({US, "hello@example.com"}),
    address_order=(US, "hello@example.com"),
    display_name="Lamps & Co",
)


class Hands:
    """A clock that the test moves."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def on(self, **span: float) -> None:
        self.now += timedelta(**span)


def wrote(
    who: str,
    text: str,
    *,
    ago: timedelta,
    subject: str = "My order",
    address: str = "",
    to: str = US,
    number: str = "",
    seen: bool = False,
    **more: Any,
) -> Message:
    """Return a buyer's mail accepted that long before noon."""
    address = address or f"{who.split(maxsplit=1)[0].lower()}@example.org"
    number = number or f"{address}-{int(ago.total_seconds())}"
    message = Message(
        remote_id=RemoteId(number),
        direction=Direction.IN,
        accepted_at=NOON - ago,
        sender=Party(who, address),
        recipients=(Party("", to),),
        subject=subject,
        text=text,
        message_id=f"{number}@mail.example.org",
        places=(Place("INBOX", "1", number, Role.INBOX),),
        source=f"Subject: {subject}\r\n\r\n{text}".encode(),
        body_digest=str(hash(text)),
        seen=seen,
    )
    return replace(message, **more)


def answered(message: Message, text: str, *, ago: timedelta) -> Message:
    """Return our answer to a mail, sent from a phone."""
    return Message(
        remote_id=RemoteId(f"out-{message.remote_id}"),
        direction=Direction.OUT,
        accepted_at=NOON - ago,
        sender=Party("Lamps & Co", US),
        recipients=(message.sender,),
        subject=f"Re: {message.subject}",
        text=text,
        message_id=f"out-{message.message_id}",
        in_reply_to=(message.message_id,),
        references=(message.message_id,),
        places=(Place("Sent", "1", message.places[0].id, Role.SENT),),
        seen=True,
    )


def hours(number: float) -> timedelta:
    """Return that many hours."""
    return timedelta(hours=number)


def usual() -> list[Message]:
    """Return what lies in the shop on an ordinary day: late, soon, in time, answered, automatic."""
    kate = wrote(
        "Kate O'Neil", "Where is my lamp?\nIt should be here.", ago=hours(26), subject="Lamp"
    )
    anna = wrote("Anna Müller", "Wann kommt mein Paket?", ago=hours(23.5), subject="Paket 1001")
    liu = wrote(
        "刘伟", "你好 灯的尺寸是多少", ago=hours(2), subject="灯的尺寸", address="liu@example.cn"
    )
    bo = wrote(
        "Bo Bach",
        "Thanks, that helps.\n\nOn Monday you wrote:\n> It ships tomorrow.\n> Regards",
        ago=hours(50),
        subject="Shade",
        attachments=(Attachment("1", "shade.jpg", "image/jpeg", 123_456),),
    )
    return [
        kate,
        anna,
        liu,
        bo,
        answered(bo, "Glad to hear it.", ago=hours(49)),
        wrote("Newsletter", "Deals!", ago=hours(1), subject="Deals of the week", automatic=True),
    ]


def book_of(*terms: AccountTerms) -> Book:
    """Return the rules of the shop."""
    return make_book([RULE], terms or (TERMS,))


def fill(store: Store, book: Book, found: Sequence[Message]) -> None:
    """Store mails as the engine would."""
    with store.write() as tx:
        taken = messages.ingest_messages(tx, MAIL, found, book)
        touched = {each.conversation for each in taken}
        derive(tx, touched, book)


@dataclass(frozen=True, slots=True)
class Shop:
    """A store with its verbs, and the desk for pages on it."""

    store: Store
    book: Book
    hands: Hands
    triage: Triage
    desk: Desk
    nudged: list[AccountUid]

    def app(self) -> InboxApp:
        """Return the screen of this shop, without an engine."""
        return InboxApp(self.desk)

    def uid(self, subject: str) -> ConversationUid:
        """Return the conversation of a subject."""
        with self.store.read() as tx:
            every = conversations.ids(tx, parse(""), self.hands())
            found = [each for each in conversations.page(tx, every) if each.subject == subject]
        assert len(found) == 1, [each.subject for each in found]
        return found[0].uid

    def take(self, *found: Message) -> None:
        """Let mails come in."""
        fill(self.store, self.book, found)


@contextmanager
def open_shop(
    folder: Path,
    found: Sequence[Message] | None = None,
    *,
    terms: AccountTerms = TERMS,
    book: Book | None = None,
    undo_seconds: float = 10.0,
) -> Iterator[Shop]:
    """Yield a shop with these mails in it, the usual ones by default."""
    store = Store.open(folder / "data" / "inbox.db")
    try:
        hands = Hands()
        book = book or book_of(terms)
        nudged: list[AccountUid] = []
        fill(store, book, usual() if found is None else found)
        triage = Triage(store, book, hands, nudge=nudged.append, undo_seconds=undo_seconds)
        yield Shop(
            store=store,
            book=book,
            hands=hands,
            triage=triage,
            desk=desk_for(
                Reader(store, book, hands, seller="Kim", zone=UTC), triage, hands, folder
            ),
            nudged=nudged,
        )
    finally:
        store.close()


def desk_for(reader: Reader, triage: Triage, hands: Hands, folder: Path) -> Desk:
    """Return a desk with the starter responses and an editor that writes a line below."""
    from canned.library import Library

    return Desk(
        reader=reader,
        verbs=lambda: triage,
        clock=hands,
        commands=table(),
        library=lambda: Library.load([]),
        edit=lambda text: f"{text}\nfrom the editor",
        save_file=lambda name, content: files.save(folder / "saved", name, content),
        open_file=lambda name, content: files.open_file(
            folder / "opened", name, content, command=("true",)
        ),
        log_in=lambda _name: False,
        zone=UTC,
    )
