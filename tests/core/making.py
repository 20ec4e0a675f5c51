"""Small makers of messages, facts and accounts; one line in a test says what matters there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from connectors.values import Direction, Kind, Message, Party, Place, RemoteId, Role
from inbox.core.model import (
    AccountTerms,
    AccountUid,
    ConversationUid,
    Delivery,
    Fact,
    FactUid,
    MessageUid,
    StoredMessage,
    Verb,
)
from inbox.core.obligations import Anchor, Clock, Owner, Rule

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SHOP = AccountUid("shop-uid")
TALK = ConversationUid("talk-uid")
OWN = frozenset({"shop@shop.example"})
TERMS = AccountTerms(uid=SHOP, name="shop", kind="email", addresses=OWN)

_numbers = count(1)


def at(hour: float) -> datetime:
    """Return the instant that many hours after noon."""
    return NOON + timedelta(hours=hour)


def rule(
    target: timedelta = DAY,
    *,
    name: str = "promise",
    owner: Owner = Owner.SELLER,
    service: str = "*",
    account: AccountUid | None = None,
    auto_reply_counts: bool = False,
    no_reply_needed_counts: bool = False,
) -> Rule:
    """Return an elapsed rule anchored at the first unanswered message."""
    return Rule(
        id=name,
        owner=owner,
        service=service,
        clock=Clock.ELAPSED,
        target=target,
        anchor=Anchor.FIRST_UNANSWERED,
        account=account,
        auto_reply_counts=auto_reply_counts,
        no_reply_needed_counts=no_reply_needed_counts,
    )


def theirs(
    hour: float = 0.0,
    *,
    who: str = "anna@home.example",
    name: str = "Anna",
    subject: str = "",
    message_id: str = "",
    answers: Sequence[str] = (),
    references: Sequence[str] = (),
    reply_to: Sequence[str] = (),
    order: str | None = None,
    buyer_ref: str | None = None,
    service: str = "email",
    kind: Kind = Kind.MESSAGE,
    automatic: bool = False,
    seen: bool = False,
    role: Role | None = Role.INBOX,
    remote_id: str = "",
) -> Message:
    """Return a message that came in."""
    number = next(_numbers)
    remote = RemoteId(remote_id or f"remote-{number}")
    return Message(
        remote_id=remote,
        direction=Direction.IN,
        accepted_at=at(hour),
        sender=Party(name, who),
        recipients=(Party("Shop", "shop@shop.example"),),
        reply_to=tuple(Party("", address) for address in reply_to),
        subject=subject,
        message_id=message_id,
        in_reply_to=tuple(answers),
        references=tuple(references),
        order_ref=order,
        buyer_ref=buyer_ref,
        service=service,
        kind=kind,
        automatic=automatic,
        seen=seen,
        places=() if role is None else (Place("Folder", "1", str(number), role),),
    )


def ours(
    hour: float = 0.0,
    *,
    to: Sequence[str] = ("anna@home.example",),
    subject: str = "",
    message_id: str = "",
    answers: Sequence[str] = (),
    references: Sequence[str] = (),
    order: str | None = None,
    automatic: bool = False,
) -> Message:
    """Return a message of ours, as the Sent folder has it."""
    number = next(_numbers)
    return Message(
        remote_id=RemoteId(f"remote-{number}"),
        direction=Direction.OUT,
        accepted_at=at(hour),
        sender=Party("Shop", "shop@shop.example"),
        recipients=tuple(Party("", address) for address in to),
        subject=subject,
        message_id=message_id,
        in_reply_to=tuple(answers),
        references=tuple(references),
        order_ref=order,
        automatic=automatic,
        places=(Place("Sent", "1", str(number), Role.SENT),),
    )


def stored(
    message: Message,
    *,
    uid: str = "",
    delivery: Delivery | None = None,
    gone_at: datetime | None = None,
) -> StoredMessage:
    """Return the message as the store has it."""
    return StoredMessage(
        uid=MessageUid(uid or f"m{next(_numbers):06}"),
        account=SHOP,
        conversation=TALK,
        message=message,
        delivery=delivery,
        gone_at=gone_at,
    )


def said(
    verb: Verb, hour: float = 0.0, arguments: Mapping[str, str] | None = None, *, group: str = ""
) -> Fact:
    """Return what the seller did, as the journal has it."""
    number = next(_numbers)
    return Fact(
        uid=FactUid(f"f{number:06}"),
        device="desk",
        at=at(hour),
        verb=verb,
        conversation=TALK,
        arguments=arguments or {},
        group=group,
    )
