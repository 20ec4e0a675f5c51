"""Undo and redo: facts about groups of facts, and replies taken out of the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connectors.values import ReplyKey
from inbox.core import undo as core_undo
from inbox.core.model import ConversationUid, Delivery, Fact, Verb
from inbox.store import journal, messages, outbox
from inbox.store.database import Transaction
from inbox.store.derive import derive
from inbox.store.uids import UnknownId
from inbox.triage.desk import new_group
from inbox.triage.discarding import Discarding, can_come_back

_NEWEST_FACTS = 2000
"""How far back undo looks in the journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What an undo or redo did, for the line that tells it."""

    verb: Verb | None
    """The verb taken back (or done again); None when nothing could be."""
    conversations: tuple[ConversationUid, ...] = ()
    passed_over: tuple[ReplyKey, ...] = ()
    """Newer replies that were on their way already and stay as they are."""
    withdrawn: ReplyKey | None = None
    """A reply taken out of the outbox; its words are the conversation's draft again."""


class Undoing(Discarding):
    """Undo and redo over the journal, whoever wrote the facts."""

    def undo(self) -> Undone | None:
        """Take the newest group back that can be; None when the journal holds nothing to undo."""
        with self._store.write(durable=True) as tx:
            facts = journal.newest(tx, _NEWEST_FACTS)
            group = core_undo.next_undo(facts, lambda fact: _undoable(tx, fact))
            passed = _passed_over(tx, facts, group)
            if group is None:
                return Undone(verb=None, passed_over=tuple(passed)) if passed else None
            members = [fact for fact in facts if fact.group == group]
            withdrawn = None
            for fact in members:
                if fact.verb is Verb.REPLY:
                    withdrawn = ReplyKey(fact.arguments["key"])
                    self._withdraw(tx, outbox.get(tx, withdrawn))
            self._turn(tx, Verb.UNDO, group, members)
        return _told(members, passed, withdrawn)

    def redo(self) -> Undone | None:
        """Do the newest undone group again; None when there is none."""
        with self._store.write(durable=True) as tx:
            facts = journal.newest(tx, _NEWEST_FACTS)
            group = core_undo.next_redo([fact for fact in facts if fact.group])
            if group is None:
                return None
            members = [fact for fact in facts if fact.group == group]
            if any(fact.verb is Verb.REPLY for fact in members):
                return Undone(verb=None)
            self._turn(tx, Verb.REDO, group, members)
        return _told(members, (), None)

    def turn(self, group: str) -> Undone | None:
        """Take one group back whatever came after it, or do it again if it was taken back.

        None if that cannot be: a reply that has left, or one taken back.
        """
        with self._store.write(durable=True) as tx:
            members = journal.of_group(tx, group)
            gone = journal.is_undone(tx, group)
            replies = [fact for fact in members if fact.verb is Verb.REPLY]
            if (
                not members
                or (replies and gone)
                or not all(_undoable(tx, each, gone=gone) for each in members)
            ):
                return None
            for fact in replies:
                self._withdraw(tx, outbox.get(tx, ReplyKey(fact.arguments["key"])))
            self._turn(tx, Verb.REDO if gone else Verb.UNDO, group, members)
        withdrawn = ReplyKey(replies[0].arguments["key"]) if replies else None
        return _told(members, (), withdrawn)

    def _turn(self, tx: Transaction, verb: Verb, group: str, members: Sequence[Fact]) -> None:
        """Note the undo (or redo) of a group in each conversation it touched, and derive them."""
        own, touched = new_group(), dict.fromkeys(_conversations_of(members))
        for fact in members:
            if fact.verb is Verb.DISCARD:
                self._turn_draft(tx, fact, verb)
        for uid in touched:
            journal.add(
                tx,
                at=self._clock(),
                verb=verb,
                conversation=uid,
                arguments={"group": group},
                group=own,
            )
        for fact in members:
            if fact.verb is Verb.NOT_A_BUYER:
                touched.update(dict.fromkeys(self._of_sender(tx, fact.arguments["pattern"])))
            marks = fact.verb in {Verb.READ, Verb.UNREAD} and not core_undo.held_before(fact)
            if marks and fact.conversation is not None:
                seen = (fact.verb is Verb.READ) is (verb is Verb.REDO)
                messages.mark_seen(tx, fact.conversation, seen)
        derive(tx, touched, self.book)


def _undoable(tx: Transaction, fact: Fact, *, gone: bool = False) -> bool:
    """Return whether a fact can be taken back (`gone`: done again).

    It was made by a key, is no reply that has left, no draft that is lost.
    """
    if not fact.group:
        return False
    if fact.verb is Verb.DISCARD:
        return gone or can_come_back(tx, fact)
    return fact.verb is not Verb.REPLY or _waits(tx, fact)


def _waits(tx: Transaction, fact: Fact) -> bool:
    """Return whether a reply's fact is about one that is still in the outbox, not on its way."""
    try:
        item = outbox.get(tx, ReplyKey(fact.arguments["key"]))
    except UnknownId:
        return False
    return item.state is Delivery.QUEUED and not item.left


def _passed_over(
    tx: Transaction, newest_first: Sequence[Fact], group: str | None
) -> list[ReplyKey]:
    """Return the replies newer than the group that undo had to leave alone."""
    gone = core_undo.undone(reversed(newest_first))
    passed = []
    for fact in newest_first:
        if fact.group and fact.group == group:
            break
        if fact.verb is Verb.REPLY and fact.group not in gone and not _waits(tx, fact):
            passed.append(ReplyKey(fact.arguments["key"]))
    return passed


def _conversations_of(facts: Iterable[Fact]) -> list[ConversationUid]:
    return [fact.conversation for fact in facts if fact.conversation is not None]


def _told(
    members: Sequence[Fact], passed: Sequence[ReplyKey], withdrawn: ReplyKey | None
) -> Undone:
    return Undone(
        verb=members[0].verb,
        conversations=tuple(dict.fromkeys(_conversations_of(members))),
        passed_over=tuple(passed),
        withdrawn=withdrawn,
    )
