"""What a conversation is now, made of its messages and of what the seller did. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connectors.frozen import frozen
from connectors.values import Direction, Kind, Party
from inbox.core import undo
from inbox.core.events import events_of_ordered, in_order
from inbox.core.judging import judged_unless_it_stands
from inbox.core.linking import keys_of, normal_subject
from inbox.core.model import (
    AccountTerms,
    AccountUid,
    Conversation,
    ConversationUid,
    Delivery,
    Fact,
    Verb,
)
from inbox.core.obligation import Findings, Standing
from inbox.core.obligations import (
    NOTHING_GIVEN,
    Book,
    Duty,
    Event,
    EventKind,
    GivenTerms,
    choice_for,
    known_until,
    set_aside_by,
)
from inbox.core.parties import canonical_address, is_no_buyer, shown_party
from inbox.core.snippets import SNIPPET_CHARACTERS
from inbox.core.stated import Said, events_said
from inbox.core.turn import state_of

if TYPE_CHECKING:
    from inbox.core.heads import Head, Spoken

__all__ = [
    "canonical_address",
    "is_no_buyer",
    "keys_of",
    "normal_subject",
    "shown_party",
    "state_of",
    "summarise",
]

# Asked for thousands of times a second; through its class a member takes three times as long.
_IN, _NOTICE, _WINDOW = Direction.IN, Kind.NOTICE, Duty.WINDOW
_ASKED, _ANSWERED = EventKind.ASKED, EventKind.ANSWERED
_ENDS = frozenset({EventKind.DONE, EventKind.TRASHED})


def summarise(  # noqa: PLR0917 - the store's derive passes what it has in this order
    uid: ConversationUid,
    heads: Sequence[Head],
    facts: Sequence[Fact],
    terms: AccountTerms,
    book: Book,
    not_buyers: frozenset[str],
    snippet: str = "",
    unsent: Delivery | None = None,
    given: Callable[[], GivenTerms] = lambda: NOTHING_GIVEN,
    found: Findings | None = None,
    said: Sequence[Said] = (),
    standing: Standing | None = None,
) -> Conversation:
    """Return the document of a conversation as of its messages and facts; `now` plays no part.

    `heads` (at least one, any order) need no text. `terms` are those of the account
    that answers. `facts` are those of the conversation, in the order written, with the
    undo and redo facts that speak of their groups. `not_buyers` are the patterns in
    force. `given` returns the terms of verdicts that stand; `found` is told what was found;
    `said` is what the service says of the whole conversation. `standing` is a verdict that
    still holds where the same happened under the same rules.
    """
    heads = in_order(heads)
    messages = [head.message for head in heads]
    holds = undo.effective(facts) if facts else ()
    more = events_said(said, heads, terms) if said else ()
    events = events_of_ordered(heads, holds, terms, not_buyers, more)
    newest = _speaking(heads)
    storefront = newest.storefront
    if not storefront and len(heads) > 1:
        storefront = _storefront_of(heads, newest.service)
    choice = choice_for(book, terms.uid, newest.service, storefront)
    verdict, course = judged_unless_it_stands(events, choice, given, found or Findings(), standing)
    unread, attached, here = False, False, False
    for head in heads:
        message = head.message
        unread |= not message.seen and message.direction is _IN
        attached |= bool(message.attachments)
        here |= head.gone_at is None
    turn = _turn(messages, holds, events, terms)
    marks = _marks(holds) if holds else _UNMARKED
    return Conversation(
        uid=uid,
        account=terms.uid,
        service=newest.service,
        storefront=storefront,
        kind=newest.kind,
        party=shown_party(newest, terms.addresses),
        subject=_titled(heads).message.subject,
        order_ref=_order_of(messages),
        last_at=messages[-1].accepted_at,
        snippet=_one_line(snippet),
        message_count=len(heads),
        unread=unread,
        gone=turn.trashed or not here,
        attached=attached,
        language=_language_of(heads),
        starred=marks.starred,
        tags=marks.tags,
        spam=turn.spam,
        done_at=turn.done_at,
        snoozed_until=turn.snoozed_until,
        their_turn=turn.theirs,
        owed=verdict.owed,
        due_at=verdict.due_at,
        target=verdict.target,
        rule=verdict.rule,
        rule_hash=verdict.rule_hash,
        unreachable=verdict.unreachable,
        course=course,
        unsent=unsent,
    )


def begun(  # noqa: PLR0917 - the store's derive passes what it has in this order
    uid: ConversationUid,
    account: AccountUid,
    service: str,
    party: Party,
    subject: str,
    text: str,
    at: datetime,
    book: Book,
    facts: Sequence[Fact] = (),
) -> Conversation:
    """Return the document of a conversation that is a mail begun by us, and nothing else yet.

    Nothing is owed in it; it is our turn, since it waits to be sent, until the
    seller says that it is done, and again once they go on with it.
    """
    holds = undo.effective(facts)
    said = [each for each in holds if each.verb in {Verb.DONE, Verb.REOPEN} and each.at >= at]
    marks = _marks(holds)
    return Conversation(
        starred=marks.starred,
        tags=marks.tags,
        spam=_spam(holds, ""),
        done_at=said[-1].at if said and said[-1].verb is Verb.DONE else None,
        uid=uid,
        account=account,
        service=service,
        party=party,
        subject=subject,
        last_at=at,
        snippet=_one_line(text),
        rule_hash=choice_for(book, account, service).quiet,
    )


def _one_line(text: str) -> str:
    """Return the beginning of a text as one line."""
    # Nearly all are so already; what can be printed holds no blank but spaces.
    if len(text) <= SNIPPET_CHARACTERS and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(text.split())[:SNIPPET_CHARACTERS]


def _titled(heads: Sequence[Head]) -> Head:
    """Return the first that says itself what it is about, and no notice again."""
    for head in heads:
        if not head.notice_of:
            return head
    return heads[0]


def _speaking(heads: Sequence[Head]) -> Spoken:
    """Return the message that says who this is with: their newest by a person, else any newest.

    A notice is the service's, whatever it is about: what it speaks of says more.
    """
    newest = None
    for head in reversed(heads):
        message = head.message
        if message.direction is _IN:
            if not (message.automatic or message.kind is _NOTICE or head.notice_of):
                return message
            newest = newest or message
    return newest or heads[-1].message


def _storefront_of(heads: Sequence[Head], service: str) -> str:
    """Return the storefront told last: what comes by mail does not tell it, an API does."""
    told = (
        head.message.storefront
        for head in reversed(heads)
        if head.message.storefront and head.message.service == service
    )
    return next(told, "")


def _order_of(messages: Sequence[Spoken]) -> str | None:
    """Return the order named last."""
    for message in reversed(messages):
        if message.order_ref:
            return message.order_ref
    return None


def _language_of(heads: Sequence[Head]) -> str:
    """Return the language that was told last."""
    for head in reversed(heads):
        if head.language:
            return head.language
    return ""


@frozen(quick=True)
class _Turn:
    """Whose turn it is, before `now` has its say."""

    theirs: bool
    done_at: datetime | None
    snoozed_until: datetime | None
    spam: bool
    trashed: bool


def _turn(
    messages: Sequence[Spoken],
    facts: Sequence[Fact],
    events: Sequence[Event],
    terms: AccountTerms,
) -> _Turn:
    """Return whose turn it is, after everything that happened.

    A new question of a person ends done and snooze; an automatic message ends nothing.
    """
    theirs, done_at, reopened, trashed = False, None, False, False
    for event in events:  # in the order in which clocks take them
        kind = event.kind
        if kind is _ASKED:
            if event.excluded in ("", "history"):
                theirs = False
                if not event.excluded:
                    done_at, trashed = None, False
        elif kind is _ANSWERED:
            theirs |= not event.automatic and not event.excluded
        elif kind is EventKind.NO_REPLY_NEEDED:
            theirs = True
        elif kind is EventKind.REOPENED:
            theirs, done_at, reopened, trashed = False, None, True, False
        elif kind in _ENDS:
            done_at, reopened = event.at, False
            trashed |= kind is EventKind.TRASHED
    aside = _set_aside(messages)
    if done_at is None and not reopened and (aside == "trash" or _all_history(messages, terms)):
        done_at = messages[-1].accepted_at
    snoozed = _snoozed_until(facts, events) if facts else None
    return _Turn(
        theirs=theirs,
        done_at=None if snoozed else done_at,
        snoozed_until=snoozed,
        spam=_spam(facts, aside),
        trashed=trashed or (aside == "trash" and not reopened),
    )


def _set_aside(messages: Sequence[Spoken]) -> str:
    """Return "junk" or "trash" if all they wrote lies there, else ""."""
    found = ""
    for message in messages:
        if message.direction is _IN:
            reason = set_aside_by(message.places)
            if not reason:
                return ""
            found = "junk" if "junk" in (reason, found) else reason
    return found


def _all_history(messages: Sequence[Spoken], terms: AccountTerms) -> bool:
    """Return whether every word of a person is from before the account owes anything."""
    if terms.owed_since is None:
        return False
    since = terms.owed_since
    for each in [each for each in messages if not each.automatic] or messages:
        if each.accepted_at >= since:
            return False
    return True


def _spam(facts: Sequence[Fact], aside: str) -> bool:
    """Return whether it is spam: by the seller's last word, without one by where it lies."""
    said = [fact.verb for fact in facts if fact.verb in (Verb.SPAM, Verb.NOT_SPAM)] if facts else []
    return said[-1] is Verb.SPAM if said else aside == "junk"


_ON_SNOOZE = frozenset({Verb.SNOOZE, Verb.WAKE, Verb.DONE, Verb.CLOSE, Verb.TRASH})
"""The words that begin or end a snooze."""


def _snoozed_until(facts: Sequence[Fact], events: Sequence[Event]) -> datetime | None:
    """Return until when the seller put it off, `None` once woken, done or asked about again."""
    said = [fact for fact in facts if fact.verb in _ON_SNOOZE]
    if not said or said[-1].verb is not Verb.SNOOZE or "until" not in said[-1].arguments:
        return None
    seen = known_until(said[-1]) or said[-1].at
    asked = (each for each in events if each.kind is EventKind.ASKED and not each.excluded)
    if any(each.at > seen for each in asked):
        return None
    return datetime.fromisoformat(said[-1].arguments["until"]).astimezone(UTC)


@frozen(quick=True)
class _Marks:
    """What the seller put on it."""

    starred: bool
    tags: tuple[str, ...]


_UNMARKED = _Marks(starred=False, tags=())


def _marks(facts: Iterable[Fact]) -> _Marks:
    """Return the star and the tags that are on now."""
    starred, tags = False, set[str]()
    for fact in facts:
        match fact.verb:
            case Verb.STAR:
                starred = True
            case Verb.UNSTAR:
                starred = False
            case Verb.TAG:
                tags.add(fact.arguments.get("name", ""))
            case Verb.UNTAG:
                tags.discard(fact.arguments.get("name", ""))
            case _:
                pass
    return _Marks(starred, tuple(sorted(tags - {""})))
