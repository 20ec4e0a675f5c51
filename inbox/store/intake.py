"""Messages that came in, into the store: each once, in its conversation, findable.

A message is known by (account, remote_id, body digest): the same id with
another body is another message. A copy in Sent of a reply written here is that
reply, by its key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from connectors.frozen import frozen, replaced
from connectors.values import Direction, Message, RemoteId
from inbox.core.model import AccountUid, ConversationUid, MessageUid
from inbox.core.stated import Subject
from inbox.store import (
    contents,
    copies,
    held_back,
    pairing,
    presence,
    search,
    twins,
    uids,
    untold,
)
from inbox.store.database import Transaction
from inbox.store.heads import Head, head_json, places_document, words_of
from inbox.store.instants import micros
from inbox.store.known import Known, Row
from inbox.store.linking import Links

if TYPE_CHECKING:
    from inbox.store.prepared import Prepared, Ready

Keys = tuple[str, ...]
"""The threading keys of a message."""


@frozen(quick=True)
class Ingested:
    """What became of one message that came in."""

    uid: MessageUid
    conversation: ConversationUid
    new: bool
    """Whether it was not in the store before."""


@frozen(quick=True)
class _Waiting:
    """A message that is to be written with others."""

    uid: MessageUid
    conversation: ConversationUid
    message: Message
    made: Prepared

    def columns(self, account: AccountUid) -> Head:
        """Return what the hot columns of its row are made of."""
        return {
            "uid": self.uid,
            "account": account,
            "conversation": self.conversation,
            "remote_id": self.message.remote_id,
            "accepted_at": micros(self.message.accepted_at),
            "digest": self.message.body_digest,
        }

    def json(self, account: AccountUid) -> bytes:
        """Return its document in JSON."""
        return head_json(
            self.made.told, uid=self.uid, account=account, conversation=self.conversation
        )


class Intake:
    """One batch of one account, taken in by `take_all`."""

    def __init__(
        self,
        tx: Transaction,
        account: AccountUid,
        arrived: Sequence[Message],
        own: frozenset[str],
        ready: Ready | None = None,
    ) -> None:
        # The screen takes in nothing before it is painted.
        from inbox.store.prepared import Ready
        from inbox.store.stowed import bringing

        self._ready = ready or Ready()
        self._tx = tx
        self._account = account
        self._own = own
        self._arrived = [(each, self._ready.keys_of(each, own)) for each in arrived]
        every = [key for _, keys in self._arrived for key in keys]
        self.touched: set[ConversationUid] = bringing.come_back(tx, account, every)
        """Conversations to derive that no `Ingested` names."""
        self._known = Known(tx, account, arrived)
        self._links = Links(tx, account, every)
        self._owners = presence.owners(
            tx, account, (place for each in arrived for place in each.places)
        )
        self._anything_held_back = held_back.any_of(tx, account)
        self._waiting: list[_Waiting] = []
        self._waiting_ids: set[RemoteId] = set()

    def take_all(self) -> list[Ingested]:
        """Store the messages, each once, and return what became of each, in their order."""
        taken = [self._take(message, keys) for message, keys in self._arrived]
        self._flush()
        return taken

    def _take(self, message: Message, keys: Keys) -> Ingested:
        """Store one message, or add what is new about it to the one there is."""
        if self._anything_held_back:
            held_back.release(self._tx, self._account, message.places)
        if message.remote_id in self._waiting_ids:
            self._flush()
        row = self._known.same(message)
        return self._new(message, keys) if row is None else self._again(row, message, keys)

    def _flush(self) -> None:
        """Write what waits to be written."""
        tx = self._tx
        waiting, self._waiting, self._waiting_ids = self._waiting, [], set()
        doc_ids = tx.table("messages").put_new(
            [each.columns(self._account) for each in waiting],
            [each.json(self._account) for each in waiting],
        )
        every = list(zip(doc_ids, waiting, strict=True))
        contents.keep_packed_bodies(
            tx, [(doc_id, each.made.text, each.made.html) for doc_id, each in every]
        )
        contents.keep_packed_sources(
            tx,
            [(doc_id, each.made.source) for doc_id, each in every if each.made.source is not None],
        )
        search.index(
            tx,
            [each.made.words._replace(doc_id=doc_id) for doc_id, each in every],
            [
                search.Spoken(micros(each.message.accepted_at), doc_id, each.conversation)
                for doc_id, each in every
            ],
        )
        rows = [(doc_id, each.message) for doc_id, each in every]
        note_finds(tx, self._account, rows)
        for doc_id, each in every:
            row = Row(doc_id, each.uid, each.message.body_digest)
            self._known.add(row, each.message.remote_id)
        self._occupy(rows)
        self._links.flush()

    def _new(self, message: Message, keys: Keys) -> Ingested:
        uid = MessageUid(uids.new_uid())
        conversation = self._linked(keys)
        made = self._ready.of(message, self._own)
        self._waiting.append(_Waiting(uid, conversation, message, made))
        self._waiting_ids.add(message.remote_id)
        return Ingested(uid, conversation, new=True)

    def _linked(self, keys: Keys, *more: ConversationUid) -> ConversationUid:
        """Return the conversation of a message's keys, merging what they join, or a new one."""
        found = self._links.of(keys)
        if more:
            found = list(dict.fromkeys((*found, *more)))
        if not found:
            conversation = ConversationUid(uids.new_uid())
        elif len(found) == 1:
            conversation = found[0]
        else:
            self._flush()
            conversation = self._links.merge(found)
        self._links.add(keys, conversation)
        return conversation

    def _again(self, row: Row, message: Message, keys: Keys) -> Ingested:
        """Add to a known message what this copy of it tells."""
        table = self._tx.table("messages")
        head: Head = dict(table.get(doc_id=row.doc_id))
        outgoing = "outgoing" in head
        if outgoing and message.direction is Direction.OUT:
            self._become(row, head, message, keys)
        elif not outgoing and message.direction.value != head["direction"]:
            head["conversation"] = self._linked(keys, head["conversation"])
            if message.direction is Direction.OUT:
                self._turn_out(row, head)
        anew = self._is_numbered_anew(head, message)
        _add_places(head, message)
        for mark in ("seen", "answered"):
            if getattr(message, mark) or anew:
                head[mark] = getattr(message, mark)
        table.put({row.doc_id: head})
        self._occupy([(row.doc_id, message)])
        if contents.source(self._tx, row.doc_id) is None:
            source = self._ready.source_of(message)
            if source is not None:
                contents.keep_packed_sources(self._tx, [(row.doc_id, source)])
        return Ingested(head["uid"], head["conversation"], new=False)

    def _is_numbered_anew(self, head: Head, message: Message) -> bool:
        """Return whether this is the very copy that we know, numbered anew: its marks hold.

        Not where the seller's word on them has not reached the service.
        """
        known = {(folder, epoch) for folder, epoch, *_ in head["places"]}
        fresh = {(each.folder, each.epoch) for each in message.places}
        return (
            bool(fresh - known)
            and {folder for folder, _ in fresh} == {folder for folder, _ in known}
            and Subject.SEEN not in untold.pending(self._tx, head["conversation"], self._account)
        )

    def _become(self, row: Row, head: Head, message: Message, keys: Keys) -> None:
        """Let a reply written here be this copy of it; an earlier copy of the same body too."""
        twin = self._known.other(message, row)
        head["remote_id"] = message.remote_id
        head["digest"] = message.body_digest
        head.setdefault("key", head["outgoing"])
        self._known.drop(row)
        self._known.add(replaced(row, digest=message.body_digest), message.remote_id)
        self._links.add(keys, head["conversation"])
        if twin is not None:
            self._absorb(head, twin, row.doc_id)

    def _absorb(self, head: Head, twin: Row, doc_id: int) -> None:
        """Let a stored copy of the same body be `head`'s message; no words are lost by it."""
        tx = self._tx
        copy = tx.table("messages").get(doc_id=twin.doc_id)
        head["places"] = sorted(
            map(list, {tuple(each) for each in head["places"] + copy["places"]})
        )
        tx.sql.execute("UPDATE places SET message = ? WHERE message = ?", (doc_id, twin.doc_id))
        remove(tx, twin.doc_id, copy)
        uids.redirect(tx, copy["uid"], head["uid"])
        self._known.drop(twin)
        self.touched.add(copy["conversation"])

    def _turn_out(self, row: Row, head: Head) -> None:
        """Make an OUT of what was taken for IN: it lies in Sent."""
        text, _ = contents.bodies(self._tx, [row.doc_id])[row.doc_id]
        search.unindex(self._tx, [words_of(row.doc_id, head, text)])
        head["direction"] = Direction.OUT.value
        head.pop("claims_to_be_us", None)
        search.index(self._tx, [words_of(row.doc_id, head, text)])

    def _occupy(self, rows: Iterable[tuple[int, Message]]) -> None:
        """Note where messages lie; who lay there before is not there any more."""
        fresh = []
        for doc_id, message in rows:
            for place in message.places:
                before = self._owners.get(presence.spot(place))
                if before == doc_id:
                    continue
                if before is not None:
                    self.touched |= presence.leave(
                        self._tx, self._account, [place], message.accepted_at
                    )
                self._owners[presence.spot(place)] = doc_id
                fresh.append((self._account, place, doc_id))
        presence.occupy(self._tx, fresh)


def note_finds(tx: Transaction, account: AccountUid, rows: Sequence[tuple[int, Message]]) -> None:
    """Note by what else than threading keys messages just stored are found by others."""
    copies.note(tx, account, rows)
    twins.note(tx, account, rows)
    pairing.note(tx, rows)


def remove(tx: Transaction, doc_id: int, head: Head) -> None:
    """Remove a message with all that is kept of it."""
    found = contents.bodies(tx, [doc_id])
    search.unindex(tx, [words_of(doc_id, head, found[doc_id][0])])
    contents.forget(tx, doc_id)
    tx.table("messages").remove(doc_ids=[doc_id])


def _add_places(head: Head, message: Message) -> None:
    """Add the places of a copy; a message that was gone is back at these alone."""
    fresh = places_document(message.places)
    if not fresh:
        return
    old = [] if head.pop("gone_at", None) is not None else head["places"]
    moved = {tuple(place[:3]) for place in fresh}
    head["places"] = sorted([place for place in old if tuple(place[:3]) not in moved] + fresh)
