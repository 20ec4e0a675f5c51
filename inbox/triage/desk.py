"""What all verbs share: the store, the clock, the way a fact is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from inbox.clock import Clock
from inbox.core.addresses import written
from inbox.core.drafting import joined
from inbox.core.events import WORDS, known
from inbox.core.model import (
    AccountUid,
    Conversation,
    ConversationUid,
    OutboxItem,
    StoredMessage,
    Verb,
)
from inbox.core.obligations import Book, terms_for
from inbox.core.query import Query, Term
from inbox.core.undo import said_before
from inbox.store import conversations, drafts, journal, messages, outbox, outgoing_files
from inbox.store.database import Store, Transaction
from inbox.store.derive import derive, refresh
from inbox.store.drafts import Draft
from inbox.store.uids import new_uid
from inbox.view.addressing import recipients_of
from inbox.view.replying import typed_text


def _nobody(account: AccountUid) -> None:
    """Nudge nobody: there is no engine to tell."""


class Desk:
    """One store and what writing to it needs."""

    def __init__(
        self,
        store: Store,
        book: Book,
        clock: Clock,
        *,
        nudge: Callable[[AccountUid], object] = _nobody,
        undo_seconds: float = 10.0,
    ) -> None:
        self._store = store
        self.book = book
        self._clock = clock
        self._nudge = nudge
        self._window = timedelta(seconds=undo_seconds)

    def freshen(self) -> int:
        """Derive what was derived under other rules or terms again; return how many those were."""
        return refresh(self._store, self.book, self._clock())

    def _write(
        self,
        tx: Transaction,
        verb: Verb,
        of: Sequence[Conversation],
        arguments: Mapping[str, str],
        group: str,
    ) -> None:
        at = self._clock()
        for conversation in of:
            seen = known(conversation) if verb in WORDS else {}
            journal.add(
                tx,
                at=at,
                verb=verb,
                conversation=conversation.uid,
                arguments={**seen, **said_before(verb, conversation), **arguments},
                group=group,
            )
            if verb in {Verb.READ, Verb.UNREAD}:
                messages.mark_seen(tx, conversation.uid, verb is Verb.READ)
        derive(tx, [conversation.uid for conversation in of], self.book)

    def _of_sender(self, tx: Transaction, pattern: str) -> list[ConversationUid]:
        """Return every conversation of such a sender, also what no list shows: spam."""
        sender = Term(field="from", value=pattern)
        now = self._clock()
        found = conversations.ids(tx, Query((sender,)), now)
        spam = conversations.ids(tx, Query((sender, Term(field="is", value="spam"))), now)
        return [*found, *spam]

    def _withdraw(self, tx: Transaction, item: OutboxItem) -> None:
        """Take a reply out of the outbox and its conversation, and keep its words as the draft."""
        heads = messages.heads(tx, item.conversation)
        answered = next(
            (head for head in heads if head.message.message_id == item.reply.in_reply_to), None
        )
        text = item.reply.text.rstrip()
        if answered is not None:
            text = typed_text(messages.get(tx, answered.uid).message, text)
        outgoing_files.move(
            tx, outgoing_files.of_reply(item.key), outgoing_files.of_draft(item.conversation)
        )
        outbox.remove(tx, item.key)
        messages.remove_outgoing(tx, item.message)
        begun = drafts.get(tx, item.conversation)
        if begun is None:
            subject, form = item.reply.subject, item.reply.form
            draft = Draft(
                item.conversation, text, subject, self._clock(), form=form, carries=item.awaits
            )
            draft = replace(draft, after=item.after)
            drafts.put(tx, self._addressed(draft, item, answered, alone=len(heads) == 1))
            return
        # Another answer was begun meanwhile: the words of neither are lost.
        text = joined(begun.text, text)
        carries, after = begun.carries + item.awaits, {**begun.after, **item.after}
        drafts.put(tx, replace(begun, text=text, carries=carries, after=after))

    def _addressed(
        self, draft: Draft, item: OutboxItem, answered: StoredMessage | None, *, alone: bool
    ) -> Draft:
        """Return the draft of a reply taken back with whom it goes to, as far as that was chosen.

        `alone`: it was the only message there, so it begins the conversation again.
        """
        reply, terms = item.reply, terms_for(self.book, item.account)
        usual = recipients_of(answered.message, terms) if answered is not None else ()
        if not alone and reply.recipients == usual and not reply.cc and not reply.bcc:
            return draft
        return replace(
            draft,
            to=written(reply.recipients),
            cc=written(reply.cc),
            bcc=written(reply.bcc),
            account=item.account if alone else None,
        )


def each(tx: Transaction, uids: Iterable[ConversationUid]) -> list[Conversation]:
    """Return each conversation once, merged ones followed; raises UnknownId."""
    found = [conversations.get(tx, uid) for uid in uids]
    return list({conversation.uid: conversation for conversation in found}.values())


def new_group() -> str:
    """Return a name for the facts of one keypress."""
    return str(new_uid())
